//! The Train room in the address.

use super::Put;
use super::values::{assign, bounded, flag, seed, trainable_network};
use crate::app::train::settings::TRAINING_IMAGES;
use crate::config::{BlockConfig, CgConfig, Sharing, TaylorNetConfig, TrainingConfig};

/// Settings of the Train room.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainState {
    /// Name of the network that the settings start from.
    pub network: String,
    /// Width of every level; `None` for the article's.
    pub width: Option<usize>,
    /// Order of every local polynomial; `None` for the article's.
    pub order: Option<usize>,
    /// Dilation of each level; empty for the article's.
    pub dilations: Vec<usize>,
    /// Which clusters have the same coefficients.
    pub sharing: Sharing,
    /// Batch normalisation between convolution and operation.
    pub normalization: bool,
    /// Images per step.
    pub batch: usize,
    /// Passes over the training images.
    pub epochs: usize,
    /// Peak learning rate.
    pub learning_rate: f64,
    /// Seed of weights, order and shifts.
    pub seed: u64,
    /// Whether the exact truncations about the mean image count in the loss.
    pub low_orders: bool,
    /// Random shifts by up to this many pixels.
    pub shift: usize,
    /// Whether the plain-convolution ablation trains beside it.
    pub compare: bool,
}

impl Default for TrainState {
    /// Gentle: a curve is visible within seconds on a CPU.
    fn default() -> Self {
        Self {
            network: "taylornet-7".into(),
            width: None,
            order: None,
            dilations: Vec::new(),
            sharing: Sharing::Shared,
            normalization: true,
            batch: 32,
            epochs: 1,
            learning_rate: 4e-3,
            seed: 0,
            low_orders: false,
            shift: 0,
            compare: false,
        }
    }
}

impl TrainState {
    /// Sets one key. `None` where it is not of this room, false where the value had to be clamped or ignored.
    pub(super) fn apply(&mut self, key: &str, value: &str) -> Option<bool> {
        Some(match key {
            "net" => assign(&mut self.network, trainable_network(value)),
            "width" => bounded(value, BlockConfig::WIDTH, |width| self.width = Some(width)),
            "order" => bounded(value, CgConfig::ORDER, |order| self.order = Some(order)),
            "dilations" => {
                let parsed: Option<Vec<usize>> = value.split('.').map(|part| part.parse().ok()).collect();
                let is_usable = |list: &Vec<usize>| {
                    TaylorNetConfig::BLOCKS.contains(list.len()) && list.iter().all(|&d| CgConfig::DILATION.contains(d))
                };
                assign(&mut self.dilations, parsed.filter(is_usable))
            }
            "untied" => self.share(value, Sharing::Untied),
            "scale" => self.share(value, Sharing::Scale),
            "norm" => assign(&mut self.normalization, flag(value)),
            "batch" => bounded(value, TrainingConfig::batch_bounds(TRAINING_IMAGES), |batch| self.batch = batch),
            "epochs" => bounded(value, TrainingConfig::EPOCHS, |epochs| self.epochs = epochs),
            "lr" => {
                let rate = value.parse().ok().filter(|rate: &f64| rate.is_finite());
                rate.is_some_and(|rate| {
                    self.learning_rate = TrainingConfig::LEARNING_RATE.nearest(rate);
                    TrainingConfig::LEARNING_RATE.contains(rate)
                })
            }
            "seed" => seed(value, |seed| self.seed = seed),
            "low" => assign(&mut self.low_orders, flag(value)),
            "shift" => bounded(value, TrainingConfig::SHIFT, |shift| self.shift = shift),
            "compare" => assign(&mut self.compare, flag(value)),
            _ => return None,
        })
    }

    /// Writes what differs from the defaults.
    pub(super) fn write(&self, put: Put<'_>) {
        let gentle = Self::default();
        put(self.network != gentle.network, "net", self.network.clone());
        put(self.width.is_some(), "width", self.width.unwrap_or_default().to_string());
        put(self.order.is_some(), "order", self.order.unwrap_or_default().to_string());
        let dilations: Vec<String> = self.dilations.iter().map(ToString::to_string).collect();
        put(!dilations.is_empty(), "dilations", dilations.join("."));
        put(self.sharing == Sharing::Untied, "untied", "1".into());
        put(self.sharing == Sharing::Scale, "scale", "1".into());
        put(!self.normalization, "norm", "0".into());
        put(self.batch != gentle.batch, "batch", self.batch.to_string());
        put(self.epochs != gentle.epochs, "epochs", self.epochs.to_string());
        put((self.learning_rate - gentle.learning_rate).abs() > 1e-12, "lr", self.learning_rate.to_string());
        put(self.seed != gentle.seed, "seed", self.seed.to_string());
        put(self.shift != gentle.shift, "shift", self.shift.to_string());
        put(self.low_orders, "low", "1".into());
        put(self.compare, "compare", "1".into());
    }

    /// A flag that stands for a sharing.
    fn share(&mut self, value: &str, sharing: Sharing) -> bool {
        let on = flag(value);
        if on == Some(true) {
            self.sharing = sharing;
        }
        on.is_some()
    }
}
