//! Which network answers, and in one line what it is.

use super::network::{Piece, RUN_NETWORK, counterpart, description, option_text, title};
use super::state::use_draw;
use crate::app::components::Term;
use crate::app::frame::Shipped;
use crate::app::history::use_address;
use crate::app::manifest::Manifest;
use crate::app::views::{live, view};
use crate::config::{MNIST, NetworkConfig};
use leptos::prelude::*;

fn with_manifest<T>(shipped: Shipped, read: impl FnOnce(Option<&Manifest>) -> T) -> T {
    shipped.0.with(|shipped| read(shipped.as_ref().and_then(|shipped| shipped.as_ref().ok())))
}

/// The choice of networks.
#[component]
pub fn Choice() -> impl IntoView {
    let state = use_draw();
    let address = use_address();
    let shipped = expect_context::<Shipped>();
    let chosen = Memo::new(move |_| state.models.with(|models| models.first().cloned().unwrap_or_default()));
    let choose = move |name: String| {
        let follows_run = name == RUN_NETWORK;
        state.follows_run.set(follows_run);
        if !follows_run {
            let is_default = name == NetworkConfig::NAMES[0];
            address.state.update(|state| state.model = if is_default { String::new() } else { name });
        }
    };
    let option = move |name: &'static str| {
        view! {
            <option value=name prop:selected=move || chosen.get() == name>
                {move || with_manifest(shipped, |manifest| option_text(name, manifest))}
            </option>
        }
    };
    let pieces = move || {
        let name = chosen.get();
        let parameters = with_manifest(shipped, |manifest| manifest.and_then(|it| it.model(&name)?.parameters));
        description(&name, parameters)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.into_any(),
                Piece::Term(term) => view! { <Term word=term.word meaning=term.meaning/> },
            })
            .collect_view()
    };
    view! {
        <section class="draw-choice" aria-labelledby="draw-choice-title">
            <h2 id="draw-choice-title"><label for="draw-model">"The network"</label></h2>
            <select
                id="draw-model"
                data-testid="draw-model"
                prop:value=move || chosen.get()
                on:change=move |event| choose(event_target_value(&event))
            >
                {NetworkConfig::names_of(&MNIST).map(option).collect_view()}
                {move || state.run_exists.get().then(|| option(RUN_NETWORK))}
            </select>
            <p class="draw-description" data-testid="draw-description">{live(pieces)}</p>
            <label class="draw-check">
                <input
                    type="checkbox"
                    data-testid="draw-compare"
                    prop:checked=move || state.compare.get()
                    on:change=move |event| address.state.update(|state| state.beside = event_target_checked(&event))
                />
                {move || format!("Compare with {}", lowercase_first(&title(counterpart(&chosen.get()))))}
            </label>
        </section>
    }
}

/// "Plain convolutions" within a sentence; names keep their capitals.
fn lowercase_first(text: &str) -> String {
    text.strip_prefix("Plain").map_or_else(|| text.to_owned(), |rest| format!("plain{rest}"))
}
