//! Why the network says what it says about the digit: exact contributions of pixels, orders and pairs.
//!
//! The sentence and the geometry are plain data and tested natively; the rest is behind the `app` feature.

pub mod shape;
pub mod walk;
pub mod words;

#[cfg(feature = "app")]
mod choice;
#[cfg(feature = "app")]
mod map;
#[cfg(feature = "app")]
mod orders;
#[cfg(feature = "app")]
mod pairs;
#[cfg(feature = "app")]
mod panel;
#[cfg(feature = "app")]
mod state;
#[cfg(feature = "app")]
pub mod walk_view;

#[cfg(feature = "app")]
pub use panel::{Why, WhyShort};
#[cfg(feature = "app")]
pub use state::WhyState;
