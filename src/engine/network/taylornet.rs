//! TaylorNet: stacked coarse-graining operations and a linear layer, without activation functions (Fig. 5).

use super::layers::{CoarseGraining, Coefficients, Convolution, Head, Layer};
use super::nested::Line;
use super::{Normalization, Pass};
use crate::config::{ConfigError, LayerOperation, Sharing, TaylorNetConfig};
use crate::engine::cluster::ClusterGeometry;
use burn::tensor::Tensor;

/// A planned TaylorNet, or its ablation.
#[derive(Debug, Clone)]
pub struct TaylorNet {
    blocks: Vec<(Convolution, CoarseGraining)>,
    head: Head,
    mirrored: bool,
}

impl TaylorNet {
    /// Plans the network.
    ///
    /// # Errors
    /// [`ConfigError`] where a cluster does not fit.
    pub fn new(config: &TaylorNetConfig) -> Result<Self, ConfigError> {
        let sizes = config.sizes()?;
        let mut channels_in = config.input.channels;
        let mut blocks = Vec::with_capacity(config.blocks.len());
        // Whether a level below has the coefficients that all share.
        let mut shared = false;
        for (index, block) in config.blocks.iter().enumerate() {
            let name = format!("blocks.{index}");
            let channels = block.channels;
            let convolution = Convolution {
                name: name.clone(),
                geometry: ClusterGeometry::convolution(3, 1, 1),
                channels: [channels_in, channels],
                bias: true,
                normalized: config.normalization,
                gain: 1.0,
            };
            let order = match block.operation {
                LayerOperation::Cg => block.cg.order,
                LayerOperation::Conv => 1,
            };
            let coefficients = match block.cg.sharing {
                Sharing::Shared => Coefficients::Own,
                Sharing::Untied => Coefficients::OfPositions(sizes[index + 1][0] * sizes[index + 1][1]),
                Sharing::Scale if std::mem::replace(&mut shared, true) => Coefficients::OfFirst,
                Sharing::Scale => Coefficients::First,
            };
            let geometry = ClusterGeometry::of_cg(&block.cg, order);
            blocks.push((convolution, CoarseGraining { name, geometry, channels: [channels, channels], coefficients }));
            channels_in = channels;
        }
        Ok(Self { blocks, head: Head { size: [config.head_features()?, config.classes] }, mirrored: config.mirrored })
    }

    /// `[batch, height, width, channels]` to `[batch, classes]`.
    pub fn forward(&self, input: Tensor<4>, pass: &mut Pass) -> Tensor<2> {
        let embedding = self.embed(input, pass);
        Head::forward(embedding, pass)
    }

    /// Whether its truncations can be evaluated alongside the whole: not where every position has coefficients of its
    /// own, nor in a mirrored network.
    pub fn has_truncations(&self) -> bool {
        !self.mirrored
            && self.blocks.iter().all(|(_, operation)| !matches!(operation.coefficients, Coefficients::OfPositions(_)))
    }

    /// The whole, and the exact truncations of orders 0 to `order` about a point `[1, height, width, channels]`; each
    /// `[batch, classes]`, that of order 0 `[1, classes]`.
    pub fn truncations(&self, line: Line, order: usize, pass: &mut Pass) -> (Tensor<2>, Vec<Tensor<2>>) {
        let mut line = line;
        for (convolution, operation) in &self.blocks {
            line = line.convolve(convolution, pass).coarse_grain(operation, order, pass);
        }
        let (weight, bias) = (pass.parameter::<2>(), pass.parameter::<1>().unsqueeze::<2>());
        let linear = |maps: Tensor<4>| maps.flatten::<2>(1, 3).matmul(weight.clone());
        let mut sum = linear(line.constant) + bias.clone();
        let mut truncations = vec![sum.clone()];
        for maps in line.orders {
            sum = sum + linear(maps);
            truncations.push(sum.clone());
        }
        let whole = line.whole.map_or(sum, |maps| linear(maps) + bias);
        (whole, truncations)
    }

    /// `[batch, height, width, channels]` to the last maps, `[batch, h * w * c]`: of a mirrored network the mean of
    /// those of the image and of the image flipped left to right.
    ///
    /// Where batches are normalised by themselves, in training, it is that of the image alone: images are flipped at
    /// random there, which has the same mean for half the work.
    pub fn embed(&self, input: Tensor<4>, pass: &mut Pass) -> Tensor<2> {
        let batch = input.dims()[0];
        let is_mirrored = self.mirrored && !matches!(pass.normalization(), Normalization::Batch);
        let mut maps = if is_mirrored { Tensor::cat(vec![input.clone(), input.flip([2])], 0) } else { input };
        for (convolution, operation) in &self.blocks {
            maps = operation.forward(convolution.forward(maps, pass), pass);
            pass.level(|| if is_mirrored { maps.clone().narrow(0, 0, batch) } else { maps.clone() });
        }
        let values = maps.flatten::<2>(1, 3);
        if !is_mirrored {
            return values;
        }
        let of_both = values.clone().narrow(0, 0, batch) + values.narrow(0, batch, batch);
        of_both.mul_scalar(0.5)
    }

    /// All layers in order.
    pub fn layers(&self) -> Vec<&dyn Layer> {
        let mut layers: Vec<&dyn Layer> = Vec::new();
        for (convolution, operation) in &self.blocks {
            layers.push(convolution);
            layers.push(operation);
        }
        layers.push(&self.head);
        layers
    }
}
