//! The residual baseline as data.

use super::{ConfigError, ImageShape, MAX_CHANNELS, check, check_image};
use crate::config::CLASSES;
use serde::{Deserialize, Serialize};

/// The article's baseline on 7x7 images: a residual network of about 1.3e6 parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResNetConfig {
    /// Shape of the input image.
    pub input: ImageShape,
    /// Width of each stage; every stage after the first halves the sides.
    pub widths: Vec<usize>,
    /// Residual blocks (two 3x3 convolutions each) per stage.
    pub blocks_per_stage: usize,
    /// Whether batch normalisation follows each convolution; without it the convolutions have a bias.
    pub normalization: bool,
}

impl ResNetConfig {
    /// Trainable parameters of the convolutions, their normalisations (or biases) and the head.
    pub fn parameters(&self) -> usize {
        let convolution = |kernel: usize, input: usize, width: usize| {
            kernel * kernel * input * width + if self.normalization { 2 * width } else { width }
        };
        let mut channels = self.widths[0];
        let mut total = convolution(3, self.input.channels, channels);
        for (stage, &width) in self.widths.iter().enumerate() {
            for block in 0..self.blocks_per_stage {
                total += convolution(3, channels, width) + convolution(3, width, width);
                let halves = stage > 0 && block == 0;
                total += if halves || channels != width { convolution(1, channels, width) } else { 0 };
                channels = width;
            }
        }
        total + CLASSES * channels + CLASSES
    }

    /// Checks every setting against its range.
    ///
    /// # Errors
    /// [`ConfigError::OutOfRange`] for the first that cannot work.
    pub fn validate(&self) -> Result<(), ConfigError> {
        check_image(self.input)?;
        check("number of stages", self.widths.len(), 1, 6)?;
        check("blocks per stage", self.blocks_per_stage, 1, 16)?;
        self.widths.iter().try_for_each(|&width| check("width", width, 1, MAX_CHANNELS))
    }
}
