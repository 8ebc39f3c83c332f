//! Why the network says so: the exact contribution of every Taylor order and of every pixel about the mean photograph.

use super::state::{PhotosSignals, use_photos};
use crate::app::components::{PixelImage, PixelScale, SavePicture, ScaleLegend, SignedBar, Term};
use crate::app::draw::why::words;
use crate::app::history::use_address;
use crate::app::link::{WorkerLink, use_link};
use crate::app::reactive::{effect, heard, memo};
use crate::app::views::{live, view};
use crate::app::{format, scale};
use crate::config::{CIFAR_10, CLASSES, ExpansionPoint};
use crate::number;
use crate::protocol::{ColourRaster, Event, Explanation, ModelRef, Request};
use leptos::prelude::*;
use std::sync::Arc;

/// Side of a pixel of the map on screen, in CSS pixels.
const ZOOM: u32 = 8;
const SIDE: u32 = number::to_u32(CIFAR_10.shape.height);

/// Orders this many times as large as the score cancel each other.
const CANCELLING: f64 = 2.0;

const ORDERS: &str = "The order of a product is the number of its factors. Go the share t of the way from the mean photograph to this \
     one, and the score becomes a polynomial in t: what belongs to t² is order 2.";
const PIXELS: &str = "Every product of colour values adds its value to the score. It is shared out in equal parts among its factors, and the shares \
     of red, green and blue of a pixel are added. Together with the constant they are the score, exactly.";
const MEAN: &str = "The mean of the 50 000 training images: a brownish blur. What counts is the difference from it.";

/// Keeps the explanation up to date: asked for when the answer is there, so that it never delays one.
pub fn follow(state: PhotosSignals, link: WorkerLink) {
    let address = use_address();
    let class = memo(move |_| address.state.with(|state| state.photos.class));
    effect(move || {
        let class = class.get().map(number::to_u32);
        let Some(answer) = state.answer(0) else { return };
        ask(state, link, &answer.model, answer.version, answer.input.clone(), class);
    });
}

fn ask(
    state: PhotosSignals,
    link: WorkerLink,
    model: &ModelRef,
    version: u32,
    picture: ColourRaster,
    class: Option<u32>,
) {
    let about = ExpansionPoint::Mean;
    link.send(Request::ExplainPicture { model: model.clone(), picture, about, class }, move |event| {
        if state.version.try_get_untracked() != Some(version) {
            return;
        }
        if let Event::Explained { explanation } = event {
            state.unexplained.set(None);
            state.explained.set(Some(Arc::new(explanation.clone())));
        } else if let Event::Failed { error } = event {
            state.unexplained.set(Some(error.to_string()));
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
                        on:change=heard(move |event: web_sys::Event| {
                            let class = event_target_value(&event).parse().ok();
                            address.state.update(|state| state.photos.class = class);
                        })
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
    // Where orders far larger than their sum cancel, one that happens to be as large as the sum explains nothing.
    let largest = explanation.orders.iter().skip(1).fold(0.0_f64, |largest, order| largest.max(order.abs()));
    let telling = words::telling_orders(explanation).filter(|_| largest <= CANCELLING * explanation.network.abs());
    match telling {
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
        None => {
            let largest = format::fixed(largest, 1);
            format!(
                "{name} scores {total}: what is left of orders that cancel each other, the largest of size {largest}."
            )
        }
    }
}

#[component]
fn Pixels(state: PhotosSignals) -> impl IntoView {
    let values = memo(move |_| {
        let order = state.order.get();
        state.explained.with(|it| it.as_ref().map_or_else(Vec::new, |it| words::pixels(it, order)))
    });
    let reach = memo(move |_| {
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

/// The orders as bars, written anew with each explanation, their sum, and the check against the network.
#[component]
fn Orders(state: PhotosSignals) -> impl IntoView {
    let number = |value: f64| view! { <td class="number">{format::signed(value, 3)}</td> };
    let body = move || {
        let chosen = state.order.get();
        let explained = state.explained.get()?;
        let range = Signal::stored(scale::extent(explained.orders.iter().copied().chain([0.0]), (0.0, 1.0)));
        let row = |order: usize, value: f64| {
            let choose = move |_| state.order.set((chosen != Some(order)).then_some(order));
            let name = if order == 0 {
                view! { <span class="why-order constant">"constant"</span> }
            } else {
                view! {
                    <button
                        type="button"
                        class="why-order"
                        data-testid=format!("photo-why-order-{order}")
                        aria-label=format!("Map of order {order} only")
                        aria-pressed=(chosen == Some(order)).to_string()
                        on:click=heard(choose)
                    >
                        {order}
                    </button>
                }
            };
            view! {
                <tr data-value=format!("{value:.6}")>
                    <th scope="row">{name}</th>
                    <td class="bar"><SignedBar value=Signal::stored(value) range/></td>
                    {number(value)}
                </tr>
            }
        };
        Some(explained.orders.iter().enumerate().map(|(order, &value)| row(order, value)).collect_view())
    };
    let foot = move || {
        let explained = state.explained.get()?;
        let row = |name: &'static str, testid: &'static str, value: f64| {
            view! { <tr data-testid=testid><th scope="row" colspan="2">{name}</th>{number(value)}</tr> }
        };
        let sum = row("sum", "photo-why-sum", explained.polynomial);
        Some([sum, row("the network itself", "photo-why-network", explained.network)].collect_view())
    };
    let check = move || {
        let (holds, difference) = words::check(&*state.explained.get()?);
        let text = if holds {
            let difference = format::significant(difference, 2);
            format!("The sum is what the network itself computes; the difference of {difference} is rounding.")
        } else {
            "The sum differs from what the network computes. Reload the page; if it persists, do not trust this.".into()
        };
        Some(view! {
            <p class="check-line" class:failed=!holds data-testid="photo-why-check" data-holds=holds.to_string()>
                <span class="check-mark" aria-hidden="true">{if holds { "✓" } else { "!" }}</span>
                {text}
            </p>
        })
    };
    view! {
        <div class="photo-why-orders" data-picture="">
            <table data-testid="photo-why-orders">
                <caption>
                    <h3>
                        <Term word="Share of each order" meaning=ORDERS/>
                        <span class="why-of">" seen from the " <Term word="mean photograph" meaning=MEAN/></span>
                    </h3>
                </caption>
                <tbody>{body}</tbody>
                <tfoot>{foot}</tfoot>
            </table>
            <SavePicture id="photo-why-orders"/>
            {check}
        </div>
    }
}
