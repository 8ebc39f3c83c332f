//! Stacks of coarse-graining operations without overlap (Fig. 4 of the article) as polynomials of their variables.

mod composition;
mod count;
mod drawing;
mod enumeration;
mod error;
mod expander;
mod forecast;
mod geometry;
mod powers;
mod symbol;
#[cfg(test)]
mod symbol_tests;
#[cfg(test)]
mod tests;
mod values;

pub use composition::{Composition, Path, PathFactor, Product, compose};
pub use count::Count;
pub use drawing::draw_stack;
pub use error::StackError;
pub use expander::{Budget, Expander, Expansion, Progress};
pub use forecast::{Forecast, LevelForecast, forecast};
pub use geometry::Geometry;
pub use symbol::{Place, Symbol, SymbolTable};
pub use values::{numbers_of, seeded_numbers};
