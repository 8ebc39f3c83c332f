//! Canvases that are not on the page, pictures decoded by the browser, and files of the site.

use crate::number;
use js_sys::{Object, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

/// A canvas of its own; `None` where the browser refuses.
pub fn canvas(width: u32, height: u32) -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let options = Object::new();
    // What is painted here is read back: keep it out of the GPU.
    Reflect::set(&options, &"willReadFrequently".into(), &JsValue::TRUE).ok()?;
    let context = canvas.get_context_with_context_options("2d", &options).ok().flatten()?.dyn_into().ok()?;
    Some((canvas, context))
}

/// A file of the site; `None` where it is not there or out of reach.
pub async fn bytes_of(address: &str) -> Option<Vec<u8>> {
    let answer: web_sys::Response = JsFuture::from(window().fetch_with_str(address)).await.ok()?.dyn_into().ok()?;
    let buffer = JsFuture::from(answer.ok().then(|| answer.array_buffer().ok()).flatten()?).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// What a picture file holds, red, green, blue and opacity for each pixel, with its sides: the longer one is `side` pixels, or
/// at most that many. `None` where the browser cannot read it.
pub async fn pixels_of(file: &Blob, side: f64, enlarge: bool) -> Option<(u32, u32, Vec<u8>)> {
    let bitmap = bitmap(file).await?;
    let (columns, rows) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = side / columns.max(rows).max(1.0);
    let scale = if enlarge { scale } else { scale.min(1.0) };
    let (width, height) = ((columns * scale).round().max(1.0), (rows * scale).round().max(1.0));
    let (_, context) = canvas(number::whole(width), number::whole(height))?;
    // A small digit stays pixelated, as the networks' own images are; a photograph is reduced smoothly.
    context.set_image_smoothing_enabled(scale < 1.0);
    let _ = Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into());
    context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, width, height).ok()?;
    bitmap.close();
    let rgba = context.get_image_data(0.0, 0.0, width, height).ok()?.data();
    Some((number::whole(width), number::whole(height), rgba.to_vec()))
}

/// The picture in a file; `None` where the browser cannot read it.
pub async fn bitmap(file: &Blob) -> Option<ImageBitmap> {
    JsFuture::from(window().create_image_bitmap_with_blob(file).ok()?).await.ok()?.dyn_into().ok()
}
