//! The room: the answer in a sentence, the table, what does not hold, and what we had to choose.

use super::csv::csv;
use super::measured::Measured;
use super::readings::{OURS, Reading, readings};
use super::rows::{Row, rows, summary};
use super::table::{Table, shown};
use crate::app::components::{Change, Way};
use crate::app::frame::Shipped;
use crate::app::history::use_address;
use crate::app::reactive::{heard, memo};
use crate::app::save;
use crate::app::views::{live, view};
use leptos::prelude::*;
use std::sync::Arc;

const REFUSED: &str = "The browser does not let the page write a file. Allow downloads for this page.";

/// The Results room.
#[component]
pub fn ResultsRoom() -> impl IntoView {
    let shipped = expect_context::<Shipped>().0;
    let results = memo(move |_| {
        shipped.with(|shipped| match shipped {
            Some(Ok(manifest)) => manifest.results.clone(),
            Some(Err(_)) | None => Vec::new(),
        })
    });
    let failure = move || shipped.with(|shipped| shipped.as_ref().and_then(|it| it.as_ref().err().cloned()));
    let arrived = memo(move |_| results.with(|results| !results.is_empty()));
    let address = use_address();
    let asked = memo(move |_| address.state.with(|state| state.results));
    let on_show = memo(move |_| {
        let asked = asked.get();
        results.with(|results| shown(results, asked.all, asked.sort, asked.falling))
    });
    view! {
        <div class="results">
            <header class="results-head">
                <h1>"Does it reproduce the article?"</h1>
                <p class="results-answer" data-testid="results-answer">
                    {move || match (failure(), arrived.get()) {
                        (Some(sentence), _) => sentence,
                        (None, true) => results.with(|results| summary(results)),
                        (None, false) => "Loading what was measured …".to_owned(),
                    }}
                </p>
            </header>
            <Tools results on_show/>
            <Table rows=on_show/>
            <section class="results-readings" aria-labelledby="results-readings-title">
                <h2 id="results-readings-title">"Where it does not hold, and what else does"</h2>
                <div class="results-columns">{move || results.with(|results| readings(results).iter().map(reading_view).collect_view())}</div>
            </section>
            <section class="results-readings" aria-labelledby="results-ours-title">
                <h2 id="results-ours-title">"How we read it where the article leaves it open"</h2>
                <dl class="results-columns">
                    {OURS
                        .map(|(title, text)| view! { <div class="reading"><dt>{title}</dt><dd>{text}</dd></div> })
                        .into_iter()
                        .collect_view()}
                </dl>
            </section>
        </div>
    }
}

/// Which rows, and the table as a file or on paper.
#[component]
fn Tools(results: Memo<Vec<Measured>>, on_show: Memo<Vec<Row>>) -> impl IntoView {
    let address = use_address();
    let said = RwSignal::new(None::<&'static str>);
    let all = memo(move |_| address.state.with(|state| state.results.all));
    let count = move |all: bool| results.with(|results| rows(results, all).len());
    let choice = move |own: bool, key: &'static str, words: &'static str| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="results-rows"
                    data-testid=key
                    prop:checked=move || all.get() == own
                    on:change=heard(move |_| address.state.update(|state| state.results.all = own))
                />
                <span>{words} " (" {live(move || count(own))} ")"</span>
            </label>
        }
    };
    let download = move |_| {
        let text = on_show.with_untracked(|rows| csv(rows));
        // Spreadsheets see that a file is UTF-8 when it begins with this mark.
        let done =
            save::download("taylornet-results.csv", "text/csv;charset=utf-8", format!("\u{feff}{text}").as_bytes());
        said.set((!done).then_some(REFUSED));
    };
    let print = move |_| {
        if window().print().is_err() {
            said.set(Some("The browser does not let the page print. Use its own menu."));
        }
    };
    view! {
        <div class="results-tools">
            <div class="segments two" role="radiogroup" aria-label="Rows">
                {choice(false, "results-article", "What the article says")}
                {choice(true, "results-all", "Everything measured")}
            </div>
            <button type="button" class="button" data-testid="results-csv" on:click=heard(download)>"Download as CSV"</button>
            <button type="button" class="button" data-testid="results-print" on:click=heard(print)>"Print"</button>
            <p class="small" role="status">{move || said.get()}</p>
        </div>
    }
}

fn reading_view(reading: &Reading) -> AnyView {
    let way = reading.see.clone().map(|see| {
        let change: Change = Arc::new(move |state| see.apply(state));
        view! { <Way text=reading.way change testid=format!("reading-{}", reading.key)/> }
    });
    view! {
        <article class="reading" data-key=reading.key>
            <h3>{reading.title}</h3>
            <p>{reading.text.clone()}</p>
            {way}
        </article>
    }
}
