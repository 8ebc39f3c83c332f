//! The table: groups in the order of the article, or all rows by a column.

use super::measured::{Group, Measured, Source, Unit};
use super::order::{Column, sorted};
use super::outcome::outcome_view;
use super::rows::{Row, rows};
use super::text;
use crate::app::components::{Change, Way};
use crate::app::format;
use crate::app::history::use_address;
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use leptos::prelude::*;
use std::sync::Arc;

/// Columns of the table, for cells that span it.
const COLUMNS: usize = Column::ALL.len();

/// More rows than this scroll under their head.
const MANY: usize = 40;

/// The rows on show, in their order.
pub fn shown(results: &[Measured], all: bool, sort: Option<Column>, falling: bool) -> Vec<Row> {
    let rows = rows(results, all);
    match sort {
        Some(column) => sorted(rows, column, falling),
        None => rows,
    }
}

/// Head with buttons that sort, and the rows.
#[component]
pub fn Table(
    /// The rows on show.
    rows: Memo<Vec<Row>>,
) -> impl IntoView {
    let address = use_address();
    let sort = memo(move |_| address.state.with(|state| (state.results.sort, state.results.falling)));
    let is_long = memo(move |_| rows.with(Vec::len) > MANY);
    let head = Column::ALL.map(|column| view! { <Head column sort/> });
    let bodies = move || {
        rows.with(|rows| match sort.get().0 {
            None => by_group(rows),
            Some(_) => view! { <tbody>{rows.iter().map(|row| row_view(row, true)).collect_view()}</tbody> },
        })
    };
    view! {
        <div class="results-scroll" class:long=move || is_long.get() tabindex="0" role="region" aria-label="Results beside the article">
            <table class="results-table" data-testid="results-table" data-rows=move || rows.with(Vec::len)>
                <thead><tr>{head.into_iter().collect_view()}</tr></thead>
                {live(bodies)}
            </table>
        </div>
    }
}

fn by_group(rows: &[Row]) -> AnyView {
    let group = |group: Group| {
        let own: Vec<_> = rows.iter().filter(|row| row.group() == group).map(|row| row_view(row, false)).collect();
        (!own.is_empty()).then(|| {
            view! {
                <tbody>
                    <tr class="results-group"><th scope="rowgroup" colspan=COLUMNS><span>{group.title()}</span></th></tr>
                    {own}
                </tbody>
            }
        })
    };
    Group::ALL.map(group).into_iter().flatten().collect_view().into_any()
}

/// A heading: the first press sorts, the next reverses it, the third brings back the order of the article.
#[component]
fn Head(column: Column, sort: Memo<(Option<Column>, bool)>) -> impl IntoView {
    let address = use_address();
    let own = move || sort.get().0 == Some(column);
    let aria = move || match (own(), sort.get().1) {
        (false, _) => "none",
        (true, false) => "ascending",
        (true, true) => "descending",
    };
    let press = move |_| {
        address.state.update(|state| {
            let results = &mut state.results;
            (results.sort, results.falling) = match (results.sort == Some(column), results.falling) {
                (false, _) => (Some(column), false),
                (true, false) => (Some(column), true),
                (true, true) => (None, false),
            };
        });
    };
    let sign = move || match aria() {
        "ascending" => "↑",
        "descending" => "↓",
        _ => "",
    };
    view! {
        <th scope="col" class=format!("results-{}", column.key()) aria-sort=aria>
            <button type="button" class="sort" data-testid=format!("sort-{}", column.key()) title="Sort by this column" on:click=heard(press)>
                {column.title()}<span class="sort-sign" aria-hidden="true">{sign}</span>
            </button>
        </th>
    }
}

fn row_view(row: &Row, with_group: bool) -> AnyView {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| format::NONE.into());
    let provenance = row.measured.as_ref().map(|result| result.provenance.clone()).unwrap_or_default();
    let path = row
        .measured
        .as_ref()
        .map(|result| result.sources.iter().map(|source| source.path.as_str()).collect::<Vec<_>>().join(" "));
    let name = row.name().to_owned();
    let name = match row.see().cloned() {
        Some(see) => {
            let change: Change = Arc::new(move |state| see.apply(state));
            view! { <Way text=name change/> }
        }
        None => view! { <span>{name}</span> },
    };
    let place = row.claim.map(|claim| view! { <span class="results-place">{claim.place}</span> });
    let outcome = row.outcome();
    view! {
        <tr data-key=row.key().to_owned() data-outcome=outcome.map(|outcome| outcome.word()) data-path=path>
            <th scope="row" class="results-quantity">
                {with_group.then(|| view! { <span class="results-of">{row.group().title()}</span> })}
                {name}
            </th>
            <td class="results-article">{or_dash(Some(row.article_text()).filter(|text| !text.is_empty()))}{place}</td>
            <td class="results-here">{here(row)}</td>
            <td class="results-difference">{or_dash(row.difference_text())}</td>
            <td class="results-outcome">{outcome.map(outcome_view)}</td>
            <td class="results-seed">{or_dash(provenance.seed.map(|seed| format::fixed(seed, 0)))}</td>
            <td class="results-date">{or_dash(provenance.date)}</td>
            <td class="results-device">{or_dash(provenance.device)}</td>
            <td class="results-time">{or_dash(provenance.duration_secs.map(format::duration))}</td>
            <td class="results-command">
                {match provenance.command {
                    Some(command) => view! { <code>{command}</code> },
                    None => view! { <span>{format::NONE}</span> },
                }}
            </td>
        </tr>
    }
}

/// Our number; of a series both ends, and all of it when unfolded.
fn here(row: &Row) -> AnyView {
    let Some(result) = &row.measured else { return view! { <span class="muted">{format::NONE}</span> } };
    if !result.is_series() {
        return view! { <span>{text::ours(result)}</span> };
    }
    let values = result.sources.iter().map(|source| view! { <li>{labelled(source, result.unit)}</li> });
    view! {
        <details class="results-series">
            <summary>{text::ours(result)}</summary>
            <ul>{values.collect_view()}</ul>
        </details>
    }
}

/// One value of a series with its label.
fn labelled(source: &Source, unit: Unit) -> String {
    if source.label.is_empty() {
        text::number(source.value, unit)
    } else {
        format!("{}: {}", source.label, text::number(source.value, unit))
    }
}
