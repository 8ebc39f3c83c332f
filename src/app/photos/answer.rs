//! The answer as a word, and ten probabilities.

use super::state::{Answer, PhotosSignals, use_photos};
use crate::app::components::{ProgressBar, SavePicture};
use crate::app::draw::network::title;
use crate::app::link::{Busy, WorkerStatus, use_link};
use crate::app::views::{live, view};
use crate::app::{colour, format};
use crate::config::{CIFAR_10, CLASSES};
use leptos::prelude::*;

/// The answer of the chosen network and, in a comparison, of the other one.
#[component]
pub fn Headline() -> impl IntoView {
    let state = use_photos();
    let is_compared = Memo::new(move |_| state.models.with(|models| models.len() > 1));
    let said = move || {
        let answer = state.answer(0)?;
        let (class, share) = answer.best()?;
        Some(format!("The answer is {}, {}.", CIFAR_10.classes[class], format::probability(share.into(), 0)))
    };
    view! {
        <section class="photo-headline" aria-labelledby="photo-answer-title">
            <h2 id="photo-answer-title">"The answer"</h2>
            <div class="photo-verdicts">
                <Verdict place=0/>
                {move || is_compared.get().then(|| view! { <Verdict place=1/> })}
            </div>
            <p class="visually-hidden" aria-live="polite">{move || said().unwrap_or_default()}</p>
        </section>
    }
}

#[component]
fn Verdict(
    /// 0 for the chosen network, 1 for the one beside it.
    place: usize,
) -> impl IntoView {
    let state = use_photos();
    let answer = Memo::new(move |_| state.answer(place).filter(|_| state.failure.with(Option::is_none)));
    let with = move |read: fn(&Answer) -> String| move || answer.get().map(|answer| read(&answer));
    let name = move || state.models.with(|models| models.get(place).map(|name| title(name)));
    let is_compared = move || state.models.with(|models| models.len() > 1);
    let content = move || match answer.get().as_deref().and_then(Answer::best) {
        Some((class, share)) => view! {
            <p class="photo-verdict-line">
                <span class="photo-word">{CIFAR_10.classes[class]}</span>
                <span class="draw-share">{format::probability(share.into(), 1)}</span>
            </p>
        },
        None if place > 0 => view! { <p class="photo-word none" aria-hidden="true">"–"</p> },
        None => view! { <Hint state/> },
    };
    view! {
        <div
            class="photo-verdict"
            data-testid=if place == 0 { "photo-answer" } else { "photo-answer-beside" }
            data-model=move || answer.get().map(|answer| answer.model.clone())
            data-version=with(|answer| answer.version.to_string())
            data-answer=with(|answer| answer.best().map_or(String::new(), |(class, _)| CIFAR_10.classes[class].into()))
            data-probability=with(|answer| answer.best().map_or(String::new(), |(_, share)| format!("{share:.6}")))
            data-ms=with(|answer| format!("{:.1}", answer.compute_ms))
        >
            {move || is_compared().then(|| view! { <p class="draw-name">{live(name)}</p> })}
            {live(content)}
        </div>
    }
}

/// What to do or to wait for, in the place of the answer.
#[component]
fn Hint(state: PhotosSignals) -> impl IntoView {
    let link = use_link();
    let share = Signal::derive(move || link.busy().with(|busy| busy.as_ref().and_then(Busy::share)));
    move || match (state.failure.get(), link.status().get()) {
        (Some(sentence), _) => view! {
            <p class="draw-hint failed" role="alert" data-testid="photo-failure">{sentence}</p>
        },
        (None, WorkerStatus::Crashed(_)) => {
            view! { <p class="draw-hint failed" role="alert">"The engine has stopped."</p> }
        }
        (None, WorkerStatus::Loading) => view! {
            <div class="draw-hint">
                <p>"Loading the engine…"</p>
                <ProgressBar label="Loading the engine" share=share/>
            </div>
        },
        (None, WorkerStatus::Ready(_)) => {
            let what = move || link.busy().with(|busy| busy.as_ref().map(|busy| format!("{}…", busy.what)));
            view! { <p class="draw-hint">{move || what().unwrap_or_else(|| "…".into())}</p> }
        }
    }
}

/// Bars of the chosen network and, in a comparison, of the other one.
#[component]
pub fn Probabilities() -> impl IntoView {
    let state = use_photos();
    let is_compared = Memo::new(move |_| state.models.with(|models| models.len() > 1));
    let heading = move |place: usize| {
        move || {
            state.models.with(|models| match models.get(place) {
                Some(name) if models.len() > 1 => title(name),
                _ => "Probability".into(),
            })
        }
    };
    let row = move |class: usize| {
        let best = move || state.answer(0).and_then(|answer| answer.best()).is_some_and(|(best, _)| best == class);
        view! {
            <tr class:best=best data-testid=format!("photo-probability-{class}")>
                <th scope="row">{CIFAR_10.classes[class]}</th>
                <Bar class=class place=0/>
                {move || is_compared.get().then(|| view! { <Bar class=class place=1/> })}
            </tr>
        }
    };
    view! {
        <section class="photo-probabilities draw-probabilities" aria-label="Probabilities" data-picture="">
            <table class:compared=move || is_compared.get()>
                <caption class="visually-hidden">"Probability of each class"</caption>
                <colgroup>
                    <col class="class"/>
                    <col/>
                    <col class="number"/>
                    {move || is_compared.get().then(|| view! { <col/><col class="number"/> })}
                </colgroup>
                <thead>
                    <tr>
                        <th scope="col">"Class"</th>
                        <th scope="col" colspan="2">{heading(0)}</th>
                        {move || is_compared.get().then(|| view! { <th scope="col" colspan="2">{live(heading(1))}</th> })}
                    </tr>
                </thead>
                <tbody>{(0..CLASSES).map(row).collect_view()}</tbody>
            </table>
            <SavePicture id="photo-probabilities"/>
        </section>
    }
}

/// Two cells: the bar and its number.
#[component]
fn Bar(
    /// The class.
    class: usize,
    /// Which network.
    place: usize,
) -> impl IntoView {
    let state = use_photos();
    let share = Memo::new(move |_| state.answer(place).and_then(|answer| answer.probabilities.get(class).copied()));
    let is_best =
        Memo::new(move |_| state.answer(place).and_then(|answer| answer.best()).is_some_and(|(best, _)| best == class));
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
