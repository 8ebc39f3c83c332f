//! Multi-level data distillation (Eq. 5, Fig. 7 and 8): groups of images become one image per class, level by level.
//!
//! A *subset* holds one group of images of each class. Its problem is to find one image per class whose embedding, by
//! randomly initialised frozen networks, is close to those of its own group and far from those of the others. All
//! subsets of a level are independent; a [`Distiller`] solves many of them as one batch.

mod activation;
mod alike;
mod augmentation;
mod distiller;
mod embedder;
mod error;
mod groups;
mod metric;
mod moments;
mod objective;
mod orthogonal;
mod partition;
mod protocol;
mod spread;
mod sprite;
mod state;

pub use augmentation::Movement;
pub use distiller::{DistillationReport, Distiller};
pub use embedder::Embedder;
pub use error::DistillationError;
pub use moments::ClassMoments;
pub use objective::Objective;
pub use partition::{centroids, partition, tree};
pub use protocol::{ConvNet, FreshTraining};
pub use spread::class_spread;
pub use sprite::{read_sprite, sprite_png};
pub use state::DistillationState;

#[cfg(test)]
mod tests;
