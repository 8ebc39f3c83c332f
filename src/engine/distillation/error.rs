//! What can go wrong in a distillation.

use crate::config::DistillationConfigError;
use crate::engine::data::DataError;
use thiserror::Error;

/// Why a distillation cannot start or go on.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum DistillationError {
    /// A setting cannot work.
    #[error(transparent)]
    Config(#[from] DistillationConfigError),
    /// Images that cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// There is no such level.
    #[error("there is no level {level}; choose one from 1 to {levels}")]
    NoSuchLevel {
        /// Level asked for.
        level: usize,
        /// Number of levels.
        levels: usize,
    },
    /// A class has no image.
    #[error(
        "subset {subset} has no image of class {class}, but needs at least one of every class; use more images or fewer groups"
    )]
    MissingClass {
        /// Number of the subset.
        subset: usize,
        /// The class.
        class: usize,
    },
    /// More groups than images.
    #[error("class {class} has {images} images, too few for {groups} groups; use more images or fewer groups")]
    TooFewImages {
        /// The class.
        class: usize,
        /// Its images.
        images: usize,
        /// Groups asked for.
        groups: usize,
    },
    /// Images of another size.
    #[error(
        "the images are {found_height}x{found_width} with {found_channels} channels, but the settings say {height}x{width} with {channels}; change one of them"
    )]
    ImageSize {
        /// Rows found.
        found_height: usize,
        /// Columns found.
        found_width: usize,
        /// Channels found.
        found_channels: usize,
        /// Rows of the settings.
        height: usize,
        /// Columns of the settings.
        width: usize,
        /// Channels of the settings.
        channels: usize,
    },
    /// The weights of an image do not add up to a positive number.
    #[error(
        "in subset {subset} the loss of class {class} has no minimum with lambda = {lambda}, because the groups differ in size; use a larger lambda"
    )]
    NotConvex {
        /// Number of the subset.
        subset: usize,
        /// The class.
        class: usize,
        /// The weight.
        lambda: f64,
    },
    /// A checkpoint that cannot be read.
    #[error("the checkpoint is damaged ({0}); use an older one or start again")]
    Damaged(String),
    /// A checkpoint of another run.
    #[error("the checkpoint belongs to a run with other settings; start again or use the settings it was made with")]
    OtherRun,
    /// The loss is not a finite number any more.
    #[error("the loss became infinite or undefined after step {step}; use a smaller step size")]
    Diverged {
        /// Step at which it was noticed.
        step: usize,
    },
    /// The device failed.
    #[error("the device failed: {0}; go on with another device or on the CPU")]
    Device(String),
}

impl DistillationError {
    /// What the device said where it failed, so that another one can go on.
    ///
    /// # Errors
    /// Everything else, which would fail on every device.
    pub fn into_device_failure(self) -> Result<String, Self> {
        match self {
            Self::Device(reason) => Ok(reason),
            Self::Config(_)
            | Self::Data(_)
            | Self::NoSuchLevel { .. }
            | Self::MissingClass { .. }
            | Self::TooFewImages { .. }
            | Self::ImageSize { .. }
            | Self::NotConvex { .. }
            | Self::Damaged(_)
            | Self::OtherRun
            | Self::Diverged { .. } => Err(self),
        }
    }
}
