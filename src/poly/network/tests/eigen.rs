//! Eigen-digits against the terms of second order, multiplied out.

use super::{assert_close, cases, close, image, without};
use crate::poly::network::{EigenAccuracy, EigenDigits, PolynomialError, SecondOrderRun, mean_shares, strongest};
use std::sync::Arc;

#[test]
fn eigen_digits_sum_up_to_the_second_order() {
    for (case, (network, naive, point)) in cases().iter().enumerate() {
        if network.degree() < 2 {
            assert!(matches!(SecondOrderRun::new(network.clone()), Err(PolynomialError::Order { .. })));
            continue;
        }
        let second = SecondOrderRun::new(network.clone()).unwrap().finish();
        let pixels = network.pixels();
        let values: Vec<f64> = image(network, 9).iter().copied().map(f64::from).collect();
        let delta = without(&values, point);
        for class in 0..network.classes() {
            let digits = second.eigen_digits(class).unwrap();
            let expected = naive.order_value(class, 2, &delta);
            assert!((digits.shares(&delta).iter().sum::<f64>() - expected).abs() < 1e-8, "network {case}");
            assert!(digits.values.is_sorted_by(|a, b| a >= b));
            let rows = || digits.vectors.chunks_exact(pixels);
            for (i, one) in rows().enumerate() {
                for (j, other) in rows().enumerate() {
                    let product: f64 = one.iter().zip(other).map(|(a, b)| a * b).sum();
                    assert!(close(product, f64::from(u8::from(i == j))), "network {case}: {i}, {j}");
                }
            }
            // Along an eigenvector nothing but its own square is left.
            for (value, vector) in digits.values.iter().zip(rows()) {
                assert!(close(naive.order_value(class, 2, vector), *value));
            }
            let linear: f64 = second.gradient[class * pixels..].iter().zip(&delta).map(|(g, d)| g * d).sum();
            assert!(close(second.constant[class], naive.order_value(class, 0, &delta)));
            assert!(close(linear, naive.order_value(class, 1, &delta)));
        }
        assert!(matches!(second.eigen_digits(99), Err(PolynomialError::Class { class: 99, .. })));
    }
}

#[test]
fn the_strongest_of_each_sign_come_first_and_gaps_are_empty() {
    let (network, _, _) = &cases()[0];
    let second = SecondOrderRun::new(network.clone()).unwrap().finish();
    let digits: Vec<_> = (0..network.classes()).map(|class| second.eigen_digits(class).unwrap()).collect();
    let (pixels, count) = (network.pixels(), network.pixels());
    let images = strongest(network, &digits, count, 3);
    assert_eq!((images.values.len(), images.vectors.len()), (6 * count, 6 * count * pixels));
    for (class, digits) in digits.iter().enumerate() {
        let signs = &images.values[class * 2 * count..(class + 1) * 2 * count];
        let (positive, negative) = signs.split_at(count);
        assert!(positive.iter().all(|value| *value >= 0.0) && positive.is_sorted_by(|a, b| a >= b));
        let filled: Vec<f64> = negative.iter().copied().filter(|value| *value != 0.0).collect();
        assert!(filled.iter().all(|value| *value < 0.0) && filled.is_sorted());
        assert_close(&positive[..1], &digits.values[..1], "the strongest");
        assert_close(&images.vectors[class * 2 * count * pixels..][..pixels], &digits.vectors[..pixels], "its image");
    }
}

#[test]
fn with_all_eigen_digits_the_accuracy_is_that_of_the_second_truncation() {
    // The first network is of degree 2: with everything it is right about its own answers.
    let (network, _, _) = &cases()[0];
    let second = Arc::new(SecondOrderRun::new(network.clone()).unwrap().finish());
    let digits: Vec<EigenDigits> = (0..network.classes()).map(|class| second.eigen_digits(class).unwrap()).collect();
    let images: Vec<f32> = (0..20).flat_map(|seed| image(network, seed)).collect();
    let shares = mean_shares(network, &digits, &images).unwrap();
    for (digits, shares) in digits.iter().zip(&shares) {
        let all = images.chunks_exact(network.pixels()).map(|image| {
            let image: Vec<f64> = image.iter().copied().map(f64::from).collect();
            digits.shares(&without(&image, network.point().unwrap()))
        });
        let first = all.map(|shares| shares[0]).sum::<f64>() / 20.0;
        assert!(close(shares[0], first));
    }
    let mut accuracy = EigenAccuracy::new(network.clone(), second, digits, &shares).unwrap();
    let wide: Vec<f64> = images.iter().copied().map(f64::from).collect();
    let logits: Vec<f32> = network.logits(&wide).unwrap().iter().map(|&logit| logit as f32).collect();
    let labels: Vec<u8> = logits.chunks_exact(network.classes()).map(super::spectrum_class).collect();
    assert!(accuracy.clone().finish(0).is_err());
    assert!(accuracy.add(&images, &labels[1..]).is_err());
    accuracy.add(&images, &labels).unwrap();
    let report = accuracy.finish(0).unwrap();
    assert_eq!((report.images, report.kept.len(), report.accuracy.len()), (20, 10, 10));
    // Nine pixels have at most nine of a sign.
    assert!(
        close(report.all, 1.0) && close(report.accuracy[5], 1.0) && close(report.accuracy_by_share[5], 1.0),
        "{report:?}"
    );
    assert!(report.largest_difference < 1e-8);
}
