//! Reports of training runs.

use super::Raster;
use crate::config::{NetworkConfig, TrainingConfig};
use serde::{Deserialize, Serialize};

/// Number of a run: 0 or 1.
pub type RunId = u32;

/// The run that learns from images of the visitor; those before it learn from MNIST.
pub const OWN_RUN: RunId = 2;

/// What a run is and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// Which run.
    pub run: RunId,
    /// Its network.
    pub network: NetworkConfig,
    /// Its settings.
    pub training: TrainingConfig,
    /// Trainable parameters.
    pub parameters: u32,
    /// Steps done.
    pub step: u32,
    /// Steps of the whole run.
    pub total_steps: u32,
}

/// Measurements of the steps since the last report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Which run.
    pub run: RunId,
    /// Steps done.
    pub step: u32,
    /// Steps of the whole run.
    pub total_steps: u32,
    /// Mean cross-entropy of the batches since the last report, in nats.
    pub loss: f64,
    /// Share of the training images since the last report that were classified correctly.
    pub batch_accuracy: f64,
    /// Learning rate now.
    pub learning_rate: f64,
    /// Training steps per second since the last report, this run alone.
    pub steps_per_second: f64,
    /// Time spent training this run so far, in seconds.
    pub elapsed_secs: f64,
}

/// Why a run stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// The visitor paused it.
    Paused,
    /// The steps asked for are done.
    StepsDone,
    /// All steps of the run are done.
    Finished,
    /// The loss became infinite; the last good weights are in place again.
    Diverged,
}

/// An image of the test set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestImage {
    /// Index in the test set.
    pub index: u32,
    /// Its 28x28 image.
    pub image: Raster,
    /// What it is.
    pub label: u8,
}

/// A test image that was classified wrongly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mistake {
    /// Index in the test set.
    pub index: u32,
    /// Its 28x28 image.
    pub image: Raster,
    /// What it is.
    pub label: u8,
    /// What the network said.
    pub predicted: u8,
    /// With which probability.
    pub probability: f32,
}

/// Result of an evaluation on test images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvaluationReport {
    /// Which run.
    pub run: RunId,
    /// At which step.
    pub step: u32,
    /// Number of test images.
    pub images: u32,
    /// Share classified correctly.
    pub accuracy: f64,
    /// Mean cross-entropy in nats.
    pub loss: f64,
    /// `confusion[label][predicted]`: number of images.
    pub confusion: Vec<Vec<u32>>,
    /// The mistakes with the largest wrong probability, at most 60.
    pub mistakes: Vec<Mistake>,
}

/// Everything needed to go on with a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The run as it stood.
    pub summary: RunSummary,
    /// Weights, running statistics and optimiser state (a safetensors file of its own kind).
    #[serde(with = "serde_bytes")]
    pub state: Vec<u8>,
}

/// Feature maps of one level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activation {
    /// For people: "input", "level 1, after CG".
    pub name: String,
    /// Number of maps.
    pub channels: u32,
    /// Rows of a map.
    pub height: u32,
    /// Columns of a map.
    pub width: u32,
    /// `channels * height * width` values.
    pub values: Vec<f32>,
}
