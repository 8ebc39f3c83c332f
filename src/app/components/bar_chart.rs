//! Ten class probabilities as bars. The chart is a table: every bar stands beside its number.

use crate::app::format;
use crate::app::reactive::memo;
use crate::app::views::view;
use leptos::prelude::*;

/// One row per class: digit, bar, percentage. The largest is emphasised; rows keep their place while values change.
#[component]
pub fn BarChart(
    /// Caption for screen readers.
    #[prop(into)]
    label: String,
    /// A probability per class; empty while there is no answer.
    #[prop(into)]
    values: Signal<Vec<f32>>,
    /// Used as `data-testid`.
    #[prop(default = "bars")]
    testid: &'static str,
) -> impl IntoView {
    let best = memo(move |_| values.with(|values| (0..values.len()).max_by(|&a, &b| values[a].total_cmp(&values[b]))));
    let row = move |class: usize| {
        let share = move || values.with(|values| values.get(class).copied());
        let width = move || format!("{:.2}%", f64::from(share().unwrap_or(0.0)).clamp(0.0, 1.0) * 100.0);
        view! {
            <tr class:best=move || best.get() == Some(class) data-testid=format!("{testid}-{class}")>
                <th scope="row">{class}</th>
                <td class="bar" aria-hidden="true">
                    <span class="track"><span class="fill" style:width=width></span></span>
                </td>
                <td class="number">{move || share().map_or(format::NONE.to_owned(), |p| format::probability(p.into(), 1))}</td>
            </tr>
        }
    };
    view! {
        <table class="bars" data-testid=testid data-best=move || best.get().map(|class| class.to_string())>
            <caption class="visually-hidden">{label}</caption>
            <thead class="visually-hidden">
                <tr><th scope="col">"Digit"</th><td></td><th scope="col">"Probability"</th></tr>
            </thead>
            <tbody>{(0..10).map(row).collect_view()}</tbody>
        </table>
    }
}
