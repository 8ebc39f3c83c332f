//! What the page can ask.

#[cfg(doc)]
use super::Event;
use super::{Checkpoint, ColourRaster, DeviceChoice, ModelRef, Raster, RequestId, RunId};
use crate::config::{DistillationConfig, ExpansionPoint, NetworkConfig, Partition, StackConfig, TrainingConfig};
use serde::{Deserialize, Serialize};

/// What the page can ask of the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// First request: says where the static files are and which device to use. Answered by [`Event::Ready`].
    Start {
        /// Address of the folder that holds `assets/`, ending in a slash.
        base_url: String,
        /// Device that the visitor wants.
        device: DeviceChoice,
    },
    /// Classify a drawing (any size). Answered by [`Event::Classified`], [`Event::EmptyDrawing`] or [`Event::Superseded`].
    Classify {
        /// The network that is asked.
        model: ModelRef,
        /// The drawing: ink on background.
        drawing: Raster,
        /// False for an image that already is a 28x28 data set image and must not be centred again.
        normalize: bool,
    },
    /// Classify a colour picture (any size; its middle square counts). Answered by [`Event::PictureClassified`] or
    /// [`Event::Superseded`].
    ClassifyPicture {
        /// A network for colour pictures.
        model: ModelRef,
        /// The picture.
        picture: ColourRaster,
    },
    /// Feature maps of every level for a 28x28 image. Answered by [`Event::Activations`].
    Activations {
        /// As in [`Request::Classify`].
        model: ModelRef,
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
    /// Images of the training set as the networks get them. Answered by [`Event::TrainImages`].
    TrainImages {
        /// Their positions; at most 200.
        indices: Vec<u32>,
    },
    /// Distil one group of each class; replaces one that is under way. Answered by many [`Event::Distilling`] and
    /// one [`Event::Distilled`].
    StartDistillation {
        /// Settings; those of the shipped levels say what the levels are.
        config: DistillationConfig,
        /// 1 for the level made from the training images themselves.
        level: u32,
        /// Number of the group, the same in every class.
        subset: u32,
    },
    /// Stop the distillation after the step in progress, or let it go on. Answered by [`Event::Done`].
    HoldDistillation {
        /// True to stop.
        hold: bool,
    },
    /// Images of the visitor for [`OWN_RUN`](super::OWN_RUN); every sixth of a class is set aside for testing. Forgets that
    /// run. Answered by [`Event::Done`].
    UseImages {
        /// What the classes are called, in the order of the labels.
        classes: Vec<String>,
        /// 28x28 grey values of each image, one after the other.
        #[serde(with = "serde_bytes")]
        pixels: Vec<u8>,
        /// A label for each.
        #[serde(with = "serde_bytes")]
        labels: Vec<u8>,
    },
    /// Make a run ready, without training it yet. Replaces a run of the same number. Answered by [`Event::RunCreated`].
    CreateRun {
        /// Number of the run: 0 or 1 for two side by side, [`OWN_RUN`](super::OWN_RUN) for images of one's own.
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
        /// Device wanted.
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
        model: ModelRef,
        /// The image to expand about.
        about: About,
        /// Number of test images, from the first; at most 10,000.
        images: u32,
    },
    /// Exact low-order coefficients of a network. Answered by [`Event::Coefficients`].
    ExpandNetwork {
        /// As in [`Request::Classify`].
        model: ModelRef,
        /// The image to expand about.
        about: About,
        /// 1, 2 or 3. All of second order only for at most 49 pixels; with `pixel` those of the products with it.
        order: u32,
        /// Only products with this pixel; needed for order 3, and for order 2 of larger images.
        pixel: Option<u32>,
    },
    /// The second order of a network as a sum of squares. Answered by [`Event::EigenDigits`].
    EigenDigits {
        /// As in [`Request::Classify`].
        model: ModelRef,
        /// The image to expand about.
        about: About,
        /// A 28x28 image that comes back as the network gets it.
        image: Option<Raster>,
    },
    /// Fixed points of the operation that all levels of a network share. Answered by [`Event::ScaleFlow`].
    ScaleFlow {
        /// As in [`Request::Classify`].
        model: ModelRef,
    },
    /// Accuracy when only the largest coefficients up to an order are kept. Answered by [`Event::Pruned`].
    PruneTerms {
        /// As in [`Request::Classify`]; a network on at most 49 pixels.
        model: ModelRef,
        /// The image to expand about.
        about: About,
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
        model: ModelRef,
        /// The drawing: ink on background.
        drawing: Raster,
        /// As in [`Request::Classify`].
        normalize: bool,
        /// The image to expand about.
        about: ExpansionPoint,
        /// Class to explain; `None` for the most probable one.
        class: Option<u32>,
        /// Class to subtract.
        against: Option<u32>,
        /// Whether the strongest pairs are wanted; they take longer.
        pairs: bool,
    },
    /// Why a network for colour pictures says what it says, without pairs. Answered by [`Event::Explained`] or
    /// [`Event::Superseded`].
    ExplainPicture {
        /// As in [`Request::ClassifyPicture`].
        model: ModelRef,
        /// The picture.
        picture: ColourRaster,
        /// The image to expand about: the black one or the mean of the training images.
        about: ExpansionPoint,
        /// Class to explain; `None` for the most probable one.
        class: Option<u32>,
    },
    /// Compare the polynomial that was expanded last for a network with the network as it is now.
    /// Answered by [`Event::PolynomialChecked`].
    CheckPolynomial {
        /// As in [`Request::Classify`].
        model: ModelRef,
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
    /// Compare a drawing with the references of a level. Newest first: a newer one supersedes a waiting one, and one
    /// that is still getting its references ready. Answered by [`Event::Compared`] or [`Event::Superseded`]. An empty
    /// drawing has no similarities; the answer to it shows the first reference of every class.
    Compare {
        /// Network whose embeddings are compared: one of [`EMBEDDERS`](crate::config::EMBEDDERS).
        embedder: String,
        /// Level of the references: 1 to the highest, or 0 for images of the data set.
        level: u32,
        /// Which of the shipped distillations they come from.
        partition: Partition,
        /// The drawing: ink on background.
        drawing: Raster,
        /// As in [`Request::Classify`].
        normalize: bool,
    },
}

/// The image about which a network is expanded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// Which one.
    pub point: ExpansionPoint,
    /// A 28x28 image as the networks get it, where the point is the drawing.
    pub drawing: Option<Raster>,
}

impl About {
    /// About the black image.
    pub const BLACK: Self = Self { point: ExpansionPoint::Black, drawing: None };
}

impl Request {
    /// Whether it does not wait for work under way: a drawing, a cancellation, and what stops or steers a run.
    pub fn is_urgent(&self) -> bool {
        matches!(
            self,
            Self::Classify { .. }
                | Self::ClassifyPicture { .. }
                | Self::Cancel { .. }
                | Self::Pause { .. }
                | Self::SetLearningRate { .. }
        )
    }

    /// Whether this request makes a waiting one pointless: both are about a drawing, and ask the same kind of thing.
    pub fn overtakes(&self, waiting: &Self) -> bool {
        matches!(
            self,
            Self::Classify { .. }
                | Self::ClassifyPicture { .. }
                | Self::Explain { .. }
                | Self::ExplainPicture { .. }
                | Self::Compare { .. }
        ) && std::mem::discriminant(self) == std::mem::discriminant(waiting)
    }
}
