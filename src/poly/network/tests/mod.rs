//! Passes over series against a naive expansion that knows nothing of them: sparse polynomials, multiplied out.

mod eigen;
mod naive;

use super::*;
use crate::config::ExpansionPoint;
use crate::poly::cluster_monomials::MonomialTable;
use naive::{Naive, Random, network};
use std::sync::Arc;

/// Networks with every feature: orders 1..=4, strides, dilations, padding, several channels, coefficient sets per position.
fn networks() -> Vec<Arc<PolynomialNetwork>> {
    let conv = ClusterShape { cluster: [3, 3], stride: [1, 1], dilation: 1, padding: 1, order: 1 };
    let cg =
        |cluster, stride, dilation, order| ClusterShape { cluster, stride: [stride; 2], dilation, padding: 0, order };
    let whole = |height, width, order| cg([height, width], 1, 1, order);
    vec![
        network(1, [3, 3, 1], &[(conv, 2, false), (cg([2, 2], 1, 1, 2), 3, false), (whole(2, 2, 1), 3, false)]),
        network(2, [3, 3, 1], &[(cg([2, 2], 1, 2, 3), 2, false), (whole(1, 1, 2), 2, true)]),
        network(3, [4, 4, 1], &[(cg([2, 2], 2, 1, 2), 2, true), (conv, 2, false), (whole(2, 2, 2), 3, false)]),
        network(
            4,
            [2, 3, 2],
            &[(cg([1, 2], 1, 1, 2), 2, false), (cg([2, 1], 1, 1, 2), 1, true), (whole(1, 2, 1), 2, false)],
        ),
        network(5, [2, 2, 1], &[(whole(2, 2, 4), 3, false)]),
        network(6, [3, 3, 1], &[(conv, 2, false), (whole(3, 3, 1), 3, false)]),
        network(7, [1, 3, 1], &[(cg([1, 2], 1, 1, 3), 1, false), (whole(1, 2, 3), 2, false)]),
    ]
}

/// Every network about the black image and about another point, against its terms in the powers of what is left.
fn cases() -> Vec<(Arc<PolynomialNetwork>, Naive, Vec<f64>)> {
    let mut cases = Vec::new();
    for network in networks() {
        let naive = Naive::of(&network);
        let mut random = Random::new(31);
        // One pixel stays black.
        let point: Vec<f64> = (0..network.pixels()).map(|pixel| if pixel == 2 { 0.0 } else { random.next() }).collect();
        cases.push((Arc::new(network.about(ExpansionPoint::Mean, &point).unwrap()), naive.shifted(&point), point));
        cases.push((network.clone(), naive, vec![0.0; network.pixels()]));
    }
    cases
}

fn without(image: &[f64], point: &[f64]) -> Vec<f64> {
    image.iter().zip(point).map(|(value, point)| value - point).collect()
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-11 * (1.0 + expected.abs())
}

fn assert_close(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (index, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        assert!(close(found, expected), "{what} [{index}]: {found} is not {expected}");
    }
}

fn image(network: &PolynomialNetwork, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    // One pixel without ink, as drawings have them.
    (0..network.pixels()).map(|pixel| if pixel == 1 { 0.0 } else { random.next() as f32 }).collect()
}

#[test]
fn contributions_of_the_orders_are_those_of_the_expanded_terms() {
    for (case, (network, naive, point)) in cases().iter().enumerate() {
        let image: Vec<f64> = image(network, 9).iter().copied().map(f64::from).collect();
        let left = without(&image, point);
        let spectrum = network.spectrum(&image).unwrap();
        let logits = network.logits(&image).unwrap();
        for (class, orders) in spectrum.iter().enumerate() {
            let expected: Vec<f64> =
                (0..=network.degree()).map(|order| naive.order_value(class, order, &left)).collect();
            assert_close(orders, &expected, &format!("network {case}"));
            assert!(close(orders.iter().sum(), logits[class]));
        }
    }
}

#[test]
fn a_point_changes_no_value_and_points_can_follow_each_other() {
    for network in networks() {
        let image: Vec<f64> = image(&network, 9).iter().copied().map(f64::from).collect();
        let points = [3, 4].map(|seed| {
            let mut random = Random::new(seed);
            (0..network.pixels()).map(|_| random.next()).collect::<Vec<f64>>()
        });
        let direct = network.about(ExpansionPoint::Drawing, &points[1]).unwrap();
        let detour = network
            .about(ExpansionPoint::Drawing, &points[0])
            .unwrap()
            .about(ExpansionPoint::Drawing, &points[1])
            .unwrap();
        let back = detour.about(ExpansionPoint::Black, &vec![0.0; network.pixels()]).unwrap();
        let expected = network.logits(&image).unwrap();
        for moved in [&direct, &detour, &back] {
            assert_close(&moved.logits(&image).unwrap(), &expected, "values");
        }
        for (one, other) in direct.spectrum(&image).unwrap().iter().zip(&detour.spectrum(&image).unwrap()) {
            assert_close(one, other, "orders");
        }
        // At the point itself nothing is left but the constant.
        let here: Vec<f64> = direct.spectrum(&points[1]).unwrap().iter().map(|orders| orders[0]).collect();
        assert_close(&here, &network.logits(&points[1]).unwrap(), "the constant");
    }
}

#[test]
fn points_that_are_no_images_are_refused() {
    let network = &networks()[0];
    let refused = |point: &[f64]| network.about(ExpansionPoint::Mean, point).unwrap_err().to_string();
    assert!(refused(&[0.0; 8]).contains("the expansion point"));
    let mut point = [0.0; 9];
    point[4] = f64::NAN;
    assert!(refused(&point).contains("the expansion point"));
}

#[test]
fn coefficients_are_those_of_the_expanded_terms() {
    for (case, (network, naive, _)) in cases().iter().enumerate() {
        let (pixels, classes) = (network.pixels(), network.classes());
        let all = CoefficientExpansion::new(network.clone(), 2, None).unwrap().finish(0);
        let table = MonomialTable::new(pixels, 3);
        let expected = |class: usize, degree: usize, pixel: Option<usize>| -> Vec<f64> {
            let factors = (0..table.len()).map(|index| table.factors(index));
            let wanted = factors.filter(|factors| factors.len() == degree);
            wanted
                .map(|mut factors| {
                    factors.extend(pixel);
                    naive.coefficient(class, &factors)
                })
                .collect()
        };
        for class in 0..classes {
            assert!(close(all.constant[class], naive.coefficient(class, &[])));
            let first = &all.first[class * pixels..(class + 1) * pixels];
            assert_close(first, &expected(class, 1, None), &format!("network {case}, first"));
            let pairs = pixels * (pixels + 1) / 2;
            let second = &all.second.as_ref().unwrap()[class * pairs..(class + 1) * pairs];
            assert_close(second, &expected(class, 2, None), &format!("network {case}, second"));
            for pixel in [0, pixels - 1] {
                for (order, len) in [(2, pixels), (3, pairs)] {
                    let slice = CoefficientExpansion::new(network.clone(), order, Some(pixel)).unwrap().finish(0).slice;
                    let values = &slice.unwrap().values[class * len..(class + 1) * len];
                    let expected = expected(class, order as usize - 1, Some(pixel));
                    assert_close(values, &expected, &format!("network {case}, order {order}, pixel {pixel}"));
                }
            }
        }
        let third = ThirdOrder::new(network.clone()).unwrap().finish();
        for (class, values) in third.iter().enumerate() {
            assert_close(values, &expected(class, 3, None), &format!("network {case}, third"));
        }
    }
}

#[test]
fn explanations_split_every_term_among_its_factors() {
    for (case, (network, naive, point)) in cases().iter().enumerate() {
        let image = image(network, 5);
        let question = Question { class: 1, against: Some(0), pairs: true };
        let mut run = ExplanationRun::new(network.clone(), &image, question).unwrap();
        while !run.step().is_finished() {}
        let logits: Vec<f64> = image.iter().copied().map(f64::from).collect();
        let logits = network.logits(&logits).unwrap();
        let single: Vec<f32> = logits.iter().map(|&logit| logit as f32).collect();
        let explanation = run.finish(&single);
        assert!((explanation.network - explanation.polynomial).abs() < 1e-5);
        assert!(close(explanation.polynomial, logits[1] - logits[0]));

        let values: Vec<f64> = image.iter().copied().map(f64::from).collect();
        let [height, width, channels] = network.input();
        let (mut by_order, mut pairs) = naive.shares([1, 0], &without(&values, point), network.degree());
        by_order = by_order.chunks_exact(channels).map(|values| values.iter().sum()).collect();
        assert_close(&explanation.pixels_by_order, &by_order, &format!("network {case}, pixels"));
        let sum: f64 = explanation.pixels.iter().sum();
        assert!(close(sum, explanation.polynomial - explanation.orders[0]));

        let found = explanation.pairs.unwrap();
        if network.degree() == 1 {
            assert_eq!((found.total, found.strongest.len()), (0.0, 0));
            continue;
        }
        assert!(close(found.total, explanation.orders[2..].iter().sum()), "network {case}");
        let cells = height * width;
        for pair in &found.strongest {
            let mut expected = 0.0;
            for (one, other) in [(pair.one as usize, pair.other as usize), (pair.other as usize, pair.one as usize)] {
                for (i, j) in (0..channels).flat_map(|i| (0..channels).map(move |j| (i, j))) {
                    expected += pairs[(one * channels + i) * cells * channels + other * channels + j];
                    pairs[(one * channels + i) * cells * channels + other * channels + j] = 0.0;
                }
            }
            assert!(close(pair.value, expected), "network {case}: {pair:?} is not {expected}");
        }
    }
}

#[test]
fn many_directions_meet_in_cells_of_larger_images() {
    let conv = ClusterShape { cluster: [3, 3], stride: [1, 1], dilation: 1, padding: 1, order: 1 };
    let cg = |cluster, stride| ClusterShape { cluster, stride: [stride; 2], dilation: 1, padding: 0, order: 2 };
    let head = ClusterShape { cluster: [4, 4], stride: [1, 1], dilation: 1, padding: 0, order: 1 };
    let network =
        network(8, [8, 8, 1], &[(conv, 2, false), (cg([2, 2], 2), 3, false), (conv, 2, false), (head, 2, false)]);
    let image = image(&network, 3);
    let question = Question { class: 0, against: None, pairs: true };
    let explanation = ExplanationRun::new(network.clone(), &image, question).unwrap().finish(&[0.0, 0.0]);
    let pairs = explanation.pairs.unwrap();
    assert_eq!((pairs.cell, pairs.cells), (2, 4));
    assert!(close(pairs.total, explanation.orders[2..].iter().sum()));
    // A cell with itself is the sum over its pixels' pairs.
    let second = CoefficientExpansion::new(network, 2, None).unwrap().finish(0).second.unwrap();
    let table = MonomialTable::new(64, 2);
    for pair in &pairs.strongest {
        let cell = |pixel: usize| (pixel / 8 / 2 * 4 + pixel % 8 / 2) as u32;
        let mut expected = 0.0;
        for index in 64..table.len() {
            let factors = table.factors(index);
            let mut cells = [cell(factors[0]), cell(factors[1])];
            cells.sort_unstable();
            if cells == [pair.one, pair.other] {
                expected += second[index - 64] * f64::from(image[factors[0]]) * f64::from(image[factors[1]]);
            }
        }
        assert!(close(pair.value, expected), "{pair:?} is not {expected}");
    }
}

#[test]
fn a_spectrum_measurement_counts_what_truncations_get_right() {
    let network = &networks()[0];
    let images: Vec<f32> = (0..5).flat_map(|seed| image(network, seed)).collect();
    let wide: Vec<f64> = images.iter().copied().map(f64::from).collect();
    let logits: Vec<f32> = network.logits(&wide).unwrap().iter().map(|&logit| logit as f32).collect();
    let labels: Vec<u8> = logits.chunks_exact(3).map(spectrum_class).collect();
    let mut measurement = SpectrumMeasurement::new(network.clone());
    let cut = 2 * network.pixels();
    measurement.add(&images[..cut], &labels[..2], &logits[..6]).unwrap();
    measurement.add(&images[cut..], &labels[2..], &logits[6..]).unwrap();
    let report = measurement.finish(7).unwrap();
    assert_eq!((report.images, report.step, report.degree), (5, 7, 2));
    assert!(close(report.truncation_accuracy[2], 1.0) && close(report.network_accuracy, 1.0));
    assert!(report.largest_difference < 1e-6);
    assert!(report.levels.iter().all(|level| close(level.shares.iter().sum(), 1.0)));
    assert_eq!(report.levels[0].shares, [0.0, 1.0]);
    let mean: f64 = report.mean[1].iter().sum();
    let expected = logits.chunks_exact(3).map(|row| f64::from(row[1])).sum::<f64>() / 5.0;
    assert!((mean - expected).abs() < 1e-6);
}

fn spectrum_class(row: &[f32]) -> u8 {
    (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap() as u8
}

#[test]
fn pruning_keeps_the_largest_terms() {
    for network in [&networks()[0], &networks()[4]] {
        let order = network.degree() as u32;
        let images: Vec<f32> = (0..40).flat_map(|seed| image(network, seed)).collect();
        let wide: Vec<f64> = images.iter().copied().map(f64::from).collect();
        let classes = network.classes();
        let logits: Vec<f32> = network.logits(&wide).unwrap().iter().map(|&logit| logit as f32).collect();
        let labels: Vec<u8> = logits.chunks_exact(classes).map(spectrum_class).collect();
        let mut pruned = PrunedNetwork::new(network.clone(), order, &[1.0, 0.3, 0.0]).unwrap();
        pruned.add(&images, &labels, &logits).unwrap();
        let report = pruned.finish().unwrap();
        assert!(close(report.accuracy[0], 1.0) && report.accuracy_with_rest.is_empty(), "{report:?}");

        let naive = Naive::of(network);
        let terms = naive.pruned(0.3);
        let right = wide.chunks_exact(network.pixels()).zip(&labels).filter(|(image, label)| {
            let values: Vec<f32> = (0..classes).map(|class| terms.value(class, image) as f32).collect();
            spectrum_class(&values) == **label
        });
        assert!(close(report.accuracy[1], right.count() as f64 / 40.0), "{report:?}");
        assert!(report.accuracy[1] < 1.0);
    }
}

#[test]
fn pruning_low_orders_leaves_the_others_alone() {
    let network = &networks()[2];
    let images: Vec<f32> = (0..40).flat_map(|seed| image(network, seed)).collect();
    let wide: Vec<f64> = images.iter().copied().map(f64::from).collect();
    let logits: Vec<f32> = network.logits(&wide).unwrap().iter().map(|&logit| logit as f32).collect();
    let labels: Vec<u8> = logits.chunks_exact(3).map(spectrum_class).collect();
    for order in [1, 2, 3] {
        let mut pruned = PrunedNetwork::new(network.clone(), order, &[1.0, 0.1]).unwrap();
        pruned.add(&images, &labels, &logits).unwrap();
        let report = pruned.finish().unwrap();
        assert!(close(report.accuracy_with_rest[0], 1.0), "{report:?}");
        assert_eq!(report.terms, [16, 152, 968][order as usize - 1]);
    }
}

#[test]
fn what_cannot_be_expanded_is_refused() {
    let networks = networks();
    let refused = |order, pixel| CoefficientExpansion::new(networks[0].clone(), order, pixel).unwrap_err().to_string();
    assert!(refused(4, None).contains("choose 1, 2 or 3"));
    assert!(refused(3, None).contains("choose one pixel"));
    assert!(refused(2, Some(9)).contains("below 9"));
    let image = vec![0.5; 9];
    let question = Question { class: 3, against: None, pairs: false };
    assert!(matches!(
        ExplanationRun::new(networks[0].clone(), &image, question),
        Err(PolynomialError::Class { class: 3, .. })
    ));
    let question = Question { class: 1, against: Some(1), pairs: false };
    assert!(ExplanationRun::new(networks[0].clone(), &image, question).is_err());
    let question = Question { class: 1, against: None, pairs: false };
    assert!(
        ExplanationRun::new(networks[0].clone(), &image[1..], question)
            .unwrap_err()
            .to_string()
            .contains("9 are needed")
    );
    assert!(PrunedNetwork::new(networks[0].clone(), 2, &[1.5]).unwrap_err().to_string().contains("0 to 1"));
    let shape = ClusterShape { cluster: [2, 2], stride: [1, 1], dilation: 3, padding: 0, order: 2 };
    let layer = |weight: f64| ClusterLayer::new("blocks.0.cg", [4, 4, 1], 1, shape, vec![weight; 14], vec![0.0]);
    assert!(layer(f64::NAN).unwrap_err().to_string().contains("blocks.0.cg has a weight that is not finite"));
    let small = ClusterLayer::new("blocks.0.cg", [3, 4, 1], 1, shape, vec![0.0; 14], vec![0.0]);
    assert!(small.unwrap_err().to_string().contains("reduce its dilation"));
    assert!(PolynomialNetwork::new("two", vec![layer(1.0).unwrap(), layer(1.0).unwrap()], vec![]).is_err());
    assert_eq!(SpectrumMeasurement::new(networks[0].clone()).finish(0), Err(PolynomialError::NoImages));
}
