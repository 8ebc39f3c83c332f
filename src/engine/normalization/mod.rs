//! Batch normalisation over the rows of a matrix: in two passes forward and two backward where we have
//! kernels (CPU and graphics processors), elsewhere burn's.
//!
//! With `N` rows, mean `m` and variance `v` (divided by `N`) of each column, `y = g (x - m) / sqrt(v + eps) + s`.

#[cfg(feature = "cube")]
mod gpu;
mod kernel;
mod operation;
mod plain;

pub use operation::{Normalized, batch_normalize};
pub use plain::batch_normalize_plain;

#[cfg(test)]
mod tests;
