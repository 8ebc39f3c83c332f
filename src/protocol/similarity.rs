//! A drawing beside the references.

use super::Raster;
use serde::{Deserialize, Serialize};

/// The closest reference of every class, and which of them is the closest of all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Similarity {
    /// Network whose embeddings were compared.
    pub embedder: String,
    /// Level of the references.
    pub level: u32,
    /// Number of references of each class.
    pub per_class: u32,
    /// One entry per class, in order.
    pub closest: Vec<ClosestReference>,
    /// The class of the largest similarity; `None` for an empty drawing.
    pub winner: Option<u32>,
    /// Time from the message to the answer inside the worker, in milliseconds.
    pub compute_ms: f64,
}

/// The reference of one class with the largest similarity to the drawing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClosestReference {
    /// Its number among the references of its class at this level, from 0; at level 0 among the images of its class
    /// in the order of the data set.
    pub reference: u32,
    /// Cosine of the angle between the two embeddings, from -1 to 1; `None` for an empty drawing.
    pub cosine: Option<f32>,
    /// What it looks like, 28x28.
    pub image: Raster,
}
