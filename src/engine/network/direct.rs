//! The direct Taylor expansion: one linear layer on all monomials of the pixels (Eq. 3).

use super::Pass;
use super::layers::Layer;
use crate::config::{CLASSES, CgConfig, ConfigError, DirectConfig, Sharing};
use crate::engine::cluster::ClusterGeometry;
use crate::engine::parameters::{Initial, ParameterSpec};
use burn::tensor::Tensor;

/// A planned direct expansion: `f_a(x) = sum_j W_aj X_j`, with `X_j` the distinct monomials of the pixels.
#[derive(Debug, Clone)]
pub struct Direct {
    /// One cluster that is the whole image.
    geometry: ClusterGeometry,
}

impl Layer for Direct {
    fn parameters(&self) -> Vec<ParameterSpec> {
        // The loss is convex in the coefficients, so zero is as good a start as any.
        vec![
            ParameterSpec::new("cg.weight", [self.geometry.features(), CLASSES], Initial::Zeros),
            ParameterSpec::new("cg.bias", [CLASSES], Initial::Zeros),
        ]
    }
}

impl Direct {
    /// Plans the network.
    ///
    /// # Errors
    /// [`ConfigError`] where it would have too many monomials or a setting is out of range.
    pub fn new(config: &DirectConfig) -> Result<Self, ConfigError> {
        config.monomials()?;
        let cg = CgConfig {
            cluster: [config.input.height, config.input.width],
            stride: [1, 1],
            dilation: 1,
            order: config.order,
            sharing: Sharing::Shared,
        };
        Ok(Self { geometry: ClusterGeometry::of_cg(&cg, config.order) })
    }

    /// `[batch, height, width, 1]` to `[batch, classes]`.
    pub fn forward(&self, input: Tensor<4>, pass: &mut Pass) -> Tensor<2> {
        let weight = pass.parameter::<2>();
        let bias = pass.parameter::<1>();
        let batch = input.dims()[0];
        let logits = pass.cluster_linear(&self.geometry, input, weight); // [batch, 1, 1, classes]
        logits.reshape([batch, CLASSES]) + bias.unsqueeze()
    }

    /// All layers in order: itself.
    pub fn layers(&self) -> Vec<&dyn Layer> {
        vec![self]
    }
}
