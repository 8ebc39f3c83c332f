//! Ten probabilities as bars in a table: every bar stands beside its number, and rows keep their place.

use super::answer::Latency;
use super::network::title;
use super::state::use_draw;
use crate::app::components::{SavePicture, Term};
use crate::app::reactive::memo;
use crate::app::views::{live, view};
use crate::app::{colour, format};
use crate::config::CLASSES;
use leptos::prelude::*;

/// Bars of the chosen network and, in a comparison, of the other one.
#[component]
pub fn Probabilities() -> impl IntoView {
    let state = use_draw();
    let is_compared = memo(move |_| state.models.with(|models| models.len() > 1));
    let heading = move |place: usize| {
        move || {
            state.models.with(|models| {
                if models.len() > 1 { title(&models[place.min(models.len() - 1)]) } else { "Probability".into() }
            })
        }
    };
    let last = move || {
        if is_compared.get() {
            view! { <th scope="col" colspan="2">{heading(1)}</th> }
        } else {
            view! {
                <th scope="col" class="score">
                    <Term
                        word="Score"
                        meaning="The value of the polynomial for this digit. The softmax turns the ten scores into probabilities that add up to one."
                    />
                </th>
            }
        }
    };
    view! {
        <section class="draw-probabilities" aria-label="Probabilities" data-picture="">
            <table class:compared=move || is_compared.get()>
                <caption class="visually-hidden">"Probability of each digit"</caption>
                <colgroup>
                    <col class="digit"/>
                    <col/>
                    <col class="number"/>
                    {move || {
                        if is_compared.get() {
                            view! { <col/><col class="number"/> }
                        } else {
                            view! { <col class="score"/> }
                        }
                    }}
                </colgroup>
                <thead>
                    <tr>
                        <th scope="col">"Digit"</th>
                        <th scope="col" colspan="2">{heading(0)}</th>
                        {live(last)}
                    </tr>
                </thead>
                <tbody>{(0..CLASSES).map(|class| view! { <Row class=class is_compared=is_compared/> }).collect_view()}</tbody>
            </table>
            <SavePicture id="probabilities"/>
            <Latency id="draw-latency" window=state.latency/>
        </section>
    }
}

#[component]
fn Row(
    /// The digit.
    class: usize,
    /// Whether two networks answer.
    is_compared: Memo<bool>,
) -> impl IntoView {
    let state = use_draw();
    let is_best =
        memo(move |_| state.answer(0).and_then(|answer| answer.best()).is_some_and(|(best, _)| best == class));
    let share = memo(move |_| state.answer(0).and_then(|answer| answer.probabilities.get(class).copied()));
    let score = memo(move |_| state.answer(0).and_then(|answer| answer.logits.get(class).copied()));
    let score_text = move || score.get().map_or(format::NONE.to_owned(), |score| format::signed(score.into(), 2));
    view! {
        <tr
            class:best=move || is_best.get()
            data-testid=format!("draw-probability-{class}")
            data-value=move || share.get().map(|share| format!("{share:.6}"))
            data-logit=move || score.get().map(|score| format!("{score:.5}"))
            title=move || score.get().map(|score| format!("Score of {class} before softmax: {}", format::signed(score.into(), 3)))
        >
            <th scope="row">{class}</th>
            <Bar class=class place=0/>
            {move || {
                if is_compared.get() {
                    view! { <Bar class=class place=1/> }
                } else {
                    view! { <td class="score">{live(score_text)}</td> }
                }
            }}
        </tr>
    }
}

/// Two cells: the bar and its number.
#[component]
fn Bar(
    /// The digit.
    class: usize,
    /// Which network.
    place: usize,
) -> impl IntoView {
    let state = use_draw();
    let share = memo(move |_| state.answer(place).and_then(|answer| answer.probabilities.get(class).copied()));
    let is_best =
        memo(move |_| state.answer(place).and_then(|answer| answer.best()).is_some_and(|(best, _)| best == class));
    let width = move || format!("{:.2}%", f64::from(share.get().unwrap_or(0.0)).clamp(0.0, 1.0) * 100.0);
    view! {
        <td class="bar" class:best=move || is_best.get() aria-hidden="true">
            <span class="track"><span class="fill" style:width=width style:background-color=colour::class(class).css()></span></span>
        </td>
        <td class="number" class:best=move || is_best.get()>
            {move || share.get().map_or(format::NONE.to_owned(), |share| format::probability(share.into(), 1))}
        </td>
    }
}
