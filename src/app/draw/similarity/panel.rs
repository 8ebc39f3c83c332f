//! The panel beside the probabilities.

use super::choice::SimilarityChoice;
use super::state::SimilarityState;
use super::tiles::Tile;
use super::words;
use crate::app::components::{ProgressBar, SavePicture, Term};
use crate::app::draw::answer::Latency;
use crate::app::draw::state::use_draw;
use crate::app::history::use_address;
use crate::app::link::{Busy, use_link};
use crate::app::reactive::{heard, memo};
use crate::app::url;
use crate::app::views::view;
use crate::config::CLASSES;
use leptos::prelude::*;

const SIMILARITY: &str = "The cosine of the angle between the embeddings of your drawing and of a reference: 1 for the same direction, \
     0 for a right angle. The class of the largest similarity is the answer; no other part of the network is used.";
const REFERENCE: &str = "An image that was made to stand for a whole group: level by level, hundreds of digits of one class \
     are distilled into one, until a single image per class is left (Fig. 7 of the article). Shown is the closest of each class.";

/// Ten references beside the drawing.
#[component]
pub fn SimilarityPanel() -> impl IntoView {
    let draw = use_draw();
    let state = SimilarityState::new(draw, use_address(), use_link());
    let key = move || {
        if state.failure.with(Option::is_some) {
            "failed"
        } else if !state.is_current() {
            "waiting"
        } else if draw.is_empty() {
            "empty"
        } else {
            "current"
        }
    };
    let newest = move |read: fn(&crate::protocol::Similarity) -> String| {
        move || state.newest.with(|it| it.as_ref().map(|it| read(it)))
    };
    let share = move || state.busy.with(|busy| busy.as_ref().and_then(Busy::share));
    // Most embeddings hold no negative values, so that most cosines are positive.
    let range = memo(move |_| {
        state.newest.with(|it| {
            let closest = it.iter().flat_map(|it| &it.closest);
            (closest.filter_map(|closest| closest.cosine.map(f64::from)).fold(0.0, f64::min), 1.0)
        })
    });
    let sentence = move || {
        if let Some(failure) = state.failure.get() {
            failure
        } else if let Some(busy) = state.busy.get() {
            format!("{}…", busy.sentence())
        } else if draw.is_empty() {
            "Draw a digit to see which reference it is most similar to.".into()
        } else {
            state.newest.with(|it| it.as_ref().and_then(|it| words::sentence(it))).unwrap_or_else(|| "…".into())
        }
    };
    view! {
        <section
            class="draw-similarity"
            data-picture=""
            aria-labelledby="similarity-title"
            data-testid="similarity"
            data-state=key
            data-level=newest(|it| it.level.to_string())
            data-embedder=newest(|it| it.embedder.clone())
            data-winner=newest(|it| it.winner.map_or(String::new(), |class| class.to_string()))
            data-compute-ms=newest(|it| format!("{:.2}", it.compute_ms))
        >
            <h2 id="similarity-title">
                <Term word="Similarity" meaning=SIMILARITY/> " to " <Term word="distilled references" meaning=REFERENCE/>
            </h2>
            <SimilarityChoice state/>
            <ol class:stale=move || !state.is_current()>
                {(0..CLASSES).map(|class| view! { <Tile state class range/> }).collect_view()}
            </ol>
            <p class="similarity-sentence" data-testid="similarity-sentence" class:failed=move || state.failure.with(Option::is_some)>
                {sentence}
            </p>
            <DistilLink state/>
            <SavePicture id="similarity"/>
            <ProgressBar
                label="Making the references ready"
                share=Signal::derive(share)
                hidden=Signal::derive(move || state.busy.with(Option::is_none))
                compact=true
            />
            <Latency id="similarity-latency" window=state.latency/>
        </section>
    }
}

/// Leads to the images of the level in the Distil room.
#[component]
fn DistilLink(
    /// Signals of the panel.
    state: SimilarityState,
) -> impl IntoView {
    let address = use_address();
    let query = move || {
        let here = url::write(&address.state.get());
        let here = if here.is_empty() { "?".to_owned() } else { here + "&" };
        let references = state.references.get();
        format!("{here}room=distil&shown={}&groups={}", references.level, references.partition.key())
    };
    view! {
        <a
            class="similarity-link"
            data-testid="similarity-distil"
            href=query
            on:click=heard(move |event: web_sys::MouseEvent| {
                if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                    event.prevent_default();
                    address.state.set(url::parse(&query()).state);
                }
            })
        >
            "See this level in Distil"
        </a>
    }
}
