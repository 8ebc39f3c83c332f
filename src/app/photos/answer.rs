//! The answer as a word, and ten probabilities.

use super::state::{Answer, PhotosSignals, use_photos};
use crate::app::components::SavePicture;
use crate::app::draw::network::title;
use crate::app::link::{WorkerStatus, use_link};
use crate::app::reactive::memo;
use crate::app::views::{live, view};
use crate::app::{colour, format};
use crate::config::{CIFAR_10, CLASSES};
use leptos::prelude::*;

/// The answer of the chosen network and, in a comparison, of the other one.
#[component]
pub fn Headline() -> impl IntoView {
    let state = use_photos();
    let is_compared = memo(move |_| state.models.with(|models| models.len() > 1));
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
    let answer = memo(move |_| state.answer(place).filter(|_| state.failure.with(Option::is_none)));
    let with = move |read: fn(&Answer) -> String| move || answer.get().map(|answer| read(&answer));
    let name = move || state.models.with(|models| models.get(place).map(title));
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
            data-model=move || answer.get().map(|answer| answer.model.to_string())
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

/// What to wait for, or what went wrong, in the place of the answer.
#[component]
fn Hint(state: PhotosSignals) -> impl IntoView {
    let link = use_link();
    let text = move || {
        state.failure.get().unwrap_or_else(|| match link.status().get() {
            WorkerStatus::Crashed(_) => "The engine has stopped.".into(),
            WorkerStatus::Loading => "Loading the engine…".into(),
            WorkerStatus::Ready(_) => {
                link.busy().with(|busy| busy.as_ref().map_or_else(|| "…".to_owned(), |busy| format!("{}…", busy.what)))
            }
        })
    };
    view! { <p class="draw-hint" class:failed=move || state.failure.with(Option::is_some) role="status" data-testid="photo-hint">{text}</p> }
}

/// Bars of the chosen network and, in a comparison, of the other one: written anew with each answer.
#[component]
pub fn Probabilities() -> impl IntoView {
    let state = use_photos();
    let head = move || {
        let models = state.models.get();
        let cell = |text: String| view! { <th scope="col" colspan="2">{text}</th> };
        let cells: Vec<_> = match models.as_slice() {
            [_] => vec![cell("Probability".into())],
            several => several.iter().map(|model| cell(title(model))).collect(),
        };
        view! { <tr><th scope="col">"Class"</th>{cells}</tr> }
    };
    let columns = move || {
        let pair = |_| [view! { <col/> }, view! { <col class="number"/> }];
        state.models.with(|models| (0..models.len()).flat_map(pair).collect_view())
    };
    let rows = move || {
        let answers: Vec<_> = (0..state.models.with(Vec::len)).map(|place| state.answer(place)).collect();
        let row = |class: usize| {
            let bars: Vec<_> = answers.iter().flat_map(|answer| bar(answer.as_deref(), class)).collect();
            let is_best = answers.first().is_some_and(|answer| best(answer.as_deref()) == Some(class));
            view! {
                <tr class:best=is_best data-testid=format!("photo-probability-{class}")>
                    <th scope="row">{CIFAR_10.classes[class]}</th>
                    {bars}
                </tr>
            }
        };
        (0..CLASSES).map(row).collect_view()
    };
    view! {
        <section class="photo-probabilities draw-probabilities" aria-label="Probabilities" data-picture="">
            <table class:compared=move || state.models.with(|models| models.len() > 1)>
                <caption class="visually-hidden">"Probability of each class"</caption>
                <colgroup><col class="class"/>{columns}</colgroup>
                <thead>{head}</thead>
                <tbody>{rows}</tbody>
            </table>
            <SavePicture id="photo-probabilities"/>
        </section>
    }
}

fn best(answer: Option<&Answer>) -> Option<usize> {
    Some(answer?.best()?.0)
}

/// Two cells: the bar and its number.
fn bar(answer: Option<&Answer>, class: usize) -> [AnyView; 2] {
    let share = answer.and_then(|answer| answer.probabilities.get(class).copied());
    let is_best = best(answer) == Some(class);
    let width = format!("{:.2}%", 100.0 * share.unwrap_or(0.0));
    let fill = colour::class(class).css();
    let text = share.map_or(format::NONE.to_owned(), |share| format::probability(share.into(), 1));
    [
        view! { <td class="bar" class:best=is_best aria-hidden="true"><span class="track"><span class="fill" style:width=width style:background-color=fill></span></span></td> },
        view! { <td class="number" class:best=is_best>{text}</td> },
    ]
}
