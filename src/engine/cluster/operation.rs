//! The cluster operation as a differentiable tensor operation: fused where there are kernels, plain elsewhere.

use super::{ClusterGeometry, cluster_linear_plain, kernel, whole};
use crate::engine::fused::{Kernels, kernels_of};
use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::autodiff::{Autodiff, NodeId};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::{Device, Tensor, TensorData};

/// Backends that have the fused operation.
#[backend_extension(Autodiff, Flex, Cube: cfg(feature = "cube"))]
pub trait ClusterBackend: burn::backend::Backend {
    /// `[batch, h, w, c]`, `[features * c, out]` to `[batch, oh, ow, out]`.
    fn cluster_forward(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        geometry: ClusterGeometry,
    ) -> FloatTensor<Self>;

    /// Gradient of the input of [`Self::cluster_forward`].
    fn cluster_backward_input(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        geometry: ClusterGeometry,
    ) -> FloatTensor<Self>;

    /// Gradient of the weight of [`Self::cluster_forward`].
    fn cluster_backward_weight(
        input: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        geometry: ClusterGeometry,
    ) -> FloatTensor<Self>;
}

/// Applies one matrix to the features of every cluster.
///
/// # Shapes
/// - `input`: `[batch, height, width, channels]`
/// - `weight`: `[features * channels, out]`, feature-major, in the order of [`super::MonomialTable`]
/// - returns `[batch, out_height, out_width, out]`
///
/// Eq. (4) without its constant term, which is added by the layers that use it.
pub fn cluster_linear(geometry: &ClusterGeometry, input: Tensor<4>, weight: Tensor<2>) -> Tensor<4> {
    if !is_fused(geometry, &input.device()) {
        return cluster_linear_plain(geometry, input, weight);
    }
    let output = Dispatch::cluster_forward(input.into_dispatch(), weight.into_dispatch(), geometry.clone());
    Tensor::from_dispatch(output)
}

/// True where there are kernels for this cluster on this device.
#[cfg_attr(not(feature = "cube"), expect(unused_variables, reason = "the CPU takes every cluster"))]
fn is_fused(geometry: &ClusterGeometry, device: &Device) -> bool {
    match kernels_of(device) {
        Some(Kernels::Cpu) => true,
        #[cfg(feature = "cube")]
        Some(Kernels::Gpu) => super::gpu::supports(geometry),
        None => false,
    }
}

fn shape4(tensor: &FlexTensor) -> [usize; 4] {
    let shape = tensor.shape();
    [shape[0], shape[1], shape[2], shape[3]]
}

/// Values of a tensor that is contiguous in memory.
fn values(tensor: &FlexTensor) -> &[f32] {
    tensor.as_slice::<f32>().expect("contiguous f32 tensor")
}

fn tensor(values: Vec<f32>, shape: impl Into<Vec<usize>>) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape.into()))
}

impl ClusterBackend for Flex {
    fn cluster_forward(input: FlexTensor, weight: FlexTensor, geometry: ClusterGeometry) -> FlexTensor {
        let (input, weight) = (input.to_contiguous(), weight.to_contiguous());
        let size = geometry.size(shape4(&input)).expect("sizes were checked when the network was built");
        let out = weight.shape()[1];
        let mut output = vec![0.0; size.rows() * out];
        if whole::is_whole_image(&geometry, &size, out) {
            whole::forward(&geometry, values(&input), values(&weight), &mut output);
        } else {
            kernel::forward(&geometry, &size, out, values(&input), values(&weight), &mut output);
        }
        tensor(output, [size.batch, size.out_height, size.out_width, out])
    }

    fn cluster_backward_input(
        input: FlexTensor,
        weight: FlexTensor,
        gradient: FlexTensor,
        geometry: ClusterGeometry,
    ) -> FlexTensor {
        let (input, weight, gradient) = (input.to_contiguous(), weight.to_contiguous(), gradient.to_contiguous());
        let shape = shape4(&input);
        let size = geometry.size(shape).expect("sizes were checked when the network was built");
        let mut result = vec![0.0; size.batch * size.image_len()];
        let out = weight.shape()[1];
        kernel::backward_input(&geometry, &size, out, values(&input), values(&weight), values(&gradient), &mut result);
        tensor(result, shape)
    }

    fn cluster_backward_weight(input: FlexTensor, gradient: FlexTensor, geometry: ClusterGeometry) -> FlexTensor {
        let (input, gradient) = (input.to_contiguous(), gradient.to_contiguous());
        let size = geometry.size(shape4(&input)).expect("sizes were checked when the network was built");
        let out = gradient.shape()[3];
        let result = if whole::is_whole_image(&geometry, &size, out) {
            whole::backward_weight(&geometry, values(&input), values(&gradient))
        } else {
            kernel::backward_weight(&geometry, &size, out, values(&input), values(&gradient))
        };
        tensor(result, [geometry.features() * size.channels, out])
    }
}

impl<B: ClusterBackend, C: CheckpointStrategy> ClusterBackend for Autodiff<B, C> {
    fn cluster_forward(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        geometry: ClusterGeometry,
    ) -> FloatTensor<Self> {
        match ClusterLinear.prepare::<C>([input.node(), weight.node()]).compute_bound().stateful() {
            OpsKind::Tracked(mut prep) => {
                let state = (prep.checkpoint(&input), prep.checkpoint(&weight), geometry.clone());
                let output = B::cluster_forward(input.primitive().clone(), weight.primitive().clone(), geometry);
                prep.finish(state, output)
            }
            OpsKind::UnTracked(prep) => {
                prep.finish(B::cluster_forward(input.into_primitive(), weight.into_primitive(), geometry))
            }
        }
    }

    fn cluster_backward_input(
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: FloatTensor<Self>,
        _: ClusterGeometry,
    ) -> FloatTensor<Self> {
        unimplemented!("second derivatives of the cluster operation are not used")
    }

    fn cluster_backward_weight(_: FloatTensor<Self>, _: FloatTensor<Self>, _: ClusterGeometry) -> FloatTensor<Self> {
        unimplemented!("second derivatives of the cluster operation are not used")
    }
}

/// The backward step of the operation.
#[derive(Debug)]
struct ClusterLinear;

impl<B: ClusterBackend> Backward<B, 2> for ClusterLinear {
    type State = (NodeId, NodeId, ClusterGeometry);

    fn backward(self, ops: Ops<Self::State, 2>, grads: &mut Gradients, checkpointer: &mut Checkpointer) {
        let [node_input, node_weight] = ops.parents;
        let gradient = grads.consume::<B>(&ops.node);
        let (input, weight, geometry) = ops.state;
        let input: FloatTensor<B> = checkpointer.retrieve_node_output(input);
        let weight: FloatTensor<B> = checkpointer.retrieve_node_output(weight);
        if let Some(node) = node_weight {
            let result = B::cluster_backward_weight(input.clone(), gradient.clone(), geometry.clone());
            grads.register::<B>(node.id, result);
        }
        if let Some(node) = node_input {
            grads.register::<B>(node.id, B::cluster_backward_input(input, weight, gradient, geometry));
        }
    }
}
