//! Which network, which class, against which other.

use super::state::use_trained;
use crate::app::at_hand::RunAtHand;
use crate::app::components::Term;
use crate::app::draw::network::{RUN_NETWORK, option_text, title};
use crate::app::expansion_point::{self, PointChoice};
use crate::app::format;
use crate::app::frame::Shipped;
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use crate::config::{CLASSES, MNIST, NetworkConfig};
use crate::protocol::ModelRef;
use leptos::prelude::*;

const NOTHING: &str = "nothing";

fn has_polynomial(name: &str) -> bool {
    !NetworkConfig::named(name).is_ok_and(|network| matches!(network, NetworkConfig::ResNet(_)))
}

/// The choices in one line.
#[component]
pub fn Choice() -> impl IntoView {
    let trained = use_trained();
    let at_hand = use_context::<RunAtHand>();
    let step = memo(move |_| at_hand.and_then(|it| it.0.with(|run| run.as_ref().map(|run| run.step))));
    let shipped = expect_context::<Shipped>();
    let listed = memo(move |_| {
        shipped.0.with(|shipped| {
            let manifest = shipped.as_ref().and_then(|shipped| shipped.as_ref().ok());
            let is_shipped = |name: &str| manifest.is_none_or(|manifest| manifest.model(name).is_some());
            NetworkConfig::names_of(&MNIST).filter(|name| has_polynomial(name) && is_shipped(name)).collect::<Vec<_>>()
        })
    });
    let option = move |name: &'static str| {
        let text = move || {
            shipped
                .0
                .with(|shipped| option_text(&ModelRef::shipped(name), shipped.as_ref().and_then(|it| it.as_ref().ok())))
        };
        view! { <option value=name prop:selected=move || trained.network.with(|own| own.name() == Some(name))>{live(text)}</option> }
    };
    // A network that a link asks for stands in the list even where it has no polynomial.
    let other = move || {
        let network = trained.network.get();
        let is_listed = listed.with(|listed| network.name().is_some_and(|name| listed.contains(&name)));
        (!is_listed && network != RUN_NETWORK)
            .then(|| view! { <option value=network.to_string() prop:selected=true>{title(&network)}</option> })
    };
    let run = move || {
        let is_chosen = trained.network.with(|network| *network == RUN_NETWORK);
        (step.get().is_some() || is_chosen).then(|| {
            let text = move || {
                let at = step
                    .get()
                    .map_or_else(|| "none yet".to_owned(), |step| format!("step {}", format::count(step as usize)));
                format!("{} · {at}", title(&RUN_NETWORK))
            };
            view! { <option value=RUN_NETWORK.to_string() prop:selected=is_chosen>{live(text)}</option> }
        })
    };
    let digit = move |class: usize, is_chosen: Signal<bool>| {
        view! { <option value=class.to_string() prop:selected=move || is_chosen.get()>{class}</option> }
    };
    view! {
        <div class="trained-choice">
            <label>
                <span>"Network"</span>
                <select
                    data-testid="trained-network"
                    on:change=heard(move |event: web_sys::Event| {
                        if let Ok(network) = event_target_value(&event).parse() {
                            trained.choose(|state| state.network = network);
                        }
                    })
                >
                    {move || listed.get().into_iter().map(option).collect_view()}
                    {live(run)}
                    {live(other)}
                </select>
            </label>
            <label>
                <span>"Score of"</span>
                <select
                    data-testid="trained-class"
                    on:change=heard(move |event: web_sys::Event| {
                        if let Ok(class) = event_target_value(&event).parse() {
                            trained.choose(|state| state.class = class);
                        }
                    })
                >
                    {(0..CLASSES)
                        .map(|class| digit(class, Signal::derive(move || trained.selection.get().class == class)))
                        .collect_view()}
                </select>
            </label>
            <label>
                <span>"minus that of"</span>
                <select
                    data-testid="trained-against"
                    on:change=heard(move |event: web_sys::Event| {
                        let against = event_target_value(&event).parse().ok();
                        trained.choose(|state| state.against = against);
                    })
                >
                    <option value=NOTHING prop:selected=move || trained.selection.get().against.is_none()>"nothing"</option>
                    {(0..CLASSES)
                        .map(|class| digit(class, Signal::derive(move || trained.selection.get().against == Some(class))))
                        .collect_view()}
                </select>
            </label>
            <div class="trained-about">
                <span><Term word="Expanded about" meaning=expansion_point::MEANING/></span>
                <PointChoice
                    testid="trained-point"
                    value=trained.about
                    set=move |point| trained.choose(|state| state.about = point)
                />
            </div>
        </div>
    }
}
