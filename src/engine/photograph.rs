//! A photograph of any size becomes an image as the networks for colour pictures get them: its middle square, reduced.

use super::data::{DataError, ImageSet, Picture, Resizer};
use crate::config::ImageShape;

/// The middle square of a picture, resized to `shape`, as a set of one image with the label 0. A picture that has the
/// shape already stays as it is.
///
/// # Errors
/// [`DataError::Size`] for a picture without pixels or with a side above 4,096, [`DataError::PixelCount`] where the pixels
/// are not `channels * height * width` or the channels not those of `shape`.
pub fn to_image(picture: &Picture, shape: ImageShape) -> Result<ImageSet, DataError> {
    let Picture { height, width, channels, ref pixels } = *picture;
    let side = height.min(width);
    let resizer = Resizer::new([side, side], [shape.height, shape.width])?;
    let area = height * width;
    if channels != shape.channels || pixels.len() != channels * area {
        let found = pixels.len();
        return Err(DataError::PixelCount { what: "a picture", height, width, channels: shape.channels, found });
    }
    let (top, left) = ((height - side) / 2, (width - side) / 2);
    let mut image = Vec::with_capacity(shape.len());
    for plane in pixels.chunks_exact(area) {
        let rows = plane.chunks_exact(width).skip(top).take(side);
        let square: Vec<u8> = rows.flat_map(|row| &row[left..left + side]).copied().collect();
        image.extend(resizer.resize(&square)?);
    }
    ImageSet::new(shape, image, vec![0])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: ImageShape = ImageShape { channels: 3, height: 4, width: 4 };

    #[test]
    fn an_image_of_the_data_set_stays_as_it_is() {
        let pixels: Vec<u8> = (0..48).map(|value| value * 5).collect();
        let picture = Picture { height: 4, width: 4, channels: 3, pixels: pixels.clone() };
        assert_eq!(to_image(&picture, SHAPE).unwrap().pixels, pixels);
    }

    #[test]
    fn the_middle_square_of_a_wide_and_of_a_high_picture_is_taken_channel_by_channel() {
        // Constant in its middle, 255 beside it: what is not cut off would show.
        for (height, width) in [(16, 24), (24, 16), (16, 17)] {
            let (top, left) = ((height - 16) / 2, (width - 16) / 2);
            let inside =
                |row: usize, column: usize| (top..top + 16).contains(&row) && (left..left + 16).contains(&column);
            let at = |channel: usize, index: usize| {
                if inside(index / width, index % width) { 40 + 50 * channel as u8 } else { 255 }
            };
            let pixels = (0..3).flat_map(|channel| (0..height * width).map(move |index| at(channel, index))).collect();
            let image = to_image(&Picture { height, width, channels: 3, pixels }, SHAPE).unwrap();
            let expected: Vec<u8> = [40, 90, 140].into_iter().flat_map(|value| [value; 16]).collect();
            assert_eq!(image.pixels, expected, "{height}x{width}");
        }
    }

    #[test]
    fn pictures_that_cannot_be_used_are_refused() {
        let refused = |height, width, channels, count| {
            to_image(&Picture { height, width, channels, pixels: vec![0; count] }, SHAPE).unwrap_err()
        };
        assert!(matches!(refused(0, 5, 3, 0), DataError::Size { .. }));
        assert!(matches!(refused(5_000, 5_000, 3, 1), DataError::Size { .. }));
        assert!(matches!(refused(5, 5, 3, 74), DataError::PixelCount { .. }));
        assert!(matches!(refused(5, 5, 1, 25), DataError::PixelCount { .. }));
    }
}
