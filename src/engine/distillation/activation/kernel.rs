//! Instance normalisation, ReLU and 2x2 mean pooling in one pass over each image on the CPU.
//! Images are `[height, width, channels]`; odd last rows and columns are normalised but not pooled.

use crate::engine::parallel::for_each_chunk;
use multiversion::multiversion;

/// Sides and channels of one image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolSize {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Channels.
    pub channels: usize,
}

impl PoolSize {
    /// Values of one input image.
    pub fn input_len(self) -> usize {
        self.height * self.width * self.channels
    }

    /// Values of one output image.
    pub fn output_len(self) -> usize {
        (self.height / 2) * (self.width / 2) * self.channels
    }
}

/// `[n, h, w, c]` to `[n, h/2, w/2, c]`.
pub fn forward(input: &[f32], size: PoolSize, epsilon: f32, output: &mut [f32]) {
    for_each_chunk(output, size.output_len(), |image, output| {
        let input = &input[image * size.input_len()..][..size.input_len()];
        forward_image(input, size, epsilon, output);
    });
}

/// Gradient of the input from the gradient of the output.
pub fn backward(input: &[f32], gradient: &[f32], size: PoolSize, epsilon: f32, result: &mut [f32]) {
    for_each_chunk(result, size.input_len(), |image, result| {
        let input = &input[image * size.input_len()..][..size.input_len()];
        let gradient = &gradient[image * size.output_len()..][..size.output_len()];
        backward_image(input, gradient, size, epsilon, result);
    });
}

/// Mean and `1 / sqrt(variance + epsilon)` of every channel.
#[inline(always)]
fn statistics(input: &[f32], channels: usize, epsilon: f32) -> (Vec<f32>, Vec<f32>) {
    let count = (input.len() / channels) as f32;
    let mut mean = vec![0.0_f32; channels];
    for row in input.chunks_exact(channels) {
        for (mean, x) in mean.iter_mut().zip(row) {
            *mean += x;
        }
    }
    for mean in &mut mean {
        *mean /= count;
    }
    let mut inverse = vec![0.0_f32; channels];
    for row in input.chunks_exact(channels) {
        for ((sum, x), mean) in inverse.iter_mut().zip(row).zip(&mean) {
            *sum += (x - mean) * (x - mean);
        }
    }
    for sum in &mut inverse {
        *sum = (*sum / count + epsilon).sqrt().recip();
    }
    (mean, inverse)
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma"))]
fn forward_image(input: &[f32], size: PoolSize, epsilon: f32, output: &mut [f32]) {
    let PoolSize { width, channels, .. } = size;
    let (mean, inverse) = statistics(input, channels, epsilon);
    for (cell, output) in output.chunks_exact_mut(channels).enumerate() {
        let (row, column) = (cell / (width / 2), cell % (width / 2));
        let start = (2 * row * width + 2 * column) * channels;
        let upper = &input[start..start + 2 * channels];
        let lower = &input[start + width * channels..][..2 * channels];
        let (a, b) = upper.split_at(channels);
        let (c, d) = lower.split_at(channels);
        let taps = a.iter().zip(b).zip(c.iter().zip(d));
        for ((output, ((a, b), (c, d))), (mean, inverse)) in output.iter_mut().zip(taps).zip(mean.iter().zip(&inverse))
        {
            let sum = (a - mean).max(0.0) + (b - mean).max(0.0) + (c - mean).max(0.0) + (d - mean).max(0.0);
            *output = 0.25 * inverse * sum;
        }
    }
}

/// With `y = (x - m) r`, `g` the gradient of `y`: the gradient of `x` is `r (g - mean(g) - y mean(g y))`.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma"))]
fn backward_image(input: &[f32], gradient: &[f32], size: PoolSize, epsilon: f32, result: &mut [f32]) {
    let PoolSize { height, width, channels } = size;
    let (mean, inverse) = statistics(input, channels, epsilon);
    let mut sums = vec![0.0_f32; channels];
    let mut products = vec![0.0_f32; channels];
    result.fill(0.0);
    let pooled_width = width / 2;
    for row in 0..2 * (height / 2) {
        for column in 0..2 * pooled_width {
            let gradient = &gradient[((row / 2) * pooled_width + column / 2) * channels..][..channels];
            let start = (row * width + column) * channels;
            let (input, result) = (&input[start..start + channels], &mut result[start..start + channels]);
            let totals = sums.iter_mut().zip(products.iter_mut());
            let values = input.iter().zip(gradient).zip(mean.iter().zip(&inverse));
            for ((result, ((x, g), (mean, inverse))), (sum, product)) in result.iter_mut().zip(values).zip(totals) {
                let centred = x - mean;
                let g = if centred > 0.0 { 0.25 * g } else { 0.0 };
                *result = g;
                *sum += g;
                *product += g * centred * inverse;
            }
        }
    }
    let count = (height * width) as f32;
    for (input, result) in input.chunks_exact(channels).zip(result.chunks_exact_mut(channels)) {
        let statistics = mean.iter().zip(&inverse).zip(sums.iter().zip(&products));
        for ((result, x), ((mean, inverse), (sum, product))) in result.iter_mut().zip(input).zip(statistics) {
            let normalized = (x - mean) * inverse;
            *result = inverse * (*result - (sum + normalized * product) / count);
        }
    }
}
