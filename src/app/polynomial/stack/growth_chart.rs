//! The growth of the polynomial as a chart with a logarithmic axis, and the table behind it.

use super::growth::{Growth, LEVELS, growth};
use super::state::use_stack;
use crate::app::components::{SavePicture, axes};
use crate::app::format;
use crate::app::reactive::memo;
use crate::app::scale::Axis;
use crate::app::views::view;
use crate::number;
use leptos::prelude::*;

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 64.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 28.0;

/// Terms over levels for the chosen cluster.
#[component]
pub fn Growth() -> impl IntoView {
    let room = use_stack();
    let cluster = room.chosen(|state| state.stack.cluster);
    let curves = memo(move |_| growth(cluster.get()));
    let here = memo(move |_| {
        let levels = room.stack.with(|stack| stack.orders.len());
        room.forecast.with(|size| Some((levels, size.as_ref().ok()?.terms.to_f64())))
    });
    let label = move || {
        let [rows, columns] = cluster.get();
        format!("Number of terms over the number of levels, for clusters of {rows} by {columns}")
    };
    view! {
        <section class="growth" aria-labelledby="growth-title">
            <h2 id="growth-title">"How the polynomial grows"</h2>
            <figure class="chart" data-testid="stack-growth">
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label>
                    {move || drawing(&curves.get(), here.get())}
                </svg>
                <SavePicture id="stack-growth"/>
                <details>
                    <summary>"Table"</summary>
                    <table class="data">
                        <thead>
                            <tr>
                                <th scope="col">"Levels"</th>
                                <th scope="col">"Order 1"</th>
                                <th scope="col">"Order 2"</th>
                                <th scope="col">"Order 3"</th>
                            </tr>
                        </thead>
                        <tbody>{move || curves.with(|curves| rows(curves))}</tbody>
                    </table>
                </details>
            </figure>
        </section>
    }
}

fn terms_text(terms: f64) -> String {
    if terms < 1e7 { format::count(number::whole(terms)) } else { format::significant(terms, 3) }
}

fn rows(curves: &[Growth]) -> impl IntoView + use<> {
    let row = |level: usize| {
        let cells = curves.iter().map(|curve| {
            let text = curve.terms.get(level).map_or(format::NONE.to_owned(), |&terms| terms_text(terms));
            view! { <td>{text}</td> }
        });
        view! { <tr><th scope="row">{level + 1}</th>{cells.collect_view()}</tr> }
    };
    (0..LEVELS).map(row).collect_view()
}

fn drawing(curves: &[Growth], here: Option<(usize, f64)>) -> impl IntoView + use<> {
    let largest = curves.iter().flat_map(|curve| curve.terms.iter().copied()).fold(10.0, f64::max);
    // Beyond this the curves of interest would be flat.
    let decades = largest.log10().ceil().min(24.0);
    let x_axis = Axis { min: 1.0, max: LEVELS as f64, start: LEFT, end: WIDTH - RIGHT };
    // Of the logarithm.
    let y_axis = Axis { min: 0.0, max: decades, start: HEIGHT - BOTTOM, end: TOP };
    let (x, y) = (|level: f64| x_axis.place(level), |terms: f64| y_axis.place(terms.log10()));
    let every = number::whole((decades / 4.0).ceil().max(1.0));
    let grid = (0..=number::whole::<u8>(decades)).step_by(every).map(|power| {
        let text = if power < 4 {
            format::count(10_usize.pow(power.into()))
        } else {
            format::significant(10_f64.powi(power.into()), 1).replace("1×", "")
        };
        let text = if (4..6).contains(&power) { format!("10{}", ["⁴", "⁵"][usize::from(power) - 4]) } else { text };
        (y_axis.place(power.into()), text)
    });
    let levels = (1..=LEVELS).map(|level| (x(level as f64), level.to_string()));
    let grid = axes(x_axis, y_axis, grid.collect(), levels.collect(), "");
    let lines = curves.iter().filter(|curve| !curve.terms.is_empty()).map(|curve| {
        let points: Vec<(f64, f64)> = curve
            .terms
            .iter()
            .enumerate()
            .map(|(at, &terms)| (x(at as f64 + 1.0), y(terms)))
            .filter(|point| point.1 >= TOP)
            .collect();
        let path: String = points
            .iter()
            .enumerate()
            .map(|(at, (x, y))| format!("{}{x:.1} {y:.1}", if at == 0 { 'M' } else { 'L' }))
            .collect();
        let end = points.last().copied().unwrap_or_default();
        view! {
            <path class="curve" d=path/>
            <text class="curve-name" x=end.0 + 8.0 y=end.1 + 4.0>{format!("order {}", curve.order)}</text>
        }
    });
    let lines = lines.collect_view();
    let mark = here.filter(|(levels, terms)| *levels <= LEVELS && terms.is_finite()).map(|(levels, terms)| {
        view! { <circle class="here" cx=x(levels as f64) cy=y(terms) r="5"/> }
    });
    view! {
        {grid}
        <text x=WIDTH - RIGHT + 10.0 y=HEIGHT - BOTTOM + 16.0>"levels"</text>
        {lines}
        {mark}
    }
}
