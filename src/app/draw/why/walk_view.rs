//! The walk of the running sum, drawn.

use super::state::WhyState;
use super::walk::{SIZE, Walk, walk};
use crate::app::components::{SavePicture, Term};
use crate::app::expansion_point::{self, BasisChoice};
use crate::app::reactive::memo;
use crate::app::views::{live, view};
use crate::config::Basis;
use crate::protocol::Explanation;
use leptos::prelude::*;
use std::sync::Arc;

const MEANING: &str = "Start with the score at the image about which the network is expanded, then add one part after the other. \
     The lower line is zero, the dashed one the score. Where the first parts come near it, they say why.";

/// The picture and its sentence in the Why panel, with the choice of the basis.
#[component]
pub fn WhyWalk(
    /// Signals of the panel.
    why: WhyState,
) -> impl IntoView {
    let basis = memo(move |_| why.asked().basis);
    view! {
        <WalkPicture explained=why.explained.into() basis testid="why-walk">
            <BasisChoice id="why-basis" value=basis set=move |basis| why.choose(|asked| asked.basis = basis)/>
        </WalkPicture>
    }
}

/// The walk of an explanation to its score.
#[component]
pub fn WalkPicture(
    /// What is explained.
    explained: Signal<Option<Arc<Explanation>>>,
    /// The polynomials whose coefficients are summed.
    basis: Memo<Basis>,
    /// Used as `data-testid`; the sentence has `-words` after it.
    testid: &'static str,
    /// Stands beside the title.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let walk = memo(move |_| {
        explained.with(|it| {
            it.as_ref().map_or_else(Walk::default, |it| walk(basis.get(), &it.orders, &it.orders_about_black))
        })
    });
    let words = move || {
        let about = explained.with(|it| it.as_ref().map(|it| expansion_point::name(it.about))).unwrap_or_default();
        let words = walk.with(|walk| walk.in_words(&about));
        // A picture without words would be nothing to a screen reader.
        if words.is_empty() { "Not explained yet.".to_owned() } else { words }
    };
    let level = move |which: usize, class: &'static str| {
        let at = move || walk.with(|walk| format!("{:.1}", walk.levels[which]));
        view! { <line class=class x1="0" x2=SIZE[0].to_string() y1=at y2=at/> }
    };
    view! {
        <figure
            class="why-walk"
            data-testid=testid
            data-settled=move || walk.with(|walk| walk.settled.to_string())
            data-orders=move || walk.with(|walk| walk.sums.len().saturating_sub(1).to_string())
        >
            <div class="why-walk-head">
                <h3><Term word="The sum, part by part" meaning=MEANING/></h3>
                {children.map(|children| children())}
            </div>
            <svg viewBox=format!("0 0 {} {}", SIZE[0], SIZE[1]) role="img" aria-label=words>
                {level(0, "zero")}
                {level(1, "score")}
                <path class="black" d=move || walk.with(|walk| walk.black.clone())/>
                <path class="own" d=move || walk.with(|walk| walk.path.clone())/>
            </svg>
            <figcaption data-testid=format!("{testid}-words")>{live(words)}</figcaption>
            <SavePicture id=testid/>
        </figure>
    }
}
