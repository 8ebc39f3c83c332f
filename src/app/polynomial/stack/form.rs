//! The settings of the stack: cluster, levels, the order of each, sharing, symbols or numbers.

use super::state::use_stack;
use crate::app::components::Term;
use crate::app::url::{cluster_from_key, cluster_key, sharing_from_key, sharing_key};
use crate::app::views::{live, view};
use crate::config::{MAX_SEED, StackSharing};
use leptos::prelude::*;

/// Clusters that the menu offers.
const CLUSTERS: [[usize; 2]; 9] = [[1, 2], [2, 1], [1, 3], [3, 1], [1, 4], [2, 2], [2, 3], [3, 3], [4, 4]];
/// Levels that the menu offers.
const MOST_LEVELS: usize = 6;

/// The settings.
#[component]
pub fn Settings() -> impl IntoView {
    let room = use_stack();
    let cluster = room.chosen(|state| state.stack.cluster);
    let levels = room.chosen(|state| state.stack.orders.len());
    let sharing = room.chosen(|state| state.stack.sharing);
    let clusters = move || {
        let mut all = CLUSTERS.to_vec();
        // A link may hold one that the menu does not.
        if !all.contains(&cluster.get()) {
            all.push(cluster.get());
        }
        let option = |one: [usize; 2]| {
            let text = format!("{} × {}", one[0], one[1]);
            view! { <option value=cluster_key(one) selected=move || cluster.get() == one>{text}</option> }
        };
        all.into_iter().map(option).collect_view()
    };
    let level_options = (1..=MOST_LEVELS)
        .map(|count| view! { <option value=count selected=move || levels.get() == count>{count}</option> });
    let set_levels = move |text: String| {
        let Ok(count) = text.parse::<usize>() else { return };
        room.restack(|stack| {
            let last = stack.orders.last().copied().unwrap_or(2);
            stack.orders.resize(count.max(1), last);
        });
    };
    let sharings = [
        (StackSharing::Separate, "Each cluster its own"),
        (StackSharing::Level, "The same on a level"),
        (StackSharing::All, "The same everywhere"),
    ];
    let sharing_options = sharings.map(|(one, name)| {
        view! { <option value=sharing_key(one) selected=move || sharing.get() == one>{name}</option> }
    });
    view! {
        <div class="poly-form">
            <div class="field">
                <label for="stack-cluster">"Cluster"</label>
                <select
                    id="stack-cluster"
                    data-testid="stack-cluster"
                    on:change:target=move |event| {
                        if let Some(cluster) = cluster_from_key(&event.target().value()) {
                            room.restack(|stack| stack.cluster = cluster);
                        }
                    }
                >
                    {live(clusters)}
                </select>
            </div>
            <div class="field">
                <label for="stack-levels">"Levels"</label>
                <select
                    id="stack-levels"
                    data-testid="stack-levels"
                    on:change:target=move |event| set_levels(event.target().value())
                >
                    {level_options.collect_view()}
                </select>
            </div>
            <Orders/>
            <div class="field wide">
                <span class="field-name">
                    <Term
                        word="Coefficients"
                        meaning="Clusters may have coefficients of their own, share them on a level (translation invariance), or share them on all levels (scale invariance; needs one order throughout)."
                    />
                </span>
                <select
                    id="stack-sharing"
                    data-testid="stack-sharing"
                    aria-label="Sharing of coefficients"
                    on:change:target=move |event| {
                        if let Some(sharing) = sharing_from_key(&event.target().value()) {
                            room.restack(|stack| stack.sharing = sharing);
                        }
                    }
                >
                    {sharing_options.into_iter().collect_view()}
                </select>
            </div>
            <Numbers/>
        </div>
    }
}

/// One menu for every level, the last level on top as in the drawing.
#[component]
fn Orders() -> impl IntoView {
    let room = use_stack();
    let count = room.chosen(|state| state.stack.orders.len());
    let order = move |level: usize| {
        let chosen = room.chosen(move |state| state.stack.orders.get(level).copied());
        let options = (1..=4).map(|order| {
            view! { <option value=order selected=move || chosen.get() == Some(order)>{order}</option> }
        });
        let name = format!("Order of level {}", level + 1);
        view! {
            <li>
                <label for=format!("stack-order-{}", level + 1)>{format!("Level {}", level + 1)}</label>
                <select
                    id=format!("stack-order-{}", level + 1)
                    data-testid=format!("stack-order-{}", level + 1)
                    aria-label=name
                    on:change:target=move |event| {
                        if let Ok(order) = event.target().value().parse() {
                            room.restack(|stack| {
                                if let Some(old) = stack.orders.get_mut(level) {
                                    *old = order;
                                }
                            });
                        }
                    }
                >
                    {options.collect_view()}
                </select>
            </li>
        }
    };
    view! {
        <div class="field wide">
            <span class="field-name" id="stack-orders">
                <Term
                    word="Order"
                    meaning="Highest degree of the local polynomial that replaces a cluster by one value. The degree of the whole is the product of the orders."
                />
            </span>
            <ul class="poly-orders" aria-labelledby="stack-orders">
                {move || (0..count.get()).map(order).collect_view()}
            </ul>
        </div>
    }
}

/// Symbols, or numbers drawn from a seed.
#[component]
fn Numbers() -> impl IntoView {
    let room = use_stack();
    let seed = room.chosen(|state| state.numbers);
    view! {
        <div class="field wide">
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="stack-numbers"
                    prop:checked=move || seed.get().is_some()
                    on:change:target=move |event| {
                        let checked = event.target().checked();
                        room.choose(|state| state.numbers = checked.then_some(1));
                    }
                />
                "Numbers for the coefficients"
            </label>
            <div class="poly-seed" hidden=move || seed.get().is_none()>
                <label for="stack-seed">"Seed"</label>
                <input
                    type="number"
                    id="stack-seed"
                    data-testid="stack-seed"
                    min="0"
                    max=MAX_SEED.to_string()
                    prop:value=move || seed.get().unwrap_or_default().to_string()
                    on:change:target=move |event| {
                        if let Ok(seed) = event.target().value().parse::<u64>() {
                            room.choose(|state| state.numbers = Some(seed.min(MAX_SEED)));
                        }
                    }
                />
            </div>
        </div>
    }
}
