//! How far the low orders carry: accuracy of the exact truncation at order n, with n on a slider.

use super::job::JobControls;
use super::state::{IMAGES, use_trained};
use crate::app::components::{LineChart, Series, Term};
use crate::app::format;
use crate::app::views::view;
use crate::protocol::SpectrumReport;
use leptos::prelude::*;

const MEANING: &str = "The terms with at most n factors, with the coefficients that the network has: nothing is trained again. \
     The direct expansion of Fig. 2 is trained for each order by itself.";

fn as_percent(share: f64) -> String {
    format::percent(share, 1)
}

/// Curve, slider and sentence.
#[component]
pub fn Orders() -> impl IntoView {
    let trained = use_trained();
    let report = trained.spectrum;
    let degree = Memo::new(move |_| {
        let known = report.with(|report| report.as_ref().map(|report| report.degree as usize));
        known.or_else(|| trained.config.with(|config| config.as_ref()?.degree())).unwrap_or(8)
    });
    let cut = Memo::new(move |_| {
        trained.address.state.with(|state| state.polynomial.trained.order).unwrap_or(usize::MAX).min(degree.get())
    });
    let series = Memo::new(move |_| {
        report.with(|report| report.as_ref().map_or_else(Vec::new, |report| curves(report, cut.get())))
    });
    let label = move || {
        if report.with(Option::is_some) {
            "Measure again".to_owned()
        } else {
            format!("Measure on {} images", format::count(IMAGES as usize))
        }
    };
    let is_own = move || report.with(|report| report.as_ref().is_none_or(|report| report.images <= IMAGES));
    view! {
        <section class="trained-orders" aria-labelledby="trained-orders-title" data-testid="trained-orders">
            <h2 id="trained-orders-title"><Term word="Exact truncation" meaning=MEANING/> " at order n"</h2>
            <LineChart
                label="Accuracy by order"
                x_label="order n"
                series=series
                write=as_percent
                y_range=(0.0, 1.0)
                x_max=Memo::new(move |_| degree.get() as f64)
                empty="Not measured yet."
                height=176.0
                testid="trained-curve"
            />
            <label class="trained-slider">
                <span>"Keep orders 0 to " <output data-testid="trained-cut">{move || cut.get()}</output></span>
                <input
                    type="range"
                    min="0"
                    max=move || degree.get().to_string()
                    data-testid="trained-cut-slider"
                    disabled=move || report.with(Option::is_none)
                    prop:value=move || cut.get().to_string()
                    on:input=move |event| {
                        if let Ok(order) = event_target_value(&event).parse::<usize>() {
                            let all = order >= degree.get_untracked();
                            trained.choose(|state| state.order = (!all).then_some(order));
                        }
                    }
                />
            </label>
            <p class="trained-line" data-testid="trained-cut-words">
                {move || report.with(|report| report.as_ref().map(|report| in_words(report, cut.get())))}
            </p>
            {move || {
                is_own().then(|| {
                    view! {
                        <JobControls
                            job=trained.measurement
                            label=Signal::derive(label)
                            start=Callback::new(move |()| trained.measure())
                            testid="trained-measure"
                        />
                    }
                })
            }}
        </section>
    }
}

fn curves(report: &SpectrumReport, cut: usize) -> Vec<Series> {
    let points: Vec<(f64, f64)> =
        report.truncation_accuracy.iter().enumerate().map(|(order, &accuracy)| (order as f64, accuracy)).collect();
    let here = points.get(cut).copied().into_iter().collect();
    vec![Series { name: "truncation".into(), points }, Series { name: "cut here".into(), points: here }]
}

fn in_words(report: &SpectrumReport, cut: usize) -> String {
    let accuracy = report.truncation_accuracy.get(cut).copied().unwrap_or(f64::NAN);
    let step =
        if report.step > 0 { format!(", at step {}", format::count(report.step as usize)) } else { String::new() };
    let before = report.truncation_accuracy.iter().rev().nth(1).copied().unwrap_or(0.0);
    let remark = if cut >= report.degree as usize && before < report.network_accuracy - 0.02 {
        " The orders cancel each other: without the highest the sum is another one."
    } else {
        ""
    };
    format!(
        "{} of {} test images are classified rightly by these orders alone, {} by the network with all {}{step}.{remark}",
        format::percent(accuracy, 2),
        format::count(report.images as usize),
        format::percent(report.network_accuracy, 2),
        report.degree
    )
}
