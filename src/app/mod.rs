//! The page: rooms, charts, the link to the worker and the state in the address bar.
//!
//! Whatever needs no browser (addresses, numbers, colours, run bookkeeping, pictures as geometry) compiles and is
//! tested natively; everything else is behind the `app` feature. The page never computes with tensors.

pub mod colour;
pub mod distil;
pub mod draw;
pub mod format;
pub mod idea;
pub mod json;
pub mod lesson;
pub mod manifest;
pub mod own;
pub mod pending;
pub mod photos;
pub mod polynomial;
pub mod results;
pub mod scale;
pub mod status;
pub mod tour;
pub mod train;
pub mod url;

#[cfg(feature = "app")]
pub mod at_hand;
#[cfg(feature = "app")]
pub mod components;
#[cfg(feature = "app")]
mod database;
#[cfg(feature = "app")]
pub mod expansion_point;
#[cfg(feature = "app")]
pub mod focus;
#[cfg(feature = "app")]
mod frame;
#[cfg(feature = "app")]
pub mod from_js;
#[cfg(feature = "app")]
pub mod history;
#[cfg(feature = "app")]
mod later;
#[cfg(feature = "app")]
pub mod link;
#[cfg(feature = "app")]
pub mod off_screen;
#[cfg(feature = "app")]
mod offline;
#[cfg(feature = "app")]
pub mod picture_file;
#[cfg(feature = "app")]
mod picture_parts;
#[cfg(feature = "app")]
mod reactive;
#[cfg(feature = "app")]
pub mod save;
#[cfg(feature = "app")]
pub mod slices;
#[cfg(feature = "app")]
pub mod task;
#[cfg(feature = "app")]
mod theme;
#[cfg(feature = "app")]
mod views;

#[cfg(feature = "app")]
pub use frame::start;
