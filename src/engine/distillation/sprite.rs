//! The images of a level as one grey or colour PNG: class `a`, subset `s` at column `a`, row `s`.

use crate::config::{CLASSES, ImageShape};
use crate::engine::data::{DataError, ImageSet, PngColour, decode_png};

/// The images of a level as a PNG.
///
/// `images` are in the order of the subsets, and in each of them of the classes.
///
/// # Errors
/// [`DataError::Png`] where they cannot be encoded.
pub fn sprite_png(images: &ImageSet) -> Result<Vec<u8>, DataError> {
    let ImageShape { channels, height, width } = images.shape;
    let failed = |reason: String| DataError::Png { name: "the sprite".into(), reason };
    let (rows, columns) = (images.len() / CLASSES * height, CLASSES * width);
    let mut pixels = vec![0; rows * columns * channels];
    for index in 0..images.len() / CLASSES * CLASSES {
        let image = images.image(index);
        let (top, left) = (index / CLASSES * height, index % CLASSES * width);
        for (position, value) in image.iter().enumerate() {
            let (channel, row, column) = (position / (height * width), position / width % height, position % width);
            pixels[((top + row) * columns + left + column) * channels + channel] = *value;
        }
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, columns as u32, rows as u32);
    encoder.set_color(if channels == 1 { png::ColorType::Grayscale } else { png::ColorType::Rgb });
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header().map_err(|error| failed(error.to_string()))?;
    writer.write_image_data(&pixels).map_err(|error| failed(error.to_string()))?;
    writer.finish().map_err(|error| failed(error.to_string()))?;
    Ok(file)
}

/// The images of a level from a PNG, in the order of the subsets, and in each of them of the classes.
///
/// # Errors
/// [`DataError`] where it is damaged or its sides are no multiples of the images'.
pub fn read_sprite(name: &str, bytes: &[u8], shape: ImageShape) -> Result<ImageSet, DataError> {
    let ImageShape { channels, height, width } = shape;
    let picture = decode_png(name, bytes, if channels == 1 { PngColour::Grey } else { PngColour::Rgb })?;
    if picture.width != CLASSES * width || !picture.height.is_multiple_of(height) {
        let found = picture.pixels.len();
        return Err(DataError::PixelCount { what: "a sprite of distilled images", height, width, channels, found });
    }
    let subsets = picture.height / height;
    let plane = picture.height * picture.width;
    let mut pixels = Vec::with_capacity(picture.pixels.len());
    for index in 0..subsets * CLASSES {
        let (top, left) = (index / CLASSES * height, index % CLASSES * width);
        for channel in 0..channels {
            for row in top..top + height {
                let start = channel * plane + row * picture.width + left;
                pixels.extend_from_slice(&picture.pixels[start..start + width]);
            }
        }
    }
    let labels = (0..subsets * CLASSES).map(|index| (index % CLASSES) as u8).collect();
    ImageSet::new(shape, pixels, labels)
}
