//! The activation layer as a differentiable tensor operation: fused on the CPU, plain elsewhere.

use super::kernel::{self, PoolSize};
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::autodiff::{Autodiff, NodeId};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};

/// Added to the variance of a channel.
const EPSILON: f64 = 1e-5;

/// Backends that have the fused operation.
#[backend_extension(Autodiff, Flex)]
pub trait ActivationBackend: burn::backend::Backend {
    /// `[n, h, w, c]` to `[n, h/2, w/2, c]`.
    fn normalize_and_pool(input: FloatTensor<Self>) -> FloatTensor<Self>;

    /// Gradient of the input of [`Self::normalize_and_pool`].
    fn normalize_and_pool_backward(input: FloatTensor<Self>, gradient: FloatTensor<Self>) -> FloatTensor<Self>;
}

/// Normalises every channel of every image to mean 0 and variance 1, cuts negative values off and takes means of 2x2.
///
/// # Shapes
/// `[n, height, width, channels]` to `[n, height / 2, width / 2, channels]`; an odd last row or column is only normalised.
pub fn normalize_and_pool(input: Tensor<4>) -> Tensor<4> {
    if input.device().inner() == Device::flex() {
        Tensor::from_dispatch(Dispatch::normalize_and_pool(input.into_dispatch()))
    } else {
        normalize_and_pool_plain(input)
    }
}

/// [`normalize_and_pool`] with plain tensor operations.
pub fn normalize_and_pool_plain(input: Tensor<4>) -> Tensor<4> {
    let [n, height, width, channels] = input.dims();
    let rows = input.reshape([n, height * width, channels]);
    let centred = rows.clone() - rows.mean_dim(1);
    let variance = centred.clone().square().mean_dim(1);
    let values = relu(centred * (variance + EPSILON).sqrt().recip()).reshape([n, height, width, channels]);
    let (h, w) = (height / 2, width / 2);
    let even = values.slice([0..n, 0..2 * h, 0..2 * w, 0..channels]);
    even.reshape([n, h, 2, w, 2 * channels])
        .mean_dim(2)
        .reshape([n * h * w, 2, channels])
        .mean_dim(1)
        .reshape([n, h, w, channels])
}

fn size(tensor: &FlexTensor) -> (usize, PoolSize) {
    let shape = tensor.shape();
    (shape[0], PoolSize { height: shape[1], width: shape[2], channels: shape[3] })
}

fn values(tensor: &FlexTensor) -> &[f32] {
    tensor.as_slice::<f32>().expect("contiguous f32 tensor")
}

impl ActivationBackend for Flex {
    fn normalize_and_pool(input: FlexTensor) -> FlexTensor {
        let input = input.to_contiguous();
        let (n, size) = size(&input);
        let mut output = vec![0.0; n * size.output_len()];
        kernel::forward(values(&input), size, EPSILON as f32, &mut output);
        FlexTensor::from_data(TensorData::new(output, [n, size.height / 2, size.width / 2, size.channels]))
    }

    fn normalize_and_pool_backward(input: FlexTensor, gradient: FlexTensor) -> FlexTensor {
        let (input, gradient) = (input.to_contiguous(), gradient.to_contiguous());
        let (n, size) = size(&input);
        let mut result = vec![0.0; n * size.input_len()];
        kernel::backward(values(&input), values(&gradient), size, EPSILON as f32, &mut result);
        FlexTensor::from_data(TensorData::new(result, [n, size.height, size.width, size.channels]))
    }
}

impl<B: ActivationBackend, C: CheckpointStrategy> ActivationBackend for Autodiff<B, C> {
    fn normalize_and_pool(input: FloatTensor<Self>) -> FloatTensor<Self> {
        match NormalizeAndPool.prepare::<C>([input.node()]).compute_bound().stateful() {
            OpsKind::Tracked(mut prep) => {
                let state = prep.checkpoint(&input);
                prep.finish(state, B::normalize_and_pool(input.primitive().clone()))
            }
            OpsKind::UnTracked(prep) => prep.finish(B::normalize_and_pool(input.into_primitive())),
        }
    }

    fn normalize_and_pool_backward(_: FloatTensor<Self>, _: FloatTensor<Self>) -> FloatTensor<Self> {
        unimplemented!("second derivatives of the activation layer are not used")
    }
}

/// The backward step of the operation.
#[derive(Debug)]
struct NormalizeAndPool;

impl<B: ActivationBackend> Backward<B, 1> for NormalizeAndPool {
    type State = NodeId;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, checkpointer: &mut Checkpointer) {
        let [node] = ops.parents;
        let gradient = grads.consume::<B>(&ops.node);
        let input: FloatTensor<B> = checkpointer.retrieve_node_output(ops.state);
        if let Some(node) = node {
            grads.register::<B>(node.id, B::normalize_and_pool_backward(input, gradient));
        }
    }
}
