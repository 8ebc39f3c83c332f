//! Everything that can go wrong on the command line.

use crate::config::{ConfigError, IndexError, TrainingConfigError};
use crate::engine::data::DataError;
use crate::engine::polynomial::ExpansionError;
use crate::engine::pruning::PruningError;
use crate::engine::similarity::SimilarityError;
use crate::engine::train::{CheckpointError, PreparationError, TrainError};
use crate::engine::weights::WeightsError;
use crate::poly::network::PolynomialError;
use crate::poly::{ParseError, StackError};
use std::path::PathBuf;
use thiserror::Error;

/// An error with what to do next.
#[derive(Debug, Error)]
pub enum CliError {
    /// Whoever read the output has stopped reading; nothing is wrong.
    #[error("the output is closed")]
    OutputClosed,
    /// The result cannot be printed.
    #[error("cannot print the result: {0}; redirect it to a file on a disk with free space")]
    Output(std::io::Error),
    /// A file cannot be read.
    #[error("cannot read {path}: {source}{hint}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
        /// What to do, where known.
        hint: &'static str,
    },
    /// A file cannot be written.
    #[error(
        "cannot write {path}: {source}; the old file, if any, is unchanged: check the free space and the permissions"
    )]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file with weights cannot be used.
    #[error("{path}: {source}")]
    Weights {
        /// The file.
        path: PathBuf,
        /// Why.
        source: WeightsError,
    },
    /// A checkpoint cannot be used.
    #[error("{path}: {source} (with --fresh the checkpoint is ignored)")]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// Why.
        source: CheckpointError,
    },
    /// The manifest is no valid JSON.
    #[error("{path} is not a readable manifest ({source}); restore it or delete it and train again")]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The device was not built in.
    #[error(
        "this program was built without {device}: build it with `cargo build --release --features {device}`, or use --device cpu"
    )]
    NoDevice {
        /// The device asked for.
        device: &'static str,
    },
    /// The picture is empty.
    #[error("{path} contains no ink to classify; the digit must be darker or lighter than its background")]
    EmptyPicture {
        /// The file.
        path: PathBuf,
    },
    /// A network cannot be built.
    #[error(transparent)]
    Network(#[from] ConfigError),
    /// A training setting cannot work.
    #[error(transparent)]
    Training(#[from] TrainingConfigError),
    /// A stack cannot be expanded.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// A monomial or a number is not understood.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// A trained network cannot be expanded.
    #[error(transparent)]
    Expansion(#[from] ExpansionError),
    /// Training failed.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// A network cannot be pruned.
    #[error(transparent)]
    Pruning(#[from] PruningError),
    /// Data is damaged.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Images cannot be compared with references.
    #[error(transparent)]
    Similarity(#[from] SimilarityError),
    /// The files of a distillation cannot be used.
    #[error(transparent)]
    Distilled(#[from] IndexError),
    /// Images do not fit a network.
    #[error(transparent)]
    Preparation(#[from] PreparationError),
    /// A result cannot be printed.
    #[error("cannot print the result: {0}")]
    Print(#[from] serde_json::Error),
}

impl From<PolynomialError> for CliError {
    fn from(error: PolynomialError) -> Self {
        Self::Expansion(error.into())
    }
}
