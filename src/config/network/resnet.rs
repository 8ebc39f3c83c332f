//! Residual networks as data: the article's baseline, and the embedders of the similarity answer.

use super::{BlockConfig, ConfigError, ImageShape, check, check_classes, check_image, is_ten, ten};
use crate::config::Bounds;
use serde::{Deserialize, Serialize};

/// How the first maps are made from the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stem {
    /// A 3x3 convolution that keeps the size, for small images.
    #[default]
    Conv3,
    /// A 7x7 convolution of stride 2 and a 3x3 maximum of stride 2, each with padding: `ResNet18` as published
    /// (He et al. 2016, table 1). 28x28 images become maps of 7x7.
    Conv7Pool,
}

impl Stem {
    /// Side of the square kernel.
    pub fn kernel(self) -> usize {
        match self {
            Self::Conv3 => 3,
            Self::Conv7Pool => 7,
        }
    }

    /// Side of the maps that enter the first stage, for an image of side `side`.
    pub fn out_side(self, side: usize) -> usize {
        match self {
            Self::Conv3 => side,
            Self::Conv7Pool => side.div_ceil(2).div_ceil(2),
        }
    }
}

/// A residual network: a stem, stages of two-convolution blocks, the mean over all positions, a linear layer.
///
/// The article's baseline on 7x7 images has about 1.3e6 parameters; its embedder of MNIST is `ResNet18`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResNetConfig {
    /// Shape of the input image.
    pub input: ImageShape,
    /// How the first maps are made; [`Stem::Conv3`] in files written before there was a choice.
    #[serde(default)]
    pub stem: Stem,
    /// Width of each stage; every stage after the first halves the sides.
    pub widths: Vec<usize>,
    /// Residual blocks (two 3x3 convolutions each) per stage.
    pub blocks_per_stage: usize,
    /// Whether batch normalisation follows each convolution; without it the convolutions have a bias.
    pub normalization: bool,
    /// Number of classes, each with an output.
    #[serde(default = "ten", skip_serializing_if = "is_ten")]
    pub classes: usize,
}

impl ResNetConfig {
    /// Numbers of stages.
    pub const STAGES: Bounds<usize> = Bounds::new("number of stages", 1, 6);
    /// Numbers of residual blocks per stage.
    pub const BLOCKS_PER_STAGE: Bounds<usize> = Bounds::new("blocks per stage", 1, 16);

    /// Trainable parameters of the convolutions, their normalisations (or biases) and the head.
    pub fn parameters(&self) -> usize {
        let convolution = |kernel: usize, input: usize, width: usize| {
            kernel * kernel * input * width + if self.normalization { 2 * width } else { width }
        };
        let mut channels = self.widths[0];
        let mut total = convolution(self.stem.kernel(), self.input.channels, channels);
        for (stage, &width) in self.widths.iter().enumerate() {
            for block in 0..self.blocks_per_stage {
                total += convolution(3, channels, width) + convolution(3, width, width);
                let halves = stage > 0 && block == 0;
                total += if halves || channels != width { convolution(1, channels, width) } else { 0 };
                channels = width;
            }
        }
        total + self.classes * channels + self.classes
    }

    /// Checks every setting against its range.
    ///
    /// # Errors
    /// [`ConfigError::OutOfRange`] for the first that cannot work.
    pub fn validate(&self) -> Result<(), ConfigError> {
        check_image(self.input)?;
        check_classes(self.classes)?;
        check(Self::STAGES, self.widths.len())?;
        check(Self::BLOCKS_PER_STAGE, self.blocks_per_stage)?;
        self.widths.iter().try_for_each(|&width| check(BlockConfig::WIDTH, width))
    }
}
