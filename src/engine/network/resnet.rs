//! Residual networks (stem, stages of two-convolution blocks, mean, linear): a baseline and embedders.

use super::Pass;
use super::layers::{Convolution, Head, Layer};
use crate::config::{ConfigError, ResNetConfig, Stem};
use crate::engine::cluster::ClusterGeometry;
use burn::tensor::Tensor;
use burn::tensor::activation::relu;
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;

/// A planned residual network.
#[derive(Debug, Clone)]
pub struct ResNet {
    stem: Convolution,
    /// Whether a maximum of stride 2 follows the stem.
    pool: bool,
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
        let (stride, pool) = match config.stem {
            Stem::Conv3 => (1, false),
            Stem::Conv7Pool => (2, true),
        };
        let stem = convolution("stem".into(), config.stem.kernel(), stride, [config.input.channels, channels]);
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
        Ok(Self { stem, pool, blocks, head: Head { size: [channels, config.classes] } })
    }

    /// `[batch, height, width, channels]` to `[batch, classes]`.
    pub fn forward(&self, input: Tensor<4>, pass: &mut Pass) -> Tensor<2> {
        let embedding = self.embed(input, pass);
        Head::forward(embedding, pass)
    }

    /// `[batch, height, width, channels]` to the mean of the last maps, `[batch, width of the last stage]`.
    pub fn embed(&self, input: Tensor<4>, pass: &mut Pass) -> Tensor<2> {
        let mut maps = relu(self.stem.forward(input, pass));
        if self.pool {
            maps = largest_of_3x3(maps);
        }
        for block in &self.blocks {
            let first = relu(block.first.forward(maps.clone(), pass));
            let second = block.second.forward(first, pass);
            let shortcut = match &block.shortcut {
                Some(shortcut) => shortcut.forward(maps, pass),
                None => maps,
            };
            maps = relu(second + shortcut);
            pass.level(|| maps.clone());
        }
        let [batch, height, width, channels] = maps.dims();
        maps.reshape([batch, height * width, channels]).mean_dim(1).reshape([batch, channels])
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

/// The maximum over 3x3 positions with stride 2 and padding 1: `[batch, h, w, c]` to `[batch, h / 2, w / 2, c]`, rounded up.
fn largest_of_3x3(maps: Tensor<4>) -> Tensor<4> {
    let options = MaxPoolOptions::new([3, 3]).with_stride([2, 2]).with_padding([1, 1]);
    max_pool2d(maps.permute([0, 3, 1, 2]), options).permute([0, 2, 3, 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::{Device, TensorData};

    #[test]
    fn the_pool_takes_the_largest_of_nine_and_ignores_the_padding() {
        // All negative, so that a padding of zeros would show.
        let [height, width, channels] = [5, 4, 2];
        let values: Vec<f32> = (0..height * width * channels).map(|i| (i as f32 * 0.618_034).fract() - 2.0).collect();
        let at = |row: usize, column: usize, channel: usize| values[(row * width + column) * channels + channel];
        let maps = Tensor::from_data(TensorData::new(values.clone(), [1, height, width, channels]), &Device::flex());
        let pooled = largest_of_3x3(maps);
        assert_eq!(pooled.dims(), [1, 3, 2, 2]);
        let mut expected = Vec::new();
        for (row, column, channel) in (0..12_usize).map(|i| (i / 4, i / 2 % 2, i % 2)) {
            let rows = (2 * row).saturating_sub(1)..(2 * row + 2).min(height);
            let columns = (2 * column).saturating_sub(1)..(2 * column + 2).min(width);
            let nine = rows.flat_map(|row| columns.clone().map(move |column| (row, column)));
            expected.push(nine.map(|(row, column)| at(row, column, channel)).fold(f32::NEG_INFINITY, f32::max));
        }
        assert_eq!(pooled.into_data().try_into_vec::<f32>().unwrap(), expected);
    }
}
