//! The engine in a Web Worker: requests in, events out.
//!
//! Everything that decides (order of the work, overtaking, cancelling, runs, errors) is in `session` and knows no
//! browser: a [`Host`] stands for clock, network, graphics processor and the line to the page, so it is tested
//! natively. [`browser`] is the host of the real worker.

#[cfg(feature = "worker")]
pub mod browser;
mod fault;
mod host;
mod inbox;
mod session;
#[cfg(test)]
mod tests;

pub use host::{Adapter, Host};
pub use inbox::Inbox;
pub use session::Session;
