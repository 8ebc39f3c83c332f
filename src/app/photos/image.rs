//! A colour picture on screen, pixel by pixel.

use super::pixels::to_rgba;
use crate::app::reactive::effect;
use crate::app::views::view;
use crate::protocol::ColourRaster;
use leptos::html::Canvas;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// The picture, as large as the style sheet says; an empty frame while there is none.
#[component]
pub fn ColourImage(
    /// The picture.
    #[prop(into)]
    picture: Signal<Option<Arc<ColourRaster>>>,
    /// Text alternative; empty for decoration.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    effect(move || {
        if let (Some(canvas), Some(picture)) = (canvas.get(), picture.get()) {
            paint(&canvas, &picture);
        }
    });
    let is_small = move || picture.with(|picture| picture.as_ref().is_none_or(|it| it.width.max(it.height) <= 64));
    view! {
        <canvas
            node_ref=canvas
            class="photo-image"
            class:pixelated=is_small
            role=move || label.with(|label| if label.is_empty() { "presentation" } else { "img" })
            aria-label=move || Some(label.get()).filter(|label| !label.is_empty())
        ></canvas>
    }
}

fn paint(canvas: &HtmlCanvasElement, picture: &ColourRaster) {
    canvas.set_width(picture.width);
    canvas.set_height(picture.height);
    let Some(context) = canvas.get_context("2d").ok().flatten() else { return };
    let Ok(context) = context.dyn_into::<CanvasRenderingContext2d>() else { return };
    let rgba = to_rgba(picture);
    if let Ok(image) = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), picture.width, picture.height) {
        // Fails only for a canvas of another origin, which this is not.
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}
