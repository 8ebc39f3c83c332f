//! An image shown pixel by pixel: digits, 7x7 reductions, feature maps, signed maps.

use crate::app::reactive::{effect, heard};
use crate::app::views::{live, view};
use crate::app::{colour, format};
use crate::number;
use crate::protocol::Raster;
use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// What the values mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PixelScale {
    /// 0 is paper, 1 is ink.
    #[default]
    Ink,
    /// -1 is blue, 0 is the surface, +1 is orange; larger values are cut off.
    Signed,
}

/// The grey values of a raster as numbers from 0 to 1.
pub fn raster_values(raster: &Raster) -> Vec<f32> {
    raster.pixels.iter().map(|&pixel| f32::from(pixel) / 255.0).collect()
}

/// An image at a whole multiple of its size. With `explore` the value of each pixel appears under the pointer and, by
/// arrow keys, under the focus.
#[component]
pub fn PixelImage(
    /// Number of columns.
    width: u32,
    /// Number of rows.
    height: u32,
    /// `width * height` values, row by row; anything else shows an empty frame.
    #[prop(into)]
    values: Signal<Vec<f32>>,
    /// What the values mean.
    #[prop(optional)]
    scale: PixelScale,
    /// Side of a pixel on screen, in CSS pixels.
    #[prop(default = 4)]
    zoom: u32,
    /// Text alternative; empty for decoration.
    #[prop(into)]
    label: Signal<String>,
    /// Values on hover and focus.
    #[prop(default = true)]
    explore: bool,
    /// The value of full colour; 1 unless given.
    #[prop(optional, into)]
    reach: Option<Signal<f32>>,
    /// Hears which pixel is clicked or, with Enter or the space bar, chosen by keyboard.
    #[prop(optional, into)]
    on_choose: Option<Callback<usize>>,
    /// The pixel that is marked as chosen.
    #[prop(optional, into)]
    chosen: Option<Signal<Option<usize>>>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let cursor = RwSignal::new(None::<(u32, u32)>);
    effect(move || {
        if let Some(canvas) = canvas.get() {
            let full = reach.map_or(1.0, |reach| reach.get()).max(f32::MIN_POSITIVE);
            values.with(|values| paint(&canvas, [width, height], values, scale, full));
        }
    });
    let readout = move || {
        cursor.get().map(|(column, row)| {
            let value = values.with(|values| values.get((row * width + column) as usize).copied());
            let text = value.map_or(format::NONE.to_owned(), |value| match scale {
                PixelScale::Ink => format::fixed(value.into(), 2),
                PixelScale::Signed => format::signed(value.into(), 3),
            });
            format!("row {}, column {}: {text}", row + 1, column + 1)
        })
    };
    let size = move |pixels: u32| format!("{}px", pixels * zoom);
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let at = cursor.get_untracked();
        if let Some(moved) = step(at, &event.key(), width, height) {
            event.prevent_default();
            cursor.set(Some(moved));
        } else if let (Some(choose), Some((column, row)), "Enter" | " ") = (on_choose, at, event.key().as_str()) {
            event.prevent_default();
            choose.run((row * width + column) as usize);
        }
    };
    let choose_at_cursor = move || {
        if let (Some(choose), Some((column, row))) = (on_choose, cursor.get_untracked()) {
            choose.run((row * width + column) as usize);
        }
    };
    let picture = view! {
        <canvas
            node_ref=canvas
            width=width
            height=height
            style:width=size(width)
            style:height=size(height)
            role=move || label.with(|label| if label.is_empty() { "presentation" } else { "img" })
            aria-label=move || Some(label.get()).filter(|label| !label.is_empty())
            tabindex=explore.then_some("0")
            on:pointermove=heard(move |event: web_sys::PointerEvent| {
                if explore {
                    let at = |offset: i32, count: u32| (offset.max(0).cast_unsigned() / zoom).min(count - 1);
                    cursor.set(Some((at(event.offset_x(), width), at(event.offset_y(), height))));
                }
            })
            on:pointerleave=heard(move |_| cursor.set(None))
            on:blur=heard(move |_| cursor.set(None))
            on:click=heard(move |_| choose_at_cursor())
            on:keydown=heard(move |event: web_sys::KeyboardEvent| {
                if explore {
                    on_key(event);
                }
            })
        ></canvas>
    };
    view! {
        <div class="pixels" class:signed=scale == PixelScale::Signed class:choosable=on_choose.is_some() style:width=size(width) style:height=size(height)>
            {picture}
            {move || {
                let at = chosen.and_then(|chosen| chosen.get()).map(number::to_u32).filter(|at| *at < width * height)?;
                Some(view! {
                    <span
                        class="pixel-chosen"
                        style:width=size(1)
                        style:height=size(1)
                        style:left=size(at % width)
                        style:top=size(at / width)
                    ></span>
                })
            }}
            {explore
                .then(|| {
                    view! {
                        <span
                            class="pixel-cursor"
                            hidden=move || cursor.get().is_none()
                            style:width=size(1)
                            style:height=size(1)
                            style:left=move || cursor.get().map_or(String::new(), |(column, _)| size(column))
                            style:top=move || cursor.get().map_or(String::new(), |(_, row)| size(row))
                        ></span>
                        <output class="pixel-value" hidden=move || cursor.get().is_none()>{live(readout)}</output>
                    }
                })}
        </div>
    }
}

fn paint(canvas: &HtmlCanvasElement, [width, height]: [u32; 2], values: &[f32], scale: PixelScale, full: f32) {
    let Some(context) = canvas.get_context("2d").ok().flatten() else { return };
    let Ok(context) = context.dyn_into::<CanvasRenderingContext2d>() else { return };
    context.clear_rect(0.0, 0.0, width.into(), height.into());
    if values.len() != (width * height) as usize {
        return;
    }
    let pixels: Vec<u8> = values
        .iter()
        .flat_map(|&value| match scale {
            PixelScale::Ink => colour::ink((value / full).into()).channels,
            PixelScale::Signed => colour::diverging((value / full).into()).channels,
        })
        .collect();
    if let Ok(image) = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), width, height) {
        // Fails only for a canvas of another origin, which this is not.
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}

/// Where an arrow key leads. The first one enters at the top left.
fn step(at: Option<(u32, u32)>, key: &str, width: u32, height: u32) -> Option<(u32, u32)> {
    let (right, down) = match key {
        "ArrowLeft" => (-1, 0),
        "ArrowRight" => (1, 0),
        "ArrowUp" => (0, -1),
        "ArrowDown" => (0, 1),
        _ => return None,
    };
    let Some((column, row)) = at else { return Some((0, 0)) };
    let inside = |value: u32, by: i32, count: u32| value.saturating_add_signed(by).min(count.saturating_sub(1));
    Some((inside(column, right, width), inside(row, down, height)))
}
