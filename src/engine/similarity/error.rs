//! What can go wrong when images are compared with references.

use crate::engine::train::TrainError;
use thiserror::Error;

/// Why there is no answer by similarity, and what to change.
#[derive(Debug, Error)]
pub enum SimilarityError {
    /// A class could never be the answer.
    #[error("class {class} has no reference; choose references with at least one image of every class")]
    ClassWithoutReference {
        /// The class.
        class: usize,
    },
    /// Values, classes and dimension do not belong together.
    #[error(
        "{values} values are no embeddings of {images} images with {dimension} values each; embed the images again with one network"
    )]
    Count {
        /// Values found.
        values: usize,
        /// Classes found.
        images: usize,
        /// Values of one embedding.
        dimension: usize,
    },
    /// Embeddings of another network.
    #[error("the image has {found} values but the references have {expected}; embed both with the same network")]
    Dimension {
        /// Values of the image.
        found: usize,
        /// Values of a reference.
        expected: usize,
    },
    /// The network gave no numbers.
    #[error("the embedding of image {index} is not finite; the network's weights are unusable, so load others")]
    NotFinite {
        /// Number of the image.
        index: usize,
    },
    /// Embedding failed.
    #[error(transparent)]
    Embedding(#[from] TrainError),
}
