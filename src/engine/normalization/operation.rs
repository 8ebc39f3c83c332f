//! Batch normalisation as a differentiable tensor operation.

use super::kernel::{self, GradientCoefficients};
use super::plain::batch_normalize_plain;
use crate::engine::fused::kernels_of;
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::autodiff::{Autodiff, NodeId};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Tensor, TensorData};

/// Result of normalising a batch.
#[derive(Debug)]
pub struct Normalized {
    /// `[rows, channels]`.
    pub output: Tensor<2>,
    /// `[channels]`, without gradient.
    pub mean: Tensor<1>,
    /// `[channels]`, without gradient.
    pub variance: Tensor<1>,
}

/// Backends that have the fused operation.
#[backend_extension(Autodiff, Flex, Cube: cfg(feature = "cube"))]
pub trait NormalizationBackend: burn::backend::Backend {
    /// `[rows, channels]` to `[2 * channels]`: means, then variances.
    fn batch_moments(input: FloatTensor<Self>) -> FloatTensor<Self>;

    /// `[rows, channels]` with the moments of these rows, scale and shift `[channels]`.
    fn batch_normalized(
        input: FloatTensor<Self>,
        moments: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        epsilon: f64,
    ) -> FloatTensor<Self>;

    /// Gradients of shift and scale, `[2 * channels]`.
    fn batch_gradient_sums(
        input: FloatTensor<Self>,
        moments: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        epsilon: f64,
    ) -> FloatTensor<Self>;

    /// Gradient of the input.
    fn batch_input_gradient(
        input: FloatTensor<Self>,
        moments: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        sums: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        epsilon: f64,
    ) -> FloatTensor<Self>;
}

/// Normalises every channel over the rows of the batch.
///
/// # Shapes
/// - `input`: `[rows, channels]`
/// - `scale`, `shift`: `[channels]`
pub fn batch_normalize(input: Tensor<2>, scale: Tensor<1>, shift: Tensor<1>, epsilon: f64) -> Normalized {
    let device = input.device();
    if kernels_of(&device).is_none() || !device.is_autodiff() {
        return batch_normalize_plain(input, scale, shift, epsilon);
    }
    let channels = scale.dims()[0];
    let moments = Tensor::<1>::from_dispatch(Dispatch::batch_moments(input.clone().inner().into_dispatch()));
    let moments = Tensor::from_inner(moments);
    let output = Dispatch::batch_normalized(
        input.into_dispatch(),
        moments.clone().into_dispatch(),
        scale.into_dispatch(),
        shift.into_dispatch(),
        epsilon,
    );
    Normalized {
        output: Tensor::from_dispatch(output),
        mean: moments.clone().slice(0..channels),
        variance: moments.slice(channels..2 * channels),
    }
}

fn values(tensor: &FlexTensor) -> &[f32] {
    tensor.as_slice::<f32>().expect("contiguous f32 tensor")
}

fn tensor(values: Vec<f32>, shape: impl Into<Vec<usize>>) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape.into()))
}

fn matrix(values: Vec<f32>, like: &FlexTensor) -> FlexTensor {
    tensor(values, [like.shape()[0], like.shape()[1]])
}

/// Mean and `1 / sqrt(variance + epsilon)` of every channel.
fn statistics(moments: &FlexTensor, epsilon: f64) -> (Vec<f32>, Vec<f32>) {
    let moments = values(moments);
    let (mean, variance) = moments.split_at(moments.len() / 2);
    let inverse = variance.iter().map(|variance| (f64::from(*variance) + epsilon).sqrt().recip() as f32);
    (mean.to_vec(), inverse.collect())
}

impl NormalizationBackend for Flex {
    fn batch_moments(input: FlexTensor) -> FlexTensor {
        let input = input.to_contiguous();
        let channels = input.shape()[1];
        tensor(kernel::moments(values(&input), channels), [2 * channels])
    }

    fn batch_normalized(
        input: FlexTensor,
        moments: FlexTensor,
        scale: FlexTensor,
        shift: FlexTensor,
        epsilon: f64,
    ) -> FlexTensor {
        let (input, scale, shift) = (input.to_contiguous(), scale.to_contiguous(), shift.to_contiguous());
        let (mean, inverse) = statistics(&moments.to_contiguous(), epsilon);
        let factor: Vec<f32> = values(&scale).iter().zip(inverse).map(|(scale, inverse)| scale * inverse).collect();
        let terms = values(&shift).iter().zip(mean.iter().zip(&factor));
        let offset: Vec<f32> = terms.map(|(shift, (mean, factor))| shift - mean * factor).collect();
        let mut output = vec![0.0; values(&input).len()];
        kernel::scale_and_shift(values(&input), &factor, &offset, &mut output);
        matrix(output, &input)
    }

    fn batch_gradient_sums(input: FlexTensor, moments: FlexTensor, gradient: FlexTensor, epsilon: f64) -> FlexTensor {
        let (input, gradient) = (input.to_contiguous(), gradient.to_contiguous());
        let (mean, inverse) = statistics(&moments.to_contiguous(), epsilon);
        let sums = kernel::gradient_sums(values(&input), values(&gradient), &mean, &inverse);
        tensor(sums, [2 * mean.len()])
    }

    fn batch_input_gradient(
        input: FlexTensor,
        moments: FlexTensor,
        scale: FlexTensor,
        sums: FlexTensor,
        gradient: FlexTensor,
        epsilon: f64,
    ) -> FlexTensor {
        let (input, gradient) = (input.to_contiguous(), gradient.to_contiguous());
        let (scale, sums) = (scale.to_contiguous(), sums.to_contiguous());
        let (mean, inverse) = statistics(&moments.to_contiguous(), epsilon);
        let rows = input.shape()[0] as f32;
        let (shift_gradient, scale_gradient) = values(&sums).split_at(mean.len());
        // dx = g r (dy - mean(dy) - xhat mean(dy xhat)) with r the inverse deviation and xhat = (x - m) r.
        let mut coefficients = GradientCoefficients { a: Vec::new(), b: Vec::new(), c: Vec::new() };
        for (channel, scale) in values(&scale).iter().enumerate() {
            let a = scale * inverse[channel];
            let b = -a * inverse[channel] * scale_gradient[channel] / rows;
            coefficients.a.push(a);
            coefficients.b.push(b);
            coefficients.c.push(-a * shift_gradient[channel] / rows - b * mean[channel]);
        }
        let mut output = vec![0.0; values(&input).len()];
        kernel::input_gradient(values(&input), values(&gradient), &coefficients, &mut output);
        matrix(output, &input)
    }
}

impl<B: NormalizationBackend, C: CheckpointStrategy> NormalizationBackend for Autodiff<B, C> {
    fn batch_moments(_: FloatTensor<Self>) -> FloatTensor<Self> {
        unimplemented!("moments carry no gradient and are computed on the inner backend")
    }

    fn batch_normalized(
        input: FloatTensor<Self>,
        moments: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        epsilon: f64,
    ) -> FloatTensor<Self> {
        let nodes = [input.node(), scale.node(), shift.node()];
        match BatchNormalization.prepare::<C>(nodes).compute_bound().stateful() {
            OpsKind::Tracked(mut prep) => {
                let moments = moments.into_primitive();
                let state = State {
                    input: prep.checkpoint(&input),
                    scale: prep.checkpoint(&scale),
                    moments: moments.clone(),
                    epsilon,
                };
                let (input, scale) = (input.primitive().clone(), scale.primitive().clone());
                let output = B::batch_normalized(input, moments, scale, shift.into_primitive(), epsilon);
                prep.finish(state, output)
            }
            OpsKind::UnTracked(prep) => {
                let [input, moments, scale, shift] = [input, moments, scale, shift].map(|part| part.into_primitive());
                prep.finish(B::batch_normalized(input, moments, scale, shift, epsilon))
            }
        }
    }

    fn batch_gradient_sums(
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: f64,
    ) -> FloatTensor<Self> {
        unimplemented!("second derivatives of batch normalisation are not used")
    }

    fn batch_input_gradient(
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: f64,
    ) -> FloatTensor<Self> {
        unimplemented!("second derivatives of batch normalisation are not used")
    }
}

/// The backward step.
#[derive(Debug)]
struct BatchNormalization;

/// What the backward step needs.
#[derive(Debug, Clone)]
struct State<T> {
    input: NodeId,
    scale: NodeId,
    moments: T,
    epsilon: f64,
}

impl<B: NormalizationBackend> Backward<B, 3> for BatchNormalization {
    type State = State<FloatTensor<B>>;

    fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, checkpointer: &mut Checkpointer) {
        let [node_input, node_scale, node_shift] = ops.parents;
        let gradient = grads.consume::<B>(&ops.node);
        let State { input, scale, moments, epsilon } = ops.state;
        let input: FloatTensor<B> = checkpointer.retrieve_node_output(input);
        let scale: FloatTensor<B> = checkpointer.retrieve_node_output(scale);
        let sums = B::batch_gradient_sums(input.clone(), moments.clone(), gradient.clone(), epsilon);
        let channels = scale.shape()[0];
        let part = |start: usize| {
            let slice = burn::tensor::Slice::from(start..start + channels);
            B::float_slice(sums.clone(), &[slice])
        };
        if let Some(node) = node_shift {
            grads.register::<B>(node.id, part(0));
        }
        if let Some(node) = node_scale {
            grads.register::<B>(node.id, part(channels));
        }
        if let Some(node) = node_input {
            let result = B::batch_input_gradient(input, moments, scale, sums, gradient, epsilon);
            grads.register::<B>(node.id, result);
        }
    }
}
