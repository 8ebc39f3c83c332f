//! Colour pixels in the orders in which canvases, the protocol and files have them.

use crate::number;
use crate::protocol::ColourRaster;

/// Red, green, blue and full opacity for each pixel, as a canvas wants them.
pub fn to_rgba(picture: &ColourRaster) -> Vec<u8> {
    let (pixels, _) = picture.pixels.as_chunks::<3>();
    pixels.iter().flat_map(|&[red, green, blue]| [red, green, blue, 255]).collect()
}

/// What a canvas holds, laid over white where it is transparent.
pub fn from_rgba(width: u32, height: u32, rgba: &[u8]) -> ColourRaster {
    let over_white = |value: u8, alpha: u8| {
        let (value, alpha) = (usize::from(value), usize::from(alpha));
        number::to_u8((value * alpha + 255 * (255 - alpha) + 127) / 255)
    };
    let (pixels, _) = rgba.as_chunks::<4>();
    let pixels = pixels.iter().flat_map(|&[r, g, b, alpha]| [r, g, b].map(|value| over_white(value, alpha))).collect();
    ColourRaster { width, height, pixels }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opaque_pixels_come_back_and_clear_ones_are_white() {
        let picture = ColourRaster { width: 2, height: 1, pixels: vec![1, 2, 3, 250, 251, 252] };
        assert_eq!(to_rgba(&picture), [1, 2, 3, 255, 250, 251, 252, 255]);
        assert_eq!(from_rgba(2, 1, &to_rgba(&picture)), picture);
        assert_eq!(from_rgba(1, 1, &[9, 9, 9, 0]).pixels, [255; 3]);
        assert_eq!(from_rgba(1, 1, &[0, 0, 255, 51]).pixels, [204, 204, 255]);
    }
}
