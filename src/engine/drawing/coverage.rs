//! Resampling by coverage: an output pixel is the mean of what lies under it, like ink on a grid of sensors.
//!
//! Output pixel `o` covers the interval of width `max(1, s)` around `c = start + (o + 1/2) s`; an input pixel counts
//! by the length that it shares with that interval. For `s >= 1` that is the exact area mean, for `s < 1` linear
//! interpolation. Outside the drawing is background.

use crate::engine::data::{PIXELS_28, SIDE_28};

/// Weights of the input pixels for 28 output pixels along one axis.
pub(super) struct CoverageAxis {
    /// Per output pixel: the first input pixel and the weights from there on; they sum to at most 1.
    windows: Vec<(usize, Vec<f32>)>,
}

impl CoverageAxis {
    /// Output pixels of side `side` from `start` on, both in input pixels, of which there are `size`.
    pub(super) fn new(start: f64, side: f64, size: usize) -> Self {
        let width = side.max(1.0);
        let windows = (0..SIDE_28).map(|index| {
            let centre = start + (index as f64 + 0.5) * side;
            let (from, to) = (centre - width / 2.0, centre + width / 2.0);
            let first = (from.floor().max(0.0) as usize).min(size);
            let end = (to.ceil().max(0.0) as usize).clamp(first, size);
            let shared = |at: usize| (to.min(at as f64 + 1.0) - from.max(at as f64)).max(0.0) / width;
            (first, (first..end).map(|at| shared(at) as f32).collect())
        });
        Self { windows: windows.collect() }
    }

    /// First input pixel that any output pixel needs, and the first after the last.
    fn range(&self) -> (usize, usize) {
        let first = self.windows.first().map_or(0, |(first, _)| *first);
        let end = self.windows.last().map_or(0, |(first, weights)| first + weights.len());
        (first, end)
    }
}

/// Resamples `pixels` in rows of `width` to `[28, 28]`, values 0..255.
pub(super) fn resample_28(
    pixels: &[u8],
    width: usize,
    rows: &CoverageAxis,
    columns: &CoverageAxis,
) -> [f32; PIXELS_28] {
    let (first_row, end_row) = rows.range();
    let narrow: Vec<[f32; SIDE_28]> = pixels[first_row * width..end_row * width]
        .chunks_exact(width)
        .map(|row| {
            std::array::from_fn(|column| {
                let (first, weights) = &columns.windows[column];
                row[*first..].iter().zip(weights).map(|(&pixel, weight)| f32::from(pixel) * weight).sum()
            })
        })
        .collect(); // [rows in use, 28]
    let mut image = [0.0; PIXELS_28];
    for (output_row, (first, weights)) in image.as_chunks_mut::<SIDE_28>().0.iter_mut().zip(&rows.windows) {
        for (weight, values) in weights.iter().zip(&narrow[first - first_row..]) {
            for (output, value) in output_row.iter_mut().zip(values) {
                *output += value * weight;
            }
        }
    }
    image
}
