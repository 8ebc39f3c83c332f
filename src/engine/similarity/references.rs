//! Embedded references and the smallest angle to them.

use super::{Embeddings, SimilarityError};
use crate::config::CLASSES;
use crate::engine::data::ImageSet;
use crate::engine::train::TrainError;
use crate::engine::transfer::{DeviceError, read};
use crate::engine::weights::WeightsFile;
use burn::tensor::{Device, Tensor, TensorData};

/// Images that are compared with the references at once.
const QUERY_BATCH: usize = 500;

/// What references were made of: they are stale where the network or the images have changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferenceOrigin {
    embedder: u64,
    images: u64,
}

impl ReferenceOrigin {
    /// Fingerprints (FNV-1a of whole words, to notice a change, not to withstand an attack) of both.
    pub fn new(embedder: &WeightsFile, images: &ImageSet) -> Self {
        let numbers = embedder.parameters.iter().map(|value| value.to_bits());
        let name = embedder.name.bytes().map(u32::from);
        let pixels = images.pixels.iter().chain(&images.labels).map(|&byte| u32::from(byte));
        Self { embedder: fingerprint(name.chain(numbers)), images: fingerprint(pixels) }
    }
}

fn fingerprint(words: impl Iterator<Item = u32>) -> u64 {
    words.fold(0xcbf2_9ce4_8422_2325, |hash, word| (hash ^ u64::from(word)).wrapping_mul(0x0100_0000_01b3))
}

/// The reference of a class that is most like an image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// Cosine of the angle between the embeddings, -1 to 1.
    pub cosine: f32,
    /// Number of the reference in its set.
    pub reference: usize,
}

/// References with embeddings of length 1, at least one of every class.
#[derive(Debug, Clone, PartialEq)]
pub struct ReferenceSet {
    references: Embeddings,
    origin: Option<ReferenceOrigin>,
}

impl ReferenceSet {
    /// Makes embeddings references. An embedding of length 0 stays and has the cosine 0 with everything.
    ///
    /// # Errors
    /// [`SimilarityError::ClassWithoutReference`].
    pub fn new(embeddings: &Embeddings) -> Result<Self, SimilarityError> {
        if let Some(class) = (0..CLASSES).find(|&class| !embeddings.classes().contains(&(class as u8))) {
            return Err(SimilarityError::ClassWithoutReference { class });
        }
        let unit = embeddings.rows().flat_map(|(row, _)| {
            let factor = inverse_length(row) as f32;
            row.iter().map(move |value| value * factor)
        });
        let references = Embeddings::new(embeddings.dimension(), unit.collect(), embeddings.classes().to_vec())?;
        Ok(Self { references, origin: None })
    }

    /// Notes what they were made of.
    #[must_use]
    pub fn made_of(mut self, origin: ReferenceOrigin) -> Self {
        self.origin = Some(origin);
        self
    }

    /// Whether they were made of exactly this; never where that is not known.
    pub fn is_current(&self, origin: ReferenceOrigin) -> bool {
        self.origin == Some(origin)
    }

    /// The references as embeddings of length 1.
    pub fn embeddings(&self) -> &Embeddings {
        &self.references
    }

    /// Cosine with every reference, `[n]`.
    ///
    /// # Errors
    /// [`SimilarityError::Dimension`] for an embedding of another network.
    pub fn similarities(&self, embedding: &[f32]) -> Result<Vec<f32>, SimilarityError> {
        let (found, expected) = (embedding.len(), self.references.dimension());
        if found != expected {
            return Err(SimilarityError::Dimension { found, expected });
        }
        let factor = inverse_length(embedding);
        let cosine = |row: &[f32]| (dot(row, embedding) * factor).clamp(-1.0, 1.0) as f32;
        Ok(self.references.rows().map(|(row, _)| cosine(row)).collect())
    }

    /// The most similar reference of each class; the first where several are equally so.
    ///
    /// # Errors
    /// As [`Self::similarities`].
    pub fn best_per_class(&self, embedding: &[f32]) -> Result<[Nearest; CLASSES], SimilarityError> {
        let mut best = [Nearest { cosine: f32::NEG_INFINITY, reference: 0 }; CLASSES];
        for (reference, cosine) in self.similarities(embedding)?.into_iter().enumerate() {
            let best = &mut best[usize::from(self.references.classes()[reference])];
            if cosine > best.cosine {
                *best = Nearest { cosine, reference };
            }
        }
        Ok(best)
    }

    /// The class of the reference with the smallest angle.
    ///
    /// # Errors
    /// As [`Self::similarities`].
    pub fn classify(&self, embedding: &[f32]) -> Result<u8, SimilarityError> {
        let cosines = self.similarities(embedding)?;
        Ok(self.references.classes()[position_of_largest(&cosines)])
    }

    /// Share of the images that get their own class. Many at once, on `device`.
    ///
    /// # Errors
    /// [`SimilarityError`] for embeddings of another network or where the device fails.
    pub async fn accuracy(&self, images: &Embeddings, device: &Device) -> Result<f64, SimilarityError> {
        let classes = self.classes_of(images, device).await?;
        let right = classes.iter().zip(images.classes()).filter(|(found, label)| found == label).count();
        Ok(right as f64 / images.len().max(1) as f64)
    }

    /// The class of every image. The lengths of the images' embeddings change no angle's rank and are left as they are.
    async fn classes_of(&self, images: &Embeddings, device: &Device) -> Result<Vec<u8>, SimilarityError> {
        let dimension = self.references.dimension();
        if images.dimension() != dimension {
            return Err(SimilarityError::Dimension { found: images.dimension(), expected: dimension });
        }
        let tensor = |values: &[f32]| -> Tensor<2> {
            let shape = [values.len() / dimension, dimension];
            Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
        };
        let references = tensor(self.references.values()).transpose(); // [dimension, n]
        let mut classes = Vec::with_capacity(images.len());
        for queries in images.values().chunks(QUERY_BATCH * dimension) {
            let products = tensor(queries).matmul(references.clone()); // [queries, n]
            let products = read(vec![products.flatten(0, 1)]).await.map(|mut values| values.remove(0));
            let products = products.map_err(|error: DeviceError| SimilarityError::from(TrainError::from(error)))?;
            let nearest = products.chunks_exact(self.references.len()).map(position_of_largest);
            classes.extend(nearest.map(|reference| self.references.classes()[reference]));
        }
        Ok(classes)
    }
}

/// Index of the largest value; the first where several are equal.
pub(super) fn position_of_largest(values: &[f32]) -> usize {
    values.iter().enumerate().fold(0, |best, (index, value)| if *value > values[best] { index } else { best })
}

pub(super) fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

/// 1 / length; 0 for a vector of zeros.
pub(super) fn inverse_length(row: &[f32]) -> f64 {
    let length = dot(row, row).sqrt();
    if length > 0.0 { length.recip() } else { 0.0 }
}
