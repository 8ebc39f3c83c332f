//! Translations of images by whole pixels, for augmentation. What leaves is lost, what enters is background.

use super::{PIXELS_28, SIDE_28};
use crate::config::ImageShape;

/// Moves an image `[channels, height, width]` down by `dy` and right by `dx` pixels; the rest becomes 0.
///
/// # Panics
/// If `image` or `moved` does not have the number of values of `shape`.
pub fn shifted(image: &[u8], shape: ImageShape, dy: i32, dx: i32, moved: &mut [u8]) {
    let ImageShape { channels, height, width } = shape;
    assert_eq!(image.len(), shape.len(), "values of the image");
    assert_eq!(moved.len(), shape.len(), "values of the moved image");
    let (rows, source_row, target_row) = overlap(dy, height);
    let (columns, source_column, target_column) = overlap(dx, width);
    moved.fill(0);
    if columns == 0 {
        return;
    }
    for channel in 0..channels {
        for row in 0..rows {
            let source = (channel * height + source_row + row) * width + source_column;
            let target = (channel * height + target_row + row) * width + target_column;
            moved[target..target + columns].copy_from_slice(&image[source..source + columns]);
        }
    }
}

/// [`shifted`] for a grey image `[28, 28]`, without checks at run time.
pub fn shifted_28(image: &[u8; PIXELS_28], dy: i32, dx: i32, moved: &mut [u8; PIXELS_28]) {
    let (rows, source_row, target_row) = overlap(dy, SIDE_28);
    let (columns, source_column, target_column) = overlap(dx, SIDE_28);
    moved.fill(0);
    let sources = &image.as_chunks::<SIDE_28>().0[source_row..source_row + rows];
    let targets = &mut moved.as_chunks_mut::<SIDE_28>().0[target_row..target_row + rows];
    for (source, target) in sources.iter().zip(targets) {
        target[target_column..target_column + columns].copy_from_slice(&source[source_column..source_column + columns]);
    }
}

/// How many of `size` positions stay inside after a move by `delta`, and the first of them before and after the move.
fn overlap(delta: i32, size: usize) -> (usize, usize, usize) {
    let distance = (delta.unsigned_abs() as usize).min(size);
    if delta >= 0 { (size - distance, 0, distance) } else { (size - distance, distance, 0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: ImageShape = ImageShape { channels: 2, height: 3, width: 4 };

    #[test]
    fn every_pixel_moves_and_none_wraps_around() {
        let image: Vec<u8> = (1..=24).collect();
        for (dy, dx) in (-4..=4).flat_map(|dy| (-5..=5).map(move |dx| (dy, dx))) {
            let mut moved = vec![99; 24];
            shifted(&image, SHAPE, dy, dx, &mut moved);
            for (index, &value) in moved.iter().enumerate() {
                let (channel, y, x) = (index / 12, (index / 4 % 3) as i32 - dy, (index % 4) as i32 - dx);
                let inside = (0..3).contains(&y) && (0..4).contains(&x);
                let expected = if inside { image[channel * 12 + y as usize * 4 + x as usize] } else { 0 };
                assert_eq!(value, expected, "dy {dy}, dx {dx}, index {index}");
            }
        }
    }

    #[test]
    fn both_forms_agree_even_far_outside() {
        let image: [u8; PIXELS_28] = std::array::from_fn(|index| (index * 31 % 255) as u8 + 1);
        let shape = ImageShape { channels: 1, height: SIDE_28, width: SIDE_28 };
        for (dy, dx) in [(0, 0), (2, -1), (-2, 2), (27, -27), (28, 0), (0, -28), (i32::MAX, 3), (3, i32::MIN)] {
            let (mut general, mut fixed) = ([7; PIXELS_28], [7; PIXELS_28]);
            shifted(&image, shape, dy, dx, &mut general);
            shifted_28(&image, dy, dx, &mut fixed);
            assert_eq!(general, fixed, "dy {dy}, dx {dx}");
        }
    }
}
