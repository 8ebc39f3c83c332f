//! The two charts of Fig. 3 for the network on view.

use super::distance::{self, LEVELS};
use super::state::use_trained;
use crate::app::components::{SavePicture, Term};
use crate::app::reactive::{heard, memo};
use crate::app::scale::Axis;
use crate::app::views::{live, view};
use crate::app::{colour, format};
use crate::config::CLASSES;
use crate::poly::interaction::interactions;
use crate::protocol::InteractionReport;
use leptos::prelude::*;
use std::fmt::Write as _;

const MEANING: &str = "The coefficients of all products of two pixels, squares among them, in ascending order and cut into five equal groups: \
     L1 holds the smallest fifth, L5 the largest. By value L1 is strongly negative; by absolute value it is weak.";
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 220.0;

/// Both charts with the switch between value and absolute value.
#[component]
pub fn Interactions() -> impl IntoView {
    let trained = use_trained();
    let is_absolute = RwSignal::new(false);
    // The coefficients on view where all are known, else the shipped report, which is of all classes.
    let own = memo(move |_| {
        let selection = trained.selection.get();
        trained.expansion.with(|it| {
            let it = it.as_ref()?;
            interactions(&it.model, it.about, it.side, &it.second(selection)?)
        })
    });
    let report = move || own.get().or_else(|| trained.interactions.get().map(|report| (*report).clone()));
    let of = move || {
        let selection = trained.selection.get();
        match (own.with(Option::is_some), selection.against) {
            (true, None) => format!("score of {}", selection.class),
            (true, Some(other)) => format!("score of {} minus that of {other}", selection.class),
            (false, _) => format!("all {CLASSES} scores together"),
        }
    };
    let content = move || {
        let Some(report) = report() else {
            return view! { <p class="muted small">"Expand all products of two pixels above to see it."</p> };
        };
        let counts = if is_absolute.get() { report.counts_absolute.clone() } else { report.counts.clone() };
        view! {
            <div class="trained-two">
                <figure class="trained-figure">
                    <h3>"(a) Share of the levels at each distance"</h3>
                    {stacked(&report, &counts, is_absolute.get())}
                    <SavePicture id="strength-by-distance"/>
                </figure>
                <figure class="trained-figure">
                    <h3>"(b) Where the coefficients of each level lie"</h3>
                    {lines(&report, &counts, is_absolute.get())}
                    <SavePicture id="distance-by-strength"/>
                </figure>
            </div>
            {table(&report, &counts)}
        }
    };
    let choice = move |label: &'static str, value: bool| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="trained-absolute"
                    data-testid=if value { "trained-by-absolute" } else { "trained-by-value" }
                    prop:checked=move || is_absolute.get() == value
                    on:change=heard(move |_| is_absolute.set(value))
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <section class="trained-interactions" aria-labelledby="trained-interactions-title" data-testid="trained-interactions">
            <div class="row spread">
                <h2 id="trained-interactions-title">
                    <Term word="Strength against distance" meaning=MEANING/> <span class="why-of">{of} " (Fig. 3)"</span>
                </h2>
                <div class="segments two" role="radiogroup" aria-label="Levels by">{choice("by value", false)} {choice("by absolute value", true)}</div>
            </div>
            {live(content)}
        </section>
    }
}

/// Colour of a level: the diverging scale by value, one hue by absolute value.
fn paint(level: usize, is_absolute: bool) -> String {
    let place = level as f64 / (LEVELS - 1) as f64;
    if is_absolute {
        return colour::sequential(0.18 + 0.82 * place).css();
    }
    let value = 2.0 * place - 1.0;
    if value.abs() < 1e-9 { "var(--line-strong)".into() } else { colour::diverging(value).css() }
}

fn axes(report: &InteractionReport, top: f64) -> (Axis, Axis) {
    let last = report.distances.last().copied().unwrap_or(1.0);
    let x = Axis { min: -0.3, max: last + 0.3, start: 40.0, end: WIDTH - 44.0 };
    (x, Axis { min: 0.0, max: top, start: HEIGHT - 24.0, end: 8.0 })
}

fn frame(x: Axis, y: Axis) -> impl IntoView {
    let rows = y.ticks(4).into_iter().map(move |tick| {
        let at = y.place(tick);
        view! {
            <line class="grid" x1=x.start x2=x.end y1=at y2=at/>
            <text x=x.start - 6.0 y=at + 4.0 text-anchor="end">{format::percent(tick, 0)}</text>
        }
    });
    let columns = x.ticks(8).into_iter().map(move |tick| {
        view! { <text x=x.place(tick) y=y.start + 16.0 text-anchor="middle">{format::fixed(tick, 0)}</text> }
    });
    let (rows, columns) = (rows.collect_view(), columns.collect_view());
    view! { {rows} {columns} <text x=x.end + 4.0 y=y.start + 16.0>"pixels"</text> }
}

fn stacked(report: &InteractionReport, counts: &[Vec<u32>], is_absolute: bool) -> impl IntoView + use<> {
    let (x, y) = axes(report, 1.0);
    let shares = distance::shares_at_distance(counts);
    let places = distance::columns(&report.distances);
    let columns = report.distances.iter().zip(&places).zip(&shares).map(|((&at, &(left, right)), levels)| {
        let (left, right) = (x.place(left) + 0.5, x.place(right) - 0.5);
        let mut below = 0.0;
        let parts = levels.iter().enumerate().map(|(level, share)| {
            let (low, high) = (y.place(below), y.place(below + share));
            below += share;
            view! {
                <rect x=left y=high width=right - left height=(low - high).max(0.0) style:fill=paint(level, is_absolute)>
                    <title>{format!("L{}, distance {}: {}", level + 1, format::fixed(at, 2), format::percent(*share, 1))}</title>
                </rect>
            }
        });
        parts.collect_view()
    });
    let columns = columns.collect_view();
    let names = (0..LEVELS).map(|level| {
        view! { <text class="name" x=x.end + 8.0 y=y.place((level as f64 + 0.5) / LEVELS as f64) + 4.0>{format!("L{}", level + 1)}</text> }
    });
    let names = names.collect_view();
    view! {
        <svg class="trained-svg" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label="Share of the five levels at each distance, stacked; the table below has the counts">
            {frame(x, y)} {columns} {names}
        </svg>
    }
}

fn lines(report: &InteractionReport, counts: &[Vec<u32>], is_absolute: bool) -> impl IntoView + use<> {
    let shares = distance::shares_of_level(counts);
    let top = shares.iter().flatten().fold(0.01_f64, |top, &share| top.max(share));
    let (x, y) = axes(report, top * 1.05);
    let curves = shares.iter().enumerate().map(|(level, shares)| {
        let mut path = String::new();
        for (index, (&at, &share)) in report.distances.iter().zip(shares).enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(path, "{}{:.1} {:.1}", if index == 0 { 'M' } else { 'L' }, x.place(at), y.place(share));
        }
        view! { <path class="level" class:middle=level == LEVELS / 2 d=path style:stroke=paint(level, is_absolute)/> }
    });
    let curves = curves.collect_view();
    let names = (0..LEVELS).map(|level| {
        let at = 16.0 + 16.0 * level as f64;
        view! {
            <line x1=x.end - 40.0 x2=x.end - 20.0 y1=at y2=at class="level" class:middle=level == LEVELS / 2 style:stroke=paint(level, is_absolute)/>
            <text class="name" x=x.end - 14.0 y=at + 4.0>{format!("L{}", level + 1)}</text>
        }
    });
    let names = names.collect_view();
    view! {
        <svg class="trained-svg" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label="Distribution of each level over the distance; the table below has the counts">
            {frame(x, y)} {curves} {names}
        </svg>
    }
}

fn table(report: &InteractionReport, counts: &[Vec<u32>]) -> impl IntoView + use<> {
    let rows = report.distances.iter().enumerate().map(|(place, &at)| {
        let cells =
            counts.iter().map(|level| view! { <td>{level.get(place).copied().unwrap_or(0)}</td> }).collect_view();
        let mean = report.mean_absolute.get(place).copied().unwrap_or(f64::NAN);
        view! { <tr><th scope="row">{format::fixed(at, 2)}</th>{cells}<td>{format::significant(mean, 3)}</td></tr> }
    });
    let rows = rows.collect_view();
    let head = (0..LEVELS).map(|level| view! { <th scope="col">{format!("L{}", level + 1)}</th> }).collect_view();
    view! {
        <details>
            <summary>"Table"</summary>
            <div class="table-box" tabindex="0" role="region" aria-label="Number of coefficients by distance and level">
                <table class="data" data-testid="trained-interactions-table">
                    <thead><tr><th scope="col">"Distance"</th>{head}<th scope="col">"mean |coefficient|"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}
