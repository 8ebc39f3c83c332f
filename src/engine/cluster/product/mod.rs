//! Products of the matrices of one block.
//!
//! The library that makes them has no fused multiplication and addition in WebAssembly, because not every browser
//! has it (it is part of *relaxed SIMD*). Where the browser has it, a small program next to the worker makes them
//! (`src/bin/products.rs`), and the worker says so with [`use_products`].

#[cfg(target_family = "wasm")]
mod task;

use gemm::Parallelism;
#[cfg(target_family = "wasm")]
pub use task::ProductTask;

/// A program that makes products.
#[cfg(target_family = "wasm")]
pub type Products = fn(&ProductTask);

#[cfg(target_family = "wasm")]
static PRODUCTS: std::sync::OnceLock<Products> = std::sync::OnceLock::new();

/// From now on products are made by this program; the first one stays.
#[cfg(target_family = "wasm")]
pub fn use_products(products: Products) {
    let _ = PRODUCTS.set(products);
}

/// Whether products are made with fused multiplication and addition.
#[cfg(target_family = "wasm")]
pub fn has_products() -> bool {
    PRODUCTS.get().is_some()
}

/// A row-major matrix as the product sees it; `transposed` says that `values` holds its transpose.
pub struct Matrix<'a> {
    pub values: &'a [f32],
    pub rows: usize,
    pub columns: usize,
    pub transposed: bool,
}

impl Matrix<'_> {
    /// Distance between neighbouring columns and between neighbouring rows.
    fn steps(&self) -> (usize, usize) {
        if self.transposed { (self.rows, 1) } else { (1, self.columns) }
    }
}

/// `target = a b`, or `target += a b`; `target` is row-major.
pub fn product(target: &mut [f32], a: &Matrix, b: &Matrix, accumulate: bool) {
    assert_eq!(a.columns, b.rows, "inner sizes of a product");
    assert!(target.len() >= a.rows * b.columns && a.values.len() >= a.rows * a.columns);
    assert!(b.values.len() >= b.rows * b.columns);
    #[cfg(target_family = "wasm")]
    if let Some(products) = PRODUCTS.get() {
        return ask(*products, target, a, b, accumulate);
    }
    let ((a_column, a_row), (b_column, b_row)) = (a.steps(), b.steps());
    // SAFETY: the three slices were just checked to hold the matrices that the steps address.
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
            a_column as isize,
            a_row as isize,
            b.values.as_ptr(),
            b_column as isize,
            b_row as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

#[cfg(target_family = "wasm")]
fn ask(products: Products, target: &mut [f32], a: &Matrix, b: &Matrix, accumulate: bool) {
    let ((a_column, a_row), (b_column, b_row)) = (a.steps(), b.steps());
    let mut scratch = vec![0.0; ProductTask::WIDE * (a.columns + 1)];
    products(&ProductTask {
        rows: a.rows,
        columns: b.columns,
        depth: a.columns,
        a: a.values.as_ptr(),
        a_row,
        a_column,
        b: b.values.as_ptr(),
        b_row,
        b_column,
        target: target.as_mut_ptr(),
        accumulate,
        scratch: scratch.as_mut_ptr(),
    });
}
