//! From tensors to kernels.

use super::super::operation::ClusterBackend;
use super::super::{ClusterGeometry, ClusterSize};
use super::kernel::{Plan, SizesLaunch};
use super::{gradient as backward, kernel};
use crate::engine::fused::gpu::{LANES, TIERS, column_sums, cubes, empty, workgroup};
use burn::backend::TensorMetadata;
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::ops::{permute, reshape};
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

/// Sums that a unit of the forward kernels holds, and rows and features that one of the backward kernels holds.
const TILE: usize = 4;
/// Sums of a unit of the backward kernels.
const MAX_SUMS: usize = 64;
/// Output positions over which one unit adds up the gradient of a weight.
const SEGMENT_ROWS: usize = 512;

/// What the kernels are compiled for.
fn plan(geometry: &ClusterGeometry, rows: usize, columns: usize) -> Plan {
    let entries = &geometry.monomials.entries()[geometry.taps()..];
    let products = entries.iter().filter_map(|entry| entry.rest.map(|rest| [entry.tap, rest])).collect();
    Plan { cluster: geometry.cluster, products, rows, columns }
}

fn sizes(geometry: &ClusterGeometry, size: &ClusterSize, out: usize) -> SizesLaunch {
    let &ClusterSize { height, width, channels, out_height, out_width, .. } = size;
    let [stride_y, stride_x] = geometry.stride;
    let (dilation, padding) = (geometry.dilation, geometry.padding);
    let rows = size.rows();
    SizesLaunch::new(rows, height, width, channels, out_height, out_width, out, stride_y, stride_x, dilation, padding)
}

fn shape4(tensor: &CubeTensor) -> [usize; 4] {
    let shape = tensor.shape();
    [shape[0], shape[1], shape[2], shape[3]]
}

fn size_of(geometry: &ClusterGeometry, input: &CubeTensor) -> ClusterSize {
    geometry.size(shape4(input)).expect("sizes were checked when the network was built")
}

/// `[batch, h, w, c]`, `[feature * c, out]` to `[batch, oh, ow, out]`; where `backward`, the taps run backwards.
fn forward(geometry: &ClusterGeometry, input: CubeTensor, weight: CubeTensor, backward: bool) -> CubeTensor {
    let (input, weight) = (into_contiguous(input), into_contiguous(weight));
    let size = size_of(geometry, &input);
    let out = weight.shape()[1];
    let output = empty(&input, [size.batch, size.out_height, size.out_width, out]);
    let client = input.client.clone();
    let plan = plan(geometry, TILE, TILE);
    let count = cubes([size.rows(), out], TILE, TILE);
    let sizes = sizes(geometry, &size, out);
    let arguments = (input.into_buffer_arg(), weight.into_buffer_arg(), output.clone().into_buffer_arg());
    // SAFETY: the kernels compare every position with the sizes, which are those of the tensors.
    unsafe {
        if geometry.monomials.is_linear() {
            let (input, weight, output) = arguments;
            kernel::linear::launch_unchecked(&client, count, workgroup(), input, weight, output, sizes, plan, backward);
        } else {
            let (input, weight, output) = arguments;
            kernel::polynomial::launch_unchecked(&client, count, workgroup(), input, weight, output, sizes, plan);
        }
    }
    output
}

/// `[feature * a, b]` to `[feature * b, a]`.
fn exchanged(weight: CubeTensor, features: usize) -> CubeTensor {
    let [rows, out] = [weight.shape()[0], weight.shape()[1]];
    let channels = rows / features;
    let by_feature = reshape(weight, [features, channels, out].into());
    let exchanged = into_contiguous(permute(by_feature, &[0, 2, 1]));
    reshape(exchanged, [features * out, channels].into())
}

/// A convolution of stride 1 carries its gradient back by the convolution that runs the other way.
fn reversed(geometry: &ClusterGeometry) -> Option<ClusterGeometry> {
    let span = |axis: usize| geometry.dilation * (geometry.cluster[axis] - 1);
    let back = geometry.monomials.is_linear() && geometry.stride == [1, 1] && span(0) == span(1);
    let padding = span(0).checked_sub(geometry.padding)?;
    back.then(|| ClusterGeometry { padding, ..geometry.clone() })
}

/// Gradient of the input through the gradients of the taps.
fn through_taps(geometry: &ClusterGeometry, input: CubeTensor, weight: CubeTensor, gradient: CubeTensor) -> CubeTensor {
    let size = size_of(geometry, &input);
    let out = gradient.shape()[3];
    let rows = (MAX_SUMS / geometry.features()).clamp(1, TILE);
    let plan = plan(geometry, rows, 1);
    let client = input.client.clone();
    let taps = empty(&input, [size.rows(), geometry.taps(), size.channels]);
    let result = empty(&input, shape4(&input));
    let values = result.shape().num_elements();
    let whole = CubeDim::new(&client, values);
    // SAFETY: as above.
    unsafe {
        backward::of_taps::launch_unchecked(
            &client,
            cubes([size.rows(), size.channels], rows, 1),
            workgroup(),
            input.into_buffer_arg(),
            weight.into_buffer_arg(),
            gradient.into_buffer_arg(),
            taps.clone().into_buffer_arg(),
            sizes(geometry, &size, out),
            plan.clone(),
        );
        backward::gathered::launch_unchecked(
            &client,
            cubecl::calculate_cube_count_elemwise(&client, values, whole),
            whole,
            taps.into_buffer_arg(),
            result.clone().into_buffer_arg(),
            sizes(geometry, &size, out),
            plan,
        );
    }
    result
}

impl ClusterBackend for CubeBackend {
    fn cluster_forward(input: CubeTensor, weight: CubeTensor, geometry: ClusterGeometry) -> CubeTensor {
        forward(&geometry, input, weight, false)
    }

    fn cluster_backward_input(
        input: CubeTensor,
        weight: CubeTensor,
        gradient: CubeTensor,
        geometry: ClusterGeometry,
    ) -> CubeTensor {
        let weight = exchanged(into_contiguous(weight), geometry.features());
        let gradient = into_contiguous(gradient);
        match reversed(&geometry) {
            Some(back) => forward(&back, gradient, weight, true),
            None => through_taps(&geometry, into_contiguous(input), weight, gradient),
        }
    }

    fn cluster_backward_weight(input: CubeTensor, gradient: CubeTensor, geometry: ClusterGeometry) -> CubeTensor {
        let (input, gradient) = (into_contiguous(input), into_contiguous(gradient));
        let size = size_of(&geometry, &input);
        let out = gradient.shape()[3];
        let features = geometry.features();
        let columns = (MAX_SUMS / features).clamp(1, TILE);
        let lines = SEGMENT_ROWS.div_ceil(size.out_width);
        let segments = (size.batch * size.out_height).div_ceil(lines);
        let client = input.client.clone();
        let parts = empty(&input, [segments, features * size.channels * out]);
        let channels = size.channels.div_ceil(TIERS) as u32;
        // SAFETY: as above.
        unsafe {
            backward::of_weight::launch_unchecked(
                &client,
                CubeCount::Static(segments as u32, channels, out.div_ceil(LANES * columns) as u32),
                workgroup(),
                input.into_buffer_arg(),
                gradient.into_buffer_arg(),
                parts.clone().into_buffer_arg(),
                sizes(&geometry, &size, out),
                lines,
                plan(&geometry, 1, columns),
            );
        }
        let sum = if segments == 1 { parts } else { column_sums(parts) };
        reshape(sum, [features * size.channels, out].into())
    }
}
