//! Colour images as the rows of PNG files: pixel after pixel, as some packages of CIFAR-10 have them.

use super::{DataError, ImageSet, PngColour, decode_png};
use crate::config::ImageShape;

impl ImageSet {
    /// A set of colour images from PNG files, each row of which is an image whose pixels follow row by row, and a JSON array
    /// of the labels of all of them; the names appear in errors.
    ///
    /// # Errors
    /// [`DataError`] if a file is damaged or its rows are not as long as `shape` wants, if the labels are not numbers
    /// of classes, or if there are more or fewer of them than images.
    pub fn from_rows<Name: AsRef<str>, Bytes: AsRef<[u8]>>(
        shape: ImageShape,
        pictures: impl IntoIterator<Item = (Name, Bytes)>,
        labels: (&str, &[u8]),
    ) -> Result<Self, DataError> {
        let mut pixels = Vec::new();
        for (name, bytes) in pictures {
            let picture = decode_png(name.as_ref(), bytes.as_ref(), PngColour::Rgb)?;
            let area = shape.height * shape.width;
            if picture.width != area || shape.channels != picture.channels {
                return Err(DataError::RowLength { name: name.as_ref().into(), found: picture.width, expected: area });
            }
            let planes: Vec<_> = picture.pixels.chunks_exact(picture.height * area).collect();
            pixels.reserve(picture.pixels.len());
            for row in 0..picture.height {
                for plane in &planes {
                    pixels.extend_from_slice(&plane[row * area..(row + 1) * area]);
                }
            }
        }
        let labels = serde_json::from_slice::<Vec<u8>>(labels.1)
            .map_err(|error| DataError::Labels { name: labels.0.into(), reason: error.to_string() })?;
        Self::new(shape, pixels, labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: ImageShape = ImageShape { channels: 3, height: 1, width: 2 };

    /// A PNG of colour pixels, `rows` by `columns`, whose samples count up from 0.
    fn png(rows: u32, columns: u32) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, columns, rows);
        encoder.set_color(png::ColorType::Rgb);
        let samples: Vec<u8> = (0..rows * columns * 3).map(|sample| sample as u8).collect();
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&samples).unwrap();
        writer.finish().unwrap();
        file
    }

    #[test]
    fn rows_of_two_files_become_images_channel_by_channel() {
        let set = ImageSet::from_rows(SHAPE, [("a", png(2, 2)), ("b", png(1, 2))], ("labels", b"[3, 0, 9]")).unwrap();
        assert_eq!((set.len(), set.labels.as_slice()), (3, [3, 0, 9].as_slice()));
        assert_eq!(set.image(1), [6, 9, 7, 10, 8, 11]);
        assert_eq!(set.image(2), [0, 3, 1, 4, 2, 5]);
    }

    #[test]
    fn files_that_do_not_fit_are_refused() {
        let refused = |picture: &[u8], labels: &str| {
            ImageSet::from_rows(SHAPE, [("a.png", picture)], ("l.json", labels.as_bytes())).unwrap_err().to_string()
        };
        assert!(
            refused(&png(2, 3), "[1, 2]").starts_with("a.png has rows of 3 pixels"),
            "{}",
            refused(&png(2, 3), "[1]")
        );
        assert!(refused(&png(2, 2), "[1]").contains("2 images but 1 labels"));
        assert!(refused(&png(2, 2), "[1, 10]").contains("label 1 is 10"));
        for labels in ["", "{}", "[1, -1]", "[1, 300]", "[1, 2"] {
            assert!(refused(&png(2, 2), labels).starts_with("l.json holds no list of labels"), "{labels}");
        }
        assert!(refused(&png(2, 2)[..40], "[1, 2]").starts_with("a.png is not a readable PNG"));
    }
}
