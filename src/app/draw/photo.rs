//! Ink of a photograph or a drawing from another program: dark on light or light on dark, with or without transparency.

use crate::number;
use crate::poly::ranking::sorted_by;
use thiserror::Error;

/// Why a picture shows no digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhotoError {
    /// All pixels are much alike.
    #[error("The picture has no ink that stands out from its background. Try one with more contrast.")]
    NoContrast,
    /// The numbers do not fit together.
    #[error("The picture cannot be read. Try a PNG or JPEG file.")]
    Malformed,
}

/// Least difference between ink and background, of 255.
const LEAST_CONTRAST: f32 = 24.0;

/// Ink (0 background, 255 full) of an RGBA picture.
///
/// The background is the median grey of the border. Whichever side of it reaches farther is the ink, stretched to
/// full range; what varies as much as the border itself (paper, noise) is background. A clean picture of white ink
/// on black is returned as it is.
///
/// # Errors
/// [`PhotoError`] where nothing stands out.
pub fn ink_from_rgba(rgba: &[u8], width: usize, height: usize) -> Result<Vec<u8>, PhotoError> {
    if width == 0 || height == 0 || rgba.len() != width * height * 4 {
        return Err(PhotoError::Malformed);
    }
    let grey = opaque_grey(rgba);
    let border = sorted_by(&border_of(&grey, width, height), |value| f64::from(*value));
    let background = border[border.len() / 2];
    let reach = |sign: f32| grey.iter().map(|&value| (value - background) * sign).fold(0.0, f32::max);
    let (up, down) = (reach(1.0), reach(-1.0));
    let (sign, full) = if up >= down { (1.0, up) } else { (-1.0, down) };
    if full < LEAST_CONTRAST {
        return Err(PhotoError::NoContrast);
    }
    // Nine tenths of the border are background for certain; ink may cross the rest.
    let noise: Vec<f32> = border.iter().map(|value| (value - background).abs()).collect();
    let noise = sorted_by(&noise, |value| f64::from(*value));
    let floor = (1.5 * noise[noise.len() * 9 / 10]).min(full / 2.0);
    let ink = |value: f32| ((value - background) * sign - floor).max(0.0) / (full - floor) * 255.0;
    Ok(grey.into_iter().map(|value| number::whole(ink(value).round())).collect())
}

/// Grey values on a background that contrasts with the opaque pixels.
fn opaque_grey(rgba: &[u8]) -> Vec<f32> {
    let luminance =
        |pixel: &[u8]| 0.2126 * f32::from(pixel[0]) + 0.7152 * f32::from(pixel[1]) + 0.0722 * f32::from(pixel[2]);
    let (mut sum, mut weight) = (0.0_f64, 0.0_f64);
    for pixel in rgba.chunks_exact(4) {
        sum += f64::from(luminance(pixel)) * f64::from(pixel[3]);
        weight += f64::from(pixel[3]);
    }
    let paper = if sum > 127.5 * weight { 0.0 } else { 255.0 };
    let over_paper = |pixel: &[u8]| {
        let alpha = f32::from(pixel[3]) / 255.0;
        luminance(pixel) * alpha + paper * (1.0 - alpha)
    };
    rgba.chunks_exact(4).map(over_paper).collect()
}

/// A picture in the middle of an empty square; what sticks out is cut off.
pub fn centred(ink: &[u8], width: usize, height: usize, side: usize) -> Vec<u8> {
    let mut square = vec![0; side * side];
    let (left, top) = (side.saturating_sub(width) / 2, side.saturating_sub(height) / 2);
    for (row, values) in ink.chunks_exact(width.max(1)).take(height.min(side)).enumerate() {
        let columns = width.min(side);
        let at = (top + row) * side + left;
        square[at..at + columns].copy_from_slice(&values[..columns]);
    }
    square
}

fn border_of(grey: &[f32], width: usize, height: usize) -> Vec<f32> {
    let on_border = |index: usize| {
        let (row, column) = (index / width, index % width);
        row == 0 || column == 0 || row + 1 == height || column + 1 == width
    };
    grey.iter().enumerate().filter(|&(index, _)| on_border(index)).map(|(_, &value)| value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 12;

    /// A vertical bar of the given colour on a background; colours are RGBA.
    fn bar(background: [u8; 4], ink: [u8; 4]) -> Vec<u8> {
        let pixel = |index: usize| {
            let (row, column) = (index / SIDE, index % SIDE);
            if (2..10).contains(&row) && (5..7).contains(&column) { ink } else { background }
        };
        (0..SIDE * SIDE).flat_map(pixel).collect()
    }

    fn expected() -> Vec<u8> {
        bar([0; 4], [255; 4]).chunks_exact(4).map(|pixel| pixel[0]).collect()
    }

    #[test]
    fn every_polarity_gives_the_same_ink() {
        let (black, white, clear) = ([0, 0, 0, 255], [255; 4], [0; 4]);
        let pencil = [90, 90, 90, 255];
        for (background, ink) in
            [(black, white), (white, black), (clear, black), ([255, 255, 255, 0], white), (white, pencil)]
        {
            let found = ink_from_rgba(&bar(background, ink), SIDE, SIDE).unwrap();
            assert_eq!(found, expected(), "{background:?} {ink:?}");
        }
    }

    #[test]
    fn a_clean_picture_stays_as_it_is() {
        let mut rgba = bar([0, 0, 0, 255], [255; 4]);
        let at = (5 * SIDE + 4) * 4;
        rgba[at..at + 3].fill(13);
        assert_eq!(ink_from_rgba(&rgba, SIDE, SIDE).unwrap()[5 * SIDE + 4], 13);
    }

    #[test]
    fn the_grain_of_paper_is_no_ink() {
        let mut rgba = bar([230, 230, 230, 255], [20, 20, 20, 255]);
        for (index, pixel) in rgba.chunks_exact_mut(4).enumerate() {
            let grain = number::to_u8(index * 7 % 5);
            pixel[..3].iter_mut().for_each(|value| *value -= grain);
        }
        let found = ink_from_rgba(&rgba, SIDE, SIDE).unwrap();
        assert!(found.iter().zip(expected()).all(|(&a, b)| a.abs_diff(b) < 12), "{found:?}");
        assert_eq!(found[0], 0);
    }

    #[test]
    fn a_picture_is_put_into_the_middle() {
        assert_eq!(centred(&[1, 2], 2, 1, 4), [0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(centred(&[1, 2, 3, 4, 5, 6], 3, 2, 2), [1, 2, 4, 5]);
        assert_eq!(centred(&[], 0, 0, 1), [0]);
    }

    #[test]
    fn empty_and_malformed_pictures_are_refused() {
        let flat = [200, 200, 200, 255];
        assert_eq!(ink_from_rgba(&bar(flat, flat), SIDE, SIDE), Err(PhotoError::NoContrast));
        assert_eq!(ink_from_rgba(&bar([0; 4], [0; 4]), SIDE, SIDE), Err(PhotoError::NoContrast));
        assert_eq!(ink_from_rgba(&[0; 7], 1, 2), Err(PhotoError::Malformed));
        assert_eq!(ink_from_rgba(&[], 0, 0), Err(PhotoError::Malformed));
    }
}
