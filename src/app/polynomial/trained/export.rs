//! The polynomial of a score as a file or on the clipboard, and the maps as a picture.

use super::expansion::{Expansion, Selection, pairs};
use super::maps::selection_of;
use super::pictures::{self, NamedMap};
use super::state::{Trained, use_trained};
use crate::app::components::SavePicture;
use crate::app::reactive::heard;
use crate::app::views::{live, view};
use crate::app::{format, save};
use crate::config::{CLASSES, ExpansionPoint};
use crate::poly::Monomial;
use crate::poly::write::{self, About, Format, Style, Terms, VariableNames};
use crate::protocol::ModelRef;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// What can be written: name for people, ending of the file, type of its content.
const FORMATS: [(Format, &str, &str, &str); 7] = [
    (Format::Latex, "LaTeX", "tex", "application/x-tex"),
    (Format::Csv, "CSV", "csv", "text/csv"),
    (Format::Rust, "Rust", "rs", "text/plain"),
    (Format::Python, "Python", "py", "text/x-python"),
    (Format::C, "C", "c", "text/x-c"),
    (Format::MathMl, "MathML", "mml", "application/mathml+xml"),
    (Format::Text, "Plain text", "txt", "text/plain"),
];
/// Digits in formulas; programs and tables get all of them.
const DIGITS: usize = 5;

/// Formats, and buttons for file and clipboard.
#[component]
pub fn Export() -> impl IntoView {
    let trained = use_trained();
    let chosen = RwSignal::new(0_usize);
    let said = RwSignal::new(String::new());
    let tell = move |worked: bool, yes: &str, no: &str| said.set(if worked { yes } else { no }.to_owned());
    let is_absent = move || trained.expansion.with(Option::is_none);
    let what = move || {
        let size = trained.expansion.with(|it| {
            it.as_ref().map(|it| (it.has_second(), 1 + it.pixels() + if it.has_second() { it.pairs() } else { 0 }))
        });
        size.map_or(String::new(), |(all, terms)| {
            let orders = if all { "orders 0 to 2" } else { "orders 0 and 1" };
            format!("{} terms: {orders} of the {}", format::count(terms), score_name(trained.selection.get()))
        })
    };
    let text = move || {
        let (format, ..) = FORMATS[chosen.get_untracked()];
        let selection = trained.selection.get_untracked();
        trained.expansion.with_untracked(|it| it.as_ref().map(|it| written(it, selection, format)))
    };
    let download = move |_| {
        let (_, _, ending, kind) = FORMATS[chosen.get_untracked()];
        if let Some(text) = text() {
            let name = format!("{}.{ending}", file_stem(&trained));
            tell(save::download(&name, kind, text.as_bytes()), "", REFUSED_FILE);
        }
    };
    let copy = move |_| {
        if let Some(text) = text() {
            crate::app::task::spawn(async move {
                tell(
                    save::copy(&text).await,
                    "Copied.",
                    "The browser does not let the page copy. Download the file instead.",
                );
            });
        }
    };
    let options = FORMATS
        .iter()
        .enumerate()
        .map(|(index, (_, name, ..))| view! { <option value=index.to_string()>{*name}</option> })
        .collect_view();
    view! {
        <section class="trained-export" aria-labelledby="trained-export-title" data-testid="trained-export">
            <h2 id="trained-export-title">"Take it with you"</h2>
            <p class="muted small" data-testid="trained-export-what">{live(what)}</p>
            <div class="row wrap">
                <label class="visually-hidden" for="trained-format">"Format"</label>
                <select
                    id="trained-format"
                    data-testid="trained-format"
                    on:change=heard(move |event: web_sys::Event| chosen.set(event_target_value(&event).parse().unwrap_or(0).min(FORMATS.len() - 1)))
                >
                    {options}
                </select>
                <button type="button" class="button" data-testid="trained-download" disabled=is_absent on:click=heard(download)>"Download"</button>
                <button type="button" class="button" data-testid="trained-copy" disabled=is_absent on:click=heard(copy)>"Copy"</button>
            </div>
            <p class="small" role="status" data-testid="trained-export-said">{move || said.get()}</p>
        </section>
    }
}

/// Saves the ten maps on one scale, with the name of each.
#[component]
pub fn SaveMaps() -> impl IntoView {
    let trained = use_trained();
    let svg = Callback::new(move |()| picture(&trained).map(|(maps, side)| pictures::svg(&maps, side)));
    let file = Signal::derive(move || format!("{}-maps", file_stem(&trained)));
    let absent = Signal::derive(move || trained.expansion.with(Option::is_none));
    view! { <SavePicture id="trained-maps" file svg absent/> }
}

const REFUSED_FILE: &str = "The browser does not let the page write a file. Allow downloads for this page.";

fn score_name(selection: Selection) -> String {
    selection.against.map_or_else(
        || format!("score of {}", selection.class),
        |other| format!("score of {} minus that of {other}", selection.class),
    )
}

fn file_stem(trained: &Trained) -> String {
    let (network, selection) = (trained.network.get_untracked(), trained.selection.get_untracked());
    let (step, about) =
        trained.expansion.with_untracked(|it| it.as_ref().map_or((0, ExpansionPoint::Black), |it| (it.step, it.about)));
    let network = match network {
        ModelRef::Shipped(name) => name.into_owned(),
        ModelRef::Run(_) => format!("run-step-{step}"),
    };
    let against = selection.against.map_or_else(String::new, |other| format!("-minus-{other}"));
    let about = if about == ExpansionPoint::Black { String::new() } else { format!("-about-{about}") };
    format!("{network}-score-{}{against}{about}", selection.class)
}

/// The known terms up to the highest order that is known in full, with variables x_{r,c}, rows and columns as in the
/// files; about a point other than black, \delta_{r,c}.
fn written(expansion: &Expansion, selection: Selection, format: Format) -> String {
    let mut list = vec![(Monomial::one(), expansion.constant(selection).into())];
    let first = expansion.first(selection).into_iter().enumerate();
    list.extend(first.map(|(pixel, value)| (Monomial::variable(pixel), value.into())));
    if let Some(second) = expansion.second(selection) {
        list.extend(pairs(expansion.pixels()).zip(second).map(|((i, j), value)| {
            let mut factors = BTreeMap::new();
            *factors.entry(i).or_insert(0) += 1;
            *factors.entry(j).or_insert(0) += 1;
            (Monomial::from_factors(factors), value.into())
        }));
    }
    let about = About::new(expansion.about, &expansion.point);
    let terms = Terms { variables: expansion.pixels(), symbols: Vec::new(), list, omitted: 0, about };
    let names = VariableNames::Grid { columns: expansion.side };
    let style = Style { names, digits: Some(DIGITS), ..Style::default() };
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write::write(&mut out, &terms, format, &style);
    out
}

fn picture(trained: &Trained) -> Option<(Vec<NamedMap>, usize)> {
    let against = trained.selection.get_untracked().against;
    trained.expansion.with_untracked(|it| {
        let it = it.as_ref()?;
        let map = |class| {
            let selection = selection_of(class, against);
            NamedMap { name: score_name(selection), values: it.first(selection) }
        };
        Some(((0..CLASSES).map(map).collect(), it.side))
    })
}
