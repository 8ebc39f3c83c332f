//! Painting: the same strokes onto the canvas on screen and onto the raster that the network gets.
//!
//! Both are black ink on nothing; the style sheet inverts the one on screen on dark surfaces, and the raster is read
//! from the opacity. The raster has its own canvas of fixed size, so that the answer does not depend on the screen.

use super::strokes::{Picture, Sketch, Stroke};
use crate::app::off_screen;
use crate::protocol::Raster;
use wasm_bindgen::Clamped;
use web_sys::{CanvasRenderingContext2d, ImageData};

/// Side of the raster: ten times that of the final image.
pub const RASTER_SIDE: u32 = 280;

/// Paints the sketch over the whole of a square canvas of `side` device pixels.
pub fn paint(context: &CanvasRenderingContext2d, side: f64, sketch: &Sketch) {
    context.clear_rect(0.0, 0.0, side, side);
    if let Some(picture) = &sketch.picture {
        paint_picture(context, side, picture);
    }
    context.set_line_cap("round");
    context.set_line_join("round");
    for stroke in &sketch.strokes {
        paint_stroke(context, side, stroke);
    }
}

fn paint_picture(context: &CanvasRenderingContext2d, side: f64, picture: &Picture) {
    let Some((canvas, own)) = off_screen::canvas(picture.width, picture.height) else { return };
    let pixels: Vec<u8> = picture.ink.iter().flat_map(|&ink| [0, 0, 0, ink]).collect();
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), picture.width, picture.height);
    let drawn = image.and_then(|image| own.put_image_data(&image, 0.0, 0.0)).and_then(|()| {
        // A digit of 28x28 stays pixelated; a photograph is smoothed.
        context.set_image_smoothing_enabled(picture.width > 64);
        context.draw_image_with_html_canvas_element_and_dw_and_dh(&canvas, 0.0, 0.0, side, side)
    });
    if let Err(error) = drawn {
        leptos::logging::error!("the picture could not be painted: {error:?}");
    }
}

/// A smooth curve: quadratic pieces from middle to middle, with the points themselves as handles.
fn paint_stroke(context: &CanvasRenderingContext2d, side: f64, stroke: &Stroke) {
    let width = f64::from(stroke.brush) / 100.0 * side;
    let points: Vec<(f64, f64)> = stroke
        .points
        .iter()
        .map(|point| {
            let (x, y) = point.to_unit();
            (x * side, y * side)
        })
        .collect();
    context.begin_path();
    let [(x, y), rest @ ..] = points.as_slice() else { return };
    let Some((last, handles)) = rest.split_last() else {
        // A dot. Engines disagree on lines of no length, not on circles; the radius is positive, so this cannot fail.
        let _ = context.arc(*x, *y, width / 2.0, 0.0, std::f64::consts::TAU);
        context.fill();
        return;
    };
    context.set_line_width(width);
    context.move_to(*x, *y);
    for (index, handle) in handles.iter().enumerate() {
        let next = rest[index + 1];
        let middle = if index + 2 == rest.len() {
            next
        } else {
            (f64::midpoint(handle.0, next.0), f64::midpoint(handle.1, next.1))
        };
        context.quadratic_curve_to(handle.0, handle.1, middle.0, middle.1);
    }
    if handles.is_empty() {
        context.line_to(last.0, last.1);
    }
    context.stroke();
}

/// Turns sketches into rasters, on a canvas of its own.
pub struct Rasteriser {
    context: CanvasRenderingContext2d,
}

impl Rasteriser {
    /// `None` where the browser gives no canvas.
    pub fn new() -> Option<Self> {
        off_screen::canvas(RASTER_SIDE, RASTER_SIDE).map(|(_, context)| Self { context })
    }

    /// The sketch as grey values, anti-aliased as the browser paints it.
    pub fn raster(&self, sketch: &Sketch) -> Option<Raster> {
        let side = f64::from(RASTER_SIDE);
        paint(&self.context, side, sketch);
        let image = self.context.get_image_data(0.0, 0.0, side, side).ok()?;
        let pixels = image.data().chunks_exact(4).map(|pixel| pixel[3]).collect();
        Some(Raster { width: RASTER_SIDE, height: RASTER_SIDE, pixels })
    }
}
