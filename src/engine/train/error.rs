//! What can go wrong in training.

use crate::config::{ConfigError, TrainingConfigError};
use crate::engine::preparation::PreparationError;
use crate::engine::transfer::DeviceError;
use thiserror::Error;

/// Why training cannot start or go on.
#[derive(Debug, Error)]
pub enum TrainError {
    /// The network cannot be built.
    #[error(transparent)]
    Network(#[from] ConfigError),
    /// A training setting cannot work.
    #[error(transparent)]
    Training(#[from] TrainingConfigError),
    /// The images do not fit the network.
    #[error(transparent)]
    Preparation(#[from] PreparationError),
    /// The network has outputs for other classes.
    #[error("the network has {network} outputs, but the images have {images} classes; choose as many")]
    Classes {
        /// Outputs of the network.
        network: usize,
        /// Classes of the images.
        images: usize,
    },
    /// The loss is not a finite number any more; the last good state is back in place.
    #[error(
        "the loss became infinite or undefined after step {step}; the state of step {restored} is kept: try a smaller learning rate, or fewer low orders that count, if any do"
    )]
    Diverged {
        /// Step at which it was noticed.
        step: usize,
        /// Step whose state is in place again.
        restored: usize,
    },
    /// Low orders are to count in a network that has none to evaluate.
    #[error(
        "the low orders of this network cannot count in its training; choose a TaylorNet whose positions share their coefficients, or the highest order 0"
    )]
    NoTruncations,
    /// The device failed.
    #[error("the device failed: {0}; try again on the CPU")]
    Device(String),
}

impl From<DeviceError> for TrainError {
    fn from(DeviceError(reason): DeviceError) -> Self {
        Self::Device(reason)
    }
}
