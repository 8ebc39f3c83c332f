//! Settings of a training run.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A training setting that cannot work, and what to change.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum TrainingConfigError {
    /// Batch of no images, or of more than there are.
    #[error("the batch size is {batch}, but must be between 1 and {images}, the number of training images")]
    Batch {
        /// Batch size asked for.
        batch: usize,
        /// Number of training images.
        images: usize,
    },
    /// A rate that is not a positive finite number.
    #[error("the learning rate is {0}, but must be a positive number; try 0.004")]
    LearningRate(f64),
    /// Any other number outside its range.
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
}

/// How the cluster operations of a network are computed. The result is the same; time and memory are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Formulation {
    /// Features are formed in blocks and never written out in full, where the device has such an operation.
    #[default]
    Fused,
    /// Slices, products, concatenation and one matrix product: what the fused one is measured against.
    Plain,
}

/// How a gradient is made into a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// `AdamW` for all parameters.
    #[default]
    AdamW,
    /// Muon for the matrices inside the network (every direction of the momentum gets a step of one length), `AdamW` for
    /// biases, normalisation and the last layer.
    Muon,
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::AdamW => "adamw",
            Self::Muon => "muon",
        })
    }
}

impl FromStr for Method {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "adamw" => Ok(Self::AdamW),
            "muon" => Ok(Self::Muon),
            _ => Err("choose adamw or muon".to_owned()),
        }
    }
}

/// Settings at the value that they had before they could be chosen are not written.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn is_one<T: From<u8> + PartialEq>(value: &T) -> bool {
    *value == T::from(1)
}

impl fmt::Display for Formulation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Fused => "fused",
            Self::Plain => "plain",
        })
    }
}

impl FromStr for Formulation {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "fused" => Ok(Self::Fused),
            "plain" => Ok(Self::Plain),
            _ => Err("choose fused or plain".to_owned()),
        }
    }
}

/// Everything that decides how a network is trained; with the data and the network it decides the result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrainingConfig {
    /// Images per step.
    pub batch: usize,
    /// Passes over the training images.
    pub epochs: usize,
    /// Peak of the one-cycle learning rate.
    pub learning_rate: f64,
    /// Share of the steps in which the rate rises to its peak.
    pub warmup: f64,
    /// Decoupled weight decay of `AdamW`.
    pub weight_decay: f64,
    /// Largest global norm of the gradient; larger ones are scaled down.
    pub clip_norm: f64,
    /// Random shifts of the images by up to this many pixels of the original (28x28 for MNIST), per axis.
    pub shift: usize,
    /// Whether every other image, at random, is turned left to right.
    #[serde(skip_serializing_if = "is_default")]
    pub flip: bool,
    /// Whether the filters of the first convolution start as the whitened principal directions of the training images'
    /// 3x3 patches, instead of random numbers, which see hardly more than brightness in photographs. It slows the first
    /// passes over CIFAR-10 down and is of no use later (README), so no shipped network is trained with it.
    #[serde(skip_serializing_if = "is_default")]
    pub whiten: bool,
    /// Standard deviation of the coefficients of products at the start, relative to those of the values themselves; at 1
    /// they are alike, near 0 a network starts as a linear map.
    #[serde(skip_serializing_if = "is_one")]
    pub products: f64,
    /// How a gradient is made into a step.
    #[serde(skip_serializing_if = "is_default")]
    pub method: Method,
    /// Share of the target probability spread evenly over all classes.
    pub label_smoothing: f64,
    /// Highest order whose exact truncation about the mean training image has its cross-entropy in the loss, beside the
    /// whole; 0 for the whole alone.
    #[serde(skip_serializing_if = "is_default")]
    pub nested: usize,
    /// Seed of the initial weights, of the order of the images and of the shifts.
    pub seed: u64,
    /// How the cluster operations are computed. Only measurements choose one other than the default, so settings
    /// in files and messages do not mention it otherwise.
    #[serde(skip_serializing_if = "is_default")]
    pub formulation: Formulation,
}

impl Default for TrainingConfig {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl TrainingConfig {
    /// Largest `nested`: every order costs two more cluster operations.
    pub const MAX_NESTED: usize = 6;

    /// The settings of most shipped networks, and those that a run begins with.
    pub const DEFAULT: Self = Self {
        batch: 128,
        epochs: 12,
        learning_rate: 4e-3,
        warmup: 0.1,
        weight_decay: 1e-2,
        clip_norm: 1.0,
        shift: 2,
        flip: false,
        whiten: false,
        products: 1.0,
        method: Method::AdamW,
        label_smoothing: 0.0,
        nested: 0,
        seed: 0,
        formulation: Formulation::Fused,
    };

    /// Steps per epoch; the last incomplete batch is left out.
    pub fn steps_per_epoch(&self, images: usize) -> usize {
        images / self.batch.max(1)
    }

    /// Steps of the whole run.
    pub fn total_steps(&self, images: usize) -> usize {
        self.epochs * self.steps_per_epoch(images)
    }

    /// Checks every setting against its range and against the number of training images.
    ///
    /// # Errors
    /// The first setting that cannot work.
    pub fn validate(&self, images: usize) -> Result<(), TrainingConfigError> {
        if self.batch == 0 || self.batch > images {
            return Err(TrainingConfigError::Batch { batch: self.batch, images });
        }
        if !(self.learning_rate > 0.0 && self.learning_rate.is_finite()) {
            return Err(TrainingConfigError::LearningRate(self.learning_rate));
        }
        let range = |setting, value: f64, min, max| {
            if (min..=max).contains(&value) {
                Ok(())
            } else {
                Err(TrainingConfigError::OutOfRange { setting, value, min, max })
            }
        };
        range("the number of epochs", self.epochs as f64, 1.0, 10_000.0)?;
        range("the learning rate", self.learning_rate, 0.0, 10.0)?;
        range("the warm-up share", self.warmup, 0.0, 1.0)?;
        range("the weight decay", self.weight_decay, 0.0, 10.0)?;
        range("the gradient norm limit", self.clip_norm, 1e-6, 1e6)?;
        range("the shift", self.shift as f64, 0.0, 8.0)?;
        range("the start of products", self.products, 0.0, 10.0)?;
        range("the highest order that counts", self.nested as f64, 0.0, Self::MAX_NESTED as f64)?;
        range("the label smoothing", self.label_smoothing, 0.0, 0.9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_plain_formulation_is_written() {
        let text = |config: &TrainingConfig| serde_json::to_string(config).unwrap();
        let fused = TrainingConfig::default();
        let plain = TrainingConfig { formulation: "plain".parse().unwrap(), ..fused.clone() };
        assert!(!text(&fused).contains("formulation"));
        assert!(text(&plain).contains(r#""formulation":"plain""#));
        for config in [fused, plain] {
            assert_eq!(serde_json::from_str::<TrainingConfig>(&text(&config)).unwrap(), config);
        }
        assert!("fast".parse::<Formulation>().unwrap_err().contains("fused or plain"));
    }

    #[test]
    fn settings_from_before_low_orders_could_count_are_read_and_written_as_they_were() {
        let old = r#"{"batch":128,"epochs":15,"learning_rate":0.004,"warmup":0.1,"weight_decay":0.01,"clip_norm":1.0,"shift":2,"label_smoothing":0.0,"seed":0}"#;
        let config: TrainingConfig = serde_json::from_str(old).unwrap();
        assert_eq!((config.nested, config.flip, config.whiten, config.products), (0, false, false, 1.0));
        assert_eq!(serde_json::to_string(&config).unwrap(), old);
        let nested = TrainingConfig { nested: 3, ..config.clone() };
        let colour = TrainingConfig { flip: true, whiten: true, products: 0.1, method: Method::Muon, ..config };
        for config in [nested, colour] {
            let text = serde_json::to_string(&config).unwrap();
            assert_eq!(serde_json::from_str::<TrainingConfig>(&text).unwrap(), config);
        }
    }

    #[test]
    fn impossible_settings_are_refused_with_what_to_change() {
        let refused = |change: fn(&mut TrainingConfig)| {
            let mut config = TrainingConfig::default();
            change(&mut config);
            config.validate(1_000).unwrap_err().to_string()
        };
        assert!(refused(|c| c.batch = 1_001).contains("between 1 and 1000"));
        assert!(refused(|c| c.batch = 0).contains("between 1 and 1000"));
        assert!(refused(|c| c.learning_rate = 0.0).contains("positive"));
        assert!(refused(|c| c.learning_rate = -1.0).contains("positive"));
        assert!(refused(|c| c.learning_rate = f64::NAN).contains("positive"));
        assert!(refused(|c| c.epochs = 0).contains("epochs"));
        assert_eq!(TrainingConfig::default().validate(1_000), Ok(()));
    }
}
