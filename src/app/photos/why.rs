//! Why the network says so: the exact contribution of every Taylor order and of every pixel about the mean photograph.

use super::state::{PhotosSignals, use_photos};
use crate::app::components::{PixelImage, PixelScale, SavePicture, ScaleLegend, SignedBar, Term};
use crate::app::draw::why::words;
use crate::app::history::use_address;
use crate::app::link::{WorkerLink, use_link};
use crate::app::views::{live, view};
use crate::app::{format, scale};
use crate::config::{CIFAR_10, CLASSES, ExpansionPoint};
use crate::protocol::{ColourRaster, Event, Explanation, Request};
use leptos::prelude::*;
use std::sync::Arc;

/// Side of a pixel of the map on screen, in CSS pixels.
const ZOOM: u32 = 8;
const SIDE: u32 = CIFAR_10.shape.height as u32;

const ORDERS: &str = "The order of a product is the number of its factors. Go the share t of the way from the mean photograph to this \
     one, and the score becomes a polynomial in t: what belongs to t² is order 2.";
const PIXELS: &str = "Every product of colour values adds its value to the score. It is shared out in equal parts among its factors, and the shares \
     of red, green and blue of a pixel are added. Together with the constant they are the score, exactly.";
const MEAN: &str = "The mean of the 50 000 training images: a brownish blur. What counts is the difference from it.";

/// Keeps the explanation up to date: asked for when the answer is there, so that it never delays one.
pub fn follow(state: PhotosSignals, link: WorkerLink) {
    let address = use_address();
    let class = Memo::new(move |_| address.state.with(|state| state.photos.class));
    Effect::new(move |_| {
        let class = class.get().map(|class| class as u32);
        let Some(answer) = state.answer(0) else { return };
        ask(state, link, &answer.model, answer.version, answer.input.clone(), class);
    });
}

fn ask(state: PhotosSignals, link: WorkerLink, model: &str, version: u32, picture: ColourRaster, class: Option<u32>) {
    let about = ExpansionPoint::Mean;
    link.send(Request::ExplainPicture { model: model.to_owned(), picture, about, class }, move |event| {
        if state.version.try_get_untracked() != Some(version) {
            return;
        }
        match event {
            Event::Explained { explanation } => {
                state.unexplained.set(None);
                state.explained.set(Some(Arc::new(explanation.clone())));
            }
            Event::Failed { error } => state.unexplained.set(Some(error.to_string())),
            // News on the way, or overtaken.
            _ => {}
        }
    });
}

/// The question, the map and the orders.
#[component]
pub fn Why() -> impl IntoView {
    let state = use_photos();
    follow(state, use_link());
    let address = use_address();
    let asked = move || address.state.with(|state| state.photos.class);
    let explained = move || state.explained.with(|it| it.as_ref().map(|it| it.class as usize));
    let options = (0..CLASSES).map(|class| {
        view! { <option value=class.to_string() prop:selected=move || asked() == Some(class)>{CIFAR_10.classes[class]}</option> }
    });
    let sentence = move || state.explained.with(|it| it.as_ref().map(|it| sentence(it)));
    view! {
        <section
            class="photo-why"
            aria-labelledby="photo-why-title"
            data-testid="photo-why"
            data-class=move || explained().map(|class| CIFAR_10.classes[class])
            data-model=move || state.explained.with(|it| it.as_ref().map(|it| it.model.clone()))
        >
            <header>
                <h2 id="photo-why-title">"Why?"</h2>
                <label>
                    <span class="visually-hidden">"Class to explain"</span>
                    <select
                        data-testid="photo-why-class"
                        on:change=move |event| {
                            let class = event_target_value(&event).parse().ok();
                            address.state.update(|state| state.photos.class = class);
                        }
                    >
                        <option value="" prop:selected=move || asked().is_none()>"the answer"</option>
                        {options.collect_view()}
                    </select>
                </label>
                <p data-testid="photo-why-sentence">{live(sentence)}</p>
            </header>
            {move || state.unexplained.get().map(|sentence| view! { <p class="draw-hint failed" role="alert">{sentence}</p> })}
            <div class="photo-why-parts">
                <Pixels state/>
                <Orders state/>
            </div>
        </section>
    }
}

/// The result in plain words.
fn sentence(explanation: &Explanation) -> String {
    let name = CIFAR_10.classes[explanation.class as usize % CLASSES];
    let total = format::signed(explanation.network, 2);
    match words::telling_orders(explanation) {
        Some((range, sum)) if range.start() == range.end() => {
            format!("{name} scores {total}; order {} alone gives {}.", range.start(), format::signed(sum, 2))
        }
        Some((range, sum)) => {
            format!(
                "{name} scores {total}; orders {} to {} give {}.",
                range.start(),
                range.end(),
                format::signed(sum, 2)
            )
        }
        None => format!("{name} scores {total}, what is left of orders that cancel each other."),
    }
}

#[component]
fn Pixels(state: PhotosSignals) -> impl IntoView {
    let values = Memo::new(move |_| {
        let order = state.order.get();
        state.explained.with(|it| it.as_ref().map_or_else(Vec::new, |it| words::pixels(it, order)))
    });
    let reach = Memo::new(move |_| {
        values.with(|values| values.iter().fold(0.0_f32, |reach, value| reach.max(value.abs()))).max(1e-6)
    });
    let heading =
        move || state.order.get().map_or_else(|| "all orders".to_owned(), |order| format!("order {order} only"));
    let sum = move || values.with(|values| values.iter().map(|&value| f64::from(value)).sum::<f64>());
    view! {
        <figure class="photo-why-map" data-testid="photo-why-map" data-sum=move || format!("{:.5}", sum())>
            <h3><Term word="Share of each pixel" meaning=PIXELS/> <span class="why-of">{live(heading)}</span></h3>
            <PixelImage
                width=SIDE
                height=SIDE
                values=values
                scale=PixelScale::Signed
                reach=reach
                zoom=ZOOM
                label=Signal::derive(move || format!("Contribution of every pixel, {}; together {}", heading(), format::signed(sum(), 2)))
            />
            <ScaleLegend reach=Signal::derive(move || f64::from(reach.get()))/>
            <SavePicture id="photo-why-map"/>
        </figure>
    }
}

#[component]
fn Orders(state: PhotosSignals) -> impl IntoView {
    let count = Memo::new(move |_| state.explained.with(|it| it.as_ref().map_or(0, |it| it.orders.len())));
    let range = Memo::new(move |_| {
        let orders = state.explained.with(|it| it.as_ref().map(|it| it.orders.clone()).unwrap_or_default());
        scale::extent(orders.into_iter().chain([0.0]), (0.0, 1.0))
    });
    let number = move |read: fn(&Explanation) -> f64| {
        move || state.explained.with(|it| it.as_ref().map_or(format::NONE.to_owned(), |it| format::signed(read(it), 3)))
    };
    let check = move || {
        state.explained.with(|it| {
            let (holds, difference) = words::check(it.as_ref()?);
            Some(if holds {
                let difference = format::significant(difference, 2);
                format!("The sum is what the network itself computes; the difference of {difference} is rounding.")
            } else {
                "The sum differs from what the network computes. Reload the page; if it stays so, do not trust this."
                    .into()
            })
        })
    };
    let holds = move || state.explained.with(|it| it.as_ref().map(|it| words::check(it).0.to_string()));
    let body = move || (0..count.get()).map(|order| view! { <Row state order range=range.into()/> }).collect_view();
    view! {
        <div class="photo-why-orders" data-picture="">
            <table data-testid="photo-why-orders">
                <caption>
                    <h3>
                        <Term word="Share of each order" meaning=ORDERS/>
                        <span class="why-of">" seen from the " <Term word="mean photograph" meaning=MEAN/></span>
                    </h3>
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
                                aria-pressed=move || state.order.get().is_none().to_string()
                                on:click=move |_| state.order.set(None)
                            >
                                "sum"
                            </button>
                        </th>
                        <td></td>
                        <td class="number" data-testid="photo-why-sum">{number(|it| it.polynomial)}</td>
                    </tr>
                    <tr>
                        <th scope="row" colspan="2">"the network itself"</th>
                        <td class="number" data-testid="photo-why-network">{number(|it| it.network)}</td>
                    </tr>
                </tfoot>
            </table>
            <SavePicture id="photo-why-orders"/>
            <p class="check-line" data-testid="photo-why-check" data-holds=holds>
                <span class="check-mark" aria-hidden="true">"✓"</span>
                {live(move || check().unwrap_or_else(|| "\u{a0}".into()))}
            </p>
        </div>
    }
}

#[component]
fn Row(state: PhotosSignals, order: usize, range: Signal<(f64, f64)>) -> impl IntoView {
    let value = Memo::new(move |_| state.explained.with(|it| it.as_ref().and_then(|it| it.orders.get(order).copied())));
    let is_chosen = move || state.order.get() == Some(order);
    let name = if order == 0 {
        view! { <span class="why-order constant">"constant"</span> }
    } else {
        view! {
            <button
                type="button"
                class="why-order"
                data-testid=format!("photo-why-order-{order}")
                aria-label=format!("Map of order {order} only")
                aria-pressed=move || is_chosen().to_string()
                on:click=move |_| state.order.set((!is_chosen()).then_some(order))
            >
                {order}
            </button>
        }
    };
    view! {
        <tr data-value=move || value.get().map(|value| format!("{value:.6}"))>
            <th scope="row">{name}</th>
            <td class="bar"><SignedBar value=Signal::derive(move || value.get().unwrap_or(0.0)) range/></td>
            <td class="number">{move || value.get().map_or(format::NONE.to_owned(), |value| format::signed(value, 3))}</td>
        </tr>
    }
}
