//! The randomly initialised frozen network of Fig. 8.

use super::activation::normalize_and_pool;
use super::orthogonal;
use crate::config::{DistillationConfigError, EmbedderConfig, ImageShape};
use crate::engine::cluster::{ClusterGeometry, cluster_linear};
use crate::engine::parameters::{Initial, ParameterLayout, ParameterSpec, vector};
use burn::tensor::{Device, Tensor};

/// Squared length of a filter.
const GAIN: f32 = 2.0;

/// Blocks of 3x3 convolution, instance normalisation, ReLU and 2x2 mean pooling.
///
/// The convolutions have no bias: the normalisation would take it away again.
#[derive(Debug, Clone)]
pub struct Embedder {
    config: EmbedderConfig,
    image: ImageShape,
    layout: ParameterLayout,
    geometries: Vec<ClusterGeometry>,
}

impl Embedder {
    /// Plans the network.
    ///
    /// # Errors
    /// [`DistillationConfigError::TooSmall`] where nothing is left of the image.
    pub fn new(config: &EmbedderConfig, image: ImageShape) -> Result<Self, DistillationConfigError> {
        if config.values(image) == 0 {
            let ImageShape { height, width, .. } = image;
            return Err(DistillationConfigError::TooSmall { height, width, blocks: config.blocks });
        }
        let padding = |block: usize| if block == 0 { config.first_padding } else { 1 };
        let geometries = (0..config.blocks).map(|block| ClusterGeometry::convolution(3, 1, padding(block))).collect();
        let specs = (0..config.blocks).map(|block| {
            let fan_in = 9 * if block == 0 { image.channels } else { config.width };
            let initial = Initial::Normal { fan_in, gain: GAIN };
            ParameterSpec::new(format!("blocks.{block}.conv.weight"), [fan_in, config.width], initial)
        });
        let layout = ParameterLayout::new(specs.collect());
        Ok(Self { config: config.clone(), image, layout, geometries })
    }

    /// Values of an embedding.
    pub fn values(&self) -> usize {
        self.config.values(self.image)
    }

    /// Weights of the embedder number `draw`; the same on every machine and device.
    pub fn weights(&self, seed: u64, draw: u64, device: &Device) -> Vec<Tensor<1>> {
        // Seeds of different runs and draws must not meet: an odd factor spreads them over all 64 bits.
        let mixed = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let values = if self.config.orthogonal {
            let block = |(number, spec): (usize, &ParameterSpec)| {
                let seed = mixed.wrapping_add((number as u64) << 32);
                orthogonal::filters(spec.shape[0], spec.shape[1], seed, draw, GAIN)
            };
            self.layout.specs().iter().enumerate().flat_map(block).collect()
        } else {
            self.layout.initial_values(mixed.wrapping_add(draw))
        };
        self.layout.split(&vector(&values, device))
    }

    /// `[n, height, width, channels]`, pixels from 0 to 1, to `[n, values]`.
    pub fn embed(&self, images: Tensor<4>, weights: &[Tensor<1>]) -> Tensor<2> {
        let mut maps = images;
        for ((geometry, weight), spec) in self.geometries.iter().zip(weights).zip(self.layout.specs()) {
            let weight = weight.clone().reshape([spec.shape[0], spec.shape[1]]);
            maps = normalize_and_pool(cluster_linear(geometry, maps, weight)); // [n, h/2, w/2, width]
        }
        maps.flatten(1, 3)
    }
}
