//! A drawing of any size becomes a 28x28 image as MNIST has them, so that the networks get what they were trained on.
//!
//! The convention, as all but 3 of the 10,000 test images show it: the ink's box is scaled, keeping its aspect
//! ratio, until its longer side is 20 pixels; strokes are antialiased and the darkest pixel is 254 or 255; then the
//! image moves by whole pixels until its centre of mass, in pixel indices, lies in [13.5, 14.5) on both axes.

mod coverage;
mod ink;

use super::data::{DataError, MAX_SIDE, PIXELS_28, Picture, SIDE_28, shifted_28};
use crate::report::Raster;
use coverage::{CoverageAxis, resample_28};
use ink::InkBox;

/// Longer side of the scaled ink in pixels.
const INK_SIDE: usize = 20;
/// Where the ink's box begins before it is centred; leaves as much room behind it.
const MARGIN: usize = (SIDE_28 - INK_SIDE) / 2;
/// Pixel index of the centre of mass.
const CENTRE: i32 = 14;
/// Weakest maximum found in MNIST; images below it are strengthened to the full 255.
const FULL_INK: f32 = 254.0;

/// Turns a drawing into an MNIST-like image `[28, 28]`; `None` if it holds no ink worth the name.
///
/// Only whole-pixel moves follow the scaling, so an MNIST image stays as it is. Ink never leaves the image:
/// where centring would push it over the edge, it stops at the edge.
///
/// # Errors
/// [`DataError::Size`] for a side of 0 or above 4096, [`DataError::PixelCount`] if the pixels do not fill the sides.
pub fn normalize(drawing: &Raster) -> Result<Option<[u8; PIXELS_28]>, DataError> {
    let (height, width) = (drawing.height as usize, drawing.width as usize);
    if !(1..=MAX_SIDE).contains(&height) || !(1..=MAX_SIDE).contains(&width) {
        return Err(DataError::Size { what: "a drawing", height, width });
    }
    let found = drawing.pixels.len();
    if found != height * width {
        return Err(DataError::PixelCount { what: "a drawing", height, width, channels: 1, found });
    }
    Ok(InkBox::find(&drawing.pixels, width).map(|ink| centred(&strengthened(scaled(drawing, &ink)), &ink)))
}

/// Side of one output pixel in drawing pixels.
fn pixel_side(ink: &InkBox) -> f64 {
    ink.height().max(ink.width()) as f64 / INK_SIDE as f64
}

/// The ink's box scaled to 20 pixels, its top left corner at (4, 4) of `[28, 28]`.
fn scaled(drawing: &Raster, ink: &InkBox) -> [f32; PIXELS_28] {
    let side = pixel_side(ink);
    let origin = |start: usize| start as f64 - MARGIN as f64 * side;
    let rows = CoverageAxis::new(origin(ink.top), side, drawing.height as usize);
    let columns = CoverageAxis::new(origin(ink.left), side, drawing.width as usize);
    resample_28(&drawing.pixels, drawing.width as usize, &rows, &columns)
}

/// Brings faint images, such as those of hairlines in a large drawing, to full contrast.
fn strengthened(mut image: [f32; PIXELS_28]) -> [f32; PIXELS_28] {
    let peak = image.iter().copied().fold(0.0, f32::max);
    if peak > 0.0 && peak < FULL_INK {
        let gain = 255.0 / peak;
        for value in &mut image {
            *value *= gain;
        }
    }
    image
}

/// Moves the centre of mass to the centre and rounds to bytes.
fn centred(image: &[f32; PIXELS_28], ink: &InkBox) -> [u8; PIXELS_28] {
    let (mut total, mut sum_y, mut sum_x) = (0.0_f64, 0.0_f64, 0.0_f64);
    for (index, &value) in image.iter().enumerate() {
        let value = f64::from(value);
        total += value;
        sum_y += value * (index / SIDE_28) as f64;
        sum_x += value * (index % SIDE_28) as f64;
    }
    let dy = move_to_centre(sum_y / total, ink.height() as f64 / pixel_side(ink));
    let dx = move_to_centre(sum_x / total, ink.width() as f64 / pixel_side(ink));
    let mut bytes = [0; PIXELS_28];
    for (byte, value) in bytes.iter_mut().zip(image) {
        *byte = value.round().clamp(0.0, 255.0) as u8;
    }
    let mut moved = [0; PIXELS_28];
    shifted_28(&bytes, dy, dx, &mut moved);
    moved
}

/// Whole pixels from the centre of mass to the centre, but no further than ink of `extent` pixels has room.
fn move_to_centre(centre_of_mass: f64, extent: f64) -> i32 {
    let wanted = CENTRE - (centre_of_mass + 0.5).floor() as i32;
    let room_after = SIDE_28 as i32 - MARGIN as i32 - extent.ceil() as i32;
    wanted.clamp(-(MARGIN as i32), room_after)
}

/// A grey picture as ink on background: dark on light is inverted, as the pixels along its edge tell.
///
/// A colour picture gives its first channel; decode it as [`super::data::PngColour::Grey`].
pub fn ink_of_picture(picture: &Picture) -> Raster {
    let (height, width) = (picture.height, picture.width);
    let mut pixels = picture.pixels.clone();
    pixels.truncate(height * width);
    let on_edge = |index: usize| {
        let (y, x) = (index / width, index % width);
        y == 0 || x == 0 || y + 1 == height || x + 1 == width
    };
    let edge: Vec<u8> = (0..pixels.len()).filter(|&index| on_edge(index)).map(|index| pixels[index]).collect();
    let light = edge.iter().filter(|&&value| value >= 128).count();
    if 2 * light > edge.len() {
        for value in &mut pixels {
            *value = 255 - *value;
        }
    }
    Raster { width: width as u32, height: height as u32, pixels }
}

#[cfg(test)]
mod tests;
