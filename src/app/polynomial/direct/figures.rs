//! What the manifest knows of the direct expansions, beside what the article says.

use crate::app::manifest::Manifest;
use crate::app::results::article;
use crate::config::ExpansionPoint;
use crate::number;
use crate::poly::Count;
use crate::protocol::PruningReport;

/// Pixels of the images: 7 by 7.
const PIXELS: usize = 49;
/// Orders of Fig. 2.
pub const ORDERS: [usize; 4] = [1, 2, 3, 4];
/// Accuracy of the article at fourth order (Fig. 2).
pub const ARTICLE_ACCURACY: f64 = article::DIRECT_ACCURACY;
/// Share of the coefficients kept and what the article says of the accuracy: as a number and in words.
pub const ARTICLE_PRUNING: [(f64, f64, &str); 3] = [
    (article::KEPT[0], article::PRUNED[0].0, article::PRUNED[0].1),
    (article::KEPT[1], article::PRUNED[1].0, article::PRUNED[1].1),
    (article::KEPT[2], article::PRUNED[2].0, article::PRUNED[2].1),
];

/// One order of the expansion.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The order.
    pub order: usize,
    /// Number of Taylor terms, with the constant.
    pub terms: usize,
    /// Trainable parameters of the shipped network.
    pub parameters: Option<usize>,
    /// Its accuracy on the test images.
    pub accuracy: Option<f64>,
}

/// Name of the network of an order.
pub fn name(order: usize) -> String {
    format!("direct-{order}")
}

/// Number of distinct monomials of the pixels up to an order, with the constant: C(49 + n, n).
pub fn terms(order: usize) -> usize {
    let count: Count = (0..=number::to_u32(order)).map(|degree| Count::monomials_of_degree(PIXELS, degree)).sum();
    count.exact().map_or(usize::MAX, number::to_usize)
}

/// All orders, with figures for those that are shipped.
pub fn orders(manifest: Option<&Manifest>) -> Vec<Order> {
    let entry = |order: usize| {
        let model = manifest.and_then(|manifest| manifest.model(&name(order)));
        Order {
            order,
            terms: terms(order),
            parameters: model.and_then(|model| model.parameters),
            accuracy: model.and_then(|model| model.test_accuracy),
        }
    };
    ORDERS.map(entry).to_vec()
}

/// The same network pruned about the mean image, where that was measured.
pub fn pruning_about_mean<'a>(manifest: &'a Manifest, report: &PruningReport) -> Option<&'a PruningReport> {
    let is_it = |other: &&PruningReport| {
        (&other.model, other.order, other.about) == (&report.model, report.order, ExpansionPoint::Mean)
    };
    manifest.polynomial.pruning.iter().find(is_it)
}

/// Accuracies with fewer coefficients, of the highest order that was measured.
pub fn pruning(manifest: &Manifest) -> Option<&PruningReport> {
    let complete = |report: &&PruningReport| !report.kept.is_empty() && report.kept.len() == report.accuracy.len();
    manifest.direct.iter().filter(complete).max_by_key(|report| report.order)
}

/// Accuracy at a share, if it was measured.
pub fn accuracy_at(report: &PruningReport, share: f64) -> Option<f64> {
    let at = report.kept.iter().position(|kept| (kept - share).abs() < 1e-9)?;
    report.accuracy.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_those_of_the_article() {
        // Section 3 of the models' description; the article says "about 293000".
        assert_eq!(ORDERS.map(terms), [50, 1_275, 22_100, 292_825]);
    }

    #[test]
    fn what_the_manifest_lacks_is_left_open() {
        let orders = super::orders(None);
        assert!(orders.len() == 4 && orders.iter().all(|order| order.accuracy.is_none()));
        let text = r#"{"models": [{"name": "direct-2", "test_accuracy": 0.95, "parameters": 12750}],
            "direct": {"pruning": [
                {"model": "direct-2", "order": 2, "terms": 1274, "images": 10, "kept": [1.0, 0.5], "accuracy": [0.95, 0.94]},
                {"model": "direct-3", "order": 3, "terms": 22099, "images": 10, "kept": [1.0], "accuracy": []}
            ]}}"#;
        let manifest = Manifest::read(text);
        let orders = super::orders(Some(&manifest));
        assert_eq!(orders[1].accuracy, Some(0.95));
        assert_eq!(orders[3].accuracy, None);
        let report = pruning(&manifest).unwrap();
        assert_eq!(report.order, 2);
        assert_eq!(accuracy_at(report, 0.5), Some(0.94));
        assert_eq!(accuracy_at(report, 0.3), None);
    }
}
