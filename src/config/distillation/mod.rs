//! Settings of a multi-level data distillation (Eq. 5, Fig. 7 and 8), and the index of its result.

mod index;
mod loss;

pub use index::{DistilledIndex, DistilledLevel, INDEX_FORMAT, IndexError, SubsetOrigins, Tree};
pub use loss::DistillationLoss;

use super::ImageShape;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A setting of a distillation that cannot work, and what to change.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum DistillationConfigError {
    /// The loss has no minimum.
    #[error(
        "lambda is {lambda}, but must be above {bound}: with {classes} classes the loss of Eq. (5) contains lambda - {bound} times the \
         squared distance, so that at {bound} or below it falls without end the further an image moves away; the article takes 19"
    )]
    NotConvex {
        /// Weight asked for.
        lambda: f64,
        /// Number of other classes.
        bound: usize,
        /// Number of classes.
        classes: usize,
    },
    /// Levels that do not get smaller.
    #[error("the levels keep {0:?} images per class, but each must keep fewer than the one before and at least 1")]
    Levels(Vec<usize>),
    /// One set of optimisation settings per level is needed.
    #[error("there are {levels} levels but optimisation settings for {settings}; give one for each level")]
    Optimization {
        /// Number of levels.
        levels: usize,
        /// Number of settings.
        settings: usize,
    },
    /// A number outside its range.
    #[error("{setting} is {value}, but must be between {min} and {max}")]
    OutOfRange {
        /// Name of the setting.
        setting: &'static str,
        /// Value found.
        value: f64,
        /// Smallest allowed value.
        min: f64,
        /// Largest allowed value.
        max: f64,
    },
    /// The embedder halves the image away.
    #[error(
        "images of {height}x{width} pixels are too small for an embedder of {blocks} blocks, each of which halves the sides"
    )]
    TooSmall {
        /// Rows.
        height: usize,
        /// Columns.
        width: usize,
        /// Blocks of the embedder.
        blocks: usize,
    },
}

/// Where the optimisation of an image starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartImages {
    /// The first image of the group.
    Real,
    /// The mean of the group's images, pixel by pixel.
    Mean,
    /// Uniform noise.
    Noise,
}

/// Which images of a class are put into one group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Partition {
    /// Any, in random order, as the article does it.
    #[default]
    Random,
    /// Neighbours: balanced clusters of similar images, so that the tree shows families.
    Alike,
}

/// The randomly initialised frozen network of Fig. 8: blocks of 3x3 convolution, instance normalisation, ReLU and
/// 2x2 mean pooling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbedderConfig {
    /// Number of blocks.
    pub blocks: usize,
    /// Channels of every block.
    pub width: usize,
    /// Zeros around the image in the first convolution; the others have one.
    pub first_padding: usize,
    /// Whether filters are orthogonal to each other, within a draw and across four of them (open in the article);
    /// independent otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub orthogonal: bool,
}

/// The same random movement of a group's images and of the distilled ones, drawn with each embedder: what is distilled is
/// then recognised in other places, sizes and slants too (the symmetric augmentation of the distillation literature). Each
/// number is the half-width of a uniform distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Augmentation {
    /// Shift along each axis, in pixels.
    pub shift: f64,
    /// Rotation about the middle, in degrees.
    pub rotation: f64,
    /// Change of size, as a share of 1.
    pub scale: f64,
}

/// The metric in which pixels descend. A step is `-rate * sqrt(F) G sqrt(F) gradient` with a Gaussian blur `G` and a
/// diagonal `F`, a positive matrix: the minimum stays where it is, but what random embedders hardly notice, fine noise in
/// the empty background, is reached last. (Our choice; without it that noise grows from level to level until trained
/// networks recognise nothing.)
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PixelMetric {
    /// Standard deviation of the blur `G` in pixels; 0 for none.
    pub smoothing: f64,
    /// `F` of an empty pixel, from 0 (empty pixels stay empty) to 1 (all pixels alike); `F` of full ink is 1.
    pub background: f64,
}

/// How the images of one level are optimised: gradient descent with momentum, the rate falling as a cosine to zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelOptimization {
    /// Embedders drawn one after the other.
    pub draws: usize,
    /// Gradient steps with each of them.
    pub steps_per_draw: usize,
    /// First step size, for the loss of one image divided by the number of values of its embedding.
    pub learning_rate: f64,
    /// Share of the last step that is repeated.
    pub momentum: f64,
}

/// Everything that decides a distillation; with the data it decides the result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DistillationConfig {
    /// Shape of the images.
    pub image: ImageShape,
    /// Images per class after each level, e.g. 600, 100, 20, 4, 1.
    pub per_class: Vec<usize>,
    /// The loss.
    pub loss: DistillationLoss,
    /// Where each image starts.
    pub start: StartImages,
    /// The random networks.
    pub embedder: EmbedderConfig,
    /// How pixels move.
    pub metric: PixelMetric,
    /// One entry per level.
    pub optimization: Vec<LevelOptimization>,
    /// Seed of the embedders and of noise.
    pub seed: u64,
    /// Seed of the partition into groups.
    pub partition_seed: u64,
    /// Which images form a group.
    #[serde(default, skip_serializing_if = "Partition::is_random")]
    pub partition: Partition,
    /// How images are moved, turned and scaled before they are embedded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub augmentation: Option<Augmentation>,
}

impl Partition {
    /// All of them; the first is the one that the rooms open with.
    pub const ALL: [Self; 2] = [Self::Alike, Self::Random];

    /// Name in addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Alike => "alike",
        }
    }

    /// The partition of that name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|partition| partition.key() == key)
    }

    /// Folder of the distilled digits that were made with it, relative to the page.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Random => "assets/distilled/mnist",
            Self::Alike => "assets/distilled/mnist-alike",
        }
    }

    // By reference because serde asks for it.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
    fn is_random(&self) -> bool {
        *self == Self::Random
    }
}

impl LevelOptimization {
    /// Steps in all.
    pub fn steps(&self) -> usize {
        self.draws * self.steps_per_draw
    }
}

impl EmbedderConfig {
    /// Values of an embedding: 2,048 for MNIST and the article's embedder.
    pub fn values(&self, image: ImageShape) -> usize {
        let [height, width] = self.sides(image);
        height * width * self.width
    }

    /// Rows and columns of the last block's output.
    pub fn sides(&self, image: ImageShape) -> [usize; 2] {
        let grown = (2 * self.first_padding).saturating_sub(2);
        [image.height, image.width].map(|side| (side + grown) >> self.blocks)
    }
}

impl DistillationConfig {
    /// The settings with which the shipped digits of a partition were distilled.
    pub fn shipped(partition: Partition) -> Self {
        let article = Self::mnist();
        match partition {
            Partition::Random => article,
            // Without the push away from the other classes, and starting at the mean: what is alike stays as it is.
            Partition::Alike => Self {
                loss: DistillationLoss::Euclid { lambda: DistillationLoss::MATCHING },
                start: StartImages::Mean,
                partition,
                ..article
            },
        }
    }

    /// The settings for MNIST with the partition and the loss of the article.
    pub fn mnist() -> Self {
        let level = |draws| LevelOptimization { draws, steps_per_draw: 5, learning_rate: 200.0, momentum: 0.5 };
        Self {
            image: ImageShape { channels: 1, height: 28, width: 28 },
            per_class: vec![600, 100, 20, 4, 1],
            loss: DistillationLoss::Euclid { lambda: 19.0 },
            start: StartImages::Real,
            embedder: EmbedderConfig { blocks: 3, width: 128, first_padding: 3, orthogonal: false },
            metric: PixelMetric { smoothing: 1.0, background: 0.1 },
            optimization: vec![level(5), level(10), level(20), level(20), level(20)],
            seed: 0,
            partition_seed: 0,
            partition: Partition::Random,
            augmentation: None,
        }
    }

    /// Number of levels.
    pub fn levels(&self) -> usize {
        self.per_class.len()
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// The first [`DistillationConfigError`] found.
    pub fn validate(&self) -> Result<(), DistillationConfigError> {
        self.loss.validate()?;
        let falling = self.per_class.windows(2).all(|pair| pair[0] > pair[1]);
        if self.per_class.is_empty() || self.per_class.contains(&0) || !falling {
            return Err(DistillationConfigError::Levels(self.per_class.clone()));
        }
        if self.optimization.len() != self.levels() {
            return Err(DistillationConfigError::Optimization {
                levels: self.levels(),
                settings: self.optimization.len(),
            });
        }
        range("the number of blocks", self.embedder.blocks as f64, 1.0, 8.0)?;
        range("the width of the embedder", self.embedder.width as f64, 1.0, 1024.0)?;
        range("the padding of the embedder", self.embedder.first_padding as f64, 0.0, 8.0)?;
        if self.embedder.values(self.image) == 0 {
            let (ImageShape { height, width, .. }, blocks) = (self.image, self.embedder.blocks);
            return Err(DistillationConfigError::TooSmall { height, width, blocks });
        }
        range("the smoothing", self.metric.smoothing, 0.0, 10.0)?;
        range("the share of steps in the background", self.metric.background, 0.0, 1.0)?;
        if let Some(augmentation) = &self.augmentation {
            range("the shift", augmentation.shift, 0.0, 8.0)?;
            range("the rotation", augmentation.rotation, 0.0, 90.0)?;
            range("the change of size", augmentation.scale, 0.0, 0.5)?;
        }
        self.optimization.iter().try_for_each(LevelOptimization::validate)
    }
}

impl LevelOptimization {
    /// Checks every setting.
    ///
    /// # Errors
    /// [`DistillationConfigError::OutOfRange`].
    pub fn validate(&self) -> Result<(), DistillationConfigError> {
        range("the number of embedders", self.draws as f64, 1.0, 1e5)?;
        range("the number of steps per embedder", self.steps_per_draw as f64, 1.0, 1e5)?;
        range("the step size", self.learning_rate, 1e-9, 1e6)?;
        range("the momentum", self.momentum, 0.0, 0.999)
    }
}

fn range(setting: &'static str, value: f64, min: f64, max: f64) -> Result<(), DistillationConfigError> {
    if (min..=max).contains(&value) {
        Ok(())
    } else {
        Err(DistillationConfigError::OutOfRange { setting, value, min, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedding_of_the_article_has_2048_values() {
        let mnist = DistillationConfig::mnist();
        assert_eq!(mnist.embedder.values(mnist.image), 2048);
        let colour = ImageShape { channels: 3, height: 32, width: 32 };
        assert_eq!(EmbedderConfig { first_padding: 1, ..mnist.embedder }.values(colour), 2048);
    }

    #[test]
    fn a_loss_without_minimum_is_refused_with_the_reason() {
        let refused = |lambda| DistillationLoss::Euclid { lambda }.validate().unwrap_err().to_string();
        assert!(refused(9.0).contains("must be above 9") && refused(9.0).contains("falls without end"));
        assert!(refused(f64::NAN).contains("must be above 9"));
        assert!(DistillationLoss::Euclid { lambda: 9.5 }.validate().is_ok());
    }

    #[test]
    fn settings_are_read_as_they_were_written() {
        let angular = DistillationLoss::ArcFace { scale: 16.0, margin: 0.25 };
        for config in [DistillationConfig::mnist(), DistillationConfig { loss: angular, ..DistillationConfig::mnist() }]
        {
            let text = serde_json::to_string(&config).unwrap();
            assert_eq!(serde_json::from_str::<DistillationConfig>(&text).unwrap(), config);
        }
        let error = serde_json::from_str::<DistillationLoss>(r#"{"kind":"euclid"}"#).unwrap_err();
        assert!(error.to_string().contains("missing field `lambda`"), "{error}");
    }

    #[test]
    fn settings_that_do_not_fit_together_are_refused() {
        let with = |change: fn(&mut DistillationConfig)| {
            let mut config = DistillationConfig::mnist();
            change(&mut config);
            config.validate().unwrap_err().to_string()
        };
        assert!(with(|config| config.per_class = vec![600, 600, 1]).contains("fewer than the one before"));
        assert!(with(|config| config.per_class = vec![20, 1]).contains("2 levels but optimisation settings for 5"));
        assert!(with(|config| config.optimization[2].momentum = 1.0).contains("the momentum is 1"));
        assert!(with(|config| config.image.height = 3).contains("too small"));
        assert!(DistillationConfig::mnist().validate().is_ok());
    }
}
