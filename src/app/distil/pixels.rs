//! Images as numbers: cut out of sprites, averaged, subtracted, and put side by side.

use crate::app::colour::{diverging, ink};
use crate::config::CLASSES;

/// Rows and columns of an image.
pub const SIDE: usize = 28;
/// Pixels of an image.
pub const PIXELS: usize = SIDE * SIDE;
/// Rows and columns of an image with the gap around it.
pub const CELL: usize = SIDE + 2;
/// The difference that has the full colour, as a share of full ink.
pub const REACH: f64 = 0.5;
const SPRITE_WIDTH: usize = CLASSES * SIDE;

/// Image of a sprite: class `a`, subset `s` at column `a`, row `s`. Nothing where the sprite ends before that.
pub fn cut(sprite: &[u8], class: usize, subset: usize) -> Vec<u8> {
    let row = |y: usize| {
        let at = (subset * SIDE + y) * SPRITE_WIDTH + class * SIDE;
        sprite.get(at..at + SIDE)
    };
    let rows: Option<Vec<&[u8]>> = (0..SIDE).map(row).collect();
    rows.map(|rows| rows.concat()).unwrap_or_default()
}

/// Grey values as shares of full ink.
pub fn shares(bytes: &[u8]) -> Vec<f32> {
    bytes.iter().map(|&byte| f32::from(byte) / 255.0).collect()
}

/// Mean of images, pixel by pixel; nothing unless all are there.
pub fn mean(images: &[Vec<f32>]) -> Vec<f32> {
    if images.is_empty() || images.iter().any(|image| image.len() != PIXELS) {
        return Vec::new();
    }
    let share = 1.0 / images.len() as f32;
    (0..PIXELS).map(|pixel| images.iter().map(|image| image[pixel]).sum::<f32>() * share).collect()
}

/// One image minus another; nothing unless both are there.
pub fn minus(image: &[f32], other: &[f32]) -> Vec<f32> {
    if image.len() == other.len() {
        image.iter().zip(other).map(|(one, other)| one - other).collect()
    } else {
        Vec::new()
    }
}

/// Images side by side in rows of `columns`, with a gap around each: width, height and RGBA. A missing image stays clear.
pub fn composed(images: &[Vec<f32>], columns: usize, signed: bool) -> (usize, usize, Vec<u8>) {
    let (width, height) = (columns * CELL, images.len().div_ceil(columns) * CELL);
    let mut rgba = vec![0; width * height * 4];
    for (index, image) in images.iter().enumerate().filter(|(_, image)| image.len() == PIXELS) {
        let (left, top) = (index % columns * CELL + 1, index / columns * CELL + 1);
        for (pixel, &value) in image.iter().enumerate() {
            let at = ((top + pixel / SIDE) * width + left + pixel % SIDE) * 4;
            let value = f64::from(value);
            let colour = if signed { diverging(value / REACH) } else { ink(value) };
            rgba[at..at + 4].copy_from_slice(&colour.channels);
        }
    }
    (width, height, rgba)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_found_in_their_column_and_row() {
        let mut sprite = vec![0; 3 * SIDE * SPRITE_WIDTH];
        sprite[(2 * SIDE + 5) * SPRITE_WIDTH + 7 * SIDE + 3] = 255;
        let image = cut(&sprite, 7, 2);
        assert_eq!(image.iter().position(|&value| value > 0), Some(5 * SIDE + 3));
        assert!((shares(&image).iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(cut(&sprite, 6, 2).iter().all(|&value| value == 0));
        assert!(cut(&sprite, 0, 3).is_empty());
    }

    #[test]
    fn means_and_differences_need_all_their_images() {
        let (dark, half) = (vec![1.0; PIXELS], vec![0.5; PIXELS]);
        let middle = mean(&[dark.clone(), half.clone()]);
        assert!(minus(&middle, &half).iter().all(|value| (value - 0.25).abs() < 1e-6));
        assert!(mean(&[dark.clone(), Vec::new()]).is_empty() && mean(&[]).is_empty());
        assert!(minus(&dark, &[]).is_empty());
    }

    #[test]
    fn pictures_stand_side_by_side_with_gaps() {
        let (width, height, rgba) = composed(&[vec![1.0; PIXELS], Vec::new(), vec![-1.0; PIXELS]], 2, true);
        assert_eq!((width, height, rgba.len()), (60, 60, 60 * 60 * 4));
        let colour = |x: usize, y: usize| &rgba[(y * width + x) * 4..][..4];
        assert_eq!(colour(0, 0), [0; 4]);
        assert_eq!(colour(1, 1), diverging(1.0).channels);
        assert_eq!(colour(31, 1), [0; 4]);
        assert_eq!(colour(28, 58), diverging(-1.0).channels);
    }
}
