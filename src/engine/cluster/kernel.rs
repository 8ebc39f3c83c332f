//! The cluster operation on the CPU: features in cache-sized blocks, one matrix product per block.
//!
//! Layouts: input `[batch, height, width, channels]`, features of a row `[feature, channel]`,
//! weight `[feature * channels, out]`, output `[rows, out]`. With `F = features * channels`, a block of
//! [`BLOCK_ROWS`] rows holds `BLOCK_ROWS * F` numbers (about 400 kB for 64 channels of second order): it is formed,
//! multiplied and forgotten, so memory sees the input and the output once. The backward passes form it again.

use super::product::{Matrix, product};
use super::{ClusterGeometry, ClusterSize};
use crate::engine::parallel::for_each_chunk;
use multiversion::multiversion;

/// Rows of a feature block; a multiple of the register tile that keeps the block inside a second-level cache.
const BLOCK_ROWS: usize = 96;
/// Most numbers of a feature block: 16 MB. Only rows of tens of thousands of features reach it.
const BLOCK_VALUES: usize = 1 << 22;

/// Scratch space of one thread.
struct Scratch {
    features: Vec<f32>,
    gradients: Vec<f32>,
}

/// `output[rows, out] = features(input) * weight`.
pub fn forward(
    geometry: &ClusterGeometry,
    size: &ClusterSize,
    out: usize,
    input: &[f32],
    weight: &[f32],
    output: &mut [f32],
) {
    let images = images_per_task(size);
    for_each_chunk(output, images * size.positions() * out, |task, output| {
        let row_len = geometry.features() * size.channels;
        let block_rows = block_rows(row_len);
        let mut features = vec![0.0; block_rows * row_len];
        for (block, rows) in output.chunks_mut(block_rows * out).enumerate() {
            let first = task * images * size.positions() + block * block_rows;
            let count = rows.len() / out;
            fill_features(geometry, size, input, first, &mut features[..count * row_len]);
            let a = Matrix { values: &features, rows: count, columns: row_len, transposed: false };
            let b = Matrix { values: weight, rows: row_len, columns: out, transposed: false };
            product(rows, &a, &b, false);
        }
    });
}

/// Gradient of the weight: `features(input)^T * gradient`, `[features * channels, out]`.
pub fn backward_weight(
    geometry: &ClusterGeometry,
    size: &ClusterSize,
    out: usize,
    input: &[f32],
    gradient: &[f32],
) -> Vec<f32> {
    let row_len = geometry.features() * size.channels;
    sum_over_tasks(size.batch, images_per_task(size), row_len * out, |images, total| {
        let block_rows = block_rows(row_len);
        let mut features = vec![0.0; block_rows * row_len];
        let rows = images.start * size.positions()..images.end * size.positions();
        for first in rows.clone().step_by(block_rows) {
            let count = block_rows.min(rows.end - first);
            fill_features(geometry, size, input, first, &mut features[..count * row_len]);
            let a = Matrix { values: &features, rows: row_len, columns: count, transposed: true };
            let b = Matrix { values: &gradient[first * out..], rows: count, columns: out, transposed: false };
            product(total, &a, &b, true);
        }
    })
}

/// Gradient of the input: the gradient of every feature, carried back to the taps it was made of.
pub fn backward_input(
    geometry: &ClusterGeometry,
    size: &ClusterSize,
    out: usize,
    input: &[f32],
    weight: &[f32],
    gradient: &[f32],
    result: &mut [f32],
) {
    let images = images_per_task(size);
    for_each_chunk(result, images * size.image_len(), |task, result| {
        let row_len = geometry.features() * size.channels;
        let block_rows = block_rows(row_len);
        let mut scratch =
            Scratch { features: vec![0.0; block_rows * row_len], gradients: vec![0.0; block_rows * row_len] };
        let first_image = task * images;
        let last_row = (first_image + result.len() / size.image_len()) * size.positions();
        for first in (first_image * size.positions()..last_row).step_by(block_rows) {
            let count = block_rows.min(last_row - first);
            if !geometry.monomials.is_linear() {
                fill_features(geometry, size, input, first, &mut scratch.features[..count * row_len]);
            }
            let a = Matrix { values: &gradient[first * out..], rows: count, columns: out, transposed: false };
            let b = Matrix { values: weight, rows: out, columns: row_len, transposed: true };
            product(&mut scratch.gradients, &a, &b, false);
            spread_gradients(geometry, size, first, count, first_image, &mut scratch, result);
        }
    });
}

/// Forms the features of consecutive output rows, starting at row `first` of the whole batch. Taps that lie side by side
/// are copied together.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma"))]
fn fill_features(geometry: &ClusterGeometry, size: &ClusterSize, input: &[f32], first: usize, block: &mut [f32]) {
    let channels = size.channels;
    let (taps, run) = (geometry.taps(), geometry.adjacent_taps());
    let row_len = geometry.features() * channels;
    let products = &geometry.monomials.entries()[taps..];
    for (index, row) in block.chunks_exact_mut(row_len).enumerate() {
        let (image, y, x) = place(size, first + index);
        for (part, values) in row[..taps * channels].chunks_exact_mut(run * channels).enumerate() {
            let (met, pixel) = geometry.taps_within(size, [y, x], part * run).unwrap_or_default();
            if met.len() < run {
                values.fill(0.0);
            }
            let start = image * size.image_len() + pixel * channels;
            values[met.start * channels..met.end * channels]
                .copy_from_slice(&input[start..start + met.len() * channels]);
        }
        for (offset, monomial) in products.iter().enumerate() {
            let Some(rest) = monomial.rest else { continue };
            let (known, new) = row.split_at_mut((taps + offset) * channels);
            multiply(
                &mut new[..channels],
                &known[monomial.tap * channels..][..channels],
                &known[rest * channels..][..channels],
            );
        }
    }
}

/// Applies the product rule to a block of feature gradients and adds the tap gradients to the input gradient.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2+fma"))]
fn spread_gradients(
    geometry: &ClusterGeometry,
    size: &ClusterSize,
    first: usize,
    count: usize,
    first_image: usize,
    scratch: &mut Scratch,
    result: &mut [f32],
) {
    let channels = size.channels;
    let (taps, run) = (geometry.taps(), geometry.adjacent_taps());
    let row_len = geometry.features() * channels;
    let products = &geometry.monomials.entries()[taps..];
    for index in 0..count {
        let row = &mut scratch.gradients[index * row_len..(index + 1) * row_len];
        let values = &scratch.features[index * row_len..(index + 1) * row_len];
        for (offset, monomial) in products.iter().enumerate().rev() {
            let Some(rest) = monomial.rest else { continue };
            let (earlier, own) = row.split_at_mut((taps + offset) * channels);
            let own = &own[..channels];
            let (tap, rest) = (monomial.tap * channels, rest * channels);
            add_product(&mut earlier[tap..tap + channels], own, &values[rest..rest + channels]);
            add_product(&mut earlier[rest..rest + channels], own, &values[tap..tap + channels]);
        }
        let (image, y, x) = place(size, first + index);
        for (part, gradient) in row[..taps * channels].chunks_exact(run * channels).enumerate() {
            if let Some((met, pixel)) = geometry.taps_within(size, [y, x], part * run) {
                let start = (image - first_image) * size.image_len() + pixel * channels;
                let gradient = &gradient[met.start * channels..met.end * channels];
                add(&mut result[start..start + gradient.len()], gradient);
            }
        }
    }
}

/// Image, row and column of an output row of the whole batch.
#[inline(always)]
fn place(size: &ClusterSize, row: usize) -> (usize, usize, usize) {
    let position = row % size.positions();
    (row / size.positions(), position / size.out_width, position % size.out_width)
}

#[inline(always)]
fn multiply(target: &mut [f32], a: &[f32], b: &[f32]) {
    for ((target, a), b) in target.iter_mut().zip(a).zip(b) {
        *target = a * b;
    }
}

#[inline(always)]
fn add_product(target: &mut [f32], a: &[f32], b: &[f32]) {
    for ((target, a), b) in target.iter_mut().zip(a).zip(b) {
        *target += a * b;
    }
}

#[inline(always)]
fn add(target: &mut [f32], a: &[f32]) {
    for (target, a) in target.iter_mut().zip(a) {
        *target += a;
    }
}

/// Rows of a block of rows of `row_len` features.
fn block_rows(row_len: usize) -> usize {
    (BLOCK_VALUES / row_len).clamp(1, BLOCK_ROWS)
}

/// Images per parallel task: enough rows to fill a block where images are small.
fn images_per_task(size: &ClusterSize) -> usize {
    BLOCK_ROWS.div_ceil(size.positions()).min(size.batch).max(1)
}

/// Adds up what `work` contributes for ranges of images. The ranges do not depend on the number of threads and are
/// added in order, so that the sum is the same on every machine.
fn sum_over_tasks(
    batch: usize,
    images: usize,
    len: usize,
    work: impl Fn(std::ops::Range<usize>, &mut [f32]) + Sync,
) -> Vec<f32> {
    /// Partial sums kept apart; as many as there are useful threads.
    const PARTS: usize = 4;
    let per_part = batch.div_ceil(PARTS).next_multiple_of(images.min(batch)).max(1);
    let mut partial = vec![0.0; batch.div_ceil(per_part) * len];
    for_each_chunk(&mut partial, len, |part, total| {
        work(part * per_part..((part + 1) * per_part).min(batch), total);
    });
    let mut total = partial[..len].to_vec();
    for part in partial[len..].chunks_exact(len) {
        add(&mut total, part);
    }
    total
}
