//! Exact polynomial algebra: what stacked coarse-graining operations, and whole trained networks, expand to.
//!
//! No tensors, no browser, no files: the engine, the command line and the page all use it.

mod stack;

pub use stack::{
    Budget, Count, Expander, Expansion, Forecast, Geometry, LevelForecast, Progress, StackError, forecast,
};
