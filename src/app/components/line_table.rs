//! The table behind a chart.

use super::line_chart::{Series, Writer};
use crate::app::format;
use crate::app::reactive::heard;
use crate::app::scale::nearest;
use crate::app::views::{live, view};
use leptos::prelude::*;

/// Rows of the table; a longer curve is thinned.
const ROWS: usize = 50;

/// The numbers behind the curves, built when asked for.
#[component]
pub fn Table(label: &'static str, x_label: &'static str, series: Memo<Vec<Series>>, write: Writer) -> impl IntoView {
    let open = RwSignal::new(false);
    let body = move || {
        open.get().then(|| {
            series.with(|series| {
                let head =
                    series.iter().map(|curve| view! { <th scope="col">{curve.name.clone()}</th> }).collect_view();
                let rows = rows(series).into_iter().map(|(x, values)| {
                    let cells =
                        values.into_iter().map(|y| view! { <td>{y.map_or(format::NONE.to_owned(), write)}</td> });
                    view! { <tr><th scope="row">{format::fixed(x, 0)}</th>{cells.collect_view()}</tr> }
                });
                let rows = rows.collect_view();
                view! {
                    <div class="table-box" tabindex="0" role="region" aria-label=format!("{label} as a table")>
                        <table class="data">
                            <thead><tr><th scope="col">{x_label}</th>{head}</tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }
            })
        })
    };
    view! {
        <details on:toggle=heard(move |_| open.update(|open| *open = !*open))>
            <summary>"Table"</summary>
            {live(body)}
        </details>
    }
}

/// At most [`ROWS`] places of the longest curve, with the nearest value of each curve that reaches so far.
fn rows(series: &[Series]) -> Vec<(f64, Vec<Option<f64>>)> {
    let Some(longest) = series.iter().max_by_key(|curve| curve.points.len()) else { return Vec::new() };
    let every = longest.points.len().div_ceil(ROWS).max(1);
    let places = longest.points.iter().enumerate().rev().step_by(every).map(|(_, point)| point.0);
    let mut rows: Vec<_> = places
        .map(|x| {
            let value = |curve: &Series| {
                let reaches = curve.points.last().is_some_and(|last| last.0 >= x);
                nearest(&curve.points, x).filter(|_| reaches).map(|at| curve.points[at].1)
            };
            (x, series.iter().map(value).collect())
        })
        .collect();
    rows.reverse();
    rows
}
