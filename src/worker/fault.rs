//! One place for everything that ends a request early.

use crate::config::{ConfigError, TrainingConfigError};
use crate::engine::data::DataError;
use crate::engine::preparation::PreparationError;
use crate::engine::train::{CheckpointError, TrainError};
use crate::engine::transfer::DeviceError;
use crate::engine::weights::WeightsError;
use crate::number;
use crate::protocol::{RunId, WorkerError};

/// Why a request did not get its answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// The page gave it up.
    Cancelled,
    /// It failed; the sentence goes to the page.
    Failed(WorkerError),
    /// The device failed: runs move to the CPU, and the page is told.
    Device(String),
}

impl Fault {
    /// A setting or argument that cannot work.
    pub fn bad_input(message: impl std::fmt::Display) -> Self {
        Self::Failed(WorkerError::BadInput { message: sentence(&message.to_string()) })
    }

    /// A file that cannot be used.
    pub fn bad_file(what: impl Into<String>, reason: impl std::fmt::Display) -> Self {
        let reason = format!("{}.", reason.to_string().trim_end_matches('.'));
        Self::Failed(WorkerError::BadFile { what: what.into(), reason })
    }

    /// A run that does not exist.
    pub fn no_such_run(run: RunId) -> Self {
        Self::Failed(WorkerError::NoSuchRun { run })
    }

    /// A bug of the explorer.
    pub fn internal(reason: impl std::fmt::Display) -> Self {
        Self::Failed(WorkerError::Internal { reason: reason.to_string() })
    }
}

/// The messages of the engine are parts of sentences; the visitor reads whole ones.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

impl From<DeviceError> for Fault {
    fn from(DeviceError(reason): DeviceError) -> Self {
        Self::Device(reason)
    }
}

impl From<TrainError> for Fault {
    fn from(error: TrainError) -> Self {
        match error {
            TrainError::Network(error) => error.into(),
            TrainError::Training(error) => error.into(),
            TrainError::Preparation(error) => error.into(),
            error @ (TrainError::NoTruncations | TrainError::Classes { .. }) => Self::bad_input(error),
            TrainError::Diverged { step, .. } => Self::Failed(WorkerError::Diverged { step: number::to_u32(step) }),
            TrainError::Device(reason) => Self::Device(reason),
        }
    }
}

impl From<ConfigError> for Fault {
    fn from(error: ConfigError) -> Self {
        Self::bad_input(error)
    }
}

impl From<TrainingConfigError> for Fault {
    fn from(error: TrainingConfigError) -> Self {
        Self::bad_input(error)
    }
}

impl From<PreparationError> for Fault {
    fn from(error: PreparationError) -> Self {
        Self::bad_input(error)
    }
}

impl From<DataError> for Fault {
    fn from(error: DataError) -> Self {
        Self::bad_input(error)
    }
}

impl From<WeightsError> for Fault {
    fn from(error: WeightsError) -> Self {
        Self::bad_file("The file with weights", error)
    }
}

impl From<CheckpointError> for Fault {
    fn from(error: CheckpointError) -> Self {
        Self::bad_file("The checkpoint", error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_the_engine_become_sentences() {
        let fault = Fault::from(TrainingConfigError::LearningRate(0.0));
        let Fault::Failed(error) = fault else { panic!("{fault:?}") };
        assert_eq!(error.to_string(), "The learning rate is 0, but must be a positive number; try 0.004.");
        let Fault::Failed(error) = Fault::from(CheckpointError::OtherKind) else { panic!() };
        assert!(error.to_string().starts_with("The checkpoint cannot be used: this file is no"), "{error}");
        assert!(error.to_string().ends_with('.') && !error.to_string().ends_with(".."), "{error}");
    }
}
