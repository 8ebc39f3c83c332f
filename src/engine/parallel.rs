//! The one place that knows whether there are threads.

/// Calls `work(index, chunk)` for every chunk of `len` values, in parallel where there are threads.
#[cfg(feature = "native")]
pub fn for_each_chunk<T: Send>(values: &mut [T], len: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    use rayon::prelude::*;
    values.par_chunks_mut(len).enumerate().for_each(|(index, chunk)| work(index, chunk));
}

/// Calls `work(index, chunk)` for every chunk of `len` values, in parallel where there are threads.
#[cfg(not(feature = "native"))]
pub fn for_each_chunk<T: Send>(values: &mut [T], len: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    values.chunks_mut(len).enumerate().for_each(|(index, chunk)| work(index, chunk));
}
