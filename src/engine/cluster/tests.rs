//! The fused operation against the plain one, and both against finite differences.

use super::*;
use crate::config::{CgConfig, Sharing};
use burn::tensor::{Device, Tensor, TensorData};

/// A few pseudo-random numbers between -1 and 1 (the low-discrepancy sequence of the golden ratio).
fn numbers(count: usize, start: f64) -> Vec<f32> {
    (0..count).map(|index| ((start + index as f64 * 0.618_033_988_75).fract() * 2.0 - 1.0) as f32).collect()
}

fn tensor<const D: usize>(shape: [usize; D], start: f64, device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(numbers(shape.iter().product(), start), shape), device)
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

fn geometries() -> Vec<ClusterGeometry> {
    let cg = |cluster, stride, dilation, order| CgConfig { cluster, stride, dilation, order, sharing: Sharing::Shared };
    let mut all = vec![ClusterGeometry::convolution(3, 1, 1), ClusterGeometry::convolution(1, 2, 0)];
    all.extend((1..=4).map(|order| ClusterGeometry::of_cg(&cg([2, 2], [2, 2], 1, order), order)));
    all.extend([(1, 2), (1, 3), (2, 2)].map(|(s, d)| ClusterGeometry::of_cg(&cg([2, 2], [s, s], d, 2), 2)));
    all.push(ClusterGeometry::of_cg(&cg([1, 3], [1, 2], 1, 3), 3));
    all.push(ClusterGeometry::convolution(3, 2, 1));
    all
}

fn assert_close(a: &[f32], b: &[f32], what: &str) {
    let scale = b.iter().fold(1e-6_f32, |largest, value| largest.max(value.abs()));
    assert_eq!(a.len(), b.len(), "{what}");
    for (index, (a, b)) in a.iter().zip(b).enumerate() {
        assert!((a - b).abs() <= 1e-4 * scale, "{what}, value {index}: {a} against {b}");
    }
}

#[test]
fn fused_and_plain_operation_agree_forward_and_backward() {
    let device = Device::flex().autodiff();
    for (index, geometry) in geometries().iter().enumerate() {
        // 40 images make several blocks and several parallel tasks.
        let shape = [40, 7, 6, 3];
        let size = geometry.size(shape).unwrap();
        let run = |apply: fn(&ClusterGeometry, Tensor<4>, Tensor<2>) -> Tensor<4>| {
            let input = tensor(shape, 0.1, &device).require_grad();
            let weight = tensor([geometry.features() * 3, 5], 0.3, &device).require_grad();
            let output = apply(geometry, input.clone(), weight.clone());
            assert_eq!(output.dims(), [40, size.out_height, size.out_width, 5]);
            let direction = tensor(output.dims(), 0.7, &device);
            let gradients = (output.clone() * direction).sum().backward();
            let gradient = (input.grad(&gradients).unwrap(), weight.grad(&gradients).unwrap());
            (values(output.inner()), values(gradient.0), values(gradient.1))
        };
        let (fused, plain) = (run(cluster_linear), run(cluster_linear_plain));
        assert_close(&fused.0, &plain.0, &format!("output of geometry {index}"));
        assert_close(&fused.1, &plain.1, &format!("input gradient of geometry {index}"));
        assert_close(&fused.2, &plain.2, &format!("weight gradient of geometry {index}"));
    }
}

#[test]
fn fused_and_plain_operation_agree_on_random_clusters() {
    let found = pollster::block_on(agreement(&Device::flex(), 60, 1)).unwrap();
    assert!(found.clusters == 60 && found.numbers > 100_000, "{found:?}");
    for difference in [found.output, found.input_gradient, found.weight_gradient] {
        assert!(difference <= 1e-4, "{found:?}");
    }
}

/// Clusters that are the whole image, of every order, with ten outputs: those that have kernels of their own.
fn whole_images() -> Vec<(ClusterGeometry, [usize; 2])> {
    let cg = |cluster, order| CgConfig { cluster, stride: [1, 1], dilation: 1, order, sharing: Sharing::Shared };
    let sides = [([2, 3], 1), ([3, 3], 2), ([3, 2], 3), ([2, 2], 4), ([3, 3], 4), ([7, 7], 2)];
    sides.map(|(sides, order)| (ClusterGeometry::of_cg(&cg(sides, order), order), sides)).into()
}

#[test]
fn whole_images_give_the_same_in_all_ways() {
    let device = Device::flex().autodiff();
    for (geometry, [height, width]) in whole_images() {
        // 41 images leave a part of the last lanes empty.
        let shape = [41, height, width, 1];
        let run = |apply: fn(&ClusterGeometry, Tensor<4>, Tensor<2>) -> Tensor<4>, out: usize| {
            let input = tensor(shape, 0.1, &device).require_grad();
            let weight = tensor([geometry.features(), 10], 0.3, &device).require_grad();
            let output = apply(&geometry, input.clone(), weight.clone().slice([0..geometry.features(), 0..out]));
            let direction = tensor([41, 1, 1, 10], 0.7, &device).slice([0..41, 0..1, 0..1, 0..out]);
            let gradients = (output.clone() * direction).sum().backward();
            let gradient = (input.grad(&gradients).unwrap(), weight.grad(&gradients).unwrap());
            (values(output.inner()), values(gradient.0), values(gradient.1))
        };
        let (fused, plain) = (run(cluster_linear, 10), run(cluster_linear_plain, 10));
        assert_close(&fused.0, &plain.0, "output");
        assert_close(&fused.1, &plain.1, "input gradient");
        assert_close(&fused.2, &plain.2, "weight gradient");
        // Nine outputs take the path of every other cluster.
        let (blocks, plain) = (run(cluster_linear, 9), run(cluster_linear_plain, 9));
        assert_close(&blocks.0, &plain.0, "output of nine");
        assert_close(&blocks.2, &plain.2, "weight gradient of nine");
    }
}

#[test]
fn gradients_of_whole_images_equal_finite_differences() {
    const STEP: f64 = 1e-5;
    let device = Device::flex().autodiff();
    for (geometry, [height, width]) in whole_images().into_iter().take(4) {
        let shape = [3, height, width, 1];
        let input = tensor(shape, 0.2, &device);
        let weight = tensor([geometry.features(), 10], 0.4, &device).require_grad();
        let output = cluster_linear(&geometry, input.clone(), weight.clone());
        let direction = tensor(output.dims(), 0.9, &device);
        let gradients = (output * direction.clone()).sum().backward();
        let wide = |values: Vec<f32>| values.into_iter().map(f64::from).collect::<Vec<_>>();
        let (x, w) = (wide(values(input)), wide(values(weight.clone().inner())));
        let direction = wide(values(direction));
        let loss =
            |w: &[f64]| naive(&geometry, shape, &x, w, 10).iter().zip(&direction).map(|(a, b)| a * b).sum::<f64>();
        let slope = |at: usize| {
            let moved = |step: f64| {
                let mut w = w.clone();
                w[at] += step;
                loss(&w)
            };
            ((moved(STEP) - moved(-STEP)) / (2.0 * STEP)) as f32
        };
        let expected: Vec<f32> = (0..w.len()).map(slope).collect();
        assert_close(&values(weight.grad(&gradients).unwrap()), &expected, "weight");
    }
}

/// Input position of a tap for the cluster at an output position; `None` in the padding.
fn position(geometry: &ClusterGeometry, shape: [usize; 4], output: [usize; 2], tap: usize) -> Option<[usize; 2]> {
    let within = [tap / geometry.cluster[1], tap % geometry.cluster[1]];
    let at = |axis: usize| {
        let place = output[axis] * geometry.stride[axis] + within[axis] * geometry.dilation;
        place.checked_sub(geometry.padding).filter(|place| *place < shape[1 + axis])
    };
    Some([at(0)?, at(1)?])
}

/// The operation written down once more, as loops over Eq. (4) in f64.
fn naive(geometry: &ClusterGeometry, shape: [usize; 4], input: &[f64], weight: &[f64], out: usize) -> Vec<f64> {
    let size = geometry.size(shape).unwrap();
    let mut output = Vec::new();
    for image in 0..size.batch {
        for (row, column) in (0..size.out_height).flat_map(|y| (0..size.out_width).map(move |x| (y, x))) {
            for target in 0..out {
                let mut sum = 0.0;
                for (feature, channel) in (0..geometry.features()).flat_map(|f| (0..shape[3]).map(move |c| (f, c))) {
                    let tap = |tap: usize| match position(geometry, shape, [row, column], tap) {
                        Some([y, x]) => input[((image * shape[1] + y) * shape[2] + x) * shape[3] + channel],
                        None => 0.0,
                    };
                    let monomial: f64 = geometry.monomials.factors(feature).into_iter().map(tap).product();
                    sum += monomial * weight[(feature * shape[3] + channel) * out + target];
                }
                output.push(sum);
            }
        }
    }
    output
}

#[test]
fn gradients_equal_finite_differences_in_double_precision() {
    const STEP: f64 = 1e-5;
    let device = Device::flex().autodiff();
    for (index, geometry) in geometries().iter().enumerate() {
        let shape = [2, 5, 5, 2];
        let input = tensor(shape, 0.2, &device).require_grad();
        let weight = tensor([geometry.features() * 2, 3], 0.4, &device).require_grad();
        let output = cluster_linear(geometry, input.clone(), weight.clone());
        let direction = tensor(output.dims(), 0.9, &device);
        let gradients = (output * direction.clone()).sum().backward();
        let wide = |tensor: Tensor<1>| values(tensor).into_iter().map(f64::from).collect::<Vec<_>>();
        let (x, w) = (wide(input.clone().inner().flatten(0, 3)), wide(weight.clone().inner().flatten(0, 1)));
        let direction = wide(direction.inner().flatten(0, 3));
        let loss = |x: &[f64], w: &[f64]| -> f64 {
            naive(geometry, shape, x, w, 3).iter().zip(&direction).map(|(a, b)| a * b).sum()
        };
        let difference = |values: &[f64], loss: &dyn Fn(&[f64]) -> f64| -> Vec<f32> {
            let slope = |at: usize| {
                let moved = |step: f64| {
                    let mut values = values.to_vec();
                    values[at] += step;
                    loss(&values)
                };
                ((moved(STEP) - moved(-STEP)) / (2.0 * STEP)) as f32
            };
            (0..values.len()).map(slope).collect()
        };
        let expected = difference(&x, &|x| loss(x, &w));
        assert_close(&values(input.grad(&gradients).unwrap()), &expected, &format!("input, geometry {index}"));
        let expected = difference(&w, &|w| loss(&x, w));
        assert_close(&values(weight.grad(&gradients).unwrap()), &expected, &format!("weight, geometry {index}"));
    }
}

#[test]
fn untied_coefficients_that_are_equal_give_the_shared_operation() {
    let device = Device::flex();
    for geometry in geometries() {
        let input = tensor([3, 7, 6, 2], 0.5, &device);
        let weight = tensor([geometry.features() * 2, 4], 0.6, &device);
        let shared = cluster_linear(&geometry, input.clone(), weight.clone());
        let [_, height, width, _] = shared.dims();
        let untied = weight.unsqueeze::<3>().repeat_dim(0, height * width);
        assert_close(&values(cluster_linear_untied(&geometry, input, untied)), &values(shared), "untied");
    }
}

#[test]
fn taps_that_only_meet_the_padding_can_be_left_out() {
    let kept = |kernel, stride, image| {
        let geometry = ClusterGeometry::convolution(kernel, stride, kernel / 2);
        geometry.trimmed(image).map(|(geometry, taps)| (geometry.padding, taps))
    };
    assert_eq!(kept(3, 1, [1, 1]), Some((0, [1..2, 1..2])));
    assert_eq!(kept(3, 2, [2, 2]), Some((0, [1..3, 1..3])));
    assert_eq!(kept(5, 1, [2, 2]), Some((1, [1..4, 1..4])));
    // One row of many columns: the two axes would need different paddings.
    assert_eq!(kept(3, 1, [1, 4]), None);
    assert_eq!((kept(3, 1, [2, 2]), kept(1, 2, [2, 2]), kept(7, 2, [28, 28])), (None, None, None));
}
