//! At most one drawing at the worker, and the next one made only when it can go: a slow device lags by one answer and
//! never by a queue, and a fast one waits for nothing.

/// Lets one drawing through at a time, and remembers whether the drawing has changed since.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Turnstile {
    open: bool,
    in_flight: bool,
    changed: bool,
}

impl Turnstile {
    /// The drawing has changed.
    pub fn change(&mut self) {
        self.changed = true;
    }

    /// Whether a drawing can go and has to.
    pub fn is_due(&self) -> bool {
        self.open && !self.in_flight && self.changed
    }

    /// There was nothing to ask about the change.
    pub fn settle(&mut self) {
        self.changed = false;
    }

    /// The drawing as it is now is on its way.
    pub fn go(&mut self) {
        self.in_flight = true;
        self.changed = false;
    }

    /// The answer is here.
    pub fn answered(&mut self) {
        self.in_flight = false;
    }

    /// The worker is ready, perhaps a new one: nothing is in flight, and it has seen no drawing.
    pub fn open(&mut self) {
        *self = Self { open: true, in_flight: false, changed: true };
    }

    /// The worker is not there; the drawing in flight is lost.
    pub fn close(&mut self) {
        self.open = false;
        self.in_flight = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_on_its_way_and_the_newest_follows() {
        let mut turnstile = Turnstile::default();
        turnstile.change();
        assert!(!turnstile.is_due(), "the worker is not there yet");
        turnstile.open();
        assert!(turnstile.is_due());
        turnstile.go();
        turnstile.change();
        turnstile.change();
        assert!(!turnstile.is_due(), "one is on its way");
        turnstile.answered();
        assert!(turnstile.is_due());
        turnstile.go();
        turnstile.answered();
        assert!(!turnstile.is_due(), "nothing has changed");
        turnstile.change();
        turnstile.settle();
        assert!(!turnstile.is_due(), "there was nothing to ask");
    }

    #[test]
    fn a_dead_worker_loses_its_drawing_and_the_next_one_gets_it() {
        let mut turnstile = Turnstile::default();
        turnstile.open();
        turnstile.go();
        turnstile.close();
        turnstile.change();
        assert!(!turnstile.is_due());
        turnstile.open();
        assert!(turnstile.is_due());
    }
}
