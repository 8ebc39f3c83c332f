//! Networks as pure functions of a parameter vector.
//!
//! Activations are `[batch, height, width, channels]` throughout.

mod direct;
mod fold;
mod layers;
mod mirror;
mod nested;
mod pass;
mod resnet;
mod taylornet;

pub use direct::Direct;
pub use layers::SHARED;
pub use pass::{Normalization, Pass};
pub use resnet::ResNet;
pub use taylornet::TaylorNet;

use super::parameters::{ParameterLayout, ParameterSpec};
use crate::config::{ConfigError, Formulation, NetworkConfig};
use burn::tensor::Tensor;
use layers::Layer;
use nested::Line;

/// A network that can be evaluated and trained.
#[derive(Debug, Clone)]
pub struct Network {
    config: NetworkConfig,
    layout: ParameterLayout,
    architecture: Architecture,
    formulation: Formulation,
}

#[derive(Debug, Clone)]
enum Architecture {
    TaylorNet(TaylorNet),
    ResNet(ResNet),
    Direct(Direct),
}

/// What a forward pass gives.
#[derive(Debug)]
pub struct Output {
    /// `[batch, classes]`, before softmax.
    pub logits: Tensor<2>,
    /// Mean and variance of every normalisation on this batch, where they were computed, in the order of
    /// [`Network::initial_statistics`].
    pub statistics: Option<Tensor<1>>,
    /// Feature maps after each level, `[batch, height, width, channels]`, where they were asked for.
    pub levels: Vec<Tensor<4>>,
    /// Exact truncations of orders 0, 1, … about a point, where they were asked for: `[batch, classes]`, the first one
    /// `[1, classes]`.
    pub truncations: Vec<Tensor<2>>,
}

impl Network {
    /// Plans a network.
    ///
    /// # Errors
    /// [`ConfigError`] where the settings do not fit together.
    pub fn new(config: &NetworkConfig) -> Result<Self, ConfigError> {
        let architecture = match config {
            NetworkConfig::TaylorNet(config) => Architecture::TaylorNet(TaylorNet::new(config)?),
            NetworkConfig::ResNet(config) => Architecture::ResNet(ResNet::new(config)?),
            NetworkConfig::Direct(config) => Architecture::Direct(Direct::new(config)?),
        };
        let mut network = Self {
            config: config.clone(),
            layout: ParameterLayout::default(),
            architecture,
            formulation: Formulation::default(),
        };
        let specs: Vec<ParameterSpec> = network.layers().iter().flat_map(|layer| layer.parameters()).collect();
        network.layout = ParameterLayout::new(specs);
        Ok(network)
    }

    /// The same network with its operations computed in this way.
    #[must_use]
    pub fn formulated(mut self, formulation: Formulation) -> Self {
        self.formulation = formulation;
        self
    }

    /// The settings it was made from.
    pub fn config(&self) -> &NetworkConfig {
        &self.config
    }

    /// Order of its parameters.
    pub fn layout(&self) -> &ParameterLayout {
        &self.layout
    }

    /// Running mean and variance of all normalisations before training: 0 and 1.
    pub fn initial_statistics(&self) -> Vec<f32> {
        let mut statistics = Vec::new();
        for channels in self.layers().iter().filter_map(|layer| layer.normalized_channels()) {
            statistics.resize(statistics.len() + channels, 0.0);
            statistics.resize(statistics.len() + channels, 1.0);
        }
        statistics
    }

    /// Evaluates the network.
    ///
    /// # Shapes
    /// - `input`: `[batch, height, width, channels]`, pixels from 0 to 1
    /// - `weights`: one flat tensor per parameter, as [`ParameterLayout::split`] gives
    pub fn forward(&self, input: Tensor<4>, weights: &[Tensor<1>], normalization: Normalization) -> Output {
        self.run(input, self.pass(weights, normalization))
    }

    /// Whether [`Self::forward_with_truncations`] can be used: for `TaylorNet`s whose positions share coefficients.
    pub fn has_truncations(&self) -> bool {
        match &self.architecture {
            Architecture::TaylorNet(network) => network.has_truncations(),
            Architecture::ResNet(_) | Architecture::Direct(_) => false,
        }
    }

    /// As [`Self::forward`], and the exact truncations up to `order` about a point `[1, height, width, channels]`; none for
    /// networks without them. Gradients flow through both, and through the statistics of the batch.
    pub fn forward_with_truncations(
        &self,
        input: Tensor<4>,
        point: Tensor<4>,
        order: usize,
        weights: &[Tensor<1>],
        normalization: Normalization,
    ) -> Output {
        let Architecture::TaylorNet(network) = &self.architecture else {
            return self.forward(input, weights, normalization);
        };
        let mut pass = self.pass(weights, normalization);
        let (whole, truncations) = network.truncations(Line::new(point, input), order, &mut pass);
        Output { truncations, ..pass.finish(whole) }
    }

    /// As [`Self::forward`], and keeps the feature maps after each level.
    pub fn forward_with_levels(&self, input: Tensor<4>, weights: &[Tensor<1>], normalization: Normalization) -> Output {
        self.run(input, self.pass(weights, normalization).keeping_levels())
    }

    /// What the last linear layer takes: `[batch, embedding]`.
    ///
    /// That is the mean over all positions of a residual network (512 values for `resnet-18`, 64 for `resnet-light`)
    /// and the last maps of a TaylorNet as they are, `[h, w, c]` (256 values for `taylornet-28`). A direct expansion
    /// is nothing but a last layer, so there it is the pixels.
    ///
    /// Input and weights as in [`Self::forward`].
    pub fn embed(&self, input: Tensor<4>, weights: &[Tensor<1>], normalization: Normalization) -> Tensor<2> {
        let mut pass = self.pass(weights, normalization);
        match &self.architecture {
            Architecture::TaylorNet(network) => network.embed(input, &mut pass),
            Architecture::ResNet(network) => network.embed(input, &mut pass),
            Architecture::Direct(_) => input.flatten(1, 3),
        }
    }

    fn pass<'a>(&'a self, weights: &'a [Tensor<1>], normalization: Normalization) -> Pass<'a> {
        Pass::new(&self.layout, weights, normalization).formulated(self.formulation)
    }

    fn run(&self, input: Tensor<4>, mut pass: Pass) -> Output {
        let logits = match &self.architecture {
            Architecture::TaylorNet(network) => network.forward(input, &mut pass),
            Architecture::ResNet(network) => network.forward(input, &mut pass),
            Architecture::Direct(network) => network.forward(input, &mut pass),
        };
        pass.finish(logits)
    }

    /// All layers with parameters, in the order in which a forward pass meets them.
    fn layers(&self) -> Vec<&dyn Layer> {
        match &self.architecture {
            Architecture::TaylorNet(network) => network.layers(),
            Architecture::ResNet(network) => network.layers(),
            Architecture::Direct(network) => network.layers(),
        }
    }
}

#[cfg(test)]
mod tests;
