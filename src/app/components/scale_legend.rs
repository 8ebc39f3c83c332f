//! The legend of the diverging scale: which value the full colours stand for.

use crate::app::views::view;
use crate::app::{colour, format};
use leptos::prelude::*;

/// Both ends of the scale with their values, and the colours between them.
#[component]
pub fn ScaleLegend(
    /// The value of full colour.
    #[prop(into)]
    reach: Signal<f64>,
    /// Significant digits of the values.
    #[prop(default = 2)]
    digits: usize,
) -> impl IntoView {
    let stops: Vec<String> = (-4..=4).map(|step| colour::diverging(f64::from(step) / 4.0).css()).collect();
    let gradient = format!("linear-gradient(to right, {})", stops.join(", "));
    let end = move |sign: f64| move || format::signed_significant(sign * reach.get(), digits);
    view! {
        <p class="scale-legend">
            <span>{end(-1.0)}</span>
            <span class="scale-legend-bar" style:background-image=gradient aria-hidden="true"></span>
            <span>{end(1.0)}</span>
        </p>
    }
}
