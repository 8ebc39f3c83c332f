//! How large the parts of the scores are, order by order or degree by degree, on a logarithmic axis.

use super::reports::spectrum_about_black;
use super::state::use_trained;
use crate::app::components::{LineChart, Series};
use crate::app::reactive::memo;
use crate::app::views::view;
use crate::app::{expansion_point, format};
use crate::config::{Basis, ExpansionPoint};
use crate::protocol::SpectrumReport;
use leptos::prelude::*;

/// Powers of ten at the ends of the axis.
const ENDS: (f64, f64) = (-4.0, 4.0);

/// A power of ten as a number.
fn as_size(power: f64) -> String {
    format::significant(10_f64.powf(power), 2)
}

/// Mean absolute size of each part over images and classes.
fn sizes(report: &SpectrumReport, basis: Basis) -> Vec<f64> {
    if basis != Basis::Powers {
        let found = report.bases.iter().find(|found| found.basis == basis);
        return found.map_or_else(Vec::new, |found| found.mean_absolute.clone());
    }
    let classes = report.mean_absolute.len().max(1) as f64;
    let mean = |order: usize| report.mean_absolute.iter().filter_map(|row| row.get(order)).sum::<f64>() / classes;
    (0..=report.degree as usize).map(mean).collect()
}

fn curve(report: &SpectrumReport, basis: Basis) -> Series {
    let points = sizes(report, basis).into_iter().enumerate();
    let points = points.map(|(order, size)| (order as f64, size.max(1e-300).log10().clamp(ENDS.0, ENDS.1)));
    Series { name: format!("about {}", expansion_point::name(report.about)), points: points.collect() }
}

/// The chart: small parts that fall off can be read, large ones that cancel cannot.
#[component]
pub fn Sizes() -> impl IntoView {
    let trained = use_trained();
    let (report, black) = (trained.spectrum, spectrum_about_black(trained.network));
    let series = memo(move |_| {
        let basis = trained.basis.get();
        let other = black.get().filter(|_| trained.about.get() != ExpansionPoint::Black);
        report.get().into_iter().chain(other).map(|report| curve(&report, basis)).collect::<Vec<_>>()
    });
    let end = memo(move |_| report.with(|report| report.as_ref().map_or(8.0, |report| f64::from(report.degree))));
    view! {
        <section class="trained-sizes" aria-labelledby="trained-sizes-title">
            <h2 id="trained-sizes-title">"How large are the parts?"</h2>
            <p class="trained-line">
                "Parts that fall off can be read one by one. Parts much larger than the scores themselves, which are about 10, cancel."
            </p>
            <LineChart
                label="Mean size of each part of a score"
                x_label="order n"
                series
                write=as_size
                y_range=ENDS
                x_max=end
                empty="Not measured yet."
                height=176.0
                testid="trained-sizes"
            />
        </section>
    }
}
