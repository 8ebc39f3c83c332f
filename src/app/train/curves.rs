//! Loss and accuracy of the two runs over their steps.

use super::record::{Point, Record};
use super::state::use_training;
use crate::app::components::{LineChart, Series};
use crate::app::format;
use leptos::prelude::*;

/// Points drawn per curve; more would not be seen.
const MOST: usize = 240;

/// Two charts side by side.
#[component]
pub fn Curves() -> impl IntoView {
    let training = use_training();
    let collect = move |value: fn(&Point) -> f64| {
        Memo::new(move |_| {
            let curve = |record: &Record| Series { name: record.name.clone(), points: record.curve(MOST, value) };
            let present = |record: &Record| record.summary.is_some();
            training.runs.iter().filter_map(|run| run.record.with(|r| present(r).then(|| curve(r)))).collect::<Vec<_>>()
        })
    };
    // The axis shows a little more than what is done, not the whole run: a first curve is visible at once.
    let right = Memo::new(move |_| {
        let step = training.runs.iter().map(|run| run.record.with(|record| record.step)).max().unwrap_or(0);
        if step == 0 { 100.0 } else { 0.0 }
    });
    view! {
        <div class="curves">
            <LineChart
                label="Loss"
                x_label="step"
                series=collect(|point| point.loss)
                write=|value| format::fixed(value, 2)
                x_max=right
                empty="Press Start: the loss of each batch appears here."
                testid="chart-loss"
            />
            <LineChart
                label="Accuracy"
                x_label="step"
                series=collect(|point| point.accuracy)
                write=|value| format::percent(value, 0)
                y_range=(0.0, 1.0)
                x_max=right
                empty="The share of training images named rightly."
                testid="chart-accuracy"
            />
        </div>
    }
}
