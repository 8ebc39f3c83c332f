//! Why a network cannot be expanded, and what to do instead.

use thiserror::Error;

/// A refusal, before anything is computed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolynomialError {
    /// The network is no polynomial.
    #[error("{name} has activation functions, so it is no polynomial and has no expansion; choose a TaylorNet")]
    Activations {
        /// Name of the network.
        name: String,
    },
    /// Batch normalisation without the statistics that make it affine.
    #[error(
        "{name} has normalisation that is not folded ({found} running statistics where {expected} are needed); train it for a step or open a folded file"
    )]
    NotFolded {
        /// Name of the network.
        name: String,
        /// Statistics that came with it.
        found: usize,
        /// Statistics that it needs.
        expected: usize,
    },
    /// A flow from level to level where levels differ.
    #[error("{name} has other coefficients at each level; choose a network whose levels share one operation")]
    NotShared {
        /// Name of the network.
        name: String,
    },
    /// A flow without a point to show.
    #[error("no fixed point of the operation of {name} was found; train it further or choose another network")]
    NoFixedPoint {
        /// Name of the network.
        name: String,
    },
    /// A weight is not a number.
    #[error(
        "{layer} has a weight that is not finite; go back to an earlier checkpoint or train again with a smaller learning rate"
    )]
    NotFinite {
        /// Name of the layer.
        layer: String,
    },
    /// Sizes that do not belong together.
    #[error("{what} has {found} values, but {expected} are needed; the weights belong to another network")]
    Size {
        /// What.
        what: String,
        /// What was found.
        found: usize,
        /// What is needed.
        expected: usize,
    },
    /// A cluster larger than what it is applied to.
    #[error("{layer} does not fit its input of {height}x{width}; reduce its dilation or cluster")]
    DoesNotFit {
        /// Name of the layer.
        layer: String,
        /// Rows of the input.
        height: usize,
        /// Columns of the input.
        width: usize,
    },
    /// More coefficients than can be shown or kept.
    #[error(
        "all coefficients of order {order} on {pixels} pixels are {terms} per class, more than the {limit} allowed; choose one pixel or a lower order"
    )]
    TooLarge {
        /// Order asked for.
        order: u32,
        /// Pixels of the input.
        pixels: usize,
        /// Number of coefficients per class.
        terms: u64,
        /// Largest number allowed.
        limit: u64,
    },
    /// An order that is not offered.
    #[error("order {order} is not offered; choose {choices}")]
    Order {
        /// Order asked for.
        order: u32,
        /// What can be chosen.
        choices: &'static str,
    },
    /// A pixel outside the image.
    #[error("pixel {pixel} lies outside the image; choose one below {pixels}")]
    Pixel {
        /// Pixel asked for.
        pixel: usize,
        /// Number of pixels.
        pixels: usize,
    },
    /// A class that does not exist, or one compared with itself.
    #[error("class {class} cannot be explained here; choose two different classes below {classes}")]
    Class {
        /// Class asked for.
        class: usize,
        /// Number of classes.
        classes: usize,
    },
    /// A number that is no share.
    #[error("{share} is no share of the terms; choose numbers from 0 to 1")]
    Share {
        /// The value as text.
        share: String,
    },
    /// Nothing to measure on.
    #[error("there are no images to measure on; ask for at least one")]
    NoImages,
}
