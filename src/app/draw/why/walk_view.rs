//! The walk of the running sum, drawn.

use super::state::WhyState;
use super::walk::{SIZE, walk};
use crate::app::components::Term;
use crate::app::expansion_point;
use crate::app::views::{live, view};
use crate::config::Basis;
use leptos::prelude::*;

const MEANING: &str = "Start with the score at the image about which the network is expanded, then add one order after the other. \
     The lower line is zero, the dashed one the score. Where low orders come near it, they say why.";

/// The picture and its sentence.
#[component]
pub fn WhyWalk(
    /// Signals of the panel.
    why: WhyState,
) -> impl IntoView {
    let walk = Memo::new(move |_| {
        why.explained
            .with(|it| it.as_ref().map(|it| walk(Basis::Powers, &it.orders, &it.orders_about_black)))
            .unwrap_or_default()
    });
    let words = move || {
        let about = why.explained.with(|it| it.as_ref().map(|it| expansion_point::name(it.about))).unwrap_or_default();
        walk.with(|walk| walk.in_words(&about))
    };
    let level = move |which: usize, class: &'static str| {
        let at = move || walk.with(|walk| format!("{:.1}", walk.levels[which]));
        view! { <line class=class x1="0" x2=SIZE[0].to_string() y1=at y2=at/> }
    };
    view! {
        <figure
            class="why-walk"
            data-testid="why-walk"
            data-settled=move || walk.with(|walk| walk.settled.to_string())
            data-orders=move || walk.with(|walk| walk.sums.len().saturating_sub(1).to_string())
        >
            <h3><Term word="The sum, order by order" meaning=MEANING/></h3>
            <svg viewBox=format!("0 0 {} {}", SIZE[0], SIZE[1]) role="img" aria-label=words>
                {level(0, "zero")}
                {level(1, "score")}
                <path class="black" d=move || walk.with(|walk| walk.black.clone())/>
                <path class="own" d=move || walk.with(|walk| walk.path.clone())/>
            </svg>
            <figcaption data-testid="why-walk-words">{live(words)}</figcaption>
        </figure>
    }
}
