//! Exact polynomial algebra: what stacked coarse-graining operations, and whole trained networks, expand to.
//!
//! No tensors, no browser, no files: the engine, the command line and the page all use it.

pub mod interaction;
pub mod monomials;
#[cfg(feature = "expansion")]
pub mod network;
