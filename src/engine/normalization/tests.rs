//! The fused normalisation against burn's own.

use super::batch_normalize;
use burn::tensor::module::batch_norm_train;
use burn::tensor::{Device, Tensor, TensorData};

fn tensor<const D: usize>(shape: [usize; D], factor: f32, device: &Device) -> Tensor<D> {
    let count: usize = shape.iter().product();
    let values: Vec<f32> = (0..count).map(|index| (index as f32 * 0.618_034 + factor).fract() * factor + 0.2).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

#[test]
fn values_moments_and_gradients_equal_those_of_burn() {
    let device = Device::flex().autodiff();
    for (rows, channels) in [(7, 3), (20_000, 5), (300, 64)] {
        let run = |fused: bool| {
            let input = tensor([rows, channels], 1.7, &device).require_grad();
            let scale = tensor([channels], 0.9, &device).require_grad();
            let shift = tensor([channels], 0.4, &device).require_grad();
            let (output, mean, variance) = if fused {
                let result = batch_normalize(input.clone(), scale.clone(), shift.clone(), 1e-5);
                (result.output, result.mean, result.variance)
            } else {
                let result = batch_norm_train(input.clone(), scale.clone(), shift.clone(), 1e-5);
                (result.output, result.mean, result.variance)
            };
            let direction = tensor([rows, channels], 3.1, &device);
            let gradients = (output.clone() * direction).sum().backward();
            let read = |tensor: Tensor<1>| tensor.into_data().try_into_vec::<f32>().unwrap();
            [
                read(output.inner().flatten(0, 1)),
                read(mean.inner()),
                read(variance.inner()),
                read(input.grad(&gradients).unwrap().flatten(0, 1)),
                read(scale.grad(&gradients).unwrap()),
                read(shift.grad(&gradients).unwrap()),
            ]
        };
        for (index, (ours, theirs)) in run(true).iter().zip(&run(false)).enumerate() {
            let scale = theirs.iter().fold(1e-6_f32, |largest, value| largest.max(value.abs()));
            let worst = ours.iter().zip(theirs).fold(0.0_f32, |worst, (a, b)| worst.max((a - b).abs()));
            assert!(worst <= 1e-4 * scale, "{rows}x{channels}, result {index}: {worst} of {scale}");
        }
    }
}
