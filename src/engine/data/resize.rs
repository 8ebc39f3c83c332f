//! Bilinear resizing with antialiasing, equal byte by byte to Pillow's `Image.resize(size, Image.BILINEAR)`.
//!
//! An output pixel is the mean of the input under a triangle whose half-width is the scale factor (at least one
//! pixel): `w_i ~ max(0, 1 - |i + 1/2 - c| / max(1, in/out))` with the centre `c = (o + 1/2) in/out`, normalised to 1.
//! Without that widening a reduced digit loses strokes. Columns first, kept as bytes, then rows, as
//! `libImaging/Resample.c` of Pillow does it, with its fixed-point weights; so a network trained on images that
//! Pillow reduced gets the same ones here. (Pillow 13 takes rows first where the height shrinks much more than the
//! width, which may change a last bit; never for squares. We keep the order of Pillow 12 and before.)

use super::{DataError, MAX_SIDE, PIXELS_7, PIXELS_28, SIDE_7, SIDE_28, shifted_28};
use crate::config::ImageShape;

/// Fractional bits of a weight (`PRECISION_BITS` of Pillow: 32 bits less 8 of the pixel less 2 spare).
const WEIGHT_BITS: u32 = 32 - 8 - 2;
/// Most input pixels under one output pixel in the reduction 28 -> 7: twice the scale factor.
const TAPS: usize = 2 * (SIDE_28 / SIDE_7);

/// Weights along one axis.
#[derive(Debug, Clone)]
struct Axis {
    /// Per output pixel: the first input pixel and its weights in units of 2^-22.
    windows: Vec<(usize, Vec<i32>)>,
}

impl Axis {
    /// Weights from `input` pixels to `output` pixels, both at least 1. (`precompute_coeffs`, `normalize_coeffs_8bpc`.)
    fn new(input: usize, output: usize) -> Self {
        let scale = input as f64 / output as f64;
        let support = scale.max(1.0);
        let windows = (0..output).map(|index| {
            let centre = (index as f64 + 0.5) * scale;
            let first = (centre - support + 0.5).max(0.0) as usize;
            let end = ((centre + support + 0.5) as usize).min(input);
            let inverse = 1.0 / support;
            let triangle = |at: usize| (1.0 - ((at as f64 - centre + 0.5) * inverse).abs()).max(0.0);
            let total: f64 = (first..end).map(triangle).sum();
            let fixed = |at: usize| (triangle(at) / total * f64::from(1 << WEIGHT_BITS) + 0.5) as i32;
            (first, (first..end).map(fixed).collect())
        });
        Self { windows: windows.collect() }
    }
}

/// Rounds a sum of weighted pixels to a byte.
fn to_byte(sum: i32) -> u8 {
    ((sum + (1 << (WEIGHT_BITS - 1))) >> WEIGHT_BITS).clamp(0, 255) as u8
}

/// Resizes images of one size to another; the weights are computed once.
#[derive(Debug, Clone)]
pub struct Resizer {
    from: [usize; 2],
    to: [usize; 2],
    rows: Axis,
    columns: Axis,
}

impl Resizer {
    /// Prepares resizing from `[height, width]` to `[height, width]`.
    ///
    /// # Errors
    /// [`DataError::Size`] for a side of 0 or above [`MAX_SIDE`].
    pub fn new(from: [usize; 2], to: [usize; 2]) -> Result<Self, DataError> {
        for [height, width] in [from, to] {
            if !(1..=MAX_SIDE).contains(&height) || !(1..=MAX_SIDE).contains(&width) {
                return Err(DataError::Size { what: "an image to resize", height, width });
            }
        }
        Ok(Self { from, to, rows: Axis::new(from[0], to[0]), columns: Axis::new(from[1], to[1]) })
    }

    /// Resizes one plane `[height, width]`.
    ///
    /// # Errors
    /// [`DataError::PixelCount`] if the number of pixels is not that of the size given to [`Resizer::new`].
    pub fn resize(&self, pixels: &[u8]) -> Result<Vec<u8>, DataError> {
        let [height, width] = self.from;
        if pixels.len() != height * width {
            return Err(DataError::PixelCount { what: "an image", height, width, channels: 1, found: pixels.len() });
        }
        let narrow = if width == self.to[1] { pixels.to_vec() } else { self.resize_columns(pixels) };
        Ok(if height == self.to[0] { narrow } else { self.resize_rows(&narrow) })
    }

    /// `[height, width]` -> `[height, new width]`.
    fn resize_columns(&self, pixels: &[u8]) -> Vec<u8> {
        let mut narrow = Vec::with_capacity(self.from[0] * self.to[1]);
        for row in pixels.chunks_exact(self.from[1]) {
            narrow.extend(self.columns.windows.iter().map(|(first, weights)| {
                to_byte(row[*first..].iter().zip(weights).map(|(&pixel, weight)| i32::from(pixel) * weight).sum())
            }));
        }
        narrow
    }

    /// `[height, new width]` -> `[new height, new width]`.
    fn resize_rows(&self, narrow: &[u8]) -> Vec<u8> {
        let width = self.to[1];
        let mut resized = Vec::with_capacity(self.to[0] * width);
        let mut sums = vec![0_i32; width];
        for (first, weights) in &self.rows.windows {
            sums.fill(0);
            for (row, weight) in narrow[first * width..].chunks_exact(width).zip(weights) {
                for (sum, &pixel) in sums.iter_mut().zip(row) {
                    *sum += i32::from(pixel) * weight;
                }
            }
            resized.extend(sums.iter().map(|&sum| to_byte(sum)));
        }
        resized
    }

    /// Shape of the resized image, with its number of channels.
    pub fn output_shape(&self, channels: usize) -> ImageShape {
        ImageShape { channels, height: self.to[0], width: self.to[1] }
    }
}

/// The reduction 28x28 -> 7x7 without allocation, for every image of every epoch. Same values as [`Resizer`].
#[derive(Debug, Clone)]
pub struct Reducer {
    /// First input pixel of each output pixel.
    first: [usize; SIDE_7],
    /// Weights in units of 2^-22, padded with zeros at the borders.
    weights: [[i32; TAPS]; SIDE_7],
}

impl Default for Reducer {
    fn default() -> Self {
        Self::new()
    }
}

impl Reducer {
    /// Computes the weights.
    pub fn new() -> Self {
        let mut reducer = Self { first: [0; SIDE_7], weights: [[0; TAPS]; SIDE_7] };
        for (index, (start, weights)) in Axis::new(SIDE_28, SIDE_7).windows.iter().enumerate() {
            let first = (*start).min(SIDE_28 - TAPS);
            reducer.first[index] = first;
            reducer.weights[index][start - first..][..weights.len()].copy_from_slice(weights);
        }
        reducer
    }

    /// Reduces an image `[28, 28]` to `[7, 7]`.
    pub fn reduce(&self, image: &[u8; PIXELS_28], reduced: &mut [u8; PIXELS_7]) {
        let mut narrow = [[0_i32; SIDE_7]; SIDE_28]; // [28, 7]
        for (row, narrow_row) in image.as_chunks::<SIDE_28>().0.iter().zip(&mut narrow) {
            for ((value, &first), weights) in narrow_row.iter_mut().zip(&self.first).zip(&self.weights) {
                let sum =
                    row[first..first + TAPS].iter().zip(weights).map(|(&pixel, weight)| i32::from(pixel) * weight);
                *value = i32::from(to_byte(sum.sum()));
            }
        }
        for ((row, &first), weights) in
            reduced.as_chunks_mut::<SIDE_7>().0.iter_mut().zip(&self.first).zip(&self.weights)
        {
            let mut sums = [0_i32; SIDE_7];
            for (narrow_row, weight) in narrow[first..first + TAPS].iter().zip(weights) {
                for (sum, value) in sums.iter_mut().zip(narrow_row) {
                    *sum += value * weight;
                }
            }
            *row = sums.map(to_byte);
        }
    }

    /// Moves an image `[28, 28]` down by `dy` and right by `dx` pixels, filling with 0, then reduces it to `[7, 7]`.
    pub fn shift_and_reduce(&self, image: &[u8; PIXELS_28], dy: i32, dx: i32, reduced: &mut [u8; PIXELS_7]) {
        if dy == 0 && dx == 0 {
            return self.reduce(image, reduced);
        }
        let mut moved = [0; PIXELS_28];
        shifted_28(image, dy, dx, &mut moved);
        self.reduce(&moved, reduced);
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{bytes_of_hex, cases};
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Case {
        name: String,
        from: [usize; 2],
        to: [usize; 2],
        input: String,
        output: String,
    }

    fn pillow() -> Vec<Case> {
        cases(include_str!("../../../tests/fixtures/pillow_resize.json"))
    }

    #[test]
    fn resizing_equals_pillow_byte_by_byte() {
        for case in pillow() {
            let resized = Resizer::new(case.from, case.to).unwrap().resize(&bytes_of_hex(&case.input)).unwrap();
            assert_eq!(resized, bytes_of_hex(&case.output), "{}", case.name);
        }
    }

    #[test]
    fn the_fast_reduction_equals_pillow_byte_by_byte() {
        let mut compared = 0;
        for case in pillow().iter().filter(|case| (case.from, case.to) == ([28, 28], [7, 7])) {
            let mut reduced = [0; PIXELS_7];
            Reducer::new().reduce(bytes_of_hex(&case.input).as_slice().try_into().unwrap(), &mut reduced);
            assert_eq!(reduced[..], bytes_of_hex(&case.output), "{}", case.name);
            compared += 1;
        }
        assert!(compared >= 5);
    }

    #[test]
    fn shifting_by_the_factor_shifts_the_reduced_image_by_one() {
        let mut image = [0; PIXELS_28];
        for (index, pixel) in image.iter_mut().enumerate() {
            let (y, x) = (index / SIDE_28, index % SIDE_28);
            *pixel = if (10..18).contains(&y) && (9..20).contains(&x) { (y * 7 + x * 5) as u8 } else { 0 };
        }
        let (mut still, mut moved) = ([0; PIXELS_7], [0; PIXELS_7]);
        let reducer = Reducer::new();
        reducer.reduce(&image, &mut still);
        reducer.shift_and_reduce(&image, 4, -4, &mut moved);
        for (y, x) in (0..SIDE_7 - 1).flat_map(|y| (1..SIDE_7).map(move |x| (y, x))) {
            // The border weights are normalised over fewer taps, so only ink inside compares exactly.
            if y + 1 < SIDE_7 - 1 && x > 1 {
                assert_eq!(moved[(y + 1) * SIDE_7 + x - 1], still[y * SIDE_7 + x], "{y} {x}");
            }
        }
    }

    #[test]
    fn impossible_sizes_are_refused() {
        assert!(matches!(Resizer::new([0, 5], [7, 7]), Err(DataError::Size { height: 0, .. })));
        assert!(matches!(Resizer::new([5, 5], [7, 4097]), Err(DataError::Size { width: 4097, .. })));
        let error = Resizer::new([5, 5], [7, 7]).unwrap().resize(&[0; 24]).unwrap_err();
        assert!(matches!(error, DataError::PixelCount { found: 24, .. }));
    }
}
