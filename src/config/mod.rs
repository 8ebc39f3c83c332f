//! Settings of networks and training runs: everything that changes a result, in one serialisable place.
//!
//! Shared by the engine, the worker, the page and the command line. No arithmetic on tensors happens here,
//! only on shapes, so that the page can show sizes and parameter counts without loading the engine.

mod bounds;
mod data_set;
mod distillation;
mod expansion;
mod network;
mod similarity;
mod stack;
mod training;

pub use bounds::Bounds;
pub use data_set::{CIFAR_10, DataFiles, DataSet, ImageRows, MNIST, SAMPLE_PHOTOS};
pub use distillation::{
    Augmentation, DistillationConfig, DistillationConfigError, DistillationLoss, DistilledIndex, DistilledLevel,
    EmbedderConfig, INDEX_FORMAT, IndexError, LevelOptimization, Partition, PixelMetric, StartImages, SubsetOrigins,
    Tree,
};
pub use expansion::{Basis, ExpansionPoint, UnknownPoint};
pub use network::{
    BlockConfig, CgConfig, ConfigError, DirectConfig, ImageShape, LayerOperation, NamedNetwork, NetworkConfig,
    ResNetConfig, Sharing, Stem, TaylorNetConfig, monomial_count,
};
pub use similarity::{EMBEDDERS, ORIGINALS_PER_CLASS, TOP_LEVEL};
pub use stack::{StackConfig, StackSharing};
use training::is_default;

pub use training::{Formulation, MAX_SEED, Method, TrainingConfig, TrainingConfigError};

/// Number of classes of every data set in the catalogue, and of a network whose description does not say.
pub const CLASSES: usize = 10;
/// Fewest and most classes of a data set of one's own, and of a network for it.
pub const CLASS_RANGE: std::ops::RangeInclusive<usize> = 2..=20;
