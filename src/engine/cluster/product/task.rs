//! A matrix product as one program asks another for it. The file is compiled into both.

/// `target = a b`, or `target += a b`.
///
/// Steps are counted in numbers; one of the two of `a` is 1. Everything lies in the memory that both programs share.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ProductTask {
    /// Rows of `a` and of the target.
    pub rows: usize,
    /// Columns of `b` and of the target.
    pub columns: usize,
    /// Columns of `a` and rows of `b`.
    pub depth: usize,
    /// First number of the left matrix.
    pub a: *const f32,
    /// From a row of `a` to the next.
    pub a_row: usize,
    /// From a column of `a` to the next.
    pub a_column: usize,
    /// First number of the right matrix.
    pub b: *const f32,
    /// From a row of `b` to the next.
    pub b_row: usize,
    /// From a column of `b` to the next.
    pub b_column: usize,
    /// First number of the target, whose rows follow one another.
    pub target: *mut f32,
    /// Whether the target's old numbers are added.
    pub accumulate: bool,
    /// Room for a panel of `b` and a row of a tile: [`ProductTask::WIDE`] numbers for each of `depth + 1` rows.
    pub scratch: *mut f32,
}

impl ProductTask {
    /// Rows that are computed at once.
    pub const HIGH: usize = 6;
    /// Columns that are computed at once; with the rows, twelve vectors of four, which leaves four registers.
    pub const WIDE: usize = 8;
}
