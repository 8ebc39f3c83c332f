//! The Train room: can it learn that here, on my GPU?
//!
//! Settings, the bookkeeping of runs, the picture of the stack and the rules for checkpoints are plain data and tested
//! natively; what touches the page is behind the `app` feature.

pub mod numbers;
pub mod record;
pub mod settings;
pub mod stack;

#[cfg(feature = "app")]
mod confusion;
#[cfg(feature = "app")]
mod controls;
#[cfg(feature = "app")]
mod curves;
#[cfg(feature = "app")]
mod device;
#[cfg(feature = "app")]
mod fields;
#[cfg(feature = "app")]
mod files;
#[cfg(feature = "app")]
mod form;
#[cfg(feature = "app")]
mod keep;
#[cfg(feature = "app")]
mod kept;
#[cfg(feature = "app")]
mod maps;
#[cfg(feature = "app")]
mod offers;
#[cfg(feature = "app")]
mod picture;
#[cfg(feature = "app")]
mod room;
#[cfg(feature = "app")]
mod state;
#[cfg(feature = "app")]
mod test;

#[cfg(feature = "app")]
pub use room::TrainRoom;
