//! Loss and accuracy of the two runs over their steps.

use super::record::{Point, Record};
use super::state::{Run, Training, use_training};
use crate::app::components::{LineChart, Mark, Series, Writer};
use crate::app::format;
use crate::app::frame::Shipped;
use crate::app::manifest::{Manifest, ShippedModel};
use crate::app::reactive::{effect, memo};
use crate::app::views::view;
use leptos::prelude::*;
use std::time::Duration;

/// Points drawn per curve; more would not be seen.
const MOST: usize = 240;

/// Time between two pictures of a curve: reports may come faster, and drawing must not hold up the page.
const PACE: Duration = Duration::from_millis(200);

/// Rises some time after a run has changed, and once for all changes until then.
fn paced(training: Training) -> RwSignal<u32> {
    let redraw = RwSignal::new(0);
    let waiting = StoredValue::new(false);
    effect(move || {
        for run in training.runs {
            run.record.track();
        }
        if !waiting.get_value() {
            waiting.set_value(true);
            let draw = move || {
                waiting.set_value(false);
                redraw.update(|count| *count += 1);
            };
            set_timeout(draw, PACE);
        }
    });
    redraw
}

/// What the shipped network of the chosen name reached on the test images.
fn shipped(training: Training, value: fn(&ShippedModel) -> Option<f64>, write: Writer) -> Memo<Option<Mark>> {
    let manifest = use_context::<Shipped>();
    memo(move |_| {
        let name = training.address.state.with(|state| state.train.network.clone());
        let read = |shipped: &Option<Result<_, _>>| {
            shipped.as_ref()?.as_ref().ok().and_then(|all: &Manifest| value(all.model(&name)?))
        };
        let value = manifest.and_then(|manifest| manifest.0.with(read))?;
        Some(Mark { value, words: format!("shipped, on test images: {}", write(value)) })
    })
}

/// Two charts side by side.
#[component]
pub fn Curves() -> impl IntoView {
    let training = use_training();
    let redraw = paced(training);
    let collect = move |value: fn(&Point) -> f64| {
        memo(move |_| {
            redraw.get();
            let curve = |record: &Record| Series { name: record.name.clone(), points: record.curve(MOST, value) };
            let drawn = |run: &Run| run.record.with_untracked(|record| record.summary.is_some().then(|| curve(record)));
            training.runs.iter().filter_map(drawn).collect::<Vec<_>>()
        })
    };
    // The axis shows a little more than what is done, not the whole run: a first curve is visible at once.
    let right = memo(move |_| {
        redraw.get();
        let step = training.runs.iter().map(|run| run.record.with_untracked(|record| record.step)).max().unwrap_or(0);
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
                mark=shipped(training, |model| model.test_loss, |loss| format::fixed(loss, 3))
                testid="chart-loss"
            />
            <LineChart
                label="Accuracy"
                x_label="step"
                series=collect(|point| point.accuracy)
                write=|value| format::percent(value, 0)
                y_range=(0.0, 1.0)
                x_max=right
                empty="The share of training images named correctly."
                mark=shipped(training, |model| model.test_accuracy, |share| format::percent(share, 2))
                testid="chart-accuracy"
            />
        </div>
    }
}
