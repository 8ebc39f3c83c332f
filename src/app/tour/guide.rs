//! Where the tour is: begins it, goes on, ends it, and lights up what a step talks about.

use super::steps::{self, STEPS, Step, step};
use crate::app::history::Address;
use crate::app::reactive::{effect, memo};
use crate::app::url::{self, UrlState};
use leptos::prelude::*;
use std::time::Duration;

/// Where the browser keeps, while the window is open, what was on screen before the tour.
const BEFORE: &str = "explorer-before-tour";
/// Marks what is lit up; `web/tour.css` reads it.
const LIT: &str = "data-lit";
/// A room that is on screen for the first time needs a moment, and its files need longer.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const MOST_LOOKS: u32 = 300;

/// The tour. A context value; get it with `use_tour`.
#[derive(Clone, Copy)]
pub struct TourGuide {
    address: Address,
    /// Number of the step on screen; 0 for none.
    pub now: Memo<usize>,
    before: StoredValue<Option<UrlState>>,
}

/// The tour provided by the frame.
///
/// # Panics
/// Outside the frame.
pub fn use_tour() -> TourGuide {
    expect_context::<TourGuide>()
}

impl TourGuide {
    /// Follows the address: a link leads into the middle of the tour.
    pub fn follow(address: Address) -> Self {
        let now = memo(move |_| address.state.with(|state| state.tour));
        let guide = Self { address, now, before: StoredValue::new(None) };
        if now.get_untracked() > 0 {
            let here = address.state.with_untracked(Clone::clone);
            guide.before.set_value(Some(kept().unwrap_or(UrlState { tour: 0, ..here })));
            guide.go(now.get_untracked());
        }
        effect(move || {
            darken();
            if let Some(step) = step(now.get()) {
                light(now, now.get_untracked(), step, 0);
            }
        });
        guide
    }

    /// Begins with the first step.
    pub fn begin(self) {
        let here = self.address.state.with_untracked(Clone::clone);
        keep(Some(&here));
        self.before.set_value(Some(here));
        self.go(1);
    }

    /// Goes to a step.
    pub fn go(self, number: usize) {
        let Some(step) = step(number) else { return self.end() };
        self.address.state.update(|state| {
            state.tour = number;
            step.show(state);
        });
    }

    /// Goes on, and ends after the last step.
    pub fn next(self) {
        self.go(self.now.get_untracked() + 1);
    }

    /// Goes back.
    pub fn back(self) {
        self.go(self.now.get_untracked().saturating_sub(1).max(1));
    }

    /// Whether the step on screen is the last one.
    pub fn is_last(self) -> bool {
        self.now.get() == STEPS
    }

    /// Shows again what was on screen before.
    pub fn end(self) {
        let before = self.before.get_value();
        self.before.set_value(None);
        keep(None);
        self.address.state.update(|state| match before {
            Some(before) => steps::restore(state, &before),
            None => state.tour = 0,
        });
    }
}

fn kept() -> Option<UrlState> {
    let storage = window().session_storage().ok().flatten()?;
    storage.get_item(BEFORE).ok().flatten().map(|query| url::parse(&query).state)
}

/// For a reload in the middle of the tour; where nothing can be kept, the tour then ends where it is.
fn keep(state: Option<&UrlState>) {
    let Some(storage) = window().session_storage().ok().flatten() else { return };
    let _ = match state {
        Some(state) => storage.set_item(BEFORE, &url::write(state)),
        None => storage.remove_item(BEFORE),
    };
}

fn darken() {
    if let Ok(Some(lit)) = document().query_selector(&format!("[{LIT}]")) {
        let _ = lit.remove_attribute(LIT);
    }
}

/// Lights up the place of a step as soon as it is on screen.
fn light(now: Memo<usize>, number: usize, step: &'static Step, looks: u32) {
    let found = document().query_selector(step.target).ok().flatten();
    // A hidden room takes up no space.
    if let Some(found) = found.filter(|found| found.client_height() > 0) {
        let _ = found.set_attribute(LIT, "");
        found.scroll_into_view();
        return;
    }
    if looks < MOST_LOOKS {
        let again = move || {
            if now.try_get_untracked() == Some(number) {
                light(now, number, step, looks + 1);
            }
        };
        set_timeout(again, LOOK_EVERY);
    }
}
