//! The Distil room: "what is left of a digit, level by level?"
//!
//! Places of images, pictures as pixels, the settings of a live run and the sentences about measurements are plain data
//! and tested natively; what touches the document and the worker is behind the `app` feature.

pub mod archive;
pub mod cells;
pub mod flow;
pub mod flow_words;
pub mod measures;
pub mod pixels;
pub mod place;
pub mod settings;
pub mod words;

#[cfg(feature = "app")]
mod download;
#[cfg(feature = "app")]
mod evidence;
#[cfg(feature = "app")]
mod files;
#[cfg(feature = "app")]
mod flow_view;
#[cfg(feature = "app")]
mod form;
#[cfg(feature = "app")]
mod gallery;
#[cfg(feature = "app")]
pub mod library;
#[cfg(feature = "app")]
mod live;
#[cfg(feature = "app")]
mod room;
#[cfg(feature = "app")]
mod run;
#[cfg(feature = "app")]
mod sheet;
#[cfg(feature = "app")]
mod specimen;
#[cfg(feature = "app")]
mod stepper;
#[cfg(feature = "app")]
mod tree;

pub use archive::{Archive, grey_png};
#[cfg(feature = "app")]
pub use room::DistilRoom;
