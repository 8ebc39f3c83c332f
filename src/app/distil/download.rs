//! Files of the distillation, fetched by the page itself: text, and sprites as grey values.

use super::pixels::SIDE;
use crate::app::slices::Slices;
use crate::config::CLASSES;
use js_sys::{Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap, Response};

/// Folder of the files.
pub const FOLDER: &str = "assets/distilled/mnist/";
/// Rows of images that are read at once; a whole sprite is taller than the canvas of some browsers may be.
const STRIP: usize = 60;

async fn fetched(file: &str) -> Option<Response> {
    let answer = JsFuture::from(window().fetch_with_str(&format!("{FOLDER}{file}"))).await.ok()?;
    answer.dyn_into().ok().filter(Response::ok)
}

/// A file of text.
pub async fn text(file: &str) -> Option<String> {
    JsFuture::from(fetched(file).await?.text().ok()?).await.ok()?.as_string()
}

/// The grey values of a sprite, row by row.
pub async fn sprite(file: &str) -> Option<Vec<u8>> {
    let blob = JsFuture::from(fetched(file).await?.blob().ok()?).await.ok()?;
    let bitmap = window().create_image_bitmap_with_blob(blob.unchecked_ref()).ok()?;
    let bitmap: ImageBitmap = JsFuture::from(bitmap).await.ok()?.dyn_into().ok()?;
    let (width, height) = ((CLASSES * SIDE) as u32, bitmap.height());
    let strip = (STRIP * SIDE) as u32;
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(strip);
    let options = Object::new();
    Reflect::set(&options, &"willReadFrequently".into(), &JsValue::TRUE).ok()?;
    let context = canvas.get_context_with_context_options("2d", &options).ok()??;
    let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
    let mut grey = Vec::with_capacity((width * height) as usize);
    let mut slices = Slices::begin();
    for top in (0..height).step_by(strip as usize) {
        context.draw_image_with_image_bitmap(&bitmap, 0.0, -f64::from(top)).ok()?;
        let rows = strip.min(height - top);
        let rgba = context.get_image_data(0.0, 0.0, width.into(), rows.into()).ok()?.data();
        grey.extend(rgba.chunks_exact(4).map(|pixel| pixel[0]));
        slices.pause().await;
    }
    bitmap.close();
    Some(grey)
}
