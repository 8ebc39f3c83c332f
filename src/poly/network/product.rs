//! The two products that everything is made of: matrices, and truncated series with a vector of channels as coefficients.

use gemm::Parallelism;

/// A matrix as the product sees it.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a> {
    values: &'a [f64],
    rows: usize,
    columns: usize,
    /// Distance between neighbouring rows and between neighbouring columns.
    strides: [usize; 2],
}

impl<'a> Matrix<'a> {
    /// A row-major matrix.
    pub fn new(values: &'a [f64], rows: usize, columns: usize) -> Self {
        Self { values, rows, columns, strides: [columns, 1] }
    }

    /// Some columns of a row-major matrix whose rows are `len` numbers long.
    pub fn columns(values: &'a [f64], rows: usize, len: usize, columns: std::ops::Range<usize>) -> Self {
        let count = columns.len();
        Self { values: &values[columns.start..], rows, columns: count, strides: [len, 1] }
    }

    /// The transpose.
    pub fn transposed(self) -> Self {
        Self { rows: self.columns, columns: self.rows, strides: [self.strides[1], self.strides[0]], ..self }
    }

    fn holds(&self) -> bool {
        let last = |axis: usize, count: usize| count.saturating_sub(1) * self.strides[axis];
        self.rows == 0 || self.columns == 0 || last(0, self.rows) + last(1, self.columns) < self.values.len()
    }
}

/// `target = a b`, or `target += a b`; `target` is row-major.
pub fn multiply(target: &mut [f64], a: Matrix, b: Matrix, accumulate: bool) {
    assert_eq!(a.columns, b.rows, "inner sizes of a product");
    assert!(target.len() >= a.rows * b.columns && a.holds() && b.holds(), "sizes of a product");
    // SAFETY: the three slices were just checked to hold the matrices that the strides address.
    unsafe {
        gemm::gemm(
            a.rows,
            b.columns,
            a.columns,
            target.as_mut_ptr(),
            1,
            b.columns as isize,
            accumulate,
            a.values.as_ptr(),
            a.strides[1] as isize,
            a.strides[0] as isize,
            b.values.as_ptr(),
            b.strides[1] as isize,
            b.strides[0] as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

/// A series inside a block of rows: coefficient `k` lies at `start + k * stride`, `channels` numbers long.
#[derive(Debug, Clone, Copy)]
pub struct Series<'a> {
    /// Where it lies.
    pub values: &'a [f64],
    /// Its first number.
    pub start: usize,
    /// From one coefficient to the next.
    pub stride: usize,
    /// Coefficients that may differ from zero.
    pub len: usize,
}

impl<'a> Series<'a> {
    /// A series whose coefficients lie one after the other.
    pub fn new(values: &'a [f64], channels: usize) -> Self {
        Self { values, start: 0, stride: channels, len: values.len() / channels }
    }

    fn at(&self, k: usize, channels: usize) -> &[f64] {
        let start = self.start + k * self.stride;
        &self.values[start..start + channels]
    }
}

/// `target += a b`, cut off where `target` (`[coefficient][channel]`) ends.
pub fn add_series_product(target: &mut [f64], a: Series, b: Series, channels: usize) {
    let len = target.len() / channels;
    for i in 0..a.len.min(len) {
        for j in 0..b.len.min(len - i) {
            let sum = &mut target[(i + j) * channels..(i + j + 1) * channels];
            for ((sum, a), b) in sum.iter_mut().zip(a.at(i, channels)).zip(b.at(j, channels)) {
                *sum += a * b;
            }
        }
    }
}

/// `target += values`.
pub fn add(target: &mut [f64], values: &[f64]) {
    for (target, value) in target.iter_mut().zip(values) {
        *target += value;
    }
}
