//! Backward kernels: they form the features again.

#![expect(clippy::needless_pass_by_value, reason = "what a kernel is compiled for is passed by value")]

use super::kernel::{Plan, Sizes, columns_of, zeros};
use crate::engine::fused::gpu::{LANES, at_most, first_column, tier};
use cubecl::prelude::*;

/// Gradient of the weight by segments, `[segment, feature * channels, out]`: each is the sum over `lines` lines of the output.
#[cube(launch_unchecked)]
pub fn of_weight(
    input: &[f32],
    gradient: &[f32],
    result: &mut [f32],
    size: Sizes,
    lines: usize,
    #[comptime] plan: Plan,
) {
    let taps = comptime!(plan.taps());
    let features = comptime!(plan.features());
    let width = comptime!(plan.cluster[1]);
    let columns = comptime!(plan.columns);
    let c = (CUBE_POS_Y * CUBE_DIM_Y + UNIT_POS_Y) as usize;
    if c >= size.channels {
        terminate!();
    }
    let column0 = first_column(columns);
    let column = columns_of(column0, size.out, columns);
    let mut sums = zeros(comptime!(features * columns));
    let mut values = Array::<f32>::new(features);
    let mut gradients = Array::<f32>::new(columns);
    let segment = CUBE_POS_X as usize;
    let end = at_most((segment + 1) * lines, size.rows / size.out_width);
    for line in segment * lines..end {
        for place in 0..size.out_width {
            let row = (line * size.out_width + place) * size.out;
            #[unroll]
            for q in 0..columns {
                gradients[q] = gradient[row + column[q]];
            }
            #[unroll]
            for f in 0..features {
                if comptime!(f < taps) {
                    values[f] = tap_value(input, &size, line, place, c, f, width);
                } else {
                    let one = comptime!(plan.products[f - taps][0]);
                    let other = comptime!(plan.products[f - taps][1]);
                    values[f] = values[one] * values[other];
                }
                #[unroll]
                for q in 0..columns {
                    sums[comptime!(f * columns + q)] += values[f] * gradients[q];
                }
            }
        }
    }
    #[unroll]
    for f in 0..features {
        #[unroll]
        for q in 0..columns {
            let at = column0 + comptime!(q * LANES);
            if at < size.out {
                let row = (segment * features + f) * size.channels + c;
                result[row * size.out + at] = sums[comptime!(f * columns + q)];
            }
        }
    }
}

/// Value of a tap for the cluster at an output position; zero in the padding.
#[cube]
fn tap_value(
    input: &[f32],
    size: &Sizes,
    line: usize,
    place: usize,
    channel: usize,
    #[comptime] tap: usize,
    #[comptime] width: usize,
) -> f32 {
    let top = line % size.out_height * size.stride_y;
    let y = top + comptime!(tap / width) * size.dilation - size.padding;
    let x = place * size.stride_x + comptime!(tap % width) * size.dilation - size.padding;
    let meets = y < size.height && x < size.width;
    let image = line / size.out_height;
    let start = select(meets, ((image * size.height + y) * size.width + x) * size.channels, 0usize);
    select(meets, input[start + channel], 0.0f32)
}

/// The features of one channel for the cluster at an output position.
#[cube]
fn features_of(
    input: &[f32],
    size: &Sizes,
    line: usize,
    place: usize,
    channel: usize,
    #[comptime] plan: Plan,
) -> Array<f32> {
    let taps = comptime!(plan.taps());
    let width = comptime!(plan.cluster[1]);
    let features = comptime!(plan.features());
    let mut values = Array::<f32>::new(features);
    #[unroll]
    for f in 0..features {
        if comptime!(f < taps) {
            values[f] = tap_value(input, size, line, place, channel, f, width);
        } else {
            let one = comptime!(plan.products[f - taps][0]);
            let other = comptime!(plan.products[f - taps][1]);
            values[f] = values[one] * values[other];
        }
    }
    values
}

/// Gradients of the taps of every cluster, `[row, tap, channel]`; `weight` is `[feature, out, channel]`.
#[cube(launch_unchecked)]
pub fn of_taps(
    input: &[f32],
    weight: &[f32],
    gradient: &[f32],
    result: &mut [f32],
    size: Sizes,
    #[comptime] plan: Plan,
) {
    let taps = comptime!(plan.taps());
    let features = comptime!(plan.features());
    let rows = comptime!(plan.rows);
    let first = tier() * rows;
    if first >= size.rows {
        terminate!();
    }
    let channel = first_column(1usize);
    let c = at_most(channel, size.channels - 1);
    let mut start = Array::<usize>::new(rows);
    #[unroll]
    for r in 0..rows {
        start[r] = at_most(first + r, size.rows - 1) * size.out;
    }
    let mut sums = zeros(comptime!(rows * features));
    let mut gradients = Array::<f32>::new(rows);
    for o in 0..size.out {
        #[unroll]
        for r in 0..rows {
            gradients[r] = gradient[start[r] + o];
        }
        #[unroll]
        for f in 0..features {
            let weight = weight[(f * size.out + o) * size.channels + c];
            #[unroll]
            for r in 0..rows {
                sums[comptime!(r * features + f)] += gradients[r] * weight;
            }
        }
    }
    #[unroll]
    for r in 0..rows {
        let row = first + r;
        if row < size.rows && channel < size.channels {
            if comptime!(features > taps) {
                let (line, place) = (row / size.out_width, row % size.out_width);
                let values = features_of(input, &size, line, place, c, plan.clone());
                // The product rule, from the last feature down to the taps.
                #[unroll]
                for back in 0..comptime!(features - taps) {
                    let f = comptime!(features - 1 - back);
                    let one = comptime!(plan.products[f - taps][0]);
                    let other = comptime!(plan.products[f - taps][1]);
                    let own = sums[comptime!(r * features + f)];
                    sums[comptime!(r * features + one)] += own * values[other];
                    sums[comptime!(r * features + other)] += own * values[one];
                }
            }
            #[unroll]
            for t in 0..taps {
                result[(row * taps + t) * size.channels + c] = sums[comptime!(r * features + t)];
            }
        }
    }
}

/// Adds up the gradients of all taps that fall on a pixel: `[row, tap, channel]` to `[batch, h, w, channel]`.
#[cube(launch_unchecked)]
pub fn gathered(gradients: &[f32], result: &mut [f32], size: Sizes, #[comptime] plan: Plan) {
    let width = comptime!(plan.cluster[1]);
    let taps = comptime!(plan.taps());
    let position = ABSOLUTE_POS;
    if position >= result.len() {
        terminate!();
    }
    let c = position % size.channels;
    let pixel = position / size.channels;
    let x = pixel % size.width;
    let y = pixel / size.width % size.height;
    let image = pixel / size.width / size.height;
    let mut sum = 0.0f32;
    #[unroll]
    for t in 0..taps {
        // Clusters above and left of the image wrap around and are larger than any side.
        let top = y + size.padding - comptime!(t / width) * size.dilation;
        let left = x + size.padding - comptime!(t % width) * size.dilation;
        let (row, column) = (top / size.stride_y, left / size.stride_x);
        let starts = row * size.stride_y == top && column * size.stride_x == left;
        if starts && row < size.out_height && column < size.out_width {
            let cluster = (image * size.out_height + row) * size.out_width + column;
            sum += gradients[(cluster * taps + t) * size.channels + c];
        }
    }
    result[position] = sum;
}
