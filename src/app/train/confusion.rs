//! The confusion matrix: rows are what a digit is, columns what the network says.

use crate::app::components::SavePicture;
use crate::app::views::{live, view};
use crate::app::{colour, format};
use crate::protocol::EvaluationReport;
use leptos::prelude::*;

/// Colours stay this light, so that the numbers on them stay readable.
const STRENGTH: f64 = 0.42;

/// Ten by ten numbers, coloured by their share of the row: blue where right, orange where wrong.
#[component]
pub fn Confusion(
    /// The test, once there is one; its place is kept before.
    report: Memo<Option<EvaluationReport>>,
) -> impl IntoView {
    let cell = move |label: usize, predicted: usize| {
        let count = move || {
            report.with(|report| {
                let row = report.as_ref()?.confusion.get(label)?;
                Some((*row.get(predicted)?, row.iter().sum::<u32>()))
            })
        };
        let fill = move || {
            let share = count().map_or(0.0, |(count, total)| f64::from(count) / f64::from(total.max(1)));
            let signed = if label == predicted { -share } else { (share * 4.0).min(1.0) };
            let strength = signed.signum() * signed.abs().sqrt() * STRENGTH;
            colour::diverging(if share > 0.0 { strength } else { 0.0 }).css()
        };
        let text = move || match count() {
            Some((0, _)) => "·".to_owned(),
            Some((count, _)) => format::count(count as usize),
            None => String::new(),
        };
        view! { <td style:background-color=fill>{live(text)}</td> }
    };
    let row = move |label: usize| {
        view! { <tr><th scope="row">{label}</th>{(0..10).map(|predicted| cell(label, predicted)).collect_view()}</tr> }
    };
    view! {
        <div data-picture="">
        <table class="confusion" data-testid="confusion">
            <caption class="small muted">"Rows: what it is. Columns: what the network says."</caption>
            <thead>
                <tr>
                    <td></td>
                    {(0..10).map(|digit| view! { <th scope="col">{digit}</th> }).collect_view()}
                </tr>
            </thead>
            <tbody>{(0..10).map(row).collect_view()}</tbody>
        </table>
        <SavePicture id="confusion"/>
        </div>
    }
}
