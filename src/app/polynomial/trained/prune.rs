//! Fewer terms: accuracy when only the largest coefficients are kept, with the share on a slider.

use super::job::JobControls;
use super::state::{IMAGES, MOST_PIXELS, use_trained};
use crate::app::components::{LineChart, Series, Term};
use crate::app::format;
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use crate::number;
use crate::poly::ranking::sorted_by;
use crate::protocol::PruningReport;
use leptos::prelude::*;

const MEANING: &str = "Of the terms up to second order the given share with the largest absolute coefficients is kept in every \
     class, and the others are set to zero; nothing is trained again. All higher orders are left out, or left as they are.";

fn as_percent(share: f64) -> String {
    format::percent(share, 1)
}

/// Curve, slider and sentence.
#[component]
pub fn Pruning() -> impl IntoView {
    let trained = use_trained();
    let report = trained.pruning;
    let kept = RwSignal::new(100_u32);
    let series = memo(move |_| report.with(|report| report.as_ref().map_or_else(Vec::new, |report| curves(report))));
    let is_possible = memo(move |_| trained.side() * trained.side() <= MOST_PIXELS);
    let is_own = move || report.with(|report| report.as_ref().is_none_or(|report| report.images <= IMAGES));
    let controls = move || {
        if !is_possible.get() && report.with(Option::is_none) {
            return view! { <p class="muted small">"Only for images of 7 by 7 pixels: here second order alone has 307\u{202f}720 products per class."</p> };
        }
        is_own()
            .then(|| {
                view! {
                    <JobControls
                        job=trained.prune
                        label=Signal::derive(move || format!("Measure on {} images", format::count(IMAGES as usize)))
                        start=Callback::new(move |()| trained.measure_pruning())
                        testid="trained-prune"
                    />
                }
            })
            .into_any()
    };
    view! {
        <section class="trained-prune" aria-labelledby="trained-prune-title" data-testid="trained-pruning">
            <h2 id="trained-prune-title"><Term word="Fewer terms" meaning=MEANING/></h2>
            <LineChart
                label="Accuracy by share of terms kept"
                x_label="% kept"
                series=series
                write=as_percent
                y_range=(0.0, 1.0)
                x_max=memo(|_| 100.0)
                empty="Not measured yet."
                height=176.0
                testid="trained-prune-curve"
            />
            <label class="trained-slider">
                <span>"Keep the largest " <output data-testid="trained-kept">{move || format!("{}\u{a0}%", kept.get())}</output></span>
                <input
                    type="range"
                    min="1"
                    max="100"
                    data-testid="trained-kept-slider"
                    disabled=move || report.with(Option::is_none)
                    prop:value=move || kept.get().to_string()
                    on:input=heard(move |event: web_sys::Event| kept.set(event_target_value(&event).parse().unwrap_or(100)))
                />
            </label>
            <p class="trained-line" data-testid="trained-kept-words">
                {move || report.with(|report| report.as_ref().map(|report| in_words(report, kept.get())))}
            </p>
            {live(controls)}
        </section>
    }
}

fn curves(report: &PruningReport) -> Vec<Series> {
    let curve = |name: &str, accuracy: &[f64]| {
        let points: Vec<(f64, f64)> =
            report.kept.iter().zip(accuracy).map(|(kept, &accuracy)| (100.0 * kept, accuracy)).collect();
        Series { name: name.into(), points: sorted_by(&points, |point| point.0) }
    };
    let mut curves = vec![curve(&format!("orders 1 to {} alone", report.order), &report.accuracy)];
    if !report.accuracy_with_rest.is_empty() {
        curves.push(curve("with all higher orders", &report.accuracy_with_rest));
    }
    curves
}

/// The measured share nearest to the one asked for, with its accuracies.
pub fn nearest(report: &PruningReport, percent: u32) -> Option<usize> {
    let miss = |kept: &f64| (kept * 100.0 - f64::from(percent)).abs();
    let places = report.kept.iter().enumerate().filter(|(place, _)| *place < report.accuracy.len());
    places.min_by(|(_, one), (_, other)| miss(one).total_cmp(&miss(other))).map(|(place, _)| place)
}

fn in_words(report: &PruningReport, percent: u32) -> String {
    let Some(place) = nearest(report, percent) else { return String::new() };
    let kept = report.kept[place];
    let terms = number::whole((f64::from(report.terms) * kept).round());
    let alone = format::percent(report.accuracy[place], 2);
    let rest = report
        .accuracy_with_rest
        .get(place)
        .map_or_else(String::new, |rest| format!(", {} together with the higher orders", format::percent(*rest, 2)));
    format!(
        "{} of {} terms per class ({}) classify {alone} of {} test images correctly{rest}.",
        format::count(terms),
        format::count(report.terms as usize),
        format::percent(kept, 0),
        format::count(report.images as usize)
    )
}
