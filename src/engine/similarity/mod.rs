//! Classification by similarity to references (the second half of the article's distillation): an image gets the class
//! of the reference whose embedding makes the smallest angle with its own.
//!
//! References are embedded images ([`ReferenceSet`]): the distilled ones of a level, or what they are compared with
//! ([`controls`]). [`ClassSimilarity`] says how alike embeddings are within and between the classes.

pub mod controls;
mod embeddings;
mod error;
mod references;
mod within_between;

pub use embeddings::{EmbeddingRun, Embeddings};
pub use error::SimilarityError;
pub use references::{Nearest, ReferenceOrigin, ReferenceSet};
pub use within_between::ClassSimilarity;

#[cfg(test)]
mod tests;
