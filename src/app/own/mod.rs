//! The Yours room: "what should it tell apart?" Drawings and pictures of one's own, by class, and a network that learns
//! them here.

pub mod collection;
pub mod unzip;

#[cfg(feature = "app")]
mod answer;
#[cfg(feature = "app")]
mod classes;
#[cfg(feature = "app")]
mod files;
#[cfg(feature = "app")]
mod learner;
#[cfg(feature = "app")]
mod room;
#[cfg(feature = "app")]
mod state;
#[cfg(feature = "app")]
mod store;

#[cfg(feature = "app")]
pub use room::OwnRoom;
