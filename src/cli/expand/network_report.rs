//! Reports about a trained network's polynomial as lines for people.

use crate::protocol::{BasisSpectrum, Coefficients, Explanation, PruningReport, SpectrumReport};

/// Accuracy and size by order.
pub fn spectrum_lines(report: &SpectrumReport) -> String {
    let SpectrumReport { model, images, network_accuracy, largest_difference, .. } = report;
    let mut text = format!(
        "{model} about {}: {:.2} % of {images} test images; sum over orders against logits: at most {largest_difference:.1e}\n",
        report.about,
        100.0 * network_accuracy
    );
    for (order, accuracy) in report.truncation_accuracy.iter().enumerate() {
        let classes = report.mean_absolute.len().max(1) as f64;
        let size = report.mean_absolute.iter().map(|series| series[order]).sum::<f64>() / classes;
        text.push_str(&format!("  order {order:2}: {:6.2} % when cut there, mean size {size:.4}\n", 100.0 * accuracy));
    }
    for BasisSpectrum { basis, accuracy, mean_absolute } in &report.bases {
        text.push_str(&format!("  in {} polynomials of the way from there to the image:\n", basis.key()));
        for (degree, (accuracy, size)) in accuracy.iter().zip(mean_absolute).enumerate() {
            let accuracy = 100.0 * accuracy;
            text.push_str(&format!("  degree {degree:2}: {accuracy:6.2} % when cut there, mean size {size:.2e}\n"));
        }
    }
    text
}

/// Accuracy by share.
pub fn pruning_lines(report: &PruningReport) -> String {
    let PruningReport { model, order, terms, images, .. } = report;
    let mut text = format!("{model}: {terms} terms per class up to order {order}, {images} test images\n");
    for (index, (kept, accuracy)) in report.kept.iter().zip(&report.accuracy).enumerate() {
        text.push_str(&format!("  {:5.1} % kept: {:.2} %", 100.0 * kept, 100.0 * accuracy));
        if let Some(accuracy) = report.accuracy_with_rest.get(index) {
            text.push_str(&format!(", with all higher orders {:.2} %", 100.0 * accuracy));
        }
        text.push('\n');
    }
    text
}

/// Numbers of coefficients and the largest.
pub fn coefficient_lines(report: &Coefficients) -> String {
    let largest = |values: &[f64]| values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let mut text = format!("{}: constants {:.4?}\n", report.model, &report.constant[..]);
    text.push_str(&format!("  {} of first order, at most {:.4}\n", report.first.len(), largest(&report.first)));
    for (order, values) in
        report.second.iter().map(|second| (2, second)).chain(report.slice.iter().map(|s| (s.order, &s.values)))
    {
        text.push_str(&format!("  {} of order {order}, at most {:.4}\n", values.len(), largest(values)));
    }
    text.push_str(&format!(
        "  {:.0} ms; --format csv or json lists them, latex and others write a formula\n",
        report.compute_ms
    ));
    text
}

/// Contributions by order and of the strongest pairs.
pub fn explanation_lines(report: &Explanation) -> String {
    let Explanation { model, class, network, polynomial, .. } = report;
    let against = report.against.map(|against| format!(" against {against}")).unwrap_or_default();
    let mut text = format!("{model}: {class}{against}, network {network:.5}, sum over orders {polynomial:.5}\n");
    for (order, value) in report.orders.iter().enumerate() {
        text.push_str(&format!("  order {order:2}: {value:10.4}\n"));
    }
    for pair in report.pairs.iter().flat_map(|pairs| &pairs.strongest).take(10) {
        text.push_str(&format!("  cells {} and {}: {:.4}\n", pair.one, pair.other, pair.value));
    }
    text
}
