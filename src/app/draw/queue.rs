//! At most one drawing at the worker and one waiting, so that a slow device lags by one answer and never by a queue.

use std::time::Duration;

/// A drawing on its way to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job<T> {
    /// Counts the changes of the drawing.
    pub version: u32,
    /// Time (since the page was opened) of the first movement that no answer has shown yet; `None` for changes that no
    /// hand made (a link, another model).
    pub since: Option<Duration>,
    /// What is asked.
    pub content: T,
}

/// Lets one job through at a time; of those that wait only the newest stays.
#[derive(Debug)]
pub struct Turnstile<T> {
    open: bool,
    in_flight: bool,
    waiting: Option<Job<T>>,
}

impl<T> Default for Turnstile<T> {
    fn default() -> Self {
        Self { open: false, in_flight: false, waiting: None }
    }
}

impl<T> Turnstile<T> {
    /// Adds a job and returns the one to send now, if any.
    pub fn offer(&mut self, mut job: Job<T>) -> Option<Job<T>> {
        if let Some(overtaken) = &self.waiting {
            job.since = match (overtaken.since, job.since) {
                (Some(earlier), Some(later)) => Some(earlier.min(later)),
                (one, other) => one.or(other),
            };
        }
        self.waiting = Some(job);
        self.next()
    }

    /// The job in flight is done; returns the one to send now, if any.
    pub fn answered(&mut self) -> Option<Job<T>> {
        self.in_flight = false;
        self.next()
    }

    /// The worker is ready, perhaps a new one: nothing is in flight. Returns the job to send now, if any.
    pub fn open(&mut self) -> Option<Job<T>> {
        self.open = true;
        self.answered()
    }

    /// The worker is not there; jobs wait, and the one in flight is lost.
    pub fn close(&mut self) {
        self.open = false;
        self.in_flight = false;
    }

    /// The waiting job's delay says nothing (the worker was loading weights).
    pub fn forget_delay(&mut self) {
        if let Some(job) = &mut self.waiting {
            job.since = None;
        }
    }

    /// Forgets the waiting job (the canvas was emptied).
    pub fn forget(&mut self) {
        self.waiting = None;
    }

    fn next(&mut self) -> Option<Job<T>> {
        if !self.open || self.in_flight {
            return None;
        }
        let job = self.waiting.take();
        self.in_flight = job.is_some();
        job
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(version: u32, ms: u64) -> Job<()> {
        Job { version, since: Some(Duration::from_millis(ms)), content: () }
    }

    #[test]
    fn the_newest_waits_and_nothing_queues() {
        let mut turnstile = Turnstile::default();
        assert_eq!(turnstile.offer(job(1, 10)), None, "the worker is not there yet");
        assert_eq!(turnstile.open().map(|job| job.version), Some(1));
        assert_eq!(turnstile.offer(job(2, 20)), None);
        assert_eq!(turnstile.offer(job(3, 30)), None);
        let next = turnstile.answered().unwrap();
        assert_eq!(
            (next.version, next.since),
            (3, Some(Duration::from_millis(20))),
            "latency counts from the overtaken"
        );
        assert_eq!(turnstile.answered(), None);
        assert_eq!(turnstile.offer(job(4, 40)).map(|job| job.version), Some(4));
    }

    #[test]
    fn a_dead_worker_loses_its_job_only() {
        let mut turnstile = Turnstile::default();
        turnstile.open();
        assert!(turnstile.offer(job(1, 0)).is_some());
        turnstile.close();
        assert_eq!(turnstile.offer(job(2, 0)), None);
        assert_eq!(turnstile.open().map(|job| job.version), Some(2));
        turnstile.offer(job(3, 0));
        turnstile.forget_delay();
        assert_eq!(turnstile.answered().map(|job| job.since), Some(None));
        turnstile.offer(job(4, 0));
        turnstile.forget();
        assert_eq!(turnstile.answered(), None);
    }
}
