use super::*;
use crate::config::ImageShape;
use crate::engine::points::MeanImages;
use crate::engine::polynomial::{inputs, polynomial_of};
use crate::engine::weights::WeightsFile;
use crate::poly::network::{PolynomialNetwork, SecondOrderRun, strongest};
use std::sync::Arc;

fn asset(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/assets/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A shipped network about the mean image.
fn about_the_mean(name: &str) -> Arc<PolynomialNetwork> {
    let file = WeightsFile::from_bytes(&asset(&format!("models/{name}.safetensors"))).unwrap();
    let shape = ImageShape { channels: 1, height: 28, width: 28 };
    let means = MeanImages::from_png("means", &asset("points/mnist.png"), shape).unwrap();
    let mean = crate::engine::data::ImageSet::new(shape, means.mean().to_vec(), vec![0]).unwrap();
    let point = inputs(&mean, 0..1, file.network.input()).unwrap();
    let point: Vec<f64> = point.into_iter().map(f64::from).collect();
    Arc::new(polynomial_of(&file).unwrap().about(ExpansionPoint::Mean, &point).unwrap())
}

#[test]
fn all_eigen_digits_are_the_second_order_of_a_trained_network() {
    let network = about_the_mean("taylornet-7");
    let second = SecondOrderRun::new(network.clone()).unwrap().finish();
    let image: Vec<f64> = (0..49).map(|pixel| f64::from((pixel * 37) % 49) / 48.0).collect();
    let delta: Vec<f64> = image.iter().zip(network.point().unwrap()).map(|(x, x0)| x - x0).collect();
    for (class, orders) in network.spectrum(&image).unwrap().iter().enumerate() {
        let sum: f64 = second.eigen_digits(class).unwrap().shares(&delta).iter().sum();
        assert!((sum - orders[2]).abs() < 1e-8 * (1.0 + orders[2].abs()), "{class}: {sum}, {}", orders[2]);
    }
    // Finite differences of the network itself, in two directions.
    let value = |i: usize, j: usize, signs: [f64; 2]| {
        let mut image = network.point().unwrap().to_vec();
        image[i] += 1e-3 * signs[0];
        image[j] += 1e-3 * signs[1];
        network.logits(&image).unwrap()[3]
    };
    let digits = second.eigen_digits(3).unwrap();
    for (i, j) in [(10, 17), (24, 31), (24, 24)] {
        let corners = [[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]];
        let sum: f64 = corners.into_iter().map(|signs| signs[0] * signs[1] * value(i, j, signs)).sum();
        let entry: f64 = digits.values.iter().zip(digits.vectors.chunks_exact(49)).map(|(l, v)| l * v[i] * v[j]).sum();
        let expected = sum / 4e-6 / 2.0;
        assert!((entry - expected).abs() < 1e-4 * (1.0 + expected.abs()), "{i}, {j}: {entry}, {expected}");
    }
}

#[test]
fn eigen_digits_come_back_from_their_file() {
    let network = about_the_mean("taylornet-7");
    let second = SecondOrderRun::new(network.clone()).unwrap().finish();
    let digits: Vec<_> = (0..CLASSES).map(|class| second.eigen_digits(class).unwrap()).collect();
    let images = strongest(&network, &digits, 4, 0);
    let bytes = to_bytes(&images, "abc").unwrap();
    let (found, sha256) = from_bytes(&bytes).unwrap();
    assert_eq!((found.model.as_str(), found.about, sha256.as_str()), ("taylornet-7", ExpansionPoint::Mean, "abc"));
    let pairs = found.vectors.iter().zip(images.vectors.iter());
    assert!(pairs.into_iter().all(|(one, other)| (one - other).abs() < 1.0 / 254.0));
    let pairs = found.values.iter().zip(images.values.iter());
    assert!(pairs.into_iter().all(|(one, other)| (one - other).abs() <= 1e-6 * other.abs()));
    assert!(from_bytes(&bytes[..bytes.len() - 1]).is_err());
    assert!(from_bytes(&asset("models/taylornet-7.safetensors")).unwrap_err().to_string().contains("description"));
}

#[test]
fn the_shipped_eigen_digits_are_those_of_the_shipped_networks() {
    let manifest: serde_json::Value = serde_json::from_slice(&asset("manifest.json")).unwrap();
    for name in ["taylornet-28", "taylornet-28-nested"] {
        let bytes = asset(&format!("eigen/{name}.safetensors"));
        assert!(bytes.len() < 1_000_000);
        let (images, weights) = from_bytes(&bytes).unwrap();
        let models = manifest["models"].as_array().unwrap();
        let entry = models.iter().find(|entry| entry["name"] == name).unwrap();
        assert_eq!(entry["sha256"], weights.as_str(), "{name} was trained again: write its eigen-digits again");
        // The second derivative along an eigenvector is twice its eigenvalue: one line through the point, not the matrix.
        let network = about_the_mean(name);
        let point = network.point().unwrap();
        let count = images.count as usize;
        for digit in [0, count, 7 * 2 * count, (19 * count) + 3] {
            let vector = &images.vectors[digit * 784..(digit + 1) * 784];
            let length: f64 = vector.iter().map(|value| value * value).sum();
            assert!((length - 1.0).abs() < 0.03, "{name}: {length}");
            let image: Vec<f64> = point.iter().zip(vector).map(|(x0, v)| x0 + v).collect();
            let found = network.spectrum(&image).unwrap()[digit / (2 * count)][2] / length;
            let expected = images.values[digit];
            assert!((found - expected).abs() < 0.02 * expected.abs(), "{name}, {digit}: {found} is not {expected}");
        }
    }
}
