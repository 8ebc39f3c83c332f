//! Training as a step function: the caller decides when to step, report, save and stop.

mod batches;
mod checkpoint;
mod error;
mod optimizer;
mod schedule;
mod start;
mod trainer;

pub use batches::{Batch, BatchSampler};
pub use checkpoint::{CheckpointError, TrainingState};
pub use error::TrainError;
pub use schedule::one_cycle;
pub use trainer::{StepReport, Trainer};

#[cfg(test)]
mod tests;
