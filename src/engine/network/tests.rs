//! Networks as functions: folding, linearity, degree, parameter counts.

use super::*;
use crate::config::{
    BlockConfig, CgConfig, DirectConfig, ImageShape, LayerOperation, ResNetConfig, Sharing, Stem, TaylorNetConfig,
};
use crate::engine::parameters::vector;
use burn::tensor::{Device, TensorData};

fn small(operation: LayerOperation, normalization: bool, sharing: Sharing) -> NetworkConfig {
    let block = |cg: CgConfig| BlockConfig { channels: 3, operation, cg: CgConfig { sharing, ..cg } };
    NetworkConfig::TaylorNet(TaylorNetConfig {
        input: ImageShape { channels: 1, height: 7, width: 7 },
        blocks: vec![block(CgConfig::square(1, 3)), block(CgConfig::square(2, 1))],
        normalization,
        mirrored: false,
        classes: 10,
    })
}

fn images(count: usize, scale: f32) -> Tensor<4> {
    let values: Vec<f32> = (0..count * 49).map(|index| scale * (index as f32 * 0.618_034).fract()).collect();
    Tensor::from_data(TensorData::new(values, [count, 7, 7, 1]), &Device::flex())
}

fn run(network: &Network, parameters: &[f32], input: Tensor<4>, normalization: Normalization) -> Vec<f32> {
    let weights = network.layout().split(&vector(parameters, &Device::flex()));
    network.forward(input, &weights, normalization).logits.into_data().try_into_vec().unwrap()
}

/// Parameters or statistics away from their start; variances stay positive.
fn shake(values: Vec<f32>) -> Vec<f32> {
    let moved = |(index, value): (usize, f32)| value + 0.3 * (index as f32 * 0.377).fract();
    values.into_iter().enumerate().map(moved).collect()
}

#[test]
fn layouts_hold_as_many_parameters_as_the_settings_say() {
    let mut configs: Vec<_> = NetworkConfig::NAMES.iter().map(|name| NetworkConfig::named(name).unwrap()).collect();
    configs.push(small(LayerOperation::Cg, true, Sharing::Untied));
    configs.push(small(LayerOperation::Conv, false, Sharing::Untied));
    configs.push(small(LayerOperation::Cg, true, Sharing::Scale));
    for config in configs {
        let network = Network::new(&config).unwrap();
        assert_eq!(network.layout().len(), config.parameters().unwrap(), "{config:?}");
    }
}

#[test]
fn folding_changes_no_output() {
    let resnet = NetworkConfig::ResNet(ResNetConfig {
        input: ImageShape { channels: 1, height: 7, width: 7 },
        stem: Stem::default(),
        widths: vec![4, 6],
        blocks_per_stage: 2,
        normalization: true,
        classes: 10,
    });
    let cg = |normalization, sharing| small(LayerOperation::Cg, normalization, sharing);
    let networks = [cg(true, Sharing::Shared), cg(true, Sharing::Untied), cg(true, Sharing::Scale), resnet];
    for config in networks {
        let network = Network::new(&config).unwrap();
        let parameters = shake(network.layout().initial_values(5));
        let statistics = shake(network.initial_statistics());
        let running = Normalization::Running(vector(&statistics, &Device::flex()));
        let unfolded = run(&network, &parameters, images(4, 1.0), running);
        let (folded, weights) = network.folded(&parameters, &statistics);
        let output = run(&folded, &weights, images(4, 1.0), Normalization::Folded);
        let scale = unfolded.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        for (a, b) in unfolded.iter().zip(&output) {
            assert!((a - b).abs() <= 1e-4 * scale, "{a} became {b} of {scale}");
        }
    }
}

/// A network of odd clusters on images of 6x8, mirrored or not.
fn before_a_mirror(mirrored: bool, sharing: Sharing) -> NetworkConfig {
    let cg = |cluster, stride, dilation, order| CgConfig { cluster, stride, dilation, order, sharing };
    let block = |channels, operation, cg| BlockConfig { channels, operation, cg };
    NetworkConfig::TaylorNet(TaylorNetConfig {
        input: ImageShape { channels: 2, height: 6, width: 8 },
        blocks: vec![
            block(3, LayerOperation::Cg, cg([1, 3], [2, 1], 1, 3)),
            block(4, LayerOperation::Cg, cg([2, 2], [1, 2], 1, 2)),
            block(2, LayerOperation::Conv, cg([1, 2], [1, 1], 2, 2)),
        ],
        normalization: true,
        mirrored,
        classes: 10,
    })
}

#[test]
fn a_mirrored_network_is_the_mean_of_a_plain_one_over_both_images_also_written_out() {
    for sharing in [Sharing::Shared, Sharing::Untied] {
        let [plain, mirrored] = [false, true].map(|on| Network::new(&before_a_mirror(on, sharing)).unwrap());
        let parameters = shake(plain.layout().initial_values(5));
        let statistics = shake(plain.initial_statistics());
        let running = || Normalization::Running(vector(&statistics, &Device::flex()));
        let values: Vec<f32> = (0..2 * 96).map(|index| (index as f32 * 0.618_034).fract()).collect();
        let turned: Vec<f32> =
            values.chunks_exact(16).flat_map(|row| row.chunks_exact(2).rev().flatten().copied()).collect();
        let [images, in_mirror] =
            [values, turned].map(|values| Tensor::from_data(TensorData::new(values, [2, 6, 8, 2]), &Device::flex()));
        let one = run(&plain, &parameters, images.clone(), running());
        let other = run(&plain, &parameters, in_mirror.clone(), running());
        let expected: Vec<f32> = one.iter().zip(&other).map(|(a, b)| f32::midpoint(*a, *b)).collect();
        let (folded, weights) = mirrored.folded(&parameters, &statistics);
        let (wide, both) = folded.unmirrored(&weights);
        assert_eq!(wide.layout().len(), wide.config().parameters().unwrap());
        assert_eq!(mirrored.layout().len(), plain.layout().len());
        let results = [
            run(&mirrored, &parameters, images.clone(), running()),
            run(&mirrored, &parameters, in_mirror.clone(), running()),
            run(&folded, &weights, images.clone(), Normalization::Folded),
            run(&wide, &both, images.clone(), Normalization::Folded),
            run(&wide, &both, in_mirror.clone(), Normalization::Folded),
        ];
        let scale = expected.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        assert!(one.iter().zip(&other).any(|(a, b)| (a - b).abs() > 0.01 * scale), "the mirror changes nothing");
        for result in results {
            for (a, b) in expected.iter().zip(&result) {
                assert!((a - b).abs() <= 1e-4 * scale, "{sharing:?}: {a} became {b} of {scale}");
            }
        }
        // In training it sees the image alone: as many maps, the same gradient.
        let batch = [&plain, &mirrored].map(|network| run(network, &parameters, images.clone(), Normalization::Batch));
        assert_eq!(batch[0], batch[1]);
    }
}

#[test]
fn maps_of_a_mirrored_network_are_those_of_the_image() {
    let [plain, mirrored] = [false, true].map(|on| Network::new(&before_a_mirror(on, Sharing::Shared)).unwrap());
    let parameters = plain.layout().initial_values(3);
    let statistics = vector(&plain.initial_statistics(), &Device::flex());
    let values: Vec<f32> = (0..2 * 96).map(|index| (index as f32 * 0.618_034).fract()).collect();
    let images: Tensor<4> = Tensor::from_data(TensorData::new(values, [2, 6, 8, 2]), &Device::flex());
    let [of_one, of_both] = [&plain, &mirrored].map(|network| {
        let weights = network.layout().split(&vector(&parameters, &Device::flex()));
        network.forward_with_levels(images.clone(), &weights, Normalization::Running(statistics.clone())).levels
    });
    assert_eq!(of_both.len(), 3);
    for (a, b) in of_one.into_iter().zip(of_both) {
        a.into_data().assert_approx_eq(&b.into_data(), burn::tensor::Tolerance::<f32>::default());
    }
}

/// Gradient of a fixed sum of the logits, by parameter name.
fn gradient(network: &Network, parameters: &[f32], name: &str) -> Vec<f32> {
    let device = Device::flex().autodiff();
    let weights: Vec<_> = network
        .layout()
        .split(&vector(parameters, &device))
        .into_iter()
        .map(|part| part.detach().require_grad())
        .collect();
    let input = Tensor::from_inner(images(3, 1.0));
    let logits = network.forward(input, &weights, Normalization::Folded).logits;
    let factors: Vec<f32> = (0..30).map(|index| (index as f32 * 0.414_214).fract() - 0.5).collect();
    let gradients = (logits * vector(&factors, &device).reshape([3, 10])).sum().backward();
    let place = network.layout().specs().iter().position(|spec| spec.name == name).unwrap();
    weights[place].grad(&gradients).unwrap().into_data().try_into_vec().unwrap()
}

#[test]
fn shared_levels_have_the_sum_of_the_gradients_of_all_levels() {
    let network = Network::new(&small(LayerOperation::Cg, false, Sharing::Scale)).unwrap();
    let parameters = network.layout().initial_values(3);
    let (written_out, values) = network.folded(&parameters, &[]);
    assert_eq!(*written_out.config(), small(LayerOperation::Cg, false, Sharing::Shared));
    assert_eq!(values.len(), written_out.layout().len());
    for part in ["weight", "bias"] {
        let found = gradient(&network, &parameters, &format!("shared.cg.{part}"));
        let of_level = |level: usize| gradient(&written_out, &values, &format!("blocks.{level}.cg.{part}"));
        let expected: Vec<f32> = of_level(0).iter().zip(of_level(1)).map(|(a, b)| a + b).collect();
        let scale = expected.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-5 * scale), "{part}");
    }
    // And by finite differences of the function itself.
    let factors: Vec<f32> = (0..30).map(|index| (index as f32 * 0.414_214).fract() - 0.5).collect();
    let value = |parameters: &[f32]| -> f64 {
        let logits = run(&network, parameters, images(3, 1.0), Normalization::Folded);
        logits.iter().zip(&factors).map(|(logit, factor)| f64::from(logit * factor)).sum()
    };
    let found = gradient(&network, &parameters, "shared.cg.weight");
    let scale = found.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    let first = network.layout().range("shared.cg.weight").unwrap().start;
    for place in (0..found.len()).step_by(7) {
        let moved = |step: f32| {
            let mut parameters = parameters.clone();
            parameters[first + place] += step;
            value(&parameters)
        };
        let expected = (moved(1e-2) - moved(-1e-2)) / 2e-2;
        assert!(
            (f64::from(found[place]) - expected).abs() < 5e-3 * f64::from(scale),
            "{place}: {} {expected}",
            found[place]
        );
    }
}

#[test]
fn levels_that_differ_cannot_share_their_coefficients() {
    let NetworkConfig::TaylorNet(mut config) = small(LayerOperation::Cg, true, Sharing::Scale) else { panic!() };
    config.blocks[1].channels = 4;
    let error = config.parameters().unwrap_err().to_string();
    assert!(error.contains("the same width") && error.contains("let each level have its own set"), "{error}");
}

#[test]
fn the_ablation_is_a_linear_map_and_the_taylornet_is_not() {
    let departure = |operation| {
        let network = Network::new(&small(operation, false, Sharing::Shared)).unwrap();
        let parameters = network.layout().initial_values(1);
        let value = |scale| run(&network, &parameters, images(2, scale), Normalization::Folded);
        let (zero, one, two) = (value(0.0), value(1.0), value(2.0));
        let departures = (0..one.len()).map(|i| (two[i] - 2.0 * one[i] + zero[i]).abs());
        departures.fold(0.0, f32::max) / one.iter().fold(0.0, |largest: f32, value| largest.max(value.abs()))
    };
    assert!(departure(LayerOperation::Conv) < 1e-5);
    assert!(departure(LayerOperation::Cg) > 1e-2);
}

#[test]
fn a_folded_network_is_a_polynomial_of_its_degree() {
    // Two levels of second order: along a ray the fifth difference vanishes and the fourth does not.
    let network = Network::new(&small(LayerOperation::Cg, false, Sharing::Shared)).unwrap();
    let parameters = network.layout().initial_values(2);
    let value =
        |scale: i16| f64::from(run(&network, &parameters, images(1, f32::from(scale)), Normalization::Folded)[0]);
    let values: Vec<f64> = (-2..=3).map(value).collect();
    let difference = |order: usize| {
        let mut values = values.clone();
        for _ in 0..order {
            values = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
        }
        values[0].abs()
    };
    let scale = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    assert!(difference(5) < 1e-4 * scale, "{} of {scale}", difference(5));
    assert!(difference(4) > 1e-2 * scale, "{} of {scale}", difference(4));
}

#[test]
fn levels_have_the_sizes_that_the_settings_say() {
    let config = small(LayerOperation::Cg, false, Sharing::Shared);
    let network = Network::new(&config).unwrap();
    let weights = network.layout().split(&vector(&network.layout().initial_values(0), &Device::flex()));
    let levels = network.forward_with_levels(images(2, 1.0), &weights, Normalization::Folded).levels;
    let dims: Vec<_> = levels.iter().map(Tensor::dims).collect();
    assert_eq!(dims, [[2, 4, 4, 3], [2, 2, 2, 3]]);
}

#[test]
fn a_direct_expansion_is_the_sum_over_all_combinations_of_pixels() {
    for order in 1..=4 {
        let input = ImageShape { channels: 1, height: 2, width: 3 };
        let network = Network::new(&NetworkConfig::Direct(DirectConfig { input, order })).unwrap();
        let parameters: Vec<f32> = (0..network.layout().len()).map(|i| (i as f32 * 0.618_034).fract() - 0.5).collect();
        let pixels: Vec<f32> = (0..5 * 6).map(|index| (index as f32 * 0.414_214).fract()).collect();
        let images = Tensor::from_data(TensorData::new(pixels.clone(), [5, 2, 3, 1]), &Device::flex());
        let logits = run(&network, &parameters, images, Normalization::Folded);
        for (image, class) in (0..5).flat_map(|image| (0..10).map(move |class| (image, class))) {
            let x = &pixels[image * 6..(image + 1) * 6];
            let features = combinations(x, order);
            let coefficients = (0..features.len()).map(|feature| f64::from(parameters[feature * 10 + class]));
            let constant = f64::from(parameters[features.len() * 10 + class]);
            let expected: f64 = constant + features.iter().zip(coefficients).map(|(f, c)| f * c).sum::<f64>();
            let value = f64::from(logits[image * 10 + class]);
            assert!((value - expected).abs() < 1e-4 * (1.0 + expected.abs()), "order {order}: {value}, not {expected}");
        }
    }
}

/// All products of up to `order` values, by degree and then in lexicographic order of their ascending indices.
fn combinations(x: &[f32], order: usize) -> Vec<f64> {
    let mut all = Vec::new();
    let mut degree: Vec<(usize, f64)> = x.iter().enumerate().map(|(index, &value)| (index, value.into())).collect();
    for _ in 0..order {
        all.extend(degree.iter().map(|(_, value)| value));
        // Appending the factors of larger or equal index keeps the order, since the last factor varies fastest.
        let longer = degree
            .iter()
            .flat_map(|&(last, product)| (last..x.len()).map(move |next| (next, product * f64::from(x[next]))));
        degree = longer.collect();
    }
    all
}

#[test]
fn taps_left_out_at_the_edge_change_no_output() {
    // Maps of one position and of two by two, where eight and five of the nine taps only meet padding.
    for (side, stride, channels) in [(1, 1, 3), (2, 2, 4), (2, 1, 2)] {
        let geometry = crate::engine::cluster::ClusterGeometry::convolution(3, stride, 1);
        let layer = layers::Convolution {
            name: "x".into(),
            geometry: geometry.clone(),
            channels: [channels, 5],
            bias: false,
            normalized: false,
            gain: 1.0,
        };
        let layout = ParameterLayout::new(layer.parameters());
        let parameters = vector(&layout.initial_values(4), &Device::flex());
        let values: Vec<f32> = (0..7 * side * side * channels).map(|i| (i as f32 * 0.618_034).fract() - 0.4).collect();
        let input = Tensor::from_data(TensorData::new(values, [7, side, side, channels]), &Device::flex());
        let weights = layout.split(&parameters);
        let output = layer.forward(input.clone(), &mut Pass::new(&layout, &weights, Normalization::Folded));
        let full = crate::engine::cluster::cluster_linear(&geometry, input, parameters.reshape([9 * channels, 5]));
        let [output, full]: [Vec<f32>; 2] = [output, full].map(|tensor| tensor.into_data().try_into_vec().unwrap());
        assert!(output.iter().zip(&full).all(|(a, b)| (a - b).abs() < 1e-5), "{output:?} against {full:?}");
    }
}
