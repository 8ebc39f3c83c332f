//! What the page and the worker say to each other.
//!
//! Every message is a serde value inside an envelope with a number. The page numbers its requests; every answer
//! repeats the number of the request it belongs to. Binary content travels as byte buffers.
//!
//! Rules that both sides keep:
//! - a [`Request::Classify`] that a newer one has overtaken is answered by [`Event::Superseded`];
//! - [`Request::Cancel`] takes effect within one training step and is answered by [`Event::Cancelled`];
//! - whatever goes wrong is answered by exactly one [`Event::Failed`], and the worker goes on.

mod device;
mod numbers;
mod polynomial;
mod training;

pub use device::{DeviceChoice, DeviceKind, DeviceReport, DeviceStatus};
pub use numbers::Numbers;
pub use polynomial::{
    CoefficientSlice, Coefficients, Explanation, InteractionReport, LevelSpectrum, PairContribution, PairContributions,
    PolynomialCheck, PruningReport, SpectrumReport, StackExpansion,
};
pub use training::{
    Activation, Checkpoint, EvaluationReport, Mistake, Progress, RunId, RunStatus, RunSummary, SelfTestReport,
    TestImage,
};

use crate::config::{NetworkConfig, StackConfig, TrainingConfig};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Number that ties an answer to its request.
pub type RequestId = u32;

/// A request with its number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestEnvelope {
    /// Chosen by the page, increasing.
    pub id: RequestId,
    /// What is asked for.
    pub request: Request,
}

/// An event with the number of the request that caused it; 0 where none did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventEnvelope {
    /// Number of the request.
    pub id: RequestId,
    /// What happened.
    pub event: Event,
}

/// A grey raster, row by row; 0 is background and 255 full ink.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raster {
    /// Number of columns.
    pub width: u32,
    /// Number of rows.
    pub height: u32,
    /// `width * height` values.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
}

/// What the page can ask of the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// First request: says where the static files are and which device to use. Answered by [`Event::Ready`].
    Start {
        /// Address of the folder that holds `assets/`, ending in a slash.
        base_url: String,
        /// Device wish of the visitor.
        device: DeviceChoice,
    },
    /// Classify a drawing (any size). Answered by [`Event::Classified`], [`Event::EmptyDrawing`] or [`Event::Superseded`].
    Classify {
        /// Name of a shipped network, or `run:N` for the network of training run N.
        model: String,
        /// The drawing: ink on background.
        drawing: Raster,
        /// False for an image that already is a 28x28 data set image and must not be centred again.
        normalize: bool,
    },
    /// Feature maps of every level for a 28x28 image. Answered by [`Event::Activations`].
    Activations {
        /// As in [`Request::Classify`].
        model: String,
        /// A 28x28 image as the networks get it.
        image: Raster,
    },
    /// Images of the test set as the networks get them. Answered by [`Event::TestImages`].
    TestImages {
        /// Index of the first.
        first: u32,
        /// How many; at most 100.
        count: u32,
    },
    /// Make a run ready, without training it yet. Replaces a run of the same number. Answered by [`Event::RunCreated`].
    CreateRun {
        /// Number of the run: 0 or 1, for two side by side.
        run: RunId,
        /// Network to build.
        network: NetworkConfig,
        /// How to train it.
        training: TrainingConfig,
    },
    /// Train until paused, for `steps` more steps or, with `None`, to the end. Two runs alternate step by step.
    /// Answered by many [`Event::Progress`] and, when it stops, one [`Event::RunStopped`].
    Train {
        /// Which run.
        run: RunId,
        /// How many steps.
        steps: Option<u32>,
    },
    /// Stop after the step in progress. Answered by [`Event::RunStopped`] for the request that started it.
    Pause {
        /// Which run.
        run: RunId,
    },
    /// Change the peak learning rate of a run, also while it trains.
    SetLearningRate {
        /// Which run.
        run: RunId,
        /// New peak.
        learning_rate: f64,
    },
    /// Test accuracy, confusion matrix and mistakes now. Answered by [`Event::Evaluated`].
    Evaluate {
        /// Which run.
        run: RunId,
        /// Number of test images, from the first; at most 10,000.
        images: u32,
    },
    /// The run's weights as a safetensors file. Answered by [`Event::Weights`].
    SaveWeights {
        /// Which run.
        run: RunId,
    },
    /// Replace a run's weights by those of a safetensors file. Answered by [`Event::RunCreated`].
    LoadWeights {
        /// Which run.
        run: RunId,
        /// The file.
        #[serde(with = "serde_bytes")]
        file: Vec<u8>,
    },
    /// Everything needed to go on later. Answered by [`Event::Checkpointed`].
    SaveCheckpoint {
        /// Which run.
        run: RunId,
    },
    /// Go on from a checkpoint. Answered by [`Event::RunCreated`].
    RestoreCheckpoint {
        /// Which run.
        run: RunId,
        /// As it came in [`Event::Checkpointed`].
        checkpoint: Checkpoint,
    },
    /// Give up a run and free its memory.
    DropRun {
        /// Which run.
        run: RunId,
    },
    /// Move to another device; runs keep their state. Answered by [`Event::Ready`].
    SwitchDevice {
        /// Device wish.
        device: DeviceChoice,
    },
    /// Expand a stack of coarse-graining operations. Answered by [`Event::StackExpanded`].
    ExpandStack {
        /// What to expand.
        stack: StackConfig,
    },
    /// Order spectrum of a network and the accuracy of its exact truncations. Answered by [`Event::Spectrum`].
    MeasureSpectrum {
        /// As in [`Request::Classify`].
        model: String,
        /// Number of test images, from the first; at most 10,000.
        images: u32,
    },
    /// Exact low-order coefficients of a network. Answered by [`Event::Coefficients`].
    ExpandNetwork {
        /// As in [`Request::Classify`].
        model: String,
        /// 1, 2 or 3. All of second order only for at most 49 pixels; with `pixel` those of the products with it.
        order: u32,
        /// Only products with this pixel; needed for order 3, and for order 2 of larger images.
        pixel: Option<u32>,
    },
    /// Accuracy when only the largest coefficients up to an order are kept. Answered by [`Event::Pruned`].
    PruneTerms {
        /// As in [`Request::Classify`]; a network on at most 49 pixels.
        model: String,
        /// 1 or 2; for a direct expansion its own order.
        order: u32,
        /// Number of test images, from the first; at most 10,000.
        images: u32,
        /// Shares to keep, from 0 to 1.
        kept: Vec<f64>,
    },
    /// Exact contributions to one logit, or to the difference of two. Newest first: a newer one supersedes a waiting one.
    /// Answered by [`Event::Explained`], [`Event::EmptyDrawing`] or [`Event::Superseded`].
    Explain {
        /// As in [`Request::Classify`].
        model: String,
        /// The drawing: ink on background.
        drawing: Raster,
        /// As in [`Request::Classify`].
        normalize: bool,
        /// Class to explain; `None` for the most probable one.
        class: Option<u32>,
        /// Class to subtract.
        against: Option<u32>,
        /// Whether the strongest pairs are wanted; they take longer.
        pairs: bool,
    },
    /// Compare the polynomial that was expanded last for a network with the network as it is now.
    /// Answered by [`Event::PolynomialChecked`].
    CheckPolynomial {
        /// As in [`Request::Classify`].
        model: String,
        /// A 28x28 image as the networks get it.
        image: Raster,
    },
    /// Forward and backward pass of a small fixed network. Answered by [`Event::SelfTested`].
    SelfTest,
    /// Give up the request with this number.
    Cancel {
        /// Number of the request to cancel.
        target: RequestId,
    },
}

/// What the worker tells the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Sent once, before anything is asked: the worker's code is loaded.
    Loaded,
    /// The device is chosen and tested.
    Ready {
        /// What was found and chosen.
        device: DeviceReport,
    },
    /// Something that takes long goes on.
    Busy {
        /// What, as a sentence for the visitor without a full stop ("Loading MNIST", "Compiling GPU kernels").
        what: String,
        /// Done so far, in `unit`.
        done: f64,
        /// Total where known.
        total: Option<f64>,
        /// "bytes" or "steps".
        unit: BusyUnit,
    },
    /// Answer to a drawing.
    Classified {
        /// The network that answered.
        model: String,
        /// The 28x28 image that it got, after normalisation.
        image_28: Raster,
        /// The same, reduced to 7x7.
        image_7: Raster,
        /// Ten values before softmax.
        logits: Vec<f32>,
        /// Ten probabilities.
        probabilities: Vec<f32>,
        /// Time from the message to the answer inside the worker, in milliseconds.
        compute_ms: f64,
    },
    /// The canvas holds no ink.
    EmptyDrawing,
    /// A newer request of the same kind made this one pointless.
    Superseded,
    /// The request was cancelled.
    Cancelled,
    /// Feature maps, level by level.
    Activations {
        /// The input first, then the output of each level.
        levels: Vec<Activation>,
    },
    /// Images of the test set.
    TestImages {
        /// In the order of the test set, from the index asked for.
        images: Vec<TestImage>,
    },
    /// A run stands ready at its current step.
    RunCreated {
        /// What the run is and where it stands.
        summary: RunSummary,
    },
    /// Steps went by.
    Progress {
        /// Measurements since the last report.
        progress: Progress,
    },
    /// A run stopped training.
    RunStopped {
        /// Which run.
        run: RunId,
        /// Why.
        status: RunStatus,
        /// Steps done so far.
        step: u32,
    },
    /// Result of an evaluation.
    Evaluated {
        /// Accuracy, confusion matrix and mistakes.
        report: EvaluationReport,
    },
    /// Weights as a safetensors file.
    Weights {
        /// Which run.
        run: RunId,
        /// The file.
        #[serde(with = "serde_bytes")]
        file: Vec<u8>,
    },
    /// A checkpoint to be kept by the page.
    Checkpointed {
        /// The state.
        checkpoint: Checkpoint,
    },
    /// A stack, fully expanded.
    StackExpanded {
        /// Its terms.
        expansion: StackExpansion,
    },
    /// Order spectrum of a network.
    Spectrum {
        /// Contributions and accuracies.
        report: SpectrumReport,
    },
    /// Exact coefficients of a network.
    Coefficients {
        /// The coefficients.
        coefficients: Coefficients,
    },
    /// Accuracies with fewer terms.
    Pruned {
        /// The accuracies.
        report: PruningReport,
    },
    /// Contributions to one answer.
    Explained {
        /// The contributions.
        explanation: Explanation,
    },
    /// Polynomial and network, side by side.
    PolynomialChecked {
        /// Their values.
        check: PolynomialCheck,
    },
    /// Result of the self-test.
    SelfTested {
        /// Numbers to compare between devices.
        report: SelfTestReport,
    },
    /// The request was carried out and has nothing to tell.
    Done,
    /// The request failed; the worker goes on.
    Failed {
        /// What happened and what to do.
        error: WorkerError,
    },
}

/// Unit of a progress report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BusyUnit {
    /// Bytes of a download.
    Bytes,
    /// Steps of a computation.
    Steps,
}

/// Everything that can go wrong in the worker, in words for the visitor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
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
    /// A mistake of ours.
    #[error("Something went wrong inside the worker: {reason}. Reload the page; the last checkpoint is kept.")]
    Internal {
        /// What is known.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_the_way_through_json() {
        let envelope = RequestEnvelope {
            id: 7,
            request: Request::Classify {
                model: "taylornet-28".into(),
                drawing: Raster { width: 2, height: 1, pixels: vec![0, 255] },
                normalize: true,
            },
        };
        let text = serde_json::to_string(&envelope).unwrap();
        assert!(text.contains(r#""type":"classify""#), "{text}");
        assert_eq!(serde_json::from_str::<RequestEnvelope>(&text).unwrap(), envelope);
    }

    #[test]
    fn errors_say_what_to_do() {
        let error = WorkerError::Diverged { step: 12 };
        assert!(error.to_string().contains("smaller learning rate"));
    }
}
