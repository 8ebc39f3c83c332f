//! The second answer: which distilled reference is the drawing most similar to?
//!
//! The sentences are plain data and tested natively; the rest is behind the `app` feature.

pub mod words;

#[cfg(feature = "app")]
mod choice;
#[cfg(feature = "app")]
mod panel;
#[cfg(feature = "app")]
mod state;
#[cfg(feature = "app")]
mod tiles;

#[cfg(feature = "app")]
pub use panel::SimilarityPanel;
