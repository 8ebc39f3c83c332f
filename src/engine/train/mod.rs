//! Training as a step function: the caller decides when to step, report, save and stop.

mod batches;
mod checkpoint;
mod error;
mod preparation;
mod schedule;
mod trainer;

pub use batches::{Batch, BatchSampler};
pub use checkpoint::{CheckpointError, TrainingState};
pub use error::TrainError;
pub use preparation::{PIXEL_OFFSET, PIXEL_SCALE, Preparation, PreparationError, images_to_tensor};
pub use schedule::one_cycle;
pub(crate) use trainer::read;
pub use trainer::{StepReport, Trainer};

#[cfg(test)]
mod tests;
