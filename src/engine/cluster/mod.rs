//! Linear maps of local clusters: the one operation behind convolutions and coarse graining.
//!
//! Both a 3x3 convolution and a CG operation (Eq. 4) gather the taps of a cluster around every output position,
//! turn them into features (the taps themselves, or all their monomials up to some order), and apply one matrix.
//! [`cluster_linear`] does that for activations stored as `[batch, height, width, channels]`:
//! on the CPU with features formed in cache-sized blocks, on graphics processors with features formed in registers,
//! and never written out in full; elsewhere with plain tensor operations ([`cluster_linear_plain`], which is also what
//! the tests compare with).

mod agreement;
mod geometry;
#[cfg(feature = "cube")]
mod gpu;
mod kernel;
mod operation;
mod plain;
mod whole;

pub use crate::poly::cluster_monomials::{Monomial, MonomialTable};
pub use agreement::agreement;
pub use geometry::{ClusterGeometry, ClusterSize};
pub use operation::cluster_linear;
pub use plain::{cluster_linear_plain, cluster_linear_untied};

#[cfg(test)]
mod tests;
