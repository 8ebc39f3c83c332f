//! Which references, and which network embeds them.

use super::state::SimilarityState;
use super::words;
use crate::app::components::Term;
use crate::app::distil;
use crate::app::draw::network::shipped_title;
use crate::app::history::use_address;
use crate::app::reactive::{heard, memo};
use crate::app::url;
use crate::app::views::view;
use crate::config::{EMBEDDERS, Partition, TOP_LEVEL};
use leptos::prelude::*;

const EMBEDDING: &str = "The values that a network has just before its last layer, as one long vector: 64, 256 or 512 numbers. \
     Images that the network takes for the same digit get vectors of nearly the same direction.";

const GROUPS: &str = "Which images of a class were distilled together: likes, so that families of digits stay apart, or any images, as in the article.";

/// A slider for the level and a list of embedders.
#[component]
pub fn SimilarityChoice(
    /// Signals of the panel.
    state: SimilarityState,
) -> impl IntoView {
    let address = use_address();
    let level = memo(move |_| state.references.get().level);
    let per_class =
        move || state.newest.with(|it| it.as_ref().filter(|it| it.level == level.get()).map(|it| it.per_class));
    let level_title = move || words::level_title(level.get(), per_class());
    let option = move |name: &'static str| {
        let is_chosen = move || state.references.get().embedder == name;
        view! { <option value=name prop:selected=is_chosen>{shipped_title(name)}</option> }
    };
    let groups = move |partition: Partition| {
        let is_chosen = move || state.references.get().partition == partition;
        view! { <option value=partition.key() prop:selected=is_chosen>{distil::words::groups(partition)}</option> }
    };
    view! {
        <div class="similarity-choice">
            <label for="similarity-level">"Level"</label>
            <input
                type="range"
                id="similarity-level"
                data-testid="similarity-level"
                min="0"
                max=TOP_LEVEL
                prop:value=move || level.get().to_string()
                aria-valuetext=level_title
                on:input=heard(move |event: web_sys::Event| {
                    if let Ok(level) = event_target_value(&event).parse::<u32>() {
                        address.state.update(|state| state.references.level = level.min(TOP_LEVEL.into()));
                    }
                })
            />
            <span class="similarity-level" data-testid="similarity-level-title">{level_title}</span>
            <Term word="Groups" meaning=GROUPS/>
            <select
                aria-label="Which images were distilled together"
                data-testid="similarity-groups"
                disabled=move || level.get() == 0
                on:change=heard(move |event: web_sys::Event| {
                    if let Some(partition) = Partition::from_key(&event_target_value(&event)) {
                        address.state.update(|state| state.references.partition = partition);
                    }
                })
            >
                {Partition::ALL.map(groups).into_iter().collect_view()}
            </select>
            <Term word="Embedding" meaning=EMBEDDING/>
            <select
                aria-label="Network whose embeddings are compared"
                data-testid="similarity-embedder"
                on:change=heard(move |event: web_sys::Event| {
                    if let Some(embedder) = url::embedder(&event_target_value(&event)) {
                        address.state.update(|state| state.references.embedder = embedder);
                    }
                })
            >
                {EMBEDDERS.map(option).into_iter().collect_view()}
            </select>
        </div>
    }
}
