//! The passes of batch normalisation on the CPU. Matrices are `[rows, channels]`, row-major.

use crate::engine::parallel::for_each_chunk;
use multiversion::multiversion;

/// Rows that are summed in single precision before they enter the double-precision totals.
const BLOCK_ROWS: usize = 256;
/// Rows of one parallel task.
const TASK_ROWS: usize = 32 * BLOCK_ROWS;

/// What the input gradient is made of: `a g + b x + c` per channel.
pub struct GradientCoefficients {
    /// Factor of the output gradient.
    pub a: Vec<f32>,
    /// Factor of the input.
    pub b: Vec<f32>,
    /// Constant.
    pub c: Vec<f32>,
}

/// Mean and variance of every channel, `[2 * channels]`.
pub fn moments(input: &[f32], channels: usize) -> Vec<f32> {
    let rows = (input.len() / channels) as f64;
    let sums = total(input.len(), channels, |range, sums| add_moments(&input[range], channels, sums));
    let mean = |c: usize| sums[c] / rows;
    let variance = |c: usize| (sums[channels + c] / rows - mean(c) * mean(c)).max(0.0);
    (0..channels).map(mean).chain((0..channels).map(variance)).map(|value| value as f32).collect()
}

/// `factor x + offset` per channel.
pub fn scale_and_shift(input: &[f32], factor: &[f32], offset: &[f32], output: &mut [f32]) {
    let len = TASK_ROWS * factor.len();
    for_each_chunk(output, len, |task, output| {
        scale_and_shift_part(&input[task * len..][..output.len()], factor, offset, output);
    });
}

/// Column sums of the gradient and of gradient times normalised input, `[2 * channels]`: the gradients of shift and scale.
pub fn gradient_sums(input: &[f32], gradient: &[f32], mean: &[f32], inverse_deviation: &[f32]) -> Vec<f32> {
    let sums = total(input.len(), mean.len(), |range, sums| {
        add_gradient_sums(&input[range.clone()], &gradient[range], mean, inverse_deviation, sums);
    });
    sums.into_iter().map(|sum| sum as f32).collect()
}

/// Gradient of the input.
pub fn input_gradient(input: &[f32], gradient: &[f32], coefficients: &GradientCoefficients, output: &mut [f32]) {
    let len = TASK_ROWS * coefficients.a.len();
    for_each_chunk(output, len, |task, output| {
        let part = task * len..task * len + output.len();
        input_gradient_part(&input[part.clone()], &gradient[part], coefficients, output);
    });
}

/// Adds up `[2 * channels]` sums over blocks of rows; the blocks, and so the result, do not depend on the threads.
fn total(len: usize, channels: usize, add: impl Fn(std::ops::Range<usize>, &mut [f32]) + Sync) -> Vec<f64> {
    let task_len = TASK_ROWS * channels;
    let mut partial = vec![0.0_f64; len.div_ceil(task_len) * 2 * channels];
    for_each_chunk(&mut partial, 2 * channels, |task, partial| {
        let mut sums = vec![0.0_f32; 2 * channels];
        let end = ((task + 1) * task_len).min(len);
        for start in (task * task_len..end).step_by(BLOCK_ROWS * channels) {
            sums.fill(0.0);
            add(start..(start + BLOCK_ROWS * channels).min(end), &mut sums);
            partial.iter_mut().zip(&sums).for_each(|(total, sum)| *total += f64::from(*sum));
        }
    });
    (0..2 * channels).map(|index| partial[index..].iter().step_by(2 * channels).sum()).collect()
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma"))]
fn add_moments(input: &[f32], channels: usize, sums: &mut [f32]) {
    let (first, second) = sums.split_at_mut(channels);
    for row in input.chunks_exact(channels) {
        for ((x, first), second) in row.iter().zip(&mut *first).zip(&mut *second) {
            *first += x;
            *second += x * x;
        }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma"))]
fn scale_and_shift_part(input: &[f32], factor: &[f32], offset: &[f32], output: &mut [f32]) {
    let channels = factor.len();
    for (output, row) in output.chunks_exact_mut(channels).zip(input.chunks_exact(channels)) {
        for (((output, x), factor), offset) in output.iter_mut().zip(row).zip(factor).zip(offset) {
            *output = x * factor + offset;
        }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma"))]
fn add_gradient_sums(input: &[f32], gradient: &[f32], mean: &[f32], inverse_deviation: &[f32], sums: &mut [f32]) {
    let channels = mean.len();
    let (first, second) = sums.split_at_mut(channels);
    for (row, gradient) in input.chunks_exact(channels).zip(gradient.chunks_exact(channels)) {
        let statistics = mean.iter().zip(inverse_deviation);
        let values = row.iter().zip(gradient).zip(statistics);
        for (((x, g), (mean, inverse)), (first, second)) in values.zip(first.iter_mut().zip(second.iter_mut())) {
            *first += g;
            *second += g * ((x - mean) * inverse);
        }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma"))]
fn input_gradient_part(input: &[f32], gradient: &[f32], coefficients: &GradientCoefficients, output: &mut [f32]) {
    let GradientCoefficients { a, b, c } = coefficients;
    let channels = a.len();
    let rows = input.chunks_exact(channels).zip(gradient.chunks_exact(channels));
    for (output, (row, gradient)) in output.chunks_exact_mut(channels).zip(rows) {
        let linear = a.iter().zip(b).zip(c);
        for ((output, (x, g)), ((a, b), c)) in output.iter_mut().zip(row.iter().zip(gradient)).zip(linear) {
            *output = a * g + b * x + c;
        }
    }
}
