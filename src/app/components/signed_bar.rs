//! A bar to the left or to the right of zero, in the colours of the diverging scale; its number stands beside it.

use crate::app::colour;
use crate::app::views::view;
use leptos::prelude::*;

/// Place of a bar in percent of its track: `(left, width, zero)` for a value on an axis from `min` to `max` that holds 0.
pub fn bar_place(value: f64, min: f64, max: f64) -> (f64, f64, f64) {
    let (min, max) = (min.min(0.0), max.max(0.0));
    let span = (max - min).max(f64::MIN_POSITIVE);
    let place = |value: f64| {
        if value.is_finite() { 100.0 * (value.clamp(min, max) - min) / span } else { place_of_zero(min, span) }
    };
    let (zero, end) = (place_of_zero(min, span), place(value));
    (zero.min(end), (end - zero).abs(), zero)
}

fn place_of_zero(min: f64, span: f64) -> f64 {
    100.0 * -min / span
}

/// The bar alone; decoration for screen readers, which get the number.
#[component]
pub fn SignedBar(
    /// The value.
    #[prop(into)]
    value: Signal<f64>,
    /// Ends of the axis.
    #[prop(into)]
    range: Signal<(f64, f64)>,
) -> impl IntoView {
    let place = move || {
        let (min, max) = range.get();
        bar_place(value.get(), min, max)
    };
    let paint = move || colour::diverging(value.get().signum() * 0.8).css();
    view! {
        <span class="signed-track" aria-hidden="true">
            <span
                class="signed-fill"
                style:left=move || format!("{:.2}%", place().0)
                style:width=move || format!("{:.2}%", place().1)
                style:background-color=paint
            ></span>
            <span class="signed-zero" style:left=move || format!("{:.2}%", place().2)></span>
        </span>
    }
}
