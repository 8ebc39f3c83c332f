//! Embedded images, and the run that embeds them batch by batch.

use super::SimilarityError;
use crate::config::CLASSES;
use crate::engine::data::ImageSet;
use crate::engine::evaluate::{EVALUATION_BATCH, Predictor};
use std::sync::Arc;

/// Embeddings of labelled images; all finite.
#[derive(Debug, Clone, PartialEq)]
pub struct Embeddings {
    dimension: usize,
    values: Vec<f32>,
    classes: Vec<u8>,
}

impl Embeddings {
    /// Puts embeddings and classes together.
    ///
    /// # Shapes
    /// - `values`: `[n, dimension]`
    /// - `classes`: `[n]`, each 0..9
    ///
    /// # Errors
    /// [`SimilarityError::Count`] where the two do not fit, [`SimilarityError::NotFinite`].
    pub fn new(dimension: usize, values: Vec<f32>, classes: Vec<u8>) -> Result<Self, SimilarityError> {
        if dimension == 0 || values.len() != dimension * classes.len() {
            return Err(SimilarityError::Count { values: values.len(), images: classes.len(), dimension });
        }
        if let Some(place) = values.iter().position(|value| !value.is_finite()) {
            return Err(SimilarityError::NotFinite { index: place / dimension });
        }
        Ok(Self { dimension, values, classes })
    }

    /// The images themselves: pixels from 0 to 1.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of_pixels(images: &ImageSet) -> Result<Self, SimilarityError> {
        let values = images.pixels.iter().map(|&pixel| f32::from(pixel) / 255.0).collect();
        Self::new(images.shape.len(), values, images.labels.clone())
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// True without images.
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// Values of one embedding.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// `[n, dimension]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// `[n]`.
    pub fn classes(&self) -> &[u8] {
        &self.classes
    }

    /// Each embedding with its class.
    pub fn rows(&self) -> impl Iterator<Item = (&[f32], u8)> {
        self.values.chunks_exact(self.dimension).zip(self.classes.iter().copied())
    }

    /// The embeddings at `indices`, in that order.
    ///
    /// # Panics
    /// If an index is not below [`Self::len`].
    #[must_use]
    pub fn subset(&self, indices: &[usize]) -> Self {
        let rows = indices.iter().flat_map(|index| &self.values[index * self.dimension..(index + 1) * self.dimension]);
        let classes = indices.iter().map(|&index| self.classes[index]).collect();
        Self { dimension: self.dimension, values: rows.copied().collect(), classes }
    }

    /// Sum over each class of `of(row)`, and the number of its images.
    pub(super) fn class_sums(&self, of: impl Fn(&[f32]) -> f64) -> [(Vec<f64>, usize); CLASSES] {
        let mut sums: [(Vec<f64>, usize); CLASSES] = std::array::from_fn(|_| (vec![0.0; self.dimension], 0));
        for (row, class) in self.rows() {
            let factor = of(row);
            let (sum, count) = &mut sums[usize::from(class)];
            *count += 1;
            for (total, value) in sum.iter_mut().zip(row) {
                *total += factor * f64::from(*value);
            }
        }
        sums
    }
}

/// Embeds a set of images, one batch at a time, so that whoever drives it can report, yield or stop in between.
pub struct EmbeddingRun {
    predictor: Predictor,
    images: Arc<ImageSet>,
    values: Vec<f32>,
    done: usize,
}

impl EmbeddingRun {
    /// A run at its beginning.
    pub fn new(predictor: Predictor, images: Arc<ImageSet>) -> Self {
        Self { predictor, images, values: Vec::new(), done: 0 }
    }

    /// Images embedded so far, and in all.
    pub fn progress(&self) -> (usize, usize) {
        (self.done, self.images.len())
    }

    /// Embeds the next batch; `false` where there was none left.
    ///
    /// # Errors
    /// [`SimilarityError::Embedding`] where the images do not fit the network or the device fails.
    pub async fn step(&mut self) -> Result<bool, SimilarityError> {
        let end = (self.done + EVALUATION_BATCH).min(self.images.len());
        if self.done == end {
            return Ok(false);
        }
        self.values.append(&mut self.predictor.embed_set(&self.images, self.done..end).await?);
        self.done = end;
        Ok(true)
    }

    /// The embeddings of all images so far.
    ///
    /// # Errors
    /// [`SimilarityError::NotFinite`] where the network gave no numbers.
    pub fn finish(self) -> Result<Embeddings, SimilarityError> {
        let dimension = self.values.len() / self.done.max(1);
        Embeddings::new(dimension, self.values, self.images.labels[..self.done].to_vec())
    }
}
