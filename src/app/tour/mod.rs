//! The guided tour: twelve steps through the rooms, each of them an address (`tour=`) and a place that it lights up.
//!
//! Our own panel. Of the maintained libraries, driver.js 1.8 (MIT) lays a dimmed sheet over the page and keeps the focus
//! inside its box, so that nobody could touch what the step talks about, and it knows nothing of addresses; shepherd.js 15
//! and intro.js 8 are under the AGPL.

mod steps;

#[cfg(feature = "app")]
mod guide;
#[cfg(feature = "app")]
mod panel;

#[cfg(feature = "app")]
pub use guide::TourGuide;
#[cfg(feature = "app")]
pub use panel::{TourButton, TourPanel};

pub use steps::{STEPS, Step, step};
