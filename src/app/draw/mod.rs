//! The Draw room: "what does it see in my digit?"
//!
//! Strokes, their code in the link, the keyboard's cursor, pictures as ink, waiting and delays are plain data and
//! tested natively; what touches the canvas and the worker is behind the `app` feature.

pub mod code;
pub mod cursor;
pub mod digits;
pub mod latency;
pub mod network;
pub mod photo;
pub mod queue;
pub mod similarity;
pub mod strokes;
pub mod why;

#[cfg(feature = "app")]
mod answer;
#[cfg(feature = "app")]
mod canvas;
#[cfg(feature = "app")]
mod choice;
#[cfg(feature = "app")]
mod classifier;
#[cfg(feature = "app")]
mod example;
#[cfg(feature = "app")]
mod level;
#[cfg(feature = "app")]
mod link_state;
#[cfg(feature = "app")]
mod maps;
#[cfg(feature = "app")]
mod paint;
#[cfg(feature = "app")]
mod pictures;
#[cfg(feature = "app")]
mod probabilities;
#[cfg(feature = "app")]
mod room;
#[cfg(feature = "app")]
mod seen;
#[cfg(feature = "app")]
mod state;
#[cfg(feature = "app")]
mod tools;

#[cfg(feature = "app")]
pub use canvas::DrawCanvas;
#[cfg(feature = "app")]
pub use choice::NetworkChoice;
#[cfg(feature = "app")]
pub use classifier::Classifier;
#[cfg(feature = "app")]
pub use pictures::fetch_digits;
#[cfg(feature = "app")]
pub use room::DrawRoom;
#[cfg(feature = "app")]
pub use state::{DrawState, Sheet};
