//! Batch normalisation as burn has it: the reference for the fused one.

use super::Normalized;
use burn::tensor::Tensor;
use burn::tensor::module::batch_norm_train;

/// As [`super::batch_normalize`], in burn's own operation on every device.
pub fn batch_normalize_plain(input: Tensor<2>, scale: Tensor<1>, shift: Tensor<1>, epsilon: f64) -> Normalized {
    let result = batch_norm_train(input, scale, shift, epsilon);
    Normalized { output: result.output, mean: result.mean.detach(), variance: result.variance.detach() }
}
