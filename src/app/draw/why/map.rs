//! The contribution of every pixel on the diverging scale, with the outline of the digit over it.

use super::state::WhyState;
use super::{shape, words};
use crate::app::components::{PixelImage, PixelScale, SavePicture, ScaleLegend, Term};
use crate::app::format;
use crate::app::reactive::memo;
use crate::app::views::{live, view};
use leptos::prelude::*;

/// Side of the map on screen, in CSS pixels: a multiple of 7 and of 28.
pub const SIDE: u32 = 280;

const MEANING: &str = "A pixel counts by its difference from the image that the digit is seen from. Every product of pixels adds its value to the score. It is shared out in equal parts among its \
     factors: of a product x·x·y two thirds go to x and one third to y. The shares of all pixels and the constant add \
     up to the score, exactly.";

/// The map of the order that is chosen, or of all.
#[component]
pub fn WhyMap(
    /// Signals of the panel.
    why: WhyState,
) -> impl IntoView {
    let side = memo(move |_| why.explained.with(|it| it.as_ref().map_or(28, |it| it.side.max(1))));
    let values = memo(move |_| {
        let order = why.order.get();
        why.explained.with(|it| it.as_ref().map_or_else(Vec::new, |it| words::pixels(it, order)))
    });
    let reach = memo(move |_| {
        values.with(|values| values.iter().fold(0.0_f32, |reach, value| reach.max(value.abs()))).max(1e-6)
    });
    let outline = memo(move |_| {
        why.explained.with(|it| it.as_ref().map_or_else(String::new, |it| shape::outline(&it.image, it.side as usize)))
    });
    let label = Signal::derive(move || {
        let of = why.order.get().map_or_else(|| "all orders".to_owned(), |order| format!("order {order}"));
        let sum: f64 = values.with(|values| values.iter().map(|&value| f64::from(value)).sum());
        format!("Contribution of every pixel, {of}; together {}", format::signed(sum, 2))
    });
    let heading =
        move || why.order.get().map_or_else(|| "all orders".to_owned(), |order| format!("order {order} only"));
    view! {
        <figure class="why-map" data-testid="why-map" data-side=move || side.get().to_string() data-sum=move || {
            values.with(|values| format!("{:.5}", values.iter().map(|&value| f64::from(value)).sum::<f64>()))
        }>
            <h3><Term word="Share of each pixel" meaning=MEANING/> <span class="why-of">{live(heading)}</span></h3>
            <div class="why-canvas">
                {move || {
                    let side = side.get();
                    view! {
                        <PixelImage
                            width=side
                            height=side
                            values=values
                            scale=PixelScale::Signed
                            reach=reach
                            zoom=(SIDE / side).max(1)
                            label=label
                        />
                        <svg class="why-outline" viewBox=format!("0 0 {side} {side}") aria-hidden="true">
                            <path d=move || outline.get()/>
                        </svg>
                    }
                }}
            </div>
            <ScaleLegend reach=Signal::derive(move || f64::from(reach.get()))/>
            <SavePicture id="why-map"/>
        </figure>
    }
}
