//! Several images as one picture.

use super::pixels::composed;
use crate::app::reactive::effect;
use crate::app::views::view;
use crate::number;
use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Images side by side; an empty one leaves its place free. The style sheet says how large a pixel is (`--zoom`).
#[component]
pub fn Sheet(
    /// The images, 0 to 1, or -1 to 1 where `signed`.
    images: Signal<Vec<Vec<f32>>>,
    /// Images in a row.
    columns: Signal<usize>,
    /// Whether the diverging scale is used.
    signed: Signal<bool>,
    /// Text alternative; empty where the images have names of their own.
    label: Signal<String>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    effect(move || {
        if let Some(canvas) = canvas.get() {
            images.with(|images| paint(&canvas, images, columns.get(), signed.get()));
        }
    });
    view! {
        <canvas
            class="sheet"
            class:signed=move || signed.get()
            node_ref=canvas
            role=move || if label.with(String::is_empty) { "presentation" } else { "img" }
            aria-label=move || Some(label.get()).filter(|label| !label.is_empty())
        ></canvas>
    }
}

/// None where the canvas cannot be painted.
fn paint(canvas: &HtmlCanvasElement, images: &[Vec<f32>], columns: usize, signed: bool) -> Option<()> {
    let (width, height, rgba) = composed(images, columns.max(1), signed);
    let (columns, rows) = (number::to_u32(width), number::to_u32(height));
    canvas.set_width(columns);
    canvas.set_height(rows);
    let style = web_sys::HtmlElement::style(canvas);
    style.set_property("width", &format!("calc(var(--zoom) * {width}px)")).ok()?;
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), columns, rows).ok()?;
    context.put_image_data(&data, 0.0, 0.0).ok()
}
