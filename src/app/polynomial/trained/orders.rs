//! How far the low orders carry: accuracy of the exact truncation at order n, with n on a slider.

use super::job::JobControls;
use super::reports::{spectrum_about_black, spectrum_of_twin};
use super::state::{IMAGES, use_trained};
use crate::app::components::{LineChart, Series, Term};
use crate::app::expansion_point::BasisChoice;
use crate::app::reactive::{heard, memo};
use crate::app::views::view;
use crate::app::{expansion_point, format};
use crate::config::{Basis, ExpansionPoint};
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
    let degree = memo(move |_| {
        let known = report.with(|report| report.as_ref().map(|report| report.degree as usize));
        known.or_else(|| trained.config.with(|config| config.as_ref()?.degree())).unwrap_or(8)
    });
    let cut = memo(move |_| {
        trained.address.state.with(|state| state.polynomial.trained.order).unwrap_or(usize::MAX).min(degree.get())
    });
    let (basis, black) = (trained.basis, spectrum_about_black(trained.network));
    let twin = spectrum_of_twin(trained.network, trained.about);
    let series = memo(move |_| {
        let (report, black, twin) = (report.get(), black.get(), twin.get());
        report
            .map_or_else(Vec::new, |report| curves(&report, black.as_deref(), twin.as_deref(), basis.get(), cut.get()))
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
            <div class="trained-question">
                <h2 id="trained-orders-title">"How many orders does it need?"</h2>
                <BasisChoice
                    id="trained-basis"
                    value=basis
                    set=move |basis| trained.choose(|state| state.basis = basis)
                />
            </div>
            <p class="trained-answer" data-testid="trained-answer">
                {move || report.with(|report| report.as_ref().map(|report| answer(report, twin.get().as_deref(), basis.get())))}
            </p>
            <LineChart
                label="Accuracy of the exact truncation"
                x_label="order n"
                series=series
                write=as_percent
                y_range=(0.0, 1.0)
                x_max=memo(move |_| degree.get() as f64)
                empty="Not measured yet."
                height=176.0
                testid="trained-curve"
            />
            <label class="trained-slider">
                <span><Term word="Keep orders 0 to" meaning=MEANING/> " " <output data-testid="trained-cut">{move || cut.get()}</output></span>
                <input
                    type="range"
                    min="0"
                    max=move || degree.get().to_string()
                    data-testid="trained-cut-slider"
                    disabled=move || report.with(Option::is_none)
                    prop:value=move || cut.get().to_string()
                    on:input=heard(move |event: web_sys::Event| {
                        if let Ok(order) = event_target_value(&event).parse::<usize>() {
                            let all = order >= degree.get_untracked();
                            trained.choose(|state| state.order = (!all).then_some(order));
                        }
                    })
                />
            </label>
            <p class="trained-line" data-testid="trained-cut-words">
                {move || report.with(|report| report.as_ref().map(|report| in_words(report, basis.get(), cut.get())))}
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

/// Accuracies by degree in a basis; empty where they are not known.
fn accuracies(report: &SpectrumReport, basis: Basis) -> &[f64] {
    if basis == Basis::Powers {
        return &report.truncation_accuracy;
    }
    report.bases.iter().find(|found| found.basis == basis).map_or(&[], |found| &found.accuracy)
}

/// The curve, beside that about the black image where another point is chosen, else with the cut marked on it; and that of
/// the same network trained the other way.
fn curves(
    report: &SpectrumReport,
    black: Option<&SpectrumReport>,
    twin: Option<&SpectrumReport>,
    basis: Basis,
    cut: usize,
) -> Vec<Series> {
    let points = |report: &SpectrumReport| -> Vec<(f64, f64)> {
        accuracies(report, basis).iter().enumerate().map(|(order, &accuracy)| (order as f64, accuracy)).collect()
    };
    let own = points(report);
    let second = match black.filter(|_| report.about != ExpansionPoint::Black) {
        Some(black) => Series { name: "about the black image".into(), points: points(black) },
        None => Series { name: "cut here".into(), points: own.get(cut).copied().into_iter().collect() },
    };
    let mut all = vec![Series { name: format!("about {}", expansion_point::name(report.about)), points: own }, second];
    all.extend(twin.map(|twin| Series { name: trained_as(&twin.model).into(), points: points(twin) }));
    all
}

/// The lowest order whose truncation gets as many right as the network, up to a hundredth of them.
fn enough(report: &SpectrumReport, basis: Basis) -> Option<usize> {
    accuracies(report, basis).iter().position(|&accuracy| accuracy >= 0.99 * report.network_accuracy)
}

/// How a network was trained, beside its twin.
fn trained_as(name: &str) -> &'static str {
    if name.ends_with("-nested") { "trained so that low orders count" } else { "trained as a whole" }
}

/// The answer to the question of the view, with that of the same network trained the other way.
fn answer(report: &SpectrumReport, twin: Option<&SpectrumReport>, basis: Basis) -> String {
    let own = own_answer(report, basis);
    let other = twin.and_then(|twin| Some((twin, enough(twin, basis)?)));
    other.map_or(own.clone(), |(twin, enough)| {
        let count = if enough >= twin.degree as usize { format!("all {enough}") } else { format!("0 to {enough}") };
        format!("{own} The same network {} needs {count}.", trained_as(&twin.model))
    })
}

fn own_answer(report: &SpectrumReport, basis: Basis) -> String {
    let about = expansion_point::name(report.about);
    let whole = format::percent(report.network_accuracy, 1);
    match (enough(report, basis), basis) {
        (None, _) => "Not measured in this basis: measure again.".into(),
        (Some(order), Basis::Powers) if order >= report.degree as usize => {
            format!("All {order} of them: about {about} the orders cancel, and nothing less than their sum classifies.")
        }
        (Some(order), Basis::Powers) => {
            format!(
                "About {about}, orders 0 to {order} of {} classify as the whole does ({whole}), up to 1 %.",
                report.degree
            )
        }
        (Some(degree), Basis::Chebyshev | Basis::Legendre) => format!(
            "On the way from {about} to the digit, degree {degree} of {} is enough to classify as the whole does ({whole}), up to 1 %.",
            report.degree
        ),
    }
}

fn in_words(report: &SpectrumReport, basis: Basis, cut: usize) -> String {
    let accuracy = accuracies(report, basis).get(cut).copied().unwrap_or(f64::NAN);
    let step =
        if report.step > 0 { format!(", at step {}", format::count(report.step as usize)) } else { String::new() };
    let (what, remark) = match basis {
        Basis::Powers => ("these orders", ""),
        Basis::Chebyshev | Basis::Legendre => (
            "these degrees",
            " What is cut is a function of the way s from the point to the digit: of the pixels it still holds all orders.",
        ),
    };
    format!(
        "{} of {} test images are classified correctly by {what} alone, {} by the network with all {}{step}.{remark}",
        format::percent(accuracy, 2),
        format::count(report.images as usize),
        format::percent(report.network_accuracy, 2),
        report.degree
    )
}
