//! Second order: the products of a chosen pixel with every other, as a map, and all of them on request.

use super::job::JobControls;
use super::pictures;
use super::state::{MOST_PIXELS, Trained, use_trained};
use crate::app::components::{PixelImage, PixelScale, SavePicture, ScaleLegend, Term};
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use crate::number;
use leptos::prelude::*;

/// Side of the map on screen, in CSS pixels: a multiple of 7 and of 28.
const SIDE: u32 = 280;

const MEANING: &str = "The coefficient of the product of the chosen pixel with each pixel; the pixel with itself gives its square. \
     Positive: ink in both speaks for the class, beyond what each does alone.";

/// The name of a pixel for people, rows and columns from 1.
pub fn pixel_name(pixel: usize, side: usize) -> String {
    format!("row {}, column {}", pixel / side.max(1) + 1, pixel % side.max(1) + 1)
}

/// The map of products with the chosen pixel.
#[component]
pub fn Products() -> impl IntoView {
    let trained = use_trained();
    let values = memo(move |_| {
        let (pixel, selection) = (trained.pixel.get(), trained.selection.get());
        let products = trained.expansion.with(|it| it.as_ref().and_then(|it| it.products(pixel?, selection)));
        products.unwrap_or_default()
    });
    let reach = memo(move |_| {
        values.with(|values| if values.is_empty() { 1.0 } else { pictures::reach([values.as_slice()].into_iter()) })
    });
    let side = memo(move |_| number::to_u32(trained.side()));
    let choose = Callback::new(move |pixel: usize| trained.choose(|state| state.pixel = Some(pixel)));
    let title = move || match trained.pixel.get() {
        Some(pixel) => format!("with {}", pixel_name(pixel, trained.side())),
        None => "choose a pixel on a map".into(),
    };
    view! {
        <figure class="trained-products" data-testid="trained-products" data-count=move || values.with(Vec::len).to_string()>
            <h3><Term word="Products of two pixels" meaning=MEANING/> <span class="why-of">{live(title)}</span></h3>
            {move || {
                let side = side.get();
                view! {
                    <PixelImage
                        width=side
                        height=side
                        values=Signal::derive(move || values.with(|values| values.iter().map(|&value| number::single(value)).collect::<Vec<f32>>()))
                        scale=PixelScale::Signed
                        reach=Signal::derive(move || number::single(reach.get()))
                        zoom=(SIDE / side).max(1)
                        label="Coefficients of the products with the chosen pixel. Enter chooses another pixel"
                        on_choose=choose
                        chosen=trained.pixel
                    />
                }
            }}
            <ScaleLegend reach/>
            <SavePicture id="products"/>
            <PixelFields trained/>
        </figure>
    }
}

/// Row and column as numbers.
#[component]
fn PixelFields(trained: Trained) -> impl IntoView {
    let part = move |read: fn(usize, usize) -> usize| {
        move || trained.pixel.get().map_or(String::new(), |pixel| (read(pixel, trained.side()) + 1).to_string())
    };
    let set = move |is_row: bool, text: &str| {
        let side = trained.side();
        let (row, column) = trained.pixel.get_untracked().map_or((0, 0), |pixel| (pixel / side, pixel % side));
        let Some(number) = text.parse::<usize>().ok().filter(|number| (1..=side).contains(number)) else { return };
        let (row, column) = if is_row { (number - 1, column) } else { (row, number - 1) };
        trained.choose(|state| state.pixel = Some(row * side + column));
    };
    let field = move |label: &'static str, testid: &'static str, is_row: bool, read: fn(usize, usize) -> usize| {
        view! {
            <label>
                <span>{label}</span>
                <input
                    type="number"
                    min="1"
                    max=move || trained.side().to_string()
                    data-testid=testid
                    prop:value=part(read)
                    on:change=heard(move |event: web_sys::Event| set(is_row, &event_target_value(&event)))
                />
            </label>
        }
    };
    view! {
        <div class="trained-pixel">
            {field("Row", "trained-row", true, |pixel, side| pixel / side.max(1))}
            {field("Column", "trained-column", false, |pixel, side| pixel % side.max(1))}
        </div>
    }
}

/// Asks for all products of two, and for those of three with the chosen pixel.
#[component]
pub fn MoreTerms() -> impl IntoView {
    let trained = use_trained();
    let is_small = memo(move |_| trained.side() * trained.side() <= MOST_PIXELS);
    let has_second = memo(move |_| trained.expansion.with(|it| it.as_ref().is_some_and(|it| it.has_second())));
    let third_is_known = memo(move |_| {
        let pixel = trained.pixel.get();
        trained.expansion.with(|it| it.as_ref().zip(pixel).is_some_and(|(it, pixel)| it.has_slice(3, pixel)))
    });
    let third = move || trained.pixel.get().is_some() && !third_is_known.get() && is_small.get();
    view! {
        <div class="trained-more">
            {move || {
                (!has_second.get()).then(|| {
                    view! {
                        <JobControls
                            job=trained.second
                            label=Signal::derive(move || {
                                if is_small.get() { "Expand all products of two".to_owned() } else { "Expand all 307\u{202f}720 products of two".to_owned() }
                            })
                            start=Callback::new(move |()| trained.expand_second())
                            testid="trained-second"
                        />
                    }
                })
            }}
            {move || {
                third().then(|| {
                    let name = move || trained.pixel.get().map_or(String::new(), |pixel| pixel_name(pixel, trained.side()));
                    view! {
                        <JobControls
                            job=trained.third
                            label=Signal::derive(move || format!("Products of three with {}", name()))
                            start=Callback::new(move |()| trained.expand_third())
                            testid="trained-third"
                        />
                    }
                })
            }}
        </div>
    }
}
