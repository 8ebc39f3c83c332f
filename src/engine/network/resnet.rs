//! The article's baseline on small images: a residual network (stem, stages of two-convolution blocks, mean, linear).

use super::Pass;
use super::layers::{Convolution, Head, Layer};
use crate::config::{CLASSES, ConfigError, ResNetConfig};
use crate::engine::cluster::ClusterGeometry;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;

/// A planned residual network.
#[derive(Debug, Clone)]
pub struct ResNet {
    stem: Convolution,
    blocks: Vec<ResidualBlock>,
    head: Head,
}

#[derive(Debug, Clone)]
struct ResidualBlock {
    first: Convolution,
    second: Convolution,
    shortcut: Option<Convolution>,
}

impl ResNet {
    /// Plans the network.
    ///
    /// # Errors
    /// [`ConfigError`] where a width or a count is out of range.
    pub fn new(config: &ResNetConfig) -> Result<Self, ConfigError> {
        config.validate()?;
        let convolution = |name: String, kernel: usize, stride: usize, channels: [usize; 2]| Convolution {
            name,
            geometry: ClusterGeometry::convolution(kernel, stride, kernel / 2),
            channels,
            bias: !config.normalization,
            normalized: config.normalization,
            gain: 2.0,
        };
        let mut channels = config.widths[0];
        let stem = convolution("stem".into(), 3, 1, [config.input.channels, channels]);
        let mut blocks = Vec::new();
        for (stage, &width) in config.widths.iter().enumerate() {
            for block in 0..config.blocks_per_stage {
                let stride = if stage > 0 && block == 0 { 2 } else { 1 };
                let name = format!("stages.{stage}.{block}");
                let changes = stride != 1 || channels != width;
                blocks.push(ResidualBlock {
                    first: convolution(format!("{name}.first"), 3, stride, [channels, width]),
                    second: convolution(format!("{name}.second"), 3, 1, [width, width]),
                    shortcut: changes.then(|| convolution(format!("{name}.shortcut"), 1, stride, [channels, width])),
                });
                channels = width;
            }
        }
        Ok(Self { stem, blocks, head: Head { size: [channels, CLASSES] } })
    }

    /// `[batch, height, width, channels]` to `[batch, classes]`.
    pub fn forward(&self, input: Tensor<4>, pass: &mut Pass) -> Tensor<2> {
        let mut maps = relu(self.stem.forward(input, pass));
        for block in &self.blocks {
            let first = relu(block.first.forward(maps.clone(), pass));
            let second = block.second.forward(first, pass);
            let shortcut = match &block.shortcut {
                Some(shortcut) => shortcut.forward(maps, pass),
                None => maps,
            };
            maps = relu(second + shortcut);
            pass.level(&maps);
        }
        let [batch, height, width, channels] = maps.dims();
        let mean = maps.reshape([batch, height * width, channels]).mean_dim(1).reshape([batch, channels]);
        self.head.forward(mean, pass)
    }

    /// All layers in order.
    pub fn layers(&self) -> Vec<&dyn Layer> {
        let mut layers: Vec<&dyn Layer> = vec![&self.stem];
        for block in &self.blocks {
            layers.push(&block.first);
            layers.push(&block.second);
            if let Some(shortcut) = &block.shortcut {
                layers.push(shortcut);
            }
        }
        layers.push(&self.head);
        layers
    }
}
