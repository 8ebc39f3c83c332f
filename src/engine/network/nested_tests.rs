//! Truncations against the exact polynomial, and their gradients against finite differences.

use super::*;
use crate::config::{
    BlockConfig, CgConfig, ExpansionPoint, ImageShape, LayerOperation, NetworkConfig, TaylorNetConfig,
};
use crate::engine::network::Network;
use crate::engine::parameters::vector;
use crate::engine::polynomial::polynomial_of_network;
use burn::tensor::{Device, TensorData};

const BATCH: usize = 3;
const PIXELS: usize = 7 * 7 * 2;

fn network(order: usize, normalization: bool) -> Network {
    let block = |stride, dilation| BlockConfig {
        channels: 4,
        operation: LayerOperation::Cg,
        cg: CgConfig { order, ..CgConfig::square(stride, dilation) },
    };
    let config = TaylorNetConfig {
        input: ImageShape { channels: 2, height: 7, width: 7 },
        blocks: vec![block(1, 3), block(1, 1), block(2, 1)],
        normalization,
        mirrored: false,
        classes: 10,
    };
    Network::new(&NetworkConfig::TaylorNet(config)).unwrap()
}

fn numbers(count: usize, seed: usize) -> Vec<f32> {
    (0..count).map(|index| (((index + 1) * (seed * 2 + 7919)) % 1009) as f32 / 1009.0).collect()
}

fn images(values: &[f32], device: &Device) -> Tensor<4> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len() / PIXELS, 7, 7, 2]), device)
}

fn read(tensor: &Tensor<2>) -> Vec<f32> {
    tensor.to_data().try_to_vec().unwrap()
}

#[test]
fn truncations_are_those_of_the_exact_polynomial() {
    let device = Device::flex();
    for (cluster_order, order) in [(2, 1), (2, 2), (2, 3), (2, 8), (3, 3), (1, 2)] {
        let network = network(cluster_order, false);
        let parameters = network.layout().initial_values(5);
        let (point, batch) = (numbers(PIXELS, 1), numbers(BATCH * PIXELS, 2));
        let weights = network.layout().split(&vector(&parameters, &device));
        let output = network.forward_with_truncations(
            images(&batch, &device),
            images(&point, &device),
            order,
            &weights,
            Normalization::Folded,
        );
        let exact = polynomial_of_network("small", &network, &parameters, &[]).unwrap();
        let wide = |values: &[f32]| values.iter().copied().map(f64::from).collect::<Vec<f64>>();
        let exact = exact.about(ExpansionPoint::Mean, &wide(&point)).unwrap();
        assert_eq!(output.truncations.len(), 1 + order.min(exact.degree()));
        for (index, image) in batch.chunks_exact(PIXELS).enumerate() {
            let spectrum = exact.spectrum(&wide(image)).unwrap();
            let scale = spectrum.iter().flatten().fold(1.0_f64, |scale, value| scale.max(value.abs()));
            for (class, series) in spectrum.iter().enumerate() {
                let mut sum = 0.0;
                for (cut, truncation) in output.truncations.iter().enumerate() {
                    sum += series[cut];
                    let found = read(truncation)[if cut == 0 { class } else { index * 10 + class }];
                    assert!((f64::from(found) - sum).abs() < 2e-5 * scale, "order {cut} of {order}: {found}, {sum}");
                }
                let whole = read(&output.logits)[index * 10 + class];
                assert!((f64::from(whole) - series.iter().sum::<f64>()).abs() < 2e-5 * scale);
            }
        }
    }
}

/// A loss of all truncations and the whole that is not symmetric in anything.
fn loss(network: &Network, parameters: &[Tensor<1>], device: &Device) -> (Tensor<1>, Option<Tensor<1>>) {
    let batch = images(&numbers(BATCH * PIXELS, 2), device);
    let point = images(&numbers(PIXELS, 1), device);
    let output = network.forward_with_truncations(batch, point, 3, parameters, Normalization::Batch);
    let mut sum = output.logits.square().mean();
    for (order, truncation) in output.truncations.into_iter().enumerate() {
        sum = sum + truncation.square().mean().mul_scalar(0.3 + order as f64);
    }
    (sum, output.statistics)
}

#[test]
fn gradients_go_through_truncations_and_statistics() {
    let network = network(2, true);
    let (plain, device) = (Device::flex(), Device::flex().autodiff());
    let mut values = network.layout().initial_values(3);
    let leaves: Vec<Tensor<1>> = network
        .layout()
        .split(&vector(&values, &plain))
        .into_iter()
        .map(|part| Tensor::from_inner(part).require_grad())
        .collect();
    let (sum, statistics) = loss(&network, &leaves, &device);
    assert_eq!(statistics.unwrap().dims(), [network.initial_statistics().len()]);
    let gradients = sum.backward();
    let gradient: Vec<f32> = leaves
        .iter()
        .flat_map(|leaf| {
            leaf.grad(&gradients)
                .unwrap_or_else(|| leaf.clone().inner().zeros_like())
                .to_data()
                .try_to_vec::<f32>()
                .unwrap()
        })
        .collect();
    let mut value_at = |index: usize, shift: f32| {
        let old = values[index];
        values[index] += shift;
        let parts = network.layout().split(&vector(&values, &plain));
        let (sum, _) = loss(&network, &parts, &plain);
        values[index] = old;
        f64::from(sum.to_data().try_to_vec::<f32>().unwrap()[0])
    };
    let size = gradient.iter().fold(0.0_f32, |size, value| size.max(value.abs()));
    for index in (0..gradient.len()).step_by(gradient.len() / 40) {
        let step = 2e-2;
        let difference = (value_at(index, step) - value_at(index, -step)) / (2.0 * f64::from(step));
        let finer = (value_at(index, step / 2.0) - value_at(index, -step / 2.0)) / f64::from(step);
        // Richardson: the error of second order cancels.
        let expected = (4.0 * finer - difference) / 3.0;
        let found = f64::from(gradient[index]);
        assert!(
            (found - expected).abs() < 1e-2 * f64::from(size) + 1e-2 * expected.abs(),
            "{index}: {found}, {expected}"
        );
    }
}
