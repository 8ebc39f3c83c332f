//! Network architectures as data: shapes, parameter counts and the named networks of the article.

mod catalogue;
mod description;
mod direct;
mod names;
mod resnet;
mod taylornet;

pub use catalogue::NamedNetwork;
pub use direct::DirectConfig;
pub use resnet::{ResNetConfig, Stem};
pub use taylornet::{BlockConfig, CgConfig, LayerOperation, Sharing, TaylorNetConfig, monomial_count};

use crate::config::{Bounds, CLASS_RANGE, CLASSES};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Largest image side accepted from outside; far above anything in the article.
const MAX_SIDE: usize = 256;

/// Why a network cannot be built, and what to change.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// The direct polynomial has kernels for ten classes.
    #[error("a polynomial of the pixels has {CLASSES} classes; choose a network with levels for another number")]
    TenClasses,
    /// No network of that name exists.
    #[error("unknown network '{name}': choose one of {choices}")]
    UnknownName {
        /// The name asked for.
        name: String,
        /// The names that exist, comma separated.
        choices: String,
    },
    /// A cluster does not fit into its input.
    #[error(
        "block {block}: a cluster spans {span} values but its input is only {size} wide; reduce the dilation or the number of blocks"
    )]
    ClusterTooLarge {
        /// Index of the block, from 0.
        block: usize,
        /// Extent of the dilated cluster.
        span: usize,
        /// Side of the input.
        size: usize,
    },
    /// Levels that cannot have the same coefficients.
    #[error(
        "levels that share one set of coefficients need the same width, operation, cluster and order; make them equal, or let each level have its own set"
    )]
    UnequalLevels,
    /// Clusters that differ in the image turned left to right.
    #[error(
        "block {block}: the clusters do not end at the right edge of its input, which is {size} wide, so the network cannot be mirrored; change the stride, or do without the mirror"
    )]
    UnequalEdges {
        /// Index of the block, from 0.
        block: usize,
        /// Width of its input.
        size: usize,
    },
    /// A setting lies outside its range.
    #[error("{setting} is {value}, but must be between {min} and {max}")]
    OutOfRange {
        /// Name of the setting.
        setting: &'static str,
        /// Value found.
        value: usize,
        /// Smallest allowed value.
        min: usize,
        /// Largest allowed value.
        max: usize,
    },
}

/// Height, width and number of channels of an input image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageShape {
    /// Number of channels (1: grey, 3: colour).
    pub channels: usize,
    /// Number of rows.
    pub height: usize,
    /// Number of columns.
    pub width: usize,
}

impl ImageShape {
    /// Numbers of rows.
    pub const HEIGHT: Bounds<usize> = Bounds::new("image height", 1, MAX_SIDE);
    /// Numbers of columns.
    pub const WIDTH: Bounds<usize> = Bounds::new("image width", 1, MAX_SIDE);
    /// Numbers of channels.
    pub const CHANNELS: Bounds<usize> = Bounds::new("image channels", 1, 4);

    /// Number of values of one image.
    pub fn len(self) -> usize {
        self.channels * self.height * self.width
    }

    /// True for an image without values.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

fn check(bounds: Bounds<usize>, value: usize) -> Result<(), ConfigError> {
    let Bounds { name: setting, least: min, most: max } = bounds;
    if bounds.contains(value) { Ok(()) } else { Err(ConfigError::OutOfRange { setting, value, min, max }) }
}

/// Refuses images that no network here is made for.
fn check_image(image: ImageShape) -> Result<(), ConfigError> {
    check(ImageShape::HEIGHT, image.height)?;
    check(ImageShape::WIDTH, image.width)?;
    check(ImageShape::CHANNELS, image.channels)
}

fn check_classes(classes: usize) -> Result<(), ConfigError> {
    check(Bounds::new("number of classes", *CLASS_RANGE.start(), *CLASS_RANGE.end()), classes)
}

/// Networks of the catalogue, and files written before there was a choice, do not say how many classes they have.
fn ten() -> usize {
    CLASSES
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
fn is_ten(classes: &usize) -> bool {
    *classes == CLASSES
}

/// Any network that the engine can build and train.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[serde(try_from = "description::Description")]
pub enum NetworkConfig {
    /// A TaylorNet, or its ablation with plain convolutions.
    TaylorNet(TaylorNetConfig),
    /// The residual baseline.
    ResNet(ResNetConfig),
    /// The direct Taylor expansion.
    Direct(DirectConfig),
}

impl NetworkConfig {
    /// Shape of the input image.
    pub fn input(&self) -> ImageShape {
        match self {
            Self::TaylorNet(config) => config.input,
            Self::ResNet(config) => config.input,
            Self::Direct(config) => config.input,
        }
    }

    /// Number of trainable parameters.
    ///
    /// # Errors
    /// As [`TaylorNetConfig::sizes`], [`ResNetConfig::validate`] and [`DirectConfig::monomials`].
    pub fn parameters(&self) -> Result<usize, ConfigError> {
        match self {
            Self::TaylorNet(config) => config.parameters(),
            Self::ResNet(config) => config.validate().map(|()| config.parameters()),
            Self::Direct(config) => config.parameters(),
        }
    }

    /// Degree of the polynomial that the network is; `None` where it is not one.
    pub fn degree(&self) -> Option<usize> {
        match self {
            Self::TaylorNet(config) => Some(config.degree()),
            Self::ResNet(_) => None,
            Self::Direct(config) => Some(config.order),
        }
    }

    /// Number of classes, each with an output.
    pub fn classes(&self) -> usize {
        match self {
            Self::TaylorNet(config) => config.classes,
            Self::ResNet(config) => config.classes,
            Self::Direct(_) => CLASSES,
        }
    }

    /// The same architecture for another number of classes.
    ///
    /// # Errors
    /// [`ConfigError::TenClasses`] for a polynomial of the pixels, which has a fixed number.
    pub fn with_classes(mut self, classes: usize) -> Result<Self, ConfigError> {
        check_classes(classes)?;
        match &mut self {
            Self::TaylorNet(config) => config.classes = classes,
            Self::ResNet(config) => config.classes = classes,
            Self::Direct(_) if classes == CLASSES => {}
            Self::Direct(_) => return Err(ConfigError::TenClasses),
        }
        Ok(self)
    }

    /// The same architecture without batch normalisation, as it is after folding.
    #[must_use]
    pub fn without_normalization(&self) -> Self {
        let mut network = self.clone();
        match &mut network {
            Self::TaylorNet(config) => config.normalization = false,
            Self::ResNet(config) => config.normalization = false,
            Self::Direct(_) => {}
        }
        network
    }
}

impl NetworkConfig {
    /// The same function as it is stored and used: without batch normalisation, and with the coefficients that all levels
    /// share written out at each of them.
    #[must_use]
    pub fn deployed(&self) -> Self {
        let mut network = self.without_normalization();
        if let Self::TaylorNet(config) = &mut network {
            for block in config.blocks.iter_mut().filter(|block| block.cg.sharing == Sharing::Scale) {
                block.cg.sharing = Sharing::Shared;
            }
        }
        network
    }
}

#[cfg(test)]
mod tests;
