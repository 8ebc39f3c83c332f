//! Which network answers, and in one line what it is.

use super::network::{FIRST_NETWORK, Piece, RUN_NETWORK, counterpart, description, option_text, title};
use super::state::use_draw;
use crate::app::components::Term;
use crate::app::frame::Shipped;
use crate::app::history::use_address;
use crate::app::manifest::Manifest;
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use crate::config::{MNIST, NetworkConfig};
use crate::protocol::ModelRef;
use leptos::prelude::*;

fn with_manifest<T>(shipped: Shipped, read: impl FnOnce(Option<&Manifest>) -> T) -> T {
    shipped.0.with(|shipped| read(shipped.as_ref().and_then(|shipped| shipped.as_ref().ok())))
}

/// The choice of networks in the Draw room.
#[component]
pub fn Choice() -> impl IntoView {
    let state = use_draw();
    let address = use_address();
    let chosen = memo(move |_| state.models.with(|models| models.first().cloned().unwrap_or(FIRST_NETWORK)));
    let choose = move |network: ModelRef| {
        let is_default = network == FIRST_NETWORK;
        state.follows_run.set(network == RUN_NETWORK);
        if let ModelRef::Shipped(name) = network {
            let name = if is_default { String::new() } else { name.into_owned() };
            address.state.update(|state| state.model = name);
        }
    };
    let names = NetworkConfig::names_of(&MNIST).collect();
    view! {
        <section class="draw-choice" aria-labelledby="draw-choice-title">
            <NetworkChoice
                testids=["draw-choice-title", "draw-model", "draw-description", "draw-compare"]
                names
                run_exists=state.run_exists
                chosen
                choose=Callback::new(choose)
                beside=state.compare
                compare=Callback::new(move |beside| address.state.update(|state| state.beside = beside))
            />
        </section>
    }
}

/// A select box of networks, in one line what the chosen one is, and whether its counterpart answers beside it.
#[component]
pub fn NetworkChoice(
    /// Id of the heading, then ids and test ids of the select box, the line and the check box.
    testids: [&'static str; 4],
    /// Networks to choose from.
    names: Vec<&'static str>,
    /// Whether the network in training stands among them.
    run_exists: Signal<bool>,
    /// The one that is chosen.
    chosen: Memo<ModelRef>,
    /// Hears which one is chosen.
    choose: Callback<ModelRef>,
    /// Whether the counterpart answers too.
    beside: Signal<bool>,
    /// Hears whether it should.
    compare: Callback<bool>,
) -> impl IntoView {
    let shipped = expect_context::<Shipped>();
    let option = move |network: ModelRef| {
        let (value, own) = (network.to_string(), network.clone());
        view! {
            <option value=value prop:selected=move || chosen.get() == own>
                {move || with_manifest(shipped, |manifest| option_text(&network, manifest))}
            </option>
        }
    };
    let change = move |event: web_sys::Event| {
        if let Ok(network) = event_target_value(&event).parse() {
            choose.run(network);
        }
    };
    let pieces = move || {
        let network = chosen.get();
        let parameters =
            with_manifest(shipped, |manifest| manifest.and_then(|it| it.model(network.name()?)?.parameters));
        description(&network, parameters)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.into_any(),
                Piece::Term(term) => view! { <Term word=term.word meaning=term.meaning/> },
            })
            .collect_view()
    };
    let [title_id, select_id, line_id, check_id] = testids;
    view! {
        <h2 id=title_id><label for=select_id>"The network"</label></h2>
        <select
            id=select_id
            data-testid=select_id
            prop:value=move || chosen.get().to_string()
            on:change=heard(change)
        >
            {names.into_iter().map(|name| option(ModelRef::shipped(name))).collect_view()}
            {move || run_exists.get().then(|| option(RUN_NETWORK))}
        </select>
        <p class="draw-description" data-testid=line_id>{live(pieces)}</p>
        <label class="draw-check">
            <input
                type="checkbox"
                data-testid=check_id
                prop:checked=move || beside.get()
                on:change=heard(move |event: web_sys::Event| compare.run(event_target_checked(&event)))
            />
            {move || format!("Compare with {}", lowercase_first(&title(&counterpart(&chosen.get()))))}
        </label>
    }
}

/// "Plain convolutions" within a sentence; names keep their capitals.
fn lowercase_first(text: &str) -> String {
    text.strip_prefix("Plain").map_or_else(|| text.to_owned(), |rest| format!("plain{rest}"))
}
