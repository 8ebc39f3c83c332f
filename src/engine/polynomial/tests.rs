//! The polynomials of the shipped networks against the engine, a naive forward pass, and finite differences.

mod naive;
mod points;

use super::*;
use crate::config::{BlockConfig, CgConfig, DirectConfig, Sharing};
use crate::engine::evaluate::Predictor;
use crate::engine::parameters::vector;
use crate::poly::network::{CoefficientExpansion, ExplanationRun, Question, SpectrumMeasurement};
use crate::report::PolynomialCheck;
use burn::tensor::Device;
use naive::NaiveNetwork;
use rayon::prelude::*;
use std::sync::Arc;

fn shipped(name: &str) -> WeightsFile {
    let path = format!("{}/assets/models/{name}.safetensors", env!("CARGO_MANIFEST_DIR"));
    WeightsFile::from_bytes(&std::fs::read(path).unwrap()).unwrap()
}

fn test_images(count: usize) -> ImageSet {
    let read = |kind: &str| {
        std::fs::read(format!("{}/assets/data/mnist/t10k-{kind}-ubyte", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    let (images, labels) = (read("images-idx3"), read("labels-idx1"));
    ImageSet::from_idx(("images", &images), ("labels", &labels)).unwrap().take(count)
}

fn scale(values: &[f64]) -> f64 {
    values.iter().fold(f64::MIN_POSITIVE, |most, value| most.max(value.abs()))
}

/// Sum over orders = logit of the engine (32 bits) and of the naive pass (64 bits); full truncation = the network.
fn sums_are_logits(name: &str, images: usize) {
    let file = shipped(name);
    let network = Arc::new(polynomial_of(&file).unwrap());
    let set = test_images(images);
    let values = inputs(&set, 0..images, file.network.input()).unwrap();
    let predictor = Predictor::of_file(&file, &Device::flex()).unwrap();
    let predictions = pollster::block_on(predictor.predict(&set, 0..images)).unwrap();
    let measured = || {
        let mut measurement = SpectrumMeasurement::new(network.clone());
        for (index, image) in values.chunks_exact(network.pixels()).enumerate() {
            measurement.add(image, &set.labels[index..=index], &predictions.logits[index]).unwrap();
        }
        measurement.finish(0).unwrap()
    };
    let (report, difference) = rayon::join(measured, || difference_from_naive(&file, &network, &values));
    println!(
        "{name}: largest difference {:e}, from the naive pass {difference:e}, {:?}",
        report.largest_difference, report.truncation_accuracy
    );
    assert!(difference < 1e-10, "{difference:e}");
    assert!(report.largest_difference < 1e-4, "{:e}", report.largest_difference);
    let last = report.truncation_accuracy[report.truncation_accuracy.len() - 1];
    assert!((last - predictions.accuracy()).abs() < 1e-12 && (report.network_accuracy - last).abs() < 1e-12);
}

/// Largest difference, relative to the largest score of its image, between a sum over orders and a score of the naive pass.
fn difference_from_naive(file: &WeightsFile, network: &PolynomialNetwork, images: &[f32]) -> f64 {
    let naive = NaiveNetwork::of_file(file);
    let differences = images.par_chunks_exact(network.pixels()).map(|image| {
        let image: Vec<f64> = image.iter().copied().map(f64::from).collect();
        let expected = naive.forward(&image);
        let spectrum = network.spectrum(&image).unwrap();
        assert_eq!(spectrum.len(), expected.len());
        let sums = spectrum.iter().map(|orders| orders.iter().sum::<f64>());
        let differences = sums.zip(&expected).map(|(sum, logit)| (sum - logit).abs() / scale(&expected));
        // What is not a number must not be taken for agreement.
        differences.map(|difference| if difference.is_nan() { f64::INFINITY } else { difference }).fold(0.0, f64::max)
    });
    differences.reduce(|| 0.0, f64::max)
}

#[test]
fn orders_of_taylornet_7_sum_up_to_the_logits() {
    sums_are_logits("taylornet-7", 1_000);
}

#[test]
fn orders_of_taylornet_28_sum_up_to_the_logits() {
    sums_are_logits("taylornet-28", 1_000);
}

#[test]
fn the_ablation_is_linear() {
    sums_are_logits("conv-7", 100);
    assert_eq!(polynomial_of(&shipped("conv-28")).unwrap().degree(), 1);
}

#[test]
fn coefficients_of_taylornet_7_are_finite_differences() {
    let file = shipped("taylornet-7");
    let network = Arc::new(polynomial_of(&file).unwrap());
    let coefficients = CoefficientExpansion::new(network, 2, None).unwrap().finish(0);
    let second = coefficients.second.unwrap();
    // Central differences of a polynomial of degree 8 at 0, extrapolated once: errors of the order of step^4.
    let naive = NaiveNetwork::of_file(&file);
    let value = |points: &[(usize, f64)]| {
        let mut image = vec![0.0; 49];
        for &(pixel, value) in points {
            image[pixel] += value;
        }
        naive.forward(&image)
    };
    let extrapolated = |difference: &dyn Fn(f64) -> Vec<f64>| -> Vec<f64> {
        let (wide, narrow) = (difference(2e-2), difference(1e-2));
        wide.iter().zip(&narrow).map(|(wide, narrow)| (4.0 * narrow - wide) / 3.0).collect()
    };
    let check = |found: &dyn Fn(usize) -> f64, expected: &[f64], most: f64, what: &str| {
        for (class, expected) in expected.iter().enumerate() {
            let difference = (found(class) - expected).abs();
            assert!(difference < 1e-4 * most, "{what}, class {class}: {} is not {expected}", found(class));
        }
    };
    let (scale_first, scale_second) = (scale(&coefficients.first), scale(&second));
    for i in 0..49 {
        let first = extrapolated(&|step| {
            let (up, down) = (value(&[(i, step)]), value(&[(i, -step)]));
            up.iter().zip(&down).map(|(up, down)| (up - down) / (2.0 * step)).collect()
        });
        check(&|class| coefficients.first[class * 49 + i], &first, scale_first, &format!("pixel {i}"));
    }
    for (index, (i, j)) in (0..49).flat_map(|i| (i..49).map(move |j| (i, j))).enumerate() {
        // Every fifth pair, all squares.
        if index % 5 != 0 && i != j {
            continue;
        }
        let mixed = extrapolated(&|step| {
            let corner = |a: f64, b: f64| value(&[(i, a * step), (j, b * step)]);
            let corners = [corner(1.0, 1.0), corner(-1.0, -1.0), corner(1.0, -1.0), corner(-1.0, 1.0)];
            let sum = |class: usize| corners[0][class] + corners[1][class] - corners[2][class] - corners[3][class];
            let factor = if i == j { 2.0 } else { 1.0 };
            (0..10).map(|class| sum(class) / (4.0 * step * step) / factor).collect()
        });
        check(&|class| second[class * 1_225 + index], &mixed, scale_second, &format!("pixels {i} and {j}"));
    }
}

#[test]
fn explanations_of_taylornet_28_sum_up() {
    let file = shipped("taylornet-28");
    let network = Arc::new(polynomial_of(&file).unwrap());
    let set = test_images(1);
    let image = inputs(&set, 0..1, file.network.input()).unwrap();
    let question = Question { class: 7, against: Some(1), pairs: true };
    let predictor = Predictor::of_file(&file, &Device::flex()).unwrap();
    let predictions = pollster::block_on(predictor.predict(&set, 0..1)).unwrap();
    let mut run = ExplanationRun::new(network, &image, question).unwrap();
    let mut last = 0;
    loop {
        let progress = run.step();
        assert!(progress.done > last);
        last = progress.done;
        if progress.is_finished() {
            break;
        }
    }
    let explanation = run.finish(&predictions.logits[0]);
    let scale = explanation.orders.iter().fold(1.0_f64, |most, value| most.max(value.abs()));
    let close = |a: f64, b: f64| (a - b).abs() < 1e-9 * scale;
    assert!((explanation.polynomial - explanation.network).abs() < 1e-3);
    assert!(close(explanation.pixels.iter().sum(), explanation.polynomial - explanation.orders[0]));
    let pairs = explanation.pairs.unwrap();
    assert_eq!((pairs.cell, pairs.cells), (4, 7));
    assert!(close(pairs.total, explanation.orders[2..].iter().sum()));
}

#[test]
fn all_products_with_one_pixel_of_taylornet_28_are_finite_differences_of_the_gradient() {
    let network = Arc::new(polynomial_of(&shipped("taylornet-28")).unwrap());
    let slice = CoefficientExpansion::new(network.clone(), 2, Some(400)).unwrap().finish(0).slice.unwrap();
    let step = 1e-3;
    let corner = |i: f64, j: f64| {
        let mut image = vec![0.0; 784];
        image[400] += i * step;
        image[430] += j * step;
        network.logits(&image).unwrap()
    };
    let corners = [corner(1.0, 1.0), corner(-1.0, -1.0), corner(1.0, -1.0), corner(-1.0, 1.0)];
    let [plus, minus] = [[0, 1], [2, 3]].map(|[i, j]| corners[i].iter().zip(&corners[j]).map(|(a, b)| a + b));
    for (class, (plus, minus)) in plus.zip(minus).enumerate() {
        let expected = (plus - minus) / (4.0 * step * step);
        let found = slice.values[class * 784 + 430];
        assert!((found - expected).abs() < 1e-3 * scale(&slice.values), "{found} is not {expected}");
    }
}

#[test]
fn runs_are_folded_and_resnets_refused() {
    let config = NetworkConfig::named("taylornet-7").unwrap();
    let network = Network::new(&config).unwrap();
    let parameters = network.layout().initial_values(3);
    let statistics: Vec<f32> =
        network.initial_statistics().iter().enumerate().map(|(i, v)| v + (i % 7) as f32 * 0.05).collect();
    let polynomial = polynomial_of_network("run:0", &network, &parameters, &statistics).unwrap();
    let image: Vec<f64> = (0..49).map(|pixel| f64::from(pixel) / 49.0).collect();
    let values: Vec<f32> = image.iter().map(|&value| value as f32).collect();
    let predictor = Predictor::new(&network, &parameters, &statistics, &Device::flex());
    let logits = predictor.forward(vector(&values, &Device::flex()).reshape([1, 7, 7, 1])).into_data();
    for (found, expected) in polynomial.logits(&image).unwrap().iter().zip(logits.as_slice::<f32>().unwrap()) {
        assert!((found - f64::from(*expected)).abs() < 1e-4 * (1.0 + f64::from(expected.abs())), "{found} {expected}");
    }
    let refused = polynomial_of_network("run:0", &network, &parameters, &[]).unwrap_err().to_string();
    assert!(refused.contains("not folded"), "{refused}");
    let refused = polynomial_of(&shipped("resnet-7")).unwrap_err().to_string();
    assert!(refused.contains("activation"), "{refused}");
}

#[test]
fn every_kind_of_level_is_taken_over_from_the_engine() {
    let cg =
        |cluster, stride, dilation, order, sharing| CgConfig { cluster, stride: [stride; 2], dilation, order, sharing };
    let block = |operation, cg| BlockConfig { channels: 3, operation, cg };
    let config = NetworkConfig::TaylorNet(TaylorNetConfig {
        input: ImageShape { channels: 2, height: 9, width: 8 },
        blocks: vec![
            block(LayerOperation::Cg, cg([2, 2], 1, 2, 3, Sharing::Untied)),
            block(LayerOperation::Conv, cg([1, 2], 2, 1, 4, Sharing::Shared)),
            block(LayerOperation::Cg, cg([2, 1], 1, 1, 4, Sharing::Shared)),
        ],
        normalization: false,
        mirrored: false,
        classes: 10,
    });
    let direct =
        NetworkConfig::Direct(DirectConfig { input: ImageShape { channels: 1, height: 3, width: 2 }, order: 4 });
    for (config, degree) in [(config, 12), (direct, 4)] {
        let network = Network::new(&config).unwrap();
        let parameters: Vec<f32> =
            (0..network.layout().len()).map(|i| ((i * 7919 % 997) as f32 / 997.0 - 0.5) * 0.6).collect();
        let polynomial = polynomial_of_network("small", &network, &parameters, &[]).unwrap();
        assert_eq!(polynomial.degree(), degree);
        let shape = config.input();
        let image: Vec<f32> = (0..shape.len()).map(|i| (i * 31 % 17) as f32 / 17.0).collect();
        let wide: Vec<f64> = image.iter().copied().map(f64::from).collect();
        let predictor = Predictor::new(&network, &parameters, &[], &Device::flex());
        let tensor = vector(&image, &Device::flex()).reshape([1, shape.height, shape.width, shape.channels]);
        let logits = predictor.forward(tensor).into_data();
        let logits: Vec<f64> = logits.as_slice::<f32>().unwrap().iter().copied().map(f64::from).collect();
        let spectrum = polynomial.spectrum(&wide).unwrap();
        for (orders, logit) in spectrum.iter().zip(&logits) {
            let sum: f64 = orders.iter().sum();
            assert!((sum - logit).abs() < 1e-4 * scale(&logits), "{sum} is not {logit}");
        }
    }
}

#[test]
fn one_changed_weight_breaks_the_check() {
    let file = shipped("taylornet-7");
    let polynomial = polynomial_of(&file).unwrap();
    let image = inputs(&test_images(1), 0..1, file.network.input()).unwrap();
    let wide: Vec<f64> = image.iter().copied().map(f64::from).collect();
    let check = |file: &WeightsFile| {
        let predictor = Predictor::of_file(file, &Device::flex()).unwrap();
        let predictions = pollster::block_on(predictor.predict(&test_images(1), 0..1)).unwrap();
        PolynomialCheck {
            model: file.name.clone(),
            polynomial: polynomial.logits(&wide).unwrap(),
            network: predictions.logits[0].iter().copied().map(f64::from).collect(),
            steps: [0, 0],
        }
    };
    assert!(check(&file).holds());
    let mut changed = file.clone();
    changed.parameters[100_000] += 0.5;
    let check = check(&changed);
    assert!(!check.holds() && check.difference() > 1e-3, "{}", check.difference());
}
