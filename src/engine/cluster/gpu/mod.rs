//! The cluster operation on graphics processors: features formed in registers and never written out.
//!
//! With `F` features of one channel, `C` channels and `O` outputs, an output row costs `F * C * O` multiplications and
//! as many additions, forward; as much again for each of the two gradients. The plain formulation writes the `F * C`
//! features of every row to memory and reads them again; here every unit of a workgroup holds a tile of
//! [`Plan::rows`] x [`Plan::columns`] sums, forms the features of its rows for one channel after another, and reads
//! `taps * rows + F * columns` numbers for `F * rows * columns` products: 72 for 224 with the 2x2 cluster of second
//! order. The gradient of the weight exchanges the roles of rows and features, that of the input those of channels and
//! outputs. Nothing is shared between the units of a workgroup, so there are no barriers.
//!
//! Clusters with more than [`MAX_FEATURES`] features, such as whole images, are left to the plain formulation.

mod gradient;
mod kernel;
mod launch;

use super::ClusterGeometry;

/// Features that a unit can hold in its registers.
const MAX_FEATURES: usize = 72;

/// True where there are kernels for this cluster.
pub fn supports(geometry: &ClusterGeometry) -> bool {
    geometry.features() <= MAX_FEATURES && (geometry.padding == 0 || geometry.monomials.is_linear())
}
