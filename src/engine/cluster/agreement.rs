//! The fused operation against the plain one on random clusters: a property that every device must have.

use super::{ClusterGeometry, MonomialTable, cluster_linear, cluster_linear_plain};
use crate::engine::transfer::{DeviceError, read};
use crate::report::ClusterAgreement;
use burn::tensor::{Device, Tensor, TensorData};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

/// Most monomials of one channel; clusters too large for the kernels for graphics processors are plain there.
const MAX_FEATURES: usize = 100;

/// A cluster operation, its input and the direction along which its output is differentiated.
struct Case {
    geometry: ClusterGeometry,
    input: TensorData,
    weight: TensorData,
    direction: TensorData,
}

/// Largest differences between the fused operation on `device` and the plain one on the CPU.
///
/// Values and both gradients, each relative to the largest of its tensor, over `clusters` random clusters, strides,
/// dilations, orders up to 4, paddings, image sizes, channels and batches.
///
/// # Errors
/// [`DeviceError`] where the device fails.
pub async fn agreement(device: &Device, clusters: u32, seed: u64) -> Result<ClusterAgreement, DeviceError> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut largest, mut numbers) = ([0.0_f64; 3], 0);
    for _ in 0..clusters {
        let case = case(&mut random);
        let plain = differentiated(&case, &Device::flex(), cluster_linear_plain).await?;
        let fused = differentiated(&case, device, cluster_linear).await?;
        for (largest, (fused, plain)) in largest.iter_mut().zip(fused.iter().zip(&plain)) {
            *largest = largest.max(difference(fused, plain));
            numbers += plain.len() as u32;
        }
    }
    let [output, input_gradient, weight_gradient] = largest;
    Ok(ClusterAgreement { clusters, numbers, output, input_gradient, weight_gradient })
}

fn case(random: &mut ChaCha8Rng) -> Case {
    let geometry = geometry(random);
    let side = |random: &mut ChaCha8Rng, axis: usize| {
        let span = geometry.dilation * (geometry.cluster[axis] - 1) + 1;
        random.random_range(span..span + 6)
    };
    let (batch, channels, out) = (random.random_range(1..=5), random.random_range(1..=20), random.random_range(1..=70));
    let shape = [batch, side(random, 0), side(random, 1), channels];
    let size = geometry.size(shape).expect("the image is at least as large as the cluster");
    let mut numbers = |shape: Vec<usize>| {
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| random.random_range(-1.0..1.0)).collect();
        TensorData::new(values, shape)
    };
    let input = numbers(shape.to_vec());
    let weight = numbers(vec![geometry.features() * channels, out]);
    let direction = numbers(vec![batch, size.out_height, size.out_width, out]);
    Case { geometry, input, weight, direction }
}

fn geometry(random: &mut ChaCha8Rng) -> ClusterGeometry {
    let cluster = [random.random_range(1..=3), random.random_range(1..=3)];
    let taps = cluster[0] * cluster[1];
    let orders = (1..=4).take_while(|order| MonomialTable::new(taps, *order).len() <= MAX_FEATURES).count();
    let order = random.random_range(1..=orders);
    let padding = if order == 1 { random.random_range(0..=1) } else { 0 };
    ClusterGeometry {
        cluster,
        stride: [random.random_range(1..=3), random.random_range(1..=3)],
        dilation: random.random_range(1..=3),
        padding,
        monomials: Arc::new(MonomialTable::new(taps, order)),
    }
}

/// Output, gradient of the input and gradient of the weight.
async fn differentiated(
    case: &Case,
    device: &Device,
    apply: fn(&ClusterGeometry, Tensor<4>, Tensor<2>) -> Tensor<4>,
) -> Result<Vec<Vec<f32>>, DeviceError> {
    let device = device.clone().inner().autodiff();
    let input = Tensor::<4>::from_data(case.input.clone(), &device).require_grad();
    let weight = Tensor::<2>::from_data(case.weight.clone(), &device).require_grad();
    let output = apply(&case.geometry, input.clone(), weight.clone());
    let gradients = (output.clone() * Tensor::from_data(case.direction.clone(), &device)).sum().backward();
    let missing = || DeviceError("a gradient is missing".into());
    let of_input = input.grad(&gradients).ok_or_else(missing)?;
    let of_weight = weight.grad(&gradients).ok_or_else(missing)?;
    read(vec![output.inner().flatten(0, 3), of_input.flatten(0, 3), of_weight.flatten(0, 1)]).await
}

/// Largest difference relative to the largest value; infinite if any value is not a number.
fn difference(values: &[f32], expected: &[f32]) -> f64 {
    let scale = expected.iter().fold(1e-6_f64, |largest, value| largest.max(f64::from(value.abs())));
    let differences = values.iter().zip(expected).map(|(value, expected)| f64::from((value - expected).abs()) / scale);
    let right = values.len() == expected.len() && values.iter().chain(expected).all(|value| value.is_finite());
    if right { differences.fold(0.0, f64::max) } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn a_number_that_is_none_never_agrees() {
        assert!((difference(&[1.0, 2.0], &[1.0, 4.0]) - 0.5).abs() < 1e-12);
        for (values, expected) in
            [([1.0, f32::NAN], [1.0, 2.0]), ([1.0, 2.0], [1.0, f32::NAN]), ([1.0, 2.0], [f32::INFINITY, 2.0])]
        {
            assert!(difference(&values, &expected).is_infinite());
        }
        assert!(difference(&[1.0], &[1.0, 2.0]).is_infinite());
    }
}
