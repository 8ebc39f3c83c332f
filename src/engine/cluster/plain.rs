//! The cluster operation in plain tensor operations: for GPUs, and as the reference for the fused one.

use super::ClusterGeometry;
use crate::config::monomial_count;
use burn::tensor::{Tensor, s};

/// Features of every cluster, `[batch, out_height, out_width, features * channels]`, feature-major.
fn features(geometry: &ClusterGeometry, input: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = input.dims();
    let size = geometry.size([batch, height, width, channels]).expect("sizes were checked when the network was built");
    if channels * size.positions() == 1 && geometry.cluster == [height, width] {
        return features_of_image(geometry, &input.reshape([batch, height * width])).reshape([batch as i32, 1, 1, -1]);
    }
    let pad = geometry.padding;
    let input = if pad == 0 { input } else { padded(input, pad) };
    let span = |out: usize, stride: usize| (out - 1) * stride + 1;
    let (rows, columns) = (span(size.out_height, geometry.stride[0]), span(size.out_width, geometry.stride[1]));
    let mut parts: Vec<Tensor<4>> = Vec::with_capacity(geometry.features());
    for monomial in geometry.monomials.entries() {
        let part = match monomial.rest {
            Some(rest) => parts[monomial.tap].clone() * parts[rest].clone(),
            None => {
                let y = monomial.tap / geometry.cluster[1] * geometry.dilation;
                let x = monomial.tap % geometry.cluster[1] * geometry.dilation;
                let (dy, dx) = (geometry.stride[0] as isize, geometry.stride[1] as isize);
                input.clone().slice(s![.., y..y + rows;dy, x..x + columns;dx, ..])
            }
        };
        parts.push(part);
    }
    if parts.len() == 1 { parts.remove(0) } else { Tensor::cat(parts, 3) }
}

/// Features where the cluster is the whole grey image: `[batch, pixels]` to `[batch, features]`.
///
/// The monomials of a degree that begin with the same pixel are that pixel times the last ones of the degree below:
/// one operation for all of them instead of one for each.
fn features_of_image(geometry: &ClusterGeometry, pixels: &Tensor<2>) -> Tensor<2> {
    let taps = geometry.taps();
    let mut degrees = vec![pixels.clone()];
    for degree in 1..geometry.monomials.order() {
        let lower = &degrees[degree - 1];
        let len = lower.dims()[1];
        let parts = (0..taps).map(|tap| {
            let last = monomial_count(taps - tap, degree) - monomial_count(taps - tap, degree - 1);
            pixels.clone().slice(s![.., tap..tap + 1]) * lower.clone().slice(s![.., len - last..len])
        });
        let parts = parts.collect();
        degrees.push(Tensor::cat(parts, 1));
    }
    Tensor::cat(degrees, 1)
}

/// Zeros around the two middle axes.
fn padded(input: Tensor<4>, pad: usize) -> Tensor<4> {
    let [batch, height, width, channels] = input.dims();
    let device = input.device();
    let side = Tensor::zeros([batch, height, pad, channels], &device);
    let rows = Tensor::cat(vec![side.clone(), input, side], 2);
    let edge = Tensor::zeros([batch, pad, width + 2 * pad, channels], &device);
    Tensor::cat(vec![edge.clone(), rows, edge], 1)
}

/// As [`super::cluster_linear`], in plain tensor operations.
pub fn cluster_linear_plain(geometry: &ClusterGeometry, input: Tensor<4>, weight: Tensor<2>) -> Tensor<4> {
    let features = features(geometry, input);
    let [batch, height, width, len] = features.dims();
    let out = weight.dims()[1];
    features.reshape([batch * height * width, len]).matmul(weight).reshape([batch, height, width, out])
}

/// A coefficient set per position.
///
/// # Shapes
/// - `input`: `[batch, height, width, channels]`
/// - `weight`: `[positions, features * channels, out]`
/// - returns `[batch, out_height, out_width, out]`
pub fn cluster_linear_untied(geometry: &ClusterGeometry, input: Tensor<4>, weight: Tensor<3>) -> Tensor<4> {
    let features = features(geometry, input);
    let [batch, height, width, len] = features.dims();
    let out = weight.dims()[2];
    let by_position = features.reshape([batch, height * width, len]).swap_dims(0, 1); // [positions, batch, len]
    by_position.matmul(weight).swap_dims(0, 1).reshape([batch, height, width, out])
}
