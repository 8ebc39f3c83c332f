//! Exact polynomial algebra: what stacked coarse-graining operations, and whole trained networks, expand to.
//!
//! No tensors, no browser, no files: the engine, the command line and the page all use it.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap,
    reason = "exponents, orders and coefficients are converted all the time, in loops that must stay readable"
)]

pub mod basis;
pub mod cluster_monomials;
pub mod interaction;
#[cfg(feature = "expansion")]
pub mod network;
pub mod ranking;
pub mod write;

mod coefficient;
mod monomial;
mod parse;
mod polynomial;
mod rational;
mod stack;

pub use coefficient::{AlgebraError, Coefficient};
pub use monomial::Monomial;
pub use parse::{ParseError, parse_monomial, parse_number};
pub use polynomial::{Polynomial, Symbolic};
pub use rational::Rational;
pub use stack::{
    Budget, Composition, Count, Expander, Expansion, Forecast, Geometry, LevelForecast, Path, PathFactor, Place,
    Product, Progress, StackError, Symbol, SymbolTable, compose, draw_stack, forecast, numbers_of, seeded_numbers,
};
