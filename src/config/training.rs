//! Settings of a training run.

use super::Bounds;
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

/// Largest seed that the page takes: the largest integer that a JavaScript number holds exactly.
pub const MAX_SEED: u64 = (1 << 53) - 1;

fn check(bounds: Bounds<f64>, value: f64) -> Result<(), TrainingConfigError> {
    let Bounds { name: setting, least: min, most: max } = bounds;
    if bounds.contains(value) { Ok(()) } else { Err(TrainingConfigError::OutOfRange { setting, value, min, max }) }
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
    /// Passes over the training images.
    pub const EPOCHS: Bounds<usize> = Bounds::new("the number of epochs", 1, 10_000);
    /// Peaks of the learning rate. Smaller ones move no weight in single precision.
    pub const LEARNING_RATE: Bounds<f64> = Bounds::new("the learning rate", 1e-12, 10.0);
    /// Shares of the steps in which the rate rises.
    pub const WARMUP: Bounds<f64> = Bounds::new("the warm-up share", 0.0, 1.0);
    /// Weight decays.
    pub const WEIGHT_DECAY: Bounds<f64> = Bounds::new("the weight decay", 0.0, 10.0);
    /// Largest norms of the gradient.
    pub const CLIP_NORM: Bounds<f64> = Bounds::new("the gradient norm limit", 1e-6, 1e6);
    /// Random shifts.
    pub const SHIFT: Bounds<usize> = Bounds::new("the shift", 0, 8);
    /// Sizes of the coefficients of products at the start.
    pub const PRODUCTS: Bounds<f64> = Bounds::new("the start of products", 0.0, 10.0);
    /// Highest orders that count: each costs two more cluster operations.
    pub const NESTED: Bounds<usize> = Bounds::new("the highest order that counts", 0, 6);
    /// Shares of the target probability that are spread.
    pub const LABEL_SMOOTHING: Bounds<f64> = Bounds::new("the label smoothing", 0.0, 0.9);
    /// Seeds in addresses and in the form. The command line takes larger ones too.
    pub const SEED: Bounds<u64> = Bounds::new("the seed", 0, MAX_SEED);

    /// Images per step, for this many training images.
    pub const fn batch_bounds(images: usize) -> Bounds<usize> {
        Bounds::new("the batch size", 1, images)
    }

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
        if !Self::batch_bounds(images).contains(self.batch) {
            return Err(TrainingConfigError::Batch { batch: self.batch, images });
        }
        if !(self.learning_rate > 0.0 && self.learning_rate.is_finite()) {
            return Err(TrainingConfigError::LearningRate(self.learning_rate));
        }
        check(Self::EPOCHS.real(), self.epochs as f64)?;
        check(Self::LEARNING_RATE, self.learning_rate)?;
        check(Self::WARMUP, self.warmup)?;
        check(Self::WEIGHT_DECAY, self.weight_decay)?;
        check(Self::CLIP_NORM, self.clip_norm)?;
        check(Self::SHIFT.real(), self.shift as f64)?;
        check(Self::PRODUCTS, self.products)?;
        check(Self::NESTED.real(), self.nested as f64)?;
        check(Self::LABEL_SMOOTHING, self.label_smoothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number;

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

    #[test]
    fn both_ends_of_every_range_are_accepted_and_what_lies_beyond_is_refused_by_name() {
        type Set = fn(&mut TrainingConfig, f64);
        let numbers: [(Bounds<f64>, Set); 10] = [
            (TrainingConfig::batch_bounds(1_000).real(), |c, number| c.batch = number::whole(number)),
            (TrainingConfig::EPOCHS.real(), |c, number| c.epochs = number::whole(number)),
            (TrainingConfig::LEARNING_RATE, |c, number| c.learning_rate = number),
            (TrainingConfig::WARMUP, |c, number| c.warmup = number),
            (TrainingConfig::WEIGHT_DECAY, |c, number| c.weight_decay = number),
            (TrainingConfig::CLIP_NORM, |c, number| c.clip_norm = number),
            (TrainingConfig::SHIFT.real(), |c, number| c.shift = number::whole(number)),
            (TrainingConfig::PRODUCTS, |c, number| c.products = number),
            (TrainingConfig::NESTED.real(), |c, number| c.nested = number::whole(number)),
            (TrainingConfig::LABEL_SMOOTHING, |c, number| c.label_smoothing = number),
        ];
        for (bounds, set) in numbers {
            let validated = |number: f64| {
                let mut config = TrainingConfig::default();
                set(&mut config, number);
                config.validate(1_000)
            };
            assert_eq!((validated(bounds.least), validated(bounds.most)), (Ok(()), Ok(())), "{}", bounds.name);
            let error = validated(bounds.most + 1.0).unwrap_err().to_string();
            assert!(error.starts_with(bounds.name), "{error}");
            assert!(bounds.least < 1.0 || validated(bounds.least - 1.0).is_err(), "{}", bounds.name);
        }
    }
}
