//! TaylorNet Explorer: networks that are polynomials, trained, expanded and shown.
//!
//! The layers are modules behind features, so that the compiler keeps them apart:
//! `config`, `report`, `protocol` and `number` are shared; `engine` computes and knows neither browser nor files;
//! `worker` puts it into a Web Worker; `app` is the page and does not know the engine; `cli` is the native program.

pub mod config;
pub mod number;
pub mod poly;
pub mod protocol;
pub mod report;

#[cfg(feature = "engine")]
pub mod engine;

#[cfg(any(feature = "app", test))]
pub mod app;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(any(feature = "worker", all(test, feature = "engine")))]
pub mod worker;
#[cfg(feature = "xtask")]
pub mod xtask;
