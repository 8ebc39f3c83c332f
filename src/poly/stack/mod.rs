//! Stacks of coarse-graining operations without overlap (Fig. 4 of the article) as polynomials of their variables.

mod count;
mod enumeration;
mod error;
mod expander;
mod forecast;
mod geometry;
mod powers;
#[cfg(test)]
mod tests;

pub use count::Count;
pub use error::StackError;
pub use expander::{Budget, Expander, Expansion, Progress};
pub use forecast::{Forecast, LevelForecast, forecast};
pub use geometry::Geometry;
