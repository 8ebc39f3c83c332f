//! The Polynomial room: "what is the formula?"
//!
//! Pictures as geometry, rows of a list and text of formulas are plain data and tested natively; what touches the
//! document and the worker is behind the `app` feature. Each view is a folder of its own.

pub mod direct;
pub mod stack;
pub mod trained;

#[cfg(feature = "app")]
mod room;
#[cfg(feature = "app")]
mod tabs;

#[cfg(feature = "app")]
pub use room::PolynomialRoom;
