//! The answer as one large digit, or a sentence in its place.

use super::latency::LatencyWindow;
use super::network::title;
use super::state::{Answer, DrawState, use_draw};
use crate::app::components::ProgressBar;
use crate::app::format;
use crate::app::link::{Busy, WorkerStatus, use_link};
use crate::app::reactive::{effect, memo};
use crate::app::views::{live, view};
use leptos::prelude::*;
use std::time::Duration;

/// A screen reader hears the answer when it has rested this long.
const QUIET: Duration = Duration::from_millis(900);

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
enum Missing {
    /// The canvas is empty.
    Empty,
    /// The worker is on its way.
    Loading,
    /// Asked, and not answered yet.
    Waiting,
    /// Something went wrong; the sentence says what.
    Failed(String),
}

fn missing(state: DrawState, status: &WorkerStatus) -> Missing {
    match (state.failure.get(), status) {
        (Some(sentence), _) => Missing::Failed(sentence),
        (None, WorkerStatus::Loading) => Missing::Loading,
        (None, WorkerStatus::Crashed(_)) => Missing::Failed("The engine has stopped.".into()),
        (None, WorkerStatus::Ready(_)) if state.is_empty() => Missing::Empty,
        (None, WorkerStatus::Ready(_)) => Missing::Waiting,
    }
}

/// The answer of the chosen network and, in a comparison, of the other one.
#[component]
pub fn Headline() -> impl IntoView {
    let state = use_draw();
    let is_compared = memo(move |_| state.models.with(|models| models.len() > 1));
    view! {
        <section class="draw-headline" aria-labelledby="draw-answer-title">
            <h2 id="draw-answer-title">"The answer"</h2>
            <div class="draw-verdicts">
                <Verdict place=0/>
                {move || is_compared.get().then(|| view! { <Verdict place=1/> })}
            </div>
            <Announcement/>
        </section>
    }
}

#[component]
fn Verdict(
    /// 0 for the chosen network, 1 for the one beside it.
    place: usize,
) -> impl IntoView {
    let state = use_draw();
    let link = use_link();
    let answer = memo(move |_| state.answer(place).filter(|_| state.failure.with(Option::is_none)));
    let with = move |read: fn(&Answer) -> String| move || answer.get().map(|answer| read(&answer));
    let name = move || state.models.with(|models| models.get(place).map(title));
    let testid = if place == 0 { "draw-answer" } else { "draw-answer-beside" };
    let content = move || match answer.get() {
        Some(answer) => certain(&answer).into_any(),
        None if place > 0 => view! { <p class="draw-digit none" aria-hidden="true">"–"</p> },
        None => view! { <Hint missing=Signal::derive(move || missing(state, &link.status().get()))/> },
    };
    view! {
        <div
            class="draw-verdict"
            data-testid=testid
            data-model=with(|answer| answer.model.to_string())
            data-version=with(|answer| answer.version.to_string())
            data-answer=with(|answer| answer.best().map_or(String::new(), |(digit, _)| digit.to_string()))
            data-probability=with(|answer| answer.best().map_or(String::new(), |(_, share)| format!("{share:.6}")))
        >
            {move || state.compare.get().then(|| view! { <p class="draw-name">{live(name)}</p> })}
            {live(content)}
        </div>
    }
}

fn certain(answer: &Answer) -> impl IntoView + use<> {
    let (digit, share) = answer.best().unwrap_or((0, f32::NAN));
    view! {
        <p class="draw-verdict-line">
            <span class="draw-digit">{digit}</span>
            <span class="draw-share">{format::probability(share.into(), 1)}</span>
        </p>
    }
}

/// What to do or to wait for, in the place of the answer.
#[component]
fn Hint(missing: Signal<Missing>) -> impl IntoView {
    let link = use_link();
    let share = Signal::derive(move || link.busy().with(|busy| busy.as_ref().and_then(Busy::share)));
    move || match missing.get() {
        Missing::Empty => view! {
            <p class="draw-hint" data-testid="draw-empty-hint">
                "Draw a digit from 0 to 9. The answer follows your pen."
            </p>
        },
        Missing::Loading => view! {
            <div class="draw-hint" data-testid="draw-loading">
                <p>"Loading the engine… You can draw already; the answer comes as soon as it is here."</p>
                <ProgressBar label="Loading the engine" share=share/>
            </div>
        },
        Missing::Waiting => {
            let what = move || link.busy().with(|busy| busy.as_ref().map(|busy| format!("{}…", busy.what)));
            view! { <p class="draw-hint" data-testid="draw-waiting">{move || what().unwrap_or_else(|| "…".into())}</p> }
        }
        Missing::Failed(sentence) => view! {
            <p class="draw-hint failed" role="alert" data-testid="draw-failure">{sentence}</p>
        },
    }
}

/// Time from stroke to answer: the last one, and of the last 200 the middle and the slow end.
#[component]
pub fn Latency(
    /// Name for tests.
    id: &'static str,
    /// The delays.
    window: RwSignal<LatencyWindow>,
) -> impl IntoView {
    let number = move |share: f64| move || window.with(|window| window.percentile_ms(share));
    let attribute = |value: Option<f64>| value.map(|ms| format!("{ms:.2}"));
    let text = move || {
        window.with(|window| match (window.last_ms(), window.percentile_ms(0.5), window.percentile_ms(0.95)) {
            (Some(last), Some(middle), Some(slow)) => format!(
                "{} from stroke to answer (median {}, 95\u{a0}% within {})",
                format::milliseconds(last),
                format::milliseconds(middle),
                format::milliseconds(slow)
            ),
            _ => "\u{a0}".into(),
        })
    };
    view! {
        <p
            class="draw-latency"
            data-testid=id
            data-latency-last=move || attribute(window.with(LatencyWindow::last_ms))
            data-latency-p50=move || attribute(number(0.5)())
            data-latency-p95=move || attribute(number(0.95)())
            data-latency-count=move || window.with(LatencyWindow::count).to_string()
        >
            {live(text)}
        </p>
    }
}

/// Tells screen readers the answer, when it has rested and is a new one.
#[component]
fn Announcement() -> impl IntoView {
    let state = use_draw();
    let said = RwSignal::new(String::new());
    let mut say = leptos::leptos_dom::helpers::debounce(QUIET, move |sentence: String| {
        if said.try_get_untracked().is_some_and(|before| before != sentence) {
            said.set(sentence);
        }
    });
    effect(move || {
        let sentence = match state.answer(0).as_deref().and_then(Answer::best) {
            Some((digit, share)) => format!("The answer is {digit}, {}.", format::probability(share.into(), 0)),
            None if state.is_empty() => "The canvas is empty.".to_owned(),
            None => return,
        };
        say(sentence);
    });
    view! { <p class="visually-hidden" aria-live="polite" data-testid="draw-announcement">{move || said.get()}</p> }
}
