//! Linear maps of local clusters: the one operation behind convolutions and coarse graining.
//!
//! Both a 3x3 convolution and a CG operation (Eq. 4) gather the taps of a cluster around every output position,
//! turn them into features (the taps themselves, or all their monomials up to some order), and apply one matrix.
//! [`cluster_linear`] does that for activations stored as `[batch, height, width, channels]`:
//! on the CPU with features formed in cache-sized blocks, on graphics processors with features formed in registers,
//! and never written out in full; elsewhere with plain tensor operations ([`cluster_linear_plain`], which is also what
//! the tests compare with).
//!
//! # Cost
//!
//! A CG operation with `F` features of each of `C` channels, `O` outputs and `R` output positions multiplies and adds
//! `R F C O` times, and as often for each of its two gradients. The first one of `taylornet-28` (`F = 14`,
//! `C = O = 64`, 14x14 positions) takes 22.5 MFLOP per image forward. Its input and output are 0.25 MB, which is all
//! that the fused operation moves through memory: 90 operations per byte, so arithmetic decides. The plain formulation
//! writes four slices, ten products and their concatenation and reads each again, 4.2 MB or 5 operations per byte:
//! memory decides. The weight, 0.23 MB, stays in the second-level cache, as does a block of features (`kernel`). What
//! remains besides the products is forming the features, `10 R C` multiplications, a hundredth of them, but with one
//! number in and out for each. `taylornet bench --peak` measures a whole step beside one large matrix product of the
//! same library: with 32 images it reached 42 % of it on one thread (85 of 200 GFLOP/s) and 45 % on two (152 of 336).
//! In the browser nine tenths of a step are products of `src/bin/products.rs`, and the step reached 39 GFLOP/s. The
//! machine is the README's.

mod agreement;
mod geometry;
#[cfg(feature = "cube")]
mod gpu;
mod kernel;
mod operation;
mod plain;
mod product;
mod whole;

pub use crate::poly::cluster_monomials::{Monomial, MonomialTable};
pub use agreement::agreement;
pub use geometry::{ClusterGeometry, ClusterSize};
pub use operation::cluster_linear;
pub use plain::{cluster_linear_plain, cluster_linear_untied};
#[cfg(target_family = "wasm")]
pub use product::{ProductTask, has_products, use_products};

#[cfg(test)]
mod tests;
