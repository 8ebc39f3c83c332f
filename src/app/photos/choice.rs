//! Which network answers, and in one line what it is.

use super::state::use_photos;
use crate::app::components::Term;
use crate::app::draw::network::{Piece, description, option_text, title};
use crate::app::frame::Shipped;
use crate::app::history::use_address;
use crate::app::manifest::Manifest;
use crate::app::views::{live, view};
use crate::config::{CIFAR_10, NamedNetwork, NetworkConfig};
use leptos::prelude::*;

fn with_manifest<T>(shipped: Shipped, read: impl FnOnce(Option<&Manifest>) -> T) -> T {
    shipped.0.with(|shipped| read(shipped.as_ref().and_then(|shipped| shipped.as_ref().ok())))
}

/// The choice of networks.
#[component]
pub fn Choice() -> impl IntoView {
    let state = use_photos();
    let address = use_address();
    let shipped = expect_context::<Shipped>();
    let chosen = Memo::new(move |_| state.models.with(|models| models.first().copied().unwrap_or_default()));
    let choose = move |name: String| {
        let is_default = NetworkConfig::names_of(&CIFAR_10).next() == Some(name.as_str());
        address.state.update(|state| state.photos.network = if is_default { String::new() } else { name });
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
        let parameters = with_manifest(shipped, |manifest| manifest.and_then(|it| it.model(name)?.parameters));
        description(name, parameters)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.into_any(),
                Piece::Term(term) => view! { <Term word=term.word meaning=term.meaning/> },
            })
            .collect_view()
    };
    let beside = move || NamedNetwork::find(chosen.get()).map(|network| title(network.counterpart)).unwrap_or_default();
    view! {
        <section class="photo-choice" aria-labelledby="photo-choice-title">
            <h2 id="photo-choice-title"><label for="photo-model">"The network"</label></h2>
            <select
                id="photo-model"
                data-testid="photo-model"
                prop:value=move || chosen.get()
                on:change=move |event| choose(event_target_value(&event))
            >
                {NetworkConfig::names_of(&CIFAR_10).map(option).collect_view()}
            </select>
            <p class="draw-description" data-testid="photo-description">{live(pieces)}</p>
            <label class="draw-check">
                <input
                    type="checkbox"
                    data-testid="photo-both"
                    prop:checked=move || address.state.with(|state| state.photos.beside)
                    on:change=move |event| address.state.update(|state| state.photos.beside = event_target_checked(&event))
                />
                {move || format!("Beside it: {}", beside())}
            </label>
        </section>
    }
}
