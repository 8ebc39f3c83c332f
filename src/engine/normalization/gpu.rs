//! The passes of batch normalisation on graphics processors. Matrices are `[rows, channels]`, row-major.

use super::operation::NormalizationBackend;
use crate::engine::fused::gpu::{at_most, column_sums, cubes, empty, first_column, tier, workgroup};
use burn::backend::TensorMetadata;
use burn_cubecl::CubeBackend;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

/// Rows over which one unit adds up.
const STRIP: usize = 256;
/// Rows that one unit writes.
const WRITTEN: usize = 16;

/// Mean and sum of squared deviations of every strip of rows, `[strip, 2, channels]`.
#[cube(launch_unchecked)]
fn strip_moments(input: &[f32], result: &mut [f32], rows: usize, channels: usize, #[comptime] strip: usize) {
    let c = first_column(1usize);
    let number = tier();
    let first = number * strip;
    if c < channels && first < rows {
        let end = at_most(first + strip, rows);
        let mut sum = 0.0f32;
        for row in first..end {
            sum += input[row * channels + c];
        }
        let mean = sum / f32::cast_from((end - first) as u32);
        let mut squares = 0.0f32;
        for row in first..end {
            let deviation = input[row * channels + c] - mean;
            squares += deviation * deviation;
        }
        result[2 * number * channels + c] = mean;
        result[(2 * number + 1) * channels + c] = squares;
    }
}

/// Mean and variance of all rows from those of the strips, `[2, channels]`.
///
/// The mean of each strip is taken into account, so that large means cost no accuracy (Chan, Golub and `LeVeque`).
#[cube(launch_unchecked)]
fn all_moments(strips: &[f32], result: &mut [f32], rows: usize, channels: usize, #[comptime] strip: usize) {
    let c = first_column(1usize);
    if c < channels && tier() == 0 {
        let count = (rows + comptime!(strip - 1)) / strip;
        let mut sum = 0.0f32;
        for number in 0..count {
            let members = at_most(rows - number * strip, strip);
            sum += strips[2 * number * channels + c] * f32::cast_from(members as u32);
        }
        let all = f32::cast_from(rows as u32);
        let mean = sum / all;
        let mut squares = 0.0f32;
        for number in 0..count {
            let members = f32::cast_from(at_most(rows - number * strip, strip) as u32);
            let deviation = strips[2 * number * channels + c] - mean;
            squares += strips[(2 * number + 1) * channels + c] + deviation * deviation * members;
        }
        result[c] = mean;
        result[channels + c] = squares / all;
    }
}

/// `scale (x - mean) / sqrt(variance + epsilon) + shift`.
#[cube(launch_unchecked)]
fn scaled(
    input: &[f32],
    moments: &[f32],
    scale: &[f32],
    shift: &[f32],
    output: &mut [f32],
    rows: usize,
    channels: usize,
    epsilon: f32,
    #[comptime] written: usize,
) {
    let c = first_column(1usize);
    let first = tier() * written;
    if c < channels && first < rows {
        let factor = scale[c] / (moments[channels + c] + epsilon).sqrt();
        let offset = shift[c] - moments[c] * factor;
        for row in first..at_most(first + written, rows) {
            output[row * channels + c] = input[row * channels + c] * factor + offset;
        }
    }
}

/// Sums of the gradient and of gradient times normalised input over strips of rows, `[strip, 2, channels]`.
#[cube(launch_unchecked)]
fn strip_gradient_sums(
    input: &[f32],
    moments: &[f32],
    gradient: &[f32],
    result: &mut [f32],
    rows: usize,
    channels: usize,
    epsilon: f32,
    #[comptime] strip: usize,
) {
    let c = first_column(1usize);
    let number = tier();
    let first = number * strip;
    if c < channels && first < rows {
        let mean = moments[c];
        let mut of_shift = 0.0f32;
        let mut of_scale = 0.0f32;
        for row in first..at_most(first + strip, rows) {
            let gradient = gradient[row * channels + c];
            of_shift += gradient;
            of_scale += gradient * (input[row * channels + c] - mean);
        }
        result[2 * number * channels + c] = of_shift;
        result[(2 * number + 1) * channels + c] = of_scale / (moments[channels + c] + epsilon).sqrt();
    }
}

/// `dx = g r (dy - mean(dy) - xhat mean(dy xhat))` with `r` the inverse deviation and `xhat = (x - m) r`.
#[cube(launch_unchecked)]
fn input_gradient(
    input: &[f32],
    moments: &[f32],
    scale: &[f32],
    sums: &[f32],
    gradient: &[f32],
    output: &mut [f32],
    rows: usize,
    channels: usize,
    epsilon: f32,
    #[comptime] written: usize,
) {
    let c = first_column(1usize);
    let first = tier() * written;
    if c < channels && first < rows {
        let inverse = 1.0f32 / (moments[channels + c] + epsilon).sqrt();
        let all = f32::cast_from(rows as u32);
        let of_gradient = scale[c] * inverse;
        let of_input = -of_gradient * inverse * sums[channels + c] / all;
        let constant = -of_gradient * sums[c] / all - of_input * moments[c];
        for row in first..at_most(first + written, rows) {
            let at = row * channels + c;
            output[at] = of_gradient * gradient[at] + of_input * input[at] + constant;
        }
    }
}

impl NormalizationBackend for CubeBackend {
    fn batch_moments(input: CubeTensor) -> CubeTensor {
        let input = into_contiguous(input);
        let [rows, channels] = [input.shape()[0], input.shape()[1]];
        let strips = empty(&input, [rows.div_ceil(STRIP), 2, channels]);
        let result = empty(&input, [2 * channels]);
        let client = input.client.clone();
        let count = cubes([rows.div_ceil(STRIP), channels], 1, 1);
        let (of_strips, input) = (strips.clone().into_buffer_arg(), input.into_buffer_arg());
        // SAFETY: the kernels compare their place with the sizes, which are those of the tensors.
        unsafe {
            strip_moments::launch_unchecked(&client, count, workgroup(), input, of_strips, rows, channels, STRIP);
            let (count, strips, moments) =
                (cubes([1, channels], 1, 1), strips.into_buffer_arg(), result.clone().into_buffer_arg());
            all_moments::launch_unchecked(&client, count, workgroup(), strips, moments, rows, channels, STRIP);
        }
        result
    }

    fn batch_normalized(
        input: CubeTensor,
        moments: CubeTensor,
        scale: CubeTensor,
        shift: CubeTensor,
        epsilon: f64,
    ) -> CubeTensor {
        let [input, moments, scale, shift] = [input, moments, scale, shift].map(into_contiguous);
        let [rows, channels] = [input.shape()[0], input.shape()[1]];
        let output = empty(&input, [rows, channels]);
        let client = input.client.clone();
        // SAFETY: as above.
        unsafe {
            scaled::launch_unchecked(
                &client,
                cubes([rows, channels], WRITTEN, 1),
                workgroup(),
                input.into_buffer_arg(),
                moments.into_buffer_arg(),
                scale.into_buffer_arg(),
                shift.into_buffer_arg(),
                output.clone().into_buffer_arg(),
                rows,
                channels,
                epsilon as f32,
                WRITTEN,
            );
        }
        output
    }

    fn batch_gradient_sums(input: CubeTensor, moments: CubeTensor, gradient: CubeTensor, epsilon: f64) -> CubeTensor {
        let [input, moments, gradient] = [input, moments, gradient].map(into_contiguous);
        let [rows, channels] = [input.shape()[0], input.shape()[1]];
        let strips = empty(&input, [rows.div_ceil(STRIP), 2 * channels]);
        let client = input.client.clone();
        // SAFETY: as above.
        unsafe {
            strip_gradient_sums::launch_unchecked(
                &client,
                cubes([rows.div_ceil(STRIP), channels], 1, 1),
                workgroup(),
                input.into_buffer_arg(),
                moments.into_buffer_arg(),
                gradient.into_buffer_arg(),
                strips.clone().into_buffer_arg(),
                rows,
                channels,
                epsilon as f32,
                STRIP,
            );
        }
        column_sums(strips)
    }

    fn batch_input_gradient(
        input: CubeTensor,
        moments: CubeTensor,
        scale: CubeTensor,
        sums: CubeTensor,
        gradient: CubeTensor,
        epsilon: f64,
    ) -> CubeTensor {
        let [input, moments, scale, sums, gradient] = [input, moments, scale, sums, gradient].map(into_contiguous);
        let [rows, channels] = [input.shape()[0], input.shape()[1]];
        let output = empty(&input, [rows, channels]);
        let client = input.client.clone();
        // SAFETY: as above.
        unsafe {
            input_gradient::launch_unchecked(
                &client,
                cubes([rows, channels], WRITTEN, 1),
                workgroup(),
                input.into_buffer_arg(),
                moments.into_buffer_arg(),
                scale.into_buffer_arg(),
                sums.into_buffer_arg(),
                gradient.into_buffer_arg(),
                output.clone().into_buffer_arg(),
                rows,
                channels,
                epsilon as f32,
                WRITTEN,
            );
        }
        output
    }
}
