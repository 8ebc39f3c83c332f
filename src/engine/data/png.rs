//! PNG files as 8-bit pixels: any colour type and bit depth, to grey or to colour.

use super::{DataError, MAX_BYTES};
use png::{ColorType, Decoder, DecodingError, Limits, Transformations};
use std::io::Cursor;

/// Most pixels of one PNG; enough for 10,000 flattened CIFAR images (1024 x 10000).
const MAX_PIXELS: usize = 4096 * 4096;
/// Memory the decoder may take besides our buffer, in bytes.
const DECODER_BYTES: usize = 64 << 20;
/// Weights of red, green and blue in the luminance of ITU-R 601-2, times 2^16; the same as Pillow's.
const LUMINANCE: [u32; 3] = [19_595, 38_470, 7_471];

/// What the pixels are wanted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PngColour {
    /// One channel: luminance.
    Grey,
    /// Three channels: red, green, blue.
    Rgb,
}

impl PngColour {
    /// Number of channels.
    pub fn channels(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
        }
    }
}

/// A decoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// 1 (grey) or 3 (red, green, blue).
    pub channels: usize,
    /// `[channels, height, width]`, 0..255.
    pub pixels: Vec<u8>,
}

/// Decodes a PNG (of an animation, the first frame); `name` names it in errors.
///
/// 16-bit values keep their upper byte. Transparent pixels are laid over white, as a page shows them.
///
/// # Errors
/// [`DataError::Png`] if it is damaged, cut off or no PNG; [`DataError::TooLarge`] beyond 16.8 million pixels.
pub fn decode_png(name: &str, bytes: &[u8], colour: PngColour) -> Result<Picture, DataError> {
    let failed = |error: DecodingError| DataError::Png { name: name.into(), reason: error.to_string() };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: DECODER_BYTES });
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info().map_err(failed)?;
    let (height, width) = (header.height as usize, header.width as usize);
    let too_large = || DataError::TooLarge { source_name: name.into(), count: 1, height, width };
    if height.checked_mul(width).is_none_or(|pixels| pixels > MAX_PIXELS) {
        return Err(too_large());
    }
    let mut reader = decoder.read_info().map_err(failed)?;
    let size = reader.output_buffer_size().filter(|&size| size <= MAX_BYTES).ok_or_else(too_large)?;
    let mut samples = vec![0; size];
    let frame = reader.next_frame(&mut samples).map_err(failed)?;
    samples.truncate(frame.buffer_size());
    let pixels = match frame.color_type {
        ColorType::Grayscale => planes(samples.as_chunks::<1>().0, colour, |&[grey]| [grey; 3]),
        ColorType::GrayscaleAlpha => {
            planes(samples.as_chunks::<2>().0, colour, |&[grey, alpha]| [on_white(grey, alpha); 3])
        }
        ColorType::Rgb => planes(samples.as_chunks::<3>().0, colour, |&rgb| rgb),
        ColorType::Rgba => planes(samples.as_chunks::<4>().0, colour, |&[r, g, b, alpha]| {
            [r, g, b].map(|value| on_white(value, alpha))
        }),
        ColorType::Indexed => {
            let reason = "its palette is missing".into();
            return Err(DataError::Png { name: name.into(), reason });
        }
    };
    Ok(Picture { height, width, channels: colour.channels(), pixels })
}

/// Interleaved samples to `[channels, h * w]`.
fn planes<const C: usize>(samples: &[[u8; C]], colour: PngColour, rgb_of: impl Fn(&[u8; C]) -> [u8; 3]) -> Vec<u8> {
    match colour {
        PngColour::Grey => samples.iter().map(|sample| luminance(rgb_of(sample))).collect(),
        PngColour::Rgb => {
            let rgb_of = &rgb_of;
            (0..3).flat_map(|channel| samples.iter().map(move |sample| rgb_of(sample)[channel])).collect()
        }
    }
}

/// Luminance of a colour, rounded; a grey value stays as it is.
fn luminance(rgb: [u8; 3]) -> u8 {
    let sum: u32 = rgb.iter().zip(LUMINANCE).map(|(&value, weight)| u32::from(value) * weight).sum();
    ((sum + (1 << 15)) >> 16) as u8
}

/// A value of opacity `alpha` over white, rounded.
fn on_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{bytes_of_hex, cases};
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Case {
        name: String,
        png: String,
        size: [usize; 2],
        rgb: String,
        grey: String,
    }

    fn pillow() -> Vec<Case> {
        cases(include_str!("../../../tests/fixtures/pillow_png.json"))
    }

    /// `[h * w, 3]` to `[3, h * w]`.
    fn to_planes(interleaved: &[u8]) -> Vec<u8> {
        (0..3).flat_map(|channel| interleaved.iter().skip(channel).step_by(3).copied()).collect()
    }

    #[test]
    fn every_colour_type_and_depth_reads_as_pillow_reads_it() {
        for case in pillow() {
            let file = bytes_of_hex(&case.png);
            let grey = decode_png(&case.name, &file, PngColour::Grey).unwrap();
            let rgb = decode_png(&case.name, &file, PngColour::Rgb).unwrap();
            assert_eq!(([grey.height, grey.width], grey.channels), (case.size, 1), "{}", case.name);
            assert_eq!(([rgb.height, rgb.width], rgb.channels), (case.size, 3), "{}", case.name);
            assert_eq!(grey.pixels, bytes_of_hex(&case.grey), "{}", case.name);
            assert_eq!(rgb.pixels, to_planes(&bytes_of_hex(&case.rgb)), "{}", case.name);
        }
    }

    #[test]
    fn no_damage_panics_and_truncation_is_refused() {
        for case in pillow() {
            let file = bytes_of_hex(&case.png);
            let pixels_end = file.windows(4).position(|four| four == b"IEND").unwrap() - 8;
            for length in 0..pixels_end {
                assert!(decode_png("cut", &file[..length], PngColour::Grey).is_err(), "{} at {length}", case.name);
            }
            for at in 0..pixels_end {
                let mut damaged = file.clone();
                damaged[at] ^= 0x24;
                let _ = decode_png("damaged", &damaged, PngColour::Rgb);
            }
        }
    }

    #[test]
    fn a_damaged_or_foreign_file_says_what_to_do() {
        let mut file = bytes_of_hex(&pillow()[3].png);
        let middle = file.len() / 2;
        file[middle] ^= 0xff;
        for bytes in [&file[..], b"GIF89a", b""] {
            let message = decode_png("three.png", bytes, PngColour::Grey).unwrap_err().to_string();
            assert!(
                message.starts_with("three.png is not a readable PNG") && message.contains("save it again"),
                "{message}"
            );
        }
    }

    #[test]
    fn a_huge_size_is_refused_from_the_header() {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 8_000, 8_000);
        encoder.set_color(ColorType::Grayscale);
        encoder.write_header().unwrap().finish().unwrap();
        let error = decode_png("huge.png", &file, PngColour::Grey).unwrap_err();
        assert!(matches!(error, DataError::TooLarge { height: 8_000, width: 8_000, .. }), "{error}");
    }
}
