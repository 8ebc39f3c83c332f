//! The Stack view: a network of a handful of variables, drawn, and its polynomial beside it (Fig. 4 of the article).
//!
//! The picture, the terms and the window of the list are plain data and tested natively.

pub mod expanded;
pub mod growth;
pub mod picture;
pub mod window;

#[cfg(feature = "app")]
mod check;
#[cfg(feature = "app")]
mod composed;
#[cfg(feature = "app")]
mod counts;
#[cfg(feature = "app")]
mod drawing;
#[cfg(feature = "app")]
mod files;
#[cfg(feature = "app")]
mod form;
#[cfg(feature = "app")]
mod growth_chart;
#[cfg(feature = "app")]
mod list;
#[cfg(feature = "app")]
mod scroll;
#[cfg(feature = "app")]
mod state;
#[cfg(feature = "app")]
mod view;

#[cfg(feature = "app")]
pub use view::StackView;
