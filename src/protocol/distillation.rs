//! Reports of a distillation that runs before the visitor's eyes.

use serde::{Deserialize, Serialize};

/// How far a live distillation is, and what its images look like now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DistillationProgress {
    /// Steps done.
    pub step: u32,
    /// Steps of the whole run.
    pub total_steps: u32,
    /// Mean squared distance to the minimum of the loss in the present embedding, per value of the embedding; none before the
    /// first step.
    pub loss: Option<f64>,
    /// Steps per second since the last report; 0 before the first step.
    pub steps_per_second: f64,
    /// One 28x28 image of each class after the other, 0 (background) to 255 (full ink).
    #[serde(with = "serde_bytes")]
    pub images: Vec<u8>,
}
