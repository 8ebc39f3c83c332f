//! The polynomial as text: copied or as a file, for typesetting and for programs.

use super::expanded::{Expanded, NAMES};
use super::state::{StackRoom, use_stack};
use crate::app::format;
use crate::app::reactive::{effect, heard};
use crate::app::save;
use crate::app::slices::Slices;
use crate::app::views::view;
use crate::poly::write::{Format, Pieces, Style, Terms, Value};
use crate::poly::{Monomial, Rational, StackError, seeded_numbers};
use leptos::prelude::*;
use std::sync::Arc;

/// Terms that are copied or written into a file; the text of more would hold up other programs.
const MOST: usize = 25_000;
/// Paths of a single coefficient that are written out.
const MOST_PATHS: usize = 10_000;

const FORMATS: [(Format, &str, &str); 6] = [
    (Format::Latex, "LaTeX", "tex"),
    (Format::MathMl, "MathML", "mml"),
    (Format::Csv, "CSV", "csv"),
    (Format::Rust, "Rust", "rs"),
    (Format::Python, "Python", "py"),
    (Format::C, "C", "c"),
];

/// What is done with the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goal {
    Copy,
    Download,
}

/// Copy and download.
#[component]
pub fn Files() -> impl IntoView {
    let room = use_stack();
    let chosen = RwSignal::new(0_usize);
    let said = RwSignal::new(None::<String>);
    let writing = RwSignal::new(None::<f64>);
    let generation = StoredValue::new(0_u32);
    effect(move || {
        room.expanded.track();
        room.numbers.track();
        // What is being written is no longer on view.
        generation.update_value(|count| *count += 1);
        writing.set(None);
        said.set(None);
    });
    let start = move |goal: Goal| {
        let Some(expanded) = room.expanded.get_untracked() else { return };
        generation.update_value(|count| *count += 1);
        let mine = generation.get_value();
        writing.set(Some(0.0));
        said.set(None);
        let job = Job::new(room, expanded, FORMATS[chosen.get_untracked()].0);
        let extension = FORMATS[chosen.get_untracked()].2;
        crate::app::task::spawn(async move {
            let going =
                move |share: f64| generation.try_get_value() == Some(mine) && writing.try_set(Some(share)).is_none();
            let result = match job.write(going).await {
                Ok(Some(text)) => finish(goal, &text, extension).await.map(|()| job.said(goal)),
                Ok(None) => return,
                Err(problem) => Err(super::state::sentence(&problem)),
            };
            if generation.try_get_value() == Some(mine) {
                writing.set(None);
                said.set(Some(result.unwrap_or_else(|sentence| sentence)));
            }
        });
    };
    let idle = move || room.expanded.with(Option::is_some) && writing.get().is_none();
    let options = FORMATS.iter().enumerate().map(|(index, (_, name, _))| {
        view! { <option value=index selected=move || chosen.get() == index>{*name}</option> }
    });
    view! {
        <div class="poly-files">
            <select
                data-testid="stack-format"
                aria-label="Format"
                on:change:target=move |event| {
                    chosen.set(event.target().value().parse().unwrap_or(0).min(FORMATS.len() - 1));
                    said.set(None);
                }
            >
                {options.collect_view()}
            </select>
            <button type="button" class="button" data-testid="stack-copy" disabled=move || !idle() on:click=heard(move |_| start(Goal::Copy))>
                "Copy"
            </button>
            <button type="button" class="button" data-testid="stack-download" disabled=move || !idle() on:click=heard(move |_| start(Goal::Download))>
                "Download"
            </button>
            <p class="small muted" role="status" data-testid="stack-said">
                {move || match writing.get() {
                    Some(share) => Some(format!("Writing: {}", format::percent(share, 0))),
                    None => said.get(),
                }}
            </p>
        </div>
    }
}

async fn finish(goal: Goal, text: &str, extension: &str) -> Result<(), String> {
    let (done, refusal) = match goal {
        Goal::Copy => (save::copy(text).await, "The browser does not let the page copy. Download the file instead."),
        Goal::Download => {
            let name = format!("taylornet-stack.{extension}");
            let done = save::download(&name, "text/plain;charset=utf-8", text.as_bytes());
            (done, "The browser does not let the page write a file. Allow downloads for this page.")
        }
    };
    if done { Ok(()) } else { Err(refusal.into()) }
}

/// What is written.
struct Job {
    expanded: Arc<Expanded>,
    numbers: Option<Vec<Rational>>,
    format: Format,
    shown: usize,
}

impl Job {
    fn new(room: StackRoom, expanded: Arc<Expanded>, format: Format) -> Self {
        let seed = room.chosen(|state| state.numbers).get_untracked();
        let numbers = seed.map(|seed| seeded_numbers(seed, expanded.table.len()));
        let shown = expanded.terms().min(MOST);
        Self { expanded, numbers, format, shown }
    }

    /// The text; `None` where it is no longer wanted. Made in slices: the page goes on meanwhile.
    async fn write(&self, going: impl Fn(f64) -> bool) -> Result<Option<String>, StackError> {
        let expanded = &self.expanded;
        let mut list = Vec::with_capacity(self.shown);
        let mut slices = Slices::begin();
        for term in 0..self.shown {
            let exponents = expanded.expansion.exponents_of(term);
            list.push((Monomial::from_exponents(exponents), self.value(exponents)?));
            if slices.over() {
                if !going(term as f64 / self.shown as f64 / 2.0) {
                    return Ok(None);
                }
                slices.pause().await;
            }
        }
        let symbols = match self.numbers {
            Some(_) => Vec::new(),
            None => (0..expanded.table.len()).filter_map(|index| expanded.table.symbol(index)).collect(),
        };
        let terms = Terms {
            variables: expanded.variables(),
            symbols,
            list,
            omitted: expanded.terms() - self.shown,
            about: None,
        };
        let style = Style { names: NAMES, left_side: Some("z".into()), ..Style::default() };
        let mut text = String::new();
        let mut pieces = Pieces::new(&terms, self.format, &style);
        // Writing into a string cannot fail.
        while pieces.step(&mut text).unwrap_or(false) {
            if slices.over() {
                if !going(f64::midpoint(1.0, pieces.done() as f64 / self.shown as f64)) {
                    return Ok(None);
                }
                slices.pause().await;
            }
        }
        Ok(Some(text))
    }

    fn value(&self, exponents: &[u8]) -> Result<Value, StackError> {
        match &self.numbers {
            Some(numbers) => Ok(self.expanded.table.coefficient_of(numbers, exponents)?.into()),
            None => {
                let composition = self.expanded.table.compose(exponents, MOST_PATHS)?;
                Ok(composition.symbolic()?.into())
            }
        }
    }

    fn said(&self, goal: Goal) -> String {
        let done = match goal {
            Goal::Copy => "Copied",
            Goal::Download => "Saved",
        };
        let all = self.expanded.terms();
        if self.shown < all {
            format!("{done} the first {} of {} terms.", format::count(self.shown), format::count(all))
        } else {
            format!("{done} all {} terms.", format::count(all))
        }
    }
}
