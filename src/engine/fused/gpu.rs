//! Matrices `[rows, columns]` on graphics processors: how work is divided, and sums over rows.

use burn::backend::TensorMetadata;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

/// Units of a workgroup side by side along the axis that is contiguous in memory: their reads become one.
pub const LANES: usize = 16;
/// Units of a workgroup one above the other.
pub const TIERS: usize = 4;
/// Most workgroups along the first axis; further ones go along the second.
const MAX_CUBES: usize = 32_768;

/// Number of this unit among those that divide the rows.
#[cube]
pub fn tier() -> usize {
    ((CUBE_POS_Y * CUBE_COUNT_X + CUBE_POS_X) * CUBE_DIM_Y + UNIT_POS_Y) as usize
}

/// First column of this unit, whose columns are [`LANES`] apart.
#[cube]
pub fn first_column(#[comptime] columns: usize) -> usize {
    CUBE_POS_Z as usize * comptime!(LANES * columns) + UNIT_POS_X as usize
}

/// The smaller of two numbers.
#[cube]
pub fn at_most(value: usize, limit: usize) -> usize {
    select(value < limit, value, limit)
}

/// Workgroups in which each unit has `rows` x `columns` places of a matrix.
pub fn cubes(matrix: [usize; 2], rows: usize, columns: usize) -> CubeCount {
    let blocks = matrix[0].div_ceil(rows * TIERS).max(1);
    let (x, y) = (blocks.min(MAX_CUBES), blocks.div_ceil(MAX_CUBES));
    CubeCount::Static(x as u32, y as u32, matrix[1].div_ceil(LANES * columns) as u32)
}

/// The shape of all workgroups.
pub fn workgroup() -> CubeDim {
    CubeDim::new_2d(LANES as u32, TIERS as u32)
}

/// A tensor on the same device whose values are still to be written.
pub fn empty(like: &CubeTensor, shape: impl Into<Vec<usize>>) -> CubeTensor {
    let shape: Vec<usize> = shape.into();
    empty_device_contiguous_dtype(like.client.clone(), like.device.clone(), shape.into(), like.dtype)
}

/// Rows that one unit adds up.
const STRIP: usize = 256;

#[cube(launch_unchecked)]
fn strip_sums(input: &[f32], result: &mut [f32], rows: usize, columns: usize, #[comptime] strip: usize) {
    let column = first_column(1usize);
    let number = tier();
    if column < columns && number * strip < rows {
        let mut sum = 0.0f32;
        for row in number * strip..at_most((number + 1) * strip, rows) {
            sum += input[row * columns + column];
        }
        result[number * columns + column] = sum;
    }
}

/// Sums over the rows of a contiguous matrix, `[columns]`; added up in strips, and then these.
pub fn column_sums(matrix: CubeTensor) -> CubeTensor {
    let shape = matrix.shape();
    let (rows, columns) = (shape[0], shape.num_elements() / shape[0]);
    let strips = rows.div_ceil(STRIP);
    let result = if strips == 1 { empty(&matrix, [columns]) } else { empty(&matrix, [strips, columns]) };
    let client = matrix.client.clone();
    // SAFETY: the kernel compares its place with the sizes, which are those of the tensors.
    unsafe {
        strip_sums::launch_unchecked(
            &client,
            cubes([strips, columns], 1, 1),
            workgroup(),
            matrix.into_buffer_arg(),
            result.clone().into_buffer_arg(),
            rows,
            columns,
            STRIP,
        );
    }
    if strips == 1 { result } else { column_sums(result) }
}
