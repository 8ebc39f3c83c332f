//! What the worker answers.

use super::{
    Activation, Checkpoint, Coefficients, ColourRaster, DeviceReport, DistillationProgress, EigenImages,
    EvaluationReport, Explanation, ModelRef, PolynomialCheck, Progress, PruningReport, Raster, RunId, RunStatus,
    RunSummary, ScaleFlow, SelfTestReport, Similarity, SpectrumReport, StackExpansion, TestImage, WorkerError,
};
use serde::{Deserialize, Serialize};

/// What the worker tells the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Sent once, before anything is asked: the worker's code is loaded.
    Loaded,
    /// The device is chosen and tested.
    Ready {
        /// What was found and chosen.
        device: DeviceReport,
    },
    /// Something that takes long is under way.
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
        model: ModelRef,
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
    /// Answer to a colour picture.
    PictureClassified {
        /// The network that answered.
        model: ModelRef,
        /// The picture as the network got it.
        input: ColourRaster,
        /// Values before softmax, one for each class.
        logits: Vec<f32>,
        /// Probabilities, one for each class.
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
    /// Images of the training set.
    TrainImages {
        /// 28x28 bytes each, in the order asked for.
        #[serde(with = "serde_bytes")]
        pixels: Vec<u8>,
    },
    /// A distillation is under way.
    Distilling {
        /// How far it is.
        progress: DistillationProgress,
    },
    /// All steps of a distillation are done.
    Distilled {
        /// Its result.
        progress: DistillationProgress,
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
    /// The strongest eigen-digits of a network.
    EigenDigits {
        /// Eigenvalues and eigenvectors.
        images: EigenImages,
    },
    /// The flow of the operation that all levels share.
    ScaleFlow {
        /// Fixed points and ways about one of them.
        flow: ScaleFlow,
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
    /// A drawing beside the references of a level.
    Compared {
        /// The closest reference of every class.
        similarity: Similarity,
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
