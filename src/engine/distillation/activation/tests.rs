use super::{normalize_and_pool, normalize_and_pool_plain};
use crate::engine::parameters::vector;
use burn::tensor::{Device, Tensor};

/// Values without a pattern.
fn noise(shape: [usize; 4]) -> Tensor<4> {
    let len: usize = shape.iter().product();
    let values: Vec<f32> =
        (0..len).map(|i| ((i * 7919 % 1013) as f32 / 500.0 - 1.0) * (1.0 + (i % 3) as f32)).collect();
    vector(&values, &Device::flex()).reshape(shape)
}

fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

fn assert_close(found: &[f32], expected: &[f32]) {
    let largest = expected.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    let difference = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(found.len() == expected.len() && difference < 1e-5 * largest, "{difference} of {largest}");
}

#[test]
fn fused_values_and_gradients_are_those_of_plain_operations() {
    for shape in [[2, 4, 4, 3], [1, 6, 2, 16], [3, 5, 7, 2]] {
        let (input, [n, height, width, channels]) = (noise(shape), shape);
        let weight = noise([n, height / 2, width / 2, channels]).add_scalar(0.3);
        let run = |operation: fn(Tensor<4>) -> Tensor<4>| {
            let input = Tensor::<4>::from_inner(input.clone()).require_grad();
            let output = operation(input.clone());
            let gradients = (output.clone() * Tensor::from_inner(weight.clone())).sum().backward();
            (read(output.inner()), read(input.grad(&gradients).unwrap()))
        };
        let (fused, plain) = (run(normalize_and_pool), run(normalize_and_pool_plain));
        assert_close(&fused.0, &plain.0);
        assert_close(&fused.1, &plain.1);
    }
}

#[test]
fn a_hand_made_image_gives_the_known_means() {
    // Mean 2.5, deviation sqrt(1.25): only 3 and 4 are above, so the mean of four is (0.5 + 1.5) / 4 / sqrt(1.25).
    let input = vector(&[1.0, 2.0, 3.0, 4.0], &Device::flex()).reshape([1, 2, 2, 1]);
    let found = read(normalize_and_pool(input));
    assert!((found[0] - 0.5 / 1.25_f32.sqrt()).abs() < 1e-5, "{found:?}");
}
