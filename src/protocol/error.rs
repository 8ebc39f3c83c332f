//! What can go wrong.

use super::RunId;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Everything that can go wrong in the worker, in words for the visitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Error)]
#[serde(rename_all = "snake_case")]
pub enum WorkerError {
    /// A setting or an argument cannot work.
    #[error("{message}")]
    BadInput {
        /// Which and what to change.
        message: String,
    },
    /// A file could not be fetched.
    #[error("Could not load {what}: {reason}. Check the connection and try again.")]
    Download {
        /// The file.
        what: String,
        /// Why.
        reason: String,
    },
    /// A file is damaged or is not what was expected.
    #[error("{what} cannot be used: {reason}")]
    BadFile {
        /// The file.
        what: String,
        /// Why, and what to do.
        reason: String,
    },
    /// The loss is not a number any more.
    #[error("The loss became infinite at step {step}. The last good weights are kept; try a smaller learning rate.")]
    Diverged {
        /// Step at which it happened.
        step: u32,
    },
    /// The GPU went away or gave wrong results.
    #[error("The GPU cannot be used: {reason}. The CPU does the work instead.")]
    DeviceLost {
        /// Why.
        reason: String,
    },
    /// The request needs a run that does not exist.
    #[error("There is no run {run}. Press Reset to make one.")]
    NoSuchRun {
        /// The number asked for.
        run: RunId,
    },
    /// A bug of the explorer.
    #[error("Something went wrong inside the worker: {reason}. Reload the page; the last checkpoint is kept.")]
    Internal {
        /// What is known.
        reason: String,
    },
}
