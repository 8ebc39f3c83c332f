//! The panel below the answer: the sentence, the map, the orders and the pairs.

use super::choice::WhyChoice;
use super::map::WhyMap;
use super::orders::WhyOrders;
use super::pairs::WhyPairs;
use super::state::{WhyState, is_polynomial};
use super::walk_view::WhyWalk;
use super::words;
use crate::app::at_hand::RunAtHand;
use crate::app::draw::state::use_draw;
use crate::app::reactive::memo;
use crate::app::views::{live, view};
use leptos::prelude::*;

const NOT_A_POLYNOMIAL: &str = "This network cannot be taken apart: its ReLU functions bend between the layers, so it is no \
     polynomial and its score is no sum of products of pixels. Choose a TaylorNet to see why.";

/// The sentence of the panel, or what stands in its place.
fn sentence(why: WhyState, opens: bool, is_empty: bool) -> String {
    if !opens {
        return NOT_A_POLYNOMIAL.to_owned();
    }
    if let Some(failure) = why.failure.get() {
        return failure;
    }
    if is_empty {
        return "Draw a digit: this network is a polynomial, so every pixel's share in the answer is known exactly."
            .into();
    }
    why.explained.with(|it| it.as_ref().map_or_else(|| "Taking the answer apart…".to_owned(), |it| words::sentence(it)))
}

/// The sentence alone, for the place under the canvas; readers of the page find it in the panel.
#[component]
pub fn WhyShort(
    /// Signals of the panel.
    why: WhyState,
) -> impl IntoView {
    let draw = use_draw();
    let at_hand = use_context::<RunAtHand>();
    let opens =
        memo(move |_| draw.models.with(|models| models.first().is_some_and(|name| is_polynomial(name, at_hand))));
    let shown = move || opens.get() && !draw.is_empty();
    view! {
        <p class="why-short" aria-hidden="true" class:stale=move || !why.is_current.get() hidden=move || !shown()>
            <strong>"Why? "</strong>
            {live(move || sentence(why, opens.get(), draw.is_empty()))}
        </p>
    }
}

/// Why the network says what it says.
#[component]
pub fn Why(
    /// Signals of the panel.
    why: WhyState,
) -> impl IntoView {
    let draw = use_draw();
    let at_hand = use_context::<RunAtHand>();
    let opens =
        memo(move |_| draw.models.with(|models| models.first().is_some_and(|name| is_polynomial(name, at_hand))));
    let state = move || {
        if !opens.get() {
            "refused"
        } else if why.failure.with(Option::is_some) {
            "failed"
        } else if why.question.with(Option::is_none) {
            "empty"
        } else if why.is_current.get() {
            "current"
        } else {
            "waiting"
        }
    };
    let sentence = move || sentence(why, opens.get(), draw.is_empty());
    view! {
        <section class="why" aria-labelledby="why-title" data-testid="why" data-state=state>
            <WhyChoice why/>
            <p class="why-sentence" data-testid="why-sentence" class:failed=move || why.failure.with(Option::is_some)>{live(sentence)}</p>
            <div class="why-flow" class:stale=move || !why.is_current.get() hidden=move || !opens.get()>
                <WhyMap why/>
                <div class="why-middle">
                    <WhyWalk why/>
                    <WhyOrders why/>
                </div>
                <WhyPairs why/>
            </div>
        </section>
    }
}
