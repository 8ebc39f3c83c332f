//! State of one forward pass: which parameter comes next, and what normalisation does.

use super::Output;
use crate::config::Formulation;
use crate::engine::cluster::{ClusterGeometry, cluster_linear, cluster_linear_plain};
use crate::engine::normalization::{Normalized, batch_normalize, batch_normalize_plain};
use crate::engine::parameters::ParameterLayout;
use burn::tensor::Tensor;

#[expect(clippy::large_enum_variant, reason = "one lives per forward pass")]
/// Where batch normalisation takes mean and variance from.
#[derive(Debug, Clone)]
pub enum Normalization {
    /// From the batch; they are reported.
    Batch,
    /// From these running statistics, in the order of [`super::Network::initial_statistics`].
    Running(Tensor<1>),
    /// There is none: the network was built without it, or it is folded into the convolutions.
    Folded,
}

/// A forward pass in progress.
pub struct Pass<'a> {
    layout: &'a ParameterLayout,
    weights: &'a [Tensor<1>],
    next: usize,
    normalization: Normalization,
    formulation: Formulation,
    used_statistics: usize,
    batch_statistics: Vec<Tensor<1>>,
    levels: Option<Vec<Tensor<4>>>,
    /// Weight and bias that all levels share.
    shared: Option<(Tensor<2>, Tensor<1>)>,
}

impl<'a> Pass<'a> {
    /// Starts a pass.
    pub fn new(layout: &'a ParameterLayout, weights: &'a [Tensor<1>], normalization: Normalization) -> Self {
        Self {
            layout,
            weights,
            next: 0,
            normalization,
            formulation: Formulation::default(),
            used_statistics: 0,
            batch_statistics: Vec::new(),
            levels: None,
            shared: None,
        }
    }

    /// Computes the cluster operations and the normalisation of a batch this way.
    #[must_use]
    pub fn formulated(mut self, formulation: Formulation) -> Self {
        self.formulation = formulation;
        self
    }

    /// Keeps the feature maps after each level.
    #[must_use]
    pub fn keeping_levels(mut self) -> Self {
        self.levels = Some(Vec::new());
        self
    }

    /// The next parameter in its shape.
    pub fn parameter<const D: usize>(&mut self) -> Tensor<D> {
        let spec = &self.layout.specs()[self.next];
        let shape: [usize; D] = std::array::from_fn(|axis| spec.shape[axis]);
        self.next += 1;
        self.weights[self.next - 1].clone().reshape(shape)
    }

    /// Keeps the coefficients of the first level for those above it.
    pub fn share(&mut self, set: (Tensor<2>, Tensor<1>)) {
        self.shared = Some(set);
    }

    /// The coefficients that the first level has shared.
    pub fn shared(&self) -> (Tensor<2>, Tensor<1>) {
        self.shared.clone().unwrap_or_else(|| unreachable!("the level that has the coefficients comes first"))
    }

    /// Applies one matrix to the features of every cluster, as [`cluster_linear`].
    pub fn cluster_linear(&self, geometry: &ClusterGeometry, input: Tensor<4>, weight: Tensor<2>) -> Tensor<4> {
        match self.formulation {
            Formulation::Fused => cluster_linear(geometry, input, weight),
            Formulation::Plain => cluster_linear_plain(geometry, input, weight),
        }
    }

    /// Normalises the rows of the batch, as [`batch_normalize`].
    pub fn batch_normalize(&self, rows: Tensor<2>, scale: Tensor<1>, shift: Tensor<1>, epsilon: f64) -> Normalized {
        match self.formulation {
            Formulation::Fused => batch_normalize(rows, scale, shift, epsilon),
            Formulation::Plain => batch_normalize_plain(rows, scale, shift, epsilon),
        }
    }

    /// How to normalise now.
    pub fn normalization(&self) -> &Normalization {
        &self.normalization
    }

    /// The next pair of running mean and variance, `[channels]` each.
    pub fn running(&mut self, statistics: &Tensor<1>, channels: usize) -> [Tensor<1>; 2] {
        let start = self.used_statistics;
        self.used_statistics += 2 * channels;
        let part = |start: usize| statistics.clone().slice(start..start + channels);
        [part(start), part(start + channels)]
    }

    /// Reports mean and variance of the batch.
    pub fn report(&mut self, mean: Tensor<1>, variance: Tensor<1>) {
        self.batch_statistics.push(mean);
        self.batch_statistics.push(variance);
    }

    /// Marks the end of a level, and keeps its maps where they were asked for.
    pub fn level(&mut self, maps: impl FnOnce() -> Tensor<4>) {
        if let Some(levels) = &mut self.levels {
            levels.push(maps());
        }
    }

    /// Ends the pass.
    pub fn finish(self, logits: Tensor<2>) -> Output {
        debug_assert_eq!(self.next, self.weights.len(), "every parameter is used exactly once");
        let statistics = (!self.batch_statistics.is_empty()).then(|| Tensor::cat(self.batch_statistics, 0));
        Output { logits, statistics, levels: self.levels.unwrap_or_default(), truncations: Vec::new() }
    }
}
