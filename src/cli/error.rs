//! Everything that can go wrong on the command line.

use super::own_data::OwnDataError;
use crate::config::{ConfigError, DistillationConfigError, IndexError, TrainingConfigError};
use crate::engine::data::DataError;
use crate::engine::distillation::DistillationError;
use crate::engine::eigen::EigenFileError;
use crate::engine::polynomial::ExpansionError;
use crate::engine::preparation::PreparationError;
use crate::engine::pruning::PruningError;
use crate::engine::similarity::SimilarityError;
use crate::engine::train::{CheckpointError, TrainError};
use crate::engine::transfer::DeviceError;
use crate::engine::weights::WeightsError;
use crate::poly::network::PolynomialError;
use crate::poly::{ParseError, StackError};
use std::net::SocketAddr;
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
        hint: String,
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
    /// The drawing as expansion point, where nothing is explained.
    #[error(
        "the drawing can be the expansion point only of its own explanation; give --explain, or the file itself with --about FILE"
    )]
    NoDrawing,
    /// A distilled reference that does not exist.
    #[error("level {level} has {available} references of each class, so there is no number {index}; count from 0")]
    NoReference {
        /// Its level.
        level: u8,
        /// Its place.
        index: u16,
        /// How many there are.
        available: usize,
    },
    /// Another program trains the same run.
    #[error("another program is training this run (it holds {lock}); wait for it, or train with other settings")]
    RunInUse {
        /// The file that it holds.
        lock: PathBuf,
    },
    /// A checkpoint of other settings has the name of this run's.
    #[error("{path} is the checkpoint of a run with other settings; move it away, or pass --fresh to replace it")]
    OtherRun {
        /// The checkpoint.
        path: PathBuf,
    },
    /// A folder given as a data set is none.
    #[error(transparent)]
    OwnData(#[from] OwnDataError),
    /// A name that belongs to a shipped network, or that is no name of a file.
    #[error("a network of your own cannot be called {name}; choose another name with --name")]
    Name {
        /// The name.
        name: String,
    },
    /// A network for other classes.
    #[error("the network tells {network} apart, but the folder has {folder}; choose the folder that it was trained on")]
    OtherClasses {
        /// Classes of the network.
        network: String,
        /// Classes of the folder.
        folder: String,
    },
    /// A picture cannot be read.
    #[error("{path} is no readable picture: {reason}; save it as PNG, JPEG or WebP")]
    Picture {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Some of the pictures could not be used; each was named when its turn came.
    #[error("{failed} of {total} pictures could not be used; what is wrong with each is said above")]
    Pictures {
        /// How many.
        failed: usize,
        /// Of how many.
        total: usize,
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
    /// The manifest is not valid JSON.
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
    /// The command has no use for several devices.
    #[error(
        "this command computes on one device, but {devices} were given; name one (only `distil` shares its work out)"
    )]
    OneDevice {
        /// Number of devices given.
        devices: usize,
    },
    /// A device of another process cannot be used.
    #[error("cannot use the device at {address}: {reason}; start it with `taylornet serve-device`, or leave it out")]
    Remote {
        /// Where it was looked for.
        address: String,
        /// Why.
        reason: String,
    },
    /// A device cannot be lent.
    #[error("cannot lend a device at {address}: {reason}; choose another port or address")]
    Serve {
        /// Where it should be.
        address: SocketAddr,
        /// Why.
        reason: String,
    },
    /// The system gives no thread.
    #[error("cannot start a thread for a device: {0}; end other programs or name fewer devices")]
    Thread(std::io::Error),
    /// No device is left.
    #[error(
        "no device is left, the last one said: {reason}; what is done lies in {checkpoints}: start the devices again and repeat the command"
    )]
    AllDevicesLost {
        /// What was said about the last one.
        reason: String,
        /// Folder with the checkpoints.
        checkpoints: PathBuf,
    },
    /// The levels below the one asked for cannot be built upon.
    #[error("level {level} is made from level {below} in {folder}, but {reason}; run the levels below first, or all")]
    LevelBelow {
        /// Level asked for.
        level: usize,
        /// Level needed.
        below: usize,
        /// Where it was looked for.
        folder: PathBuf,
        /// What is missing or different.
        reason: String,
    },
    /// The picture is empty.
    #[error("{path} contains no ink to classify; the digit must be darker or lighter than its background")]
    EmptyPicture {
        /// The file.
        path: PathBuf,
    },
    /// A file of eigen-digits.
    #[error(transparent)]
    Eigen(#[from] EigenFileError),
    /// A network cannot be built.
    #[error(transparent)]
    Network(#[from] ConfigError),
    /// A training setting cannot work.
    #[error(transparent)]
    Training(#[from] TrainingConfigError),
    /// A setting of a distillation cannot work.
    #[error(transparent)]
    DistillationSetting(#[from] DistillationConfigError),
    /// Distillation failed.
    #[error(transparent)]
    Distillation(#[from] DistillationError),
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
    /// A variant of a report without its folder.
    #[error("'{text}' is not a variant; give NAME=FOLDER")]
    Variant {
        /// What was given.
        text: String,
    },
    /// The files of a distillation cannot be used.
    #[error(transparent)]
    Distilled(#[from] IndexError),
    /// A device failed.
    #[error(transparent)]
    Device(#[from] DeviceError),
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
