//! The Trained view: the polynomial that a trained network is, its orders, its coefficients and its terms.
//!
//! Coefficients, terms, distances and pictures are plain data and tested natively; the rest is behind the `app`
//! feature.

pub mod distance;
pub mod expansion;
pub mod pictures;
pub mod scale_words;

#[cfg(feature = "app")]
mod check;
#[cfg(feature = "app")]
mod choice;
#[cfg(feature = "app")]
mod digit;
#[cfg(feature = "app")]
mod eigen;
#[cfg(feature = "app")]
mod eigen_curve;
#[cfg(feature = "app")]
mod export;
#[cfg(feature = "app")]
mod interactions;
#[cfg(feature = "app")]
mod job;
#[cfg(feature = "app")]
mod levels;
#[cfg(feature = "app")]
mod maps;
#[cfg(feature = "app")]
mod orders;
#[cfg(feature = "app")]
mod products;
#[cfg(feature = "app")]
mod prune;
#[cfg(feature = "app")]
mod reports;
#[cfg(feature = "app")]
mod scale;
#[cfg(feature = "app")]
mod sizes;
#[cfg(feature = "app")]
mod state;
#[cfg(feature = "app")]
mod terms;
#[cfg(feature = "app")]
mod view;
#[cfg(feature = "app")]
mod walk;

#[cfg(feature = "app")]
pub use view::TrainedView;
