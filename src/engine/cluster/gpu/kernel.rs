//! Forward kernels.

#![expect(
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    reason = "what a kernel is compiled for is passed by value, and arrays of the device by reference"
)]

use crate::engine::fused::gpu::{LANES, at_most, first_column, tier};
use cubecl::prelude::*;

/// What a kernel is compiled for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Plan {
    /// Taps per axis.
    pub cluster: [usize; 2],
    /// Tap and earlier feature whose product a feature is, for all features after the taps.
    pub products: Vec<[usize; 2]>,
    /// Rows of a unit's tile.
    pub rows: usize,
    /// Columns of a unit's tile, [`LANES`] apart.
    pub columns: usize,
}

impl Plan {
    /// Taps of one channel.
    pub fn taps(&self) -> usize {
        self.cluster[0] * self.cluster[1]
    }

    /// Features of one channel.
    pub fn features(&self) -> usize {
        self.taps() + self.products.len()
    }
}

/// Sizes of one application, not compiled in.
#[derive(CubeLaunch, CubeType, Clone, Copy)]
pub struct Sizes {
    /// Output positions of the whole batch.
    pub rows: usize,
    /// Rows of an input image.
    pub height: usize,
    /// Columns of an input image.
    pub width: usize,
    /// Channels of the input.
    pub channels: usize,
    /// Rows of an output image.
    pub out_height: usize,
    /// Columns of an output image.
    pub out_width: usize,
    /// Channels of the output.
    pub out: usize,
    /// Rows between clusters.
    pub stride_y: usize,
    /// Columns between clusters.
    pub stride_x: usize,
    /// Distance between taps.
    pub dilation: usize,
    /// Zeros around the image.
    pub padding: usize,
}

/// The columns of this unit's tile; those beyond the last repeat it.
#[cube]
pub fn columns_of(first: usize, out: usize, #[comptime] count: usize) -> Array<usize> {
    let mut columns = Array::<usize>::new(count);
    #[unroll]
    for q in 0..count {
        columns[q] = at_most(first + comptime!(q * LANES), out - 1);
    }
    columns
}

/// `count` zeros.
#[cube]
pub fn zeros(#[comptime] count: usize) -> Array<f32> {
    let mut sums = Array::<f32>::new(count);
    #[unroll]
    for index in 0..count {
        sums[index] = 0.0;
    }
    sums
}

/// Writes a tile of sums, without what lies beyond the matrix.
#[cube]
fn write_tile(output: &mut [f32], sums: &Array<f32>, size: &Sizes, row: usize, column: usize, #[comptime] plan: Plan) {
    let columns = comptime!(plan.columns);
    #[unroll]
    for r in 0..comptime!(plan.rows) {
        #[unroll]
        for q in 0..columns {
            let at = column + comptime!(q * LANES);
            if row + r < size.rows && at < size.out {
                output[(row + r) * size.out + at] = sums[comptime!(r * columns + q)];
            }
        }
    }
}

/// Clusters with products, without padding: `[batch, h, w, c]`, `[feature * c, out]` to `[row, out]`.
#[cube(launch_unchecked)]
pub fn polynomial(input: &[f32], weight: &[f32], output: &mut [f32], size: Sizes, #[comptime] plan: Plan) {
    let taps = comptime!(plan.taps());
    let features = comptime!(plan.features());
    let width = comptime!(plan.cluster[1]);
    let rows = comptime!(plan.rows);
    let columns = comptime!(plan.columns);
    let first = tier() * rows;
    if first >= size.rows {
        terminate!();
    }
    let column0 = first_column(columns);
    let column = columns_of(column0, size.out, columns);
    let mut corner = Array::<usize>::new(rows);
    #[unroll]
    for r in 0..rows {
        let row = at_most(first + r, size.rows - 1);
        let line = row / size.out_width;
        let y = line / size.out_height * size.height + line % size.out_height * size.stride_y;
        corner[r] = (y * size.width + row % size.out_width * size.stride_x) * size.channels;
    }
    let mut offset = Array::<usize>::new(taps);
    #[unroll]
    for t in 0..taps {
        offset[t] = (comptime!(t / width) * size.width + comptime!(t % width)) * size.dilation * size.channels;
    }
    let mut sums = zeros(comptime!(rows * columns));
    let mut values = Array::<f32>::new(comptime!(rows * features));
    let mut weights = Array::<f32>::new(columns);
    for c in 0..size.channels {
        #[unroll]
        for f in 0..features {
            let start = (f * size.channels + c) * size.out;
            #[unroll]
            for q in 0..columns {
                weights[q] = weight[start + column[q]];
            }
            #[unroll]
            for r in 0..rows {
                if comptime!(f < taps) {
                    values[comptime!(r * features + f)] = input[corner[r] + offset[f] + c];
                } else {
                    let one = comptime!(r * features + plan.products[f - taps][0]);
                    let other = comptime!(r * features + plan.products[f - taps][1]);
                    values[comptime!(r * features + f)] = values[one] * values[other];
                }
                let value = values[comptime!(r * features + f)];
                #[unroll]
                for q in 0..columns {
                    sums[comptime!(r * columns + q)] += value * weights[q];
                }
            }
        }
    }
    write_tile(output, &sums, &size, first, column0, plan);
}

/// Clusters that are only their taps, with padding: convolutions. Where `backward`, the taps run backwards.
#[cube(launch_unchecked)]
pub fn linear(
    input: &[f32],
    weight: &[f32],
    output: &mut [f32],
    size: Sizes,
    #[comptime] plan: Plan,
    #[comptime] backward: bool,
) {
    let taps = comptime!(plan.taps());
    let width = comptime!(plan.cluster[1]);
    let rows = comptime!(plan.rows);
    let columns = comptime!(plan.columns);
    let first = tier() * rows;
    if first >= size.rows {
        terminate!();
    }
    let column0 = first_column(columns);
    let column = columns_of(column0, size.out, columns);
    let mut images = Array::<usize>::new(rows);
    let mut top = Array::<usize>::new(rows);
    let mut left = Array::<usize>::new(rows);
    #[unroll]
    for r in 0..rows {
        let row = at_most(first + r, size.rows - 1);
        let line = row / size.out_width;
        images[r] = line / size.out_height * size.height;
        top[r] = line % size.out_height * size.stride_y;
        left[r] = row % size.out_width * size.stride_x;
    }
    let mut sums = zeros(comptime!(rows * columns));
    let mut weights = Array::<f32>::new(columns);
    let mut start_of = Array::<usize>::new(rows);
    let mut inside = Array::<f32>::new(rows);
    for tap in 0..taps {
        let down = tap / width * size.dilation;
        let right = tap % width * size.dilation;
        #[unroll]
        for r in 0..rows {
            // Above and left of the image the numbers wrap around and are larger than any side.
            let y = top[r] + down - size.padding;
            let x = left[r] + right - size.padding;
            let meets = y < size.height && x < size.width;
            start_of[r] = select(meets, ((images[r] + y) * size.width + x) * size.channels, 0usize);
            inside[r] = select(meets, 1.0f32, 0.0f32);
        }
        let number = if comptime!(backward) { comptime!(taps - 1) - tap } else { tap };
        for c in 0..size.channels {
            let start = (number * size.channels + c) * size.out;
            #[unroll]
            for q in 0..columns {
                weights[q] = weight[start + column[q]];
            }
            #[unroll]
            for r in 0..rows {
                let value = input[start_of[r] + c] * inside[r];
                #[unroll]
                for q in 0..columns {
                    sums[comptime!(r * columns + q)] += value * weights[q];
                }
            }
        }
    }
    write_tile(output, &sums, &size, first, column0, plan);
}
