//! One image: beside the mean of its group, what sets it apart from that, and the digit that it started from.

use super::library::use_library;
use super::pixels::{REACH, minus};
use super::place::Place;
use crate::app::components::{PixelImage, PixelScale, SavePicture, ScaleLegend};
use crate::app::history::use_address;
use crate::app::off_screen;
use crate::app::reactive::{effect, heard, memo};
use crate::app::save::download_address;
use crate::app::views::view;
use crate::number;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

/// Side of a pixel, in CSS pixels.
const ZOOM: u32 = 4;

/// The chosen image with its comparisons.
#[component]
pub fn Specimen() -> impl IntoView {
    let address = use_address();
    let library = use_library();
    let chosen = memo(move |_| address.state.with(|state| state.distil.chosen));
    let origin = memo(move |_| library.origin(chosen.get()));
    effect(move || {
        if library.has(0) {
            library.want(&[origin.get()]);
            library.want(&library.members(chosen.get()));
        }
    });
    let own = Signal::derive(move || library.image(chosen.get()));
    let mean = Signal::derive(move || library.mean_below(chosen.get()));
    let change = Signal::derive(move || minus(&own.get(), &mean.get()));
    let start = Signal::derive(move || library.image(origin.get()));
    let below = move || chosen.get().level > 0;
    let size = move || library.members(chosen.get()).len();
    let save = move |_| {
        let canvas = document().query_selector("#distil-own canvas").ok().flatten();
        let canvas = canvas.and_then(|canvas| canvas.dyn_into::<HtmlCanvasElement>().ok());
        let Place { level, class, subset } = chosen.get_untracked();
        let saved = canvas.and_then(|canvas| enlarged(&canvas)).and_then(|address| {
            download_address(&format!("distilled-level-{level}-class-{class}-{subset}.png"), &address)
        });
        if saved.is_none() {
            library.failure.set(Some("The browser could not write the image. Try another browser.".into()));
        }
    };
    let figure = |values: Signal<Vec<f32>>, scale, name: Signal<String>| {
        view! {
            <PixelImage width=28 height=28 values scale zoom=ZOOM reach=reach(scale) label=name/>
            <figcaption class="small">{name}</figcaption>
        }
    };
    let named = Signal::derive(move || chosen.get().name());
    let mean_name = Signal::derive(move || {
        format!("mean of its {} images of level {}", size(), chosen.get().level.saturating_sub(1))
    });
    let start_name = Signal::derive(move || format!("started from: {}", origin.get().name()));
    view! {
        <section aria-labelledby="distil-specimen-title" data-picture="" data-testid="distil-specimen" data-image=move || chosen.get().key()>
            <div class="row spread">
                <h2 id="distil-specimen-title">{named}</h2>
                <button type="button" class="button" data-testid="distil-save" on:click=heard(save)>"Image as PNG"</button>
            </div>
            <div class="distil-figures">
                <figure id="distil-own">{figure(own, PixelScale::Ink, named)}</figure>
                <figure hidden=move || !below()>{figure(mean, PixelScale::Ink, mean_name)}</figure>
                <figure hidden=move || !below()>
                    {figure(change, PixelScale::Signed, Signal::derive(|| "image minus mean".to_owned()))}
                    <ScaleLegend reach=Signal::derive(|| REACH)/>
                </figure>
                <figure hidden=move || !below()>{figure(start, PixelScale::Ink, start_name)}</figure>
            </div>
            <SavePicture id="distilled-image"/>
        </section>
    }
}

fn reach(scale: PixelScale) -> Signal<f32> {
    Signal::derive(move || match scale {
        PixelScale::Ink => 1.0,
        PixelScale::Signed => number::single(REACH),
    })
}

/// The image as black ink on white paper, ten times as large, as a data address.
fn enlarged(canvas: &HtmlCanvasElement) -> Option<String> {
    let (paper, context) = off_screen::canvas(280, 280)?;
    context.set_fill_style_str(&crate::app::colour::PAPER.css());
    context.fill_rect(0.0, 0.0, 280.0, 280.0);
    context.set_image_smoothing_enabled(false);
    context.draw_image_with_html_canvas_element_and_dw_and_dh(canvas, 0.0, 0.0, 280.0, 280.0).ok()?;
    paper.to_data_url().ok()
}
