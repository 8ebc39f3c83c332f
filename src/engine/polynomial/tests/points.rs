//! The shipped networks about images other than the black one.

use super::{NaiveNetwork, difference_from_naive, scale, shipped, test_images};
use crate::config::{Basis, ExpansionPoint, MNIST, NetworkConfig};
use crate::engine::data::ImageSet;
use crate::engine::points::MeanImages;
use crate::engine::polynomial::{inputs, polynomial_of};
use crate::engine::weights::WeightsFile;
use crate::poly::basis::from_powers;
use crate::poly::network::{CoefficientExpansion, PolynomialNetwork};
use rayon::prelude::*;
use std::sync::Arc;

fn values_of(set: &ImageSet, file: &WeightsFile) -> Vec<f64> {
    inputs(set, 0..set.len(), file.network.input()).unwrap().into_iter().map(f64::from).collect()
}

/// The mean training image and the first test image, as the network gets them.
fn points(file: &WeightsFile) -> [(ExpansionPoint, Vec<f64>); 2] {
    let digit = test_images(1);
    let path = format!("{}/assets/points/mnist.png", env!("CARGO_MANIFEST_DIR"));
    let means = MeanImages::from_png("means", &std::fs::read(path).unwrap(), digit.shape).unwrap();
    let mean = ImageSet::new(digit.shape, means.mean().to_vec(), vec![0]).unwrap();
    [(ExpansionPoint::Mean, values_of(&mean, file)), (ExpansionPoint::Drawing, values_of(&digit, file))]
}

fn largest(values: &[f64]) -> usize {
    (0..values.len()).max_by(|&a, &b| values[a].total_cmp(&values[b])).unwrap()
}

/// The sums over all orders of every image, `[image][class]`; in the other bases they must be the same.
fn sums(network: &PolynomialNetwork, images: &[f64]) -> Vec<Vec<f64>> {
    let images = images.par_chunks_exact(network.pixels());
    let of_image = |image: &[f64]| {
        let spectrum = network.spectrum(image).unwrap();
        let sums: Vec<f64> = spectrum.iter().map(|orders| orders.iter().sum()).collect();
        for (orders, sum) in spectrum.iter().zip(&sums) {
            for basis in [Basis::Chebyshev, Basis::Legendre] {
                let other: f64 = from_powers(basis, orders).iter().sum();
                assert!((other - sum).abs() <= 1e-10 * scale(&sums), "{basis:?}: {other} is not {sum}");
            }
        }
        sums
    };
    images.map(of_image).collect()
}

#[test]
fn every_network_is_itself_about_every_point() {
    let is_polynomial = |name: &&str| !name.starts_with("resnet");
    for name in NetworkConfig::names_of(&MNIST).filter(is_polynomial) {
        let file = shipped(name);
        let network = polynomial_of(&file).unwrap();
        let images = values_of(&test_images(1_000), &file);
        let narrow: Vec<f32> = images.iter().map(|&value| value as f32).collect();
        let black = sums(&network, &images);
        for (point, image) in points(&file) {
            let moved = network.about(point, &image).unwrap();
            if name.starts_with("taylornet") {
                let difference = difference_from_naive(&file, &moved, &narrow);
                assert!(difference < 1e-10, "{name} about {point}: {difference:e}");
            }
            for (sums, black) in sums(&moved, &images).iter().zip(&black) {
                assert_eq!(largest(sums), largest(black), "{name} about {point} classifies as the network does");
                for (one, other) in sums.iter().zip(black) {
                    assert!((one - other).abs() <= 1e-10 * scale(black), "{name} about {point}: {one} is not {other}");
                }
            }
        }
    }
}

/// Central differences, extrapolated twice: errors of the order of step^6.
fn extrapolated(difference: impl Fn(f64) -> Vec<f64>) -> Vec<f64> {
    let steps = [8e-2, 4e-2, 2e-2].map(difference);
    let once = |wide: &[f64], narrow: &[f64], factor: f64| -> Vec<f64> {
        wide.iter().zip(narrow).map(|(wide, narrow)| (factor * narrow - wide) / (factor - 1.0)).collect()
    };
    once(&once(&steps[0], &steps[1], 4.0), &once(&steps[1], &steps[2], 4.0), 16.0)
}

#[test]
fn coefficients_about_a_point_are_finite_differences_there() {
    const TOLERANCE: f64 = 1e-6;
    let file = shipped("taylornet-7");
    let naive = NaiveNetwork::of_file(&file);
    for (point, image) in points(&file) {
        let network = Arc::new(polynomial_of(&file).unwrap().about(point, &image).unwrap());
        let coefficients = CoefficientExpansion::new(network, 2, None).unwrap().finish(0);
        let second = coefficients.second.unwrap();
        let value = |moves: &[(usize, f64)]| {
            let mut image = image.clone();
            for &(pixel, step) in moves {
                image[pixel] += step;
            }
            naive.forward(&image)
        };
        let near = |found: f64, expected: f64, most: f64, what: &str| {
            assert!((found - expected).abs() <= TOLERANCE * most, "{what} about {point}: {found} is not {expected}");
        };
        for i in 0..49 {
            let first = extrapolated(|step| {
                let (up, down) = (value(&[(i, step)]), value(&[(i, -step)]));
                up.iter().zip(&down).map(|(up, down)| (up - down) / (2.0 * step)).collect()
            });
            for (class, expected) in first.iter().enumerate() {
                near(coefficients.first[class * 49 + i], *expected, scale(&coefficients.first), &format!("pixel {i}"));
            }
        }
        for (index, (i, j)) in (0..49).flat_map(|i| (i..49).map(move |j| (i, j))).enumerate() {
            // Every seventh pair, all squares.
            if index % 7 != 0 && i != j {
                continue;
            }
            let mixed = extrapolated(|step| {
                let corner = |a: f64, b: f64| value(&[(i, a * step), (j, b * step)]);
                let corners = [corner(1.0, 1.0), corner(-1.0, -1.0), corner(1.0, -1.0), corner(-1.0, 1.0)];
                let sum = |class: usize| corners[0][class] + corners[1][class] - corners[2][class] - corners[3][class];
                let factor = if i == j { 2.0 } else { 1.0 };
                (0..10).map(|class| sum(class) / (4.0 * step * step) / factor).collect()
            });
            for (class, expected) in mixed.iter().enumerate() {
                near(second[class * 1_225 + index], *expected, scale(&second), &format!("pixels {i} and {j}"));
            }
        }
    }
}
