//! The contribution of every Taylor order as a table of signed bars, its sum, and the check against the network.

use super::state::WhyState;
use super::words;
use crate::app::components::{SavePicture, SignedBar, Term};
use crate::app::draw::state::use_draw;
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use crate::app::{format, scale};
use crate::protocol::{Explanation, ModelRef};
use leptos::prelude::*;

const MEANING: &str = "The order of a product is the number of its factors. Go the share t of the way from the \
     image it is seen from to the digit, and the score becomes a polynomial in t: what belongs to t² is order 2.";

/// One row per order; pressing an order shows its map.
#[component]
pub fn WhyOrders(
    /// Signals of the panel.
    why: WhyState,
) -> impl IntoView {
    let draw = use_draw();
    // Before the first explanation the rows stand there already.
    let rows = memo(move |_| {
        let known = why.explained.with(|it| it.as_ref().map(|it| it.orders.len()));
        let record = draw.models.with(|models| models.first().and_then(ModelRef::record));
        known.unwrap_or_else(|| 1 + record.and_then(|record| record.network().degree()).unwrap_or(8))
    });
    let value = move |order: usize| why.explained.with(|it| it.as_ref().and_then(|it| it.orders.get(order).copied()));
    let range = memo(move |_| {
        let orders = why.explained.with(|it| it.as_ref().map(|it| it.orders.clone()).unwrap_or_default());
        scale::extent(orders.into_iter().chain([0.0]), (0.0, 1.0))
    });
    let body = move || {
        (0..rows.get())
            .map(|order| view! { <Row why order value=Signal::derive(move || value(order)) range=range.into()/> })
            .collect_view()
    };
    let number = move |read: fn(&Explanation) -> f64| {
        move || why.explained.with(|it| it.as_ref().map_or(format::NONE.to_owned(), |it| format::signed(read(it), 3)))
    };
    view! {
        <div class="why-orders" data-picture="">
            <table data-testid="why-orders">
                <caption>
                    <h3><Term word="Share of each order" meaning=MEANING/> <span class="why-of">"press one for its map"</span></h3>
                </caption>
                <thead class="visually-hidden">
                    <tr><th scope="col">"Order"</th><td></td><th scope="col">"Contribution"</th></tr>
                </thead>
                <tbody>{live(body)}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">
                            <button
                                type="button"
                                class="why-order"
                                data-testid="why-order-all"
                                aria-pressed=move || why.order.get().is_none().to_string()
                                on:click=heard(move |_| why.choose(|asked| asked.order = None))
                            >
                                "sum"
                            </button>
                        </th>
                        <td></td>
                        <td class="number" data-testid="why-sum">{number(|it| it.polynomial)}</td>
                    </tr>
                    <tr>
                        <th scope="row" colspan="2">"the network itself"</th>
                        <td class="number" data-testid="why-network">{number(|it| it.network)}</td>
                    </tr>
                </tfoot>
            </table>
            <SavePicture id="why-orders"/>
            <Check why/>
        </div>
    }
}

#[component]
fn Row(why: WhyState, order: usize, value: Signal<Option<f64>>, range: Signal<(f64, f64)>) -> impl IntoView {
    let text = move || value.get().map_or(format::NONE.to_owned(), |value| format::signed(value, 3));
    let name = if order == 0 {
        view! { <span class="why-order constant">"constant"</span> }
    } else {
        let is_chosen = move || why.order.get() == Some(order);
        view! {
            <button
                type="button"
                class="why-order"
                data-testid=format!("why-order-{order}")
                aria-label=format!("Map of order {order} only")
                aria-pressed=move || is_chosen().to_string()
                on:click=heard(move |_| why.choose(|asked| asked.order = (!is_chosen()).then_some(order)))
            >
                {order}
            </button>
        }
    };
    view! {
        <tr data-value=move || value.get().map(|value| format!("{value:.6}"))>
            <th scope="row">{name}</th>
            <td class="bar"><SignedBar value=Signal::derive(move || value.get().unwrap_or(0.0)) range/></td>
            <td class="number">{live(text)}</td>
        </tr>
    }
}

/// Whether the sum is what the network says.
#[component]
fn Check(why: WhyState) -> impl IntoView {
    let found = memo(move |_| why.explained.with(|it| it.as_ref().map(|it| words::check(it))));
    let text = move || match found.get() {
        None => "\u{a0}".to_owned(),
        Some((true, difference)) => {
            format!(
                "The sum is what the network itself computes; the difference of {} is rounding.",
                format::significant(difference, 2)
            )
        }
        Some((false, difference)) => format!(
            "The sum differs from what the network computes by {}. Reload the page; if it persists, do not trust this explanation.",
            format::significant(difference, 2)
        ),
    };
    let holds = move || found.get().map(|(holds, _)| holds.to_string());
    view! {
        <p
            class="check-line"
            class:failed=move || found.get().is_some_and(|(holds, _)| !holds)
            data-testid="why-check"
            data-holds=holds
            data-difference=move || found.get().map(|(_, difference)| format!("{difference:e}"))
        >
            <span class="check-mark" aria-hidden="true">{move || found.get().map(|(holds, _)| if holds { "✓" } else { "!" })}</span>
            {live(text)}
        </p>
    }
}
