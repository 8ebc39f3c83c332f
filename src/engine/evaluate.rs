//! Evaluation of a folded network on a set of images.

use crate::config::{ConfigError, NetworkConfig};
use crate::engine::data::ImageSet;
use crate::engine::network::{Network, Normalization};
use crate::engine::parameters::vector;
use crate::engine::preparation::images_to_tensor;
use crate::engine::train::TrainError;
use crate::engine::transfer::read;
use crate::engine::weights::WeightsFile;
use burn::tensor::{Device, Tensor};

/// Images per forward pass of an evaluation.
pub const EVALUATION_BATCH: usize = 250;

/// A network ready for use: normalisation folded away, weights on a device.
#[derive(Debug, Clone)]
pub struct Predictor {
    network: Network,
    weights: Vec<Tensor<1>>,
    device: Device,
}

/// Logits of images with their labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    /// `[images][classes]`.
    pub logits: Vec<Vec<f32>>,
    /// What they are.
    pub labels: Vec<u8>,
}

impl Predictor {
    /// Makes a network with its parameters (and statistics, where it is normalised) ready for use.
    pub fn new(network: &Network, parameters: &[f32], statistics: &[f32], device: &Device) -> Self {
        let (network, parameters) = network.folded(parameters, statistics);
        let device = device.clone().inner();
        let weights = network.layout().split(&vector(&parameters, &device));
        Self { network, weights, device }
    }

    /// Makes a file with weights ready for use.
    ///
    /// # Errors
    /// [`ConfigError`] where its network cannot be built.
    pub fn of_file(file: &WeightsFile, device: &Device) -> Result<Self, ConfigError> {
        Ok(Self::new(&Network::new(&file.network)?, &file.parameters, &[], device))
    }

    /// Settings of the folded network.
    pub fn config(&self) -> &NetworkConfig {
        self.network.config()
    }

    /// Device on which it computes.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// `[batch, height, width, channels]`, pixels from 0 to 1, to `[batch, classes]`.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        self.network.forward(images, &self.weights, Normalization::Folded).logits
    }

    /// Feature maps after each level.
    pub fn levels(&self, images: Tensor<4>) -> Vec<Tensor<4>> {
        self.network.forward_with_levels(images, &self.weights, Normalization::Folded).levels
    }

    /// `[batch, height, width, channels]`, pixels from 0 to 1, to what the last linear layer takes, `[batch, embedding]`.
    pub fn embed(&self, images: Tensor<4>) -> Tensor<2> {
        self.network.embed(images, &self.weights, Normalization::Folded)
    }

    /// Embeddings of a range of a set of images one after the other, at most [`EVALUATION_BATCH`] at once.
    ///
    /// # Errors
    /// [`TrainError`] where the images do not fit or the device fails.
    pub async fn embed_set(&self, set: &ImageSet, range: std::ops::Range<usize>) -> Result<Vec<f32>, TrainError> {
        let shape = self.network.config().input();
        let mut embeddings = Vec::new();
        for start in range.clone().step_by(EVALUATION_BATCH) {
            let part = start..(start + EVALUATION_BATCH).min(range.end);
            let output = self.embed(images_to_tensor(set, part, shape, &self.device)?);
            embeddings.append(&mut read(vec![output.flatten(0, 1)]).await?.remove(0));
        }
        Ok(embeddings)
    }

    /// Logits of a range of a set of images, at most [`EVALUATION_BATCH`] at once.
    ///
    /// # Errors
    /// [`TrainError`] where the images do not fit or the device fails.
    pub async fn predict(&self, set: &ImageSet, range: std::ops::Range<usize>) -> Result<Predictions, TrainError> {
        let shape = self.network.config().input();
        let mut logits = Vec::with_capacity(range.len());
        for start in range.clone().step_by(EVALUATION_BATCH) {
            let part = start..(start + EVALUATION_BATCH).min(range.end);
            let output = self.forward(images_to_tensor(set, part, shape, &self.device)?);
            let values = read(vec![output.flatten(0, 1)]).await?.remove(0);
            logits.extend(values.chunks_exact(self.network.config().classes()).map(<[f32]>::to_vec));
        }
        Ok(Predictions { logits, labels: set.labels[range].to_vec() })
    }
}

impl Predictions {
    /// The class with the largest logit of image `index`.
    pub fn class(&self, index: usize) -> u8 {
        argmax(&self.logits[index])
    }

    /// Share of the images classified correctly.
    pub fn accuracy(&self) -> f64 {
        let right = (0..self.labels.len()).filter(|&index| self.class(index) == self.labels[index]).count();
        right as f64 / self.labels.len().max(1) as f64
    }

    /// Mean cross-entropy in nats.
    pub fn loss(&self) -> f64 {
        let losses = self.logits.iter().zip(&self.labels);
        let sum: f64 =
            losses.map(|(logits, &label)| -f64::from(softmax(logits)[usize::from(label)]).max(1e-30).ln()).sum();
        sum / self.labels.len().max(1) as f64
    }

    /// `confusion[label][predicted]`; empty without images.
    pub fn confusion(&self) -> Vec<Vec<u32>> {
        let classes = self.logits.first().map_or(0, Vec::len);
        let mut confusion = vec![vec![0; classes]; classes];
        for (index, &label) in self.labels.iter().enumerate() {
            confusion[usize::from(label)][usize::from(self.class(index))] += 1;
        }
        confusion
    }

    /// Indices of wrongly classified images, the most confident mistakes first.
    pub fn mistakes(&self) -> Vec<usize> {
        let confidence = |index: usize| softmax(&self.logits[index])[usize::from(self.class(index))];
        let mut wrong: Vec<_> =
            (0..self.labels.len()).filter(|&index| self.class(index) != self.labels[index]).collect();
        wrong.sort_by(|&a, &b| confidence(b).total_cmp(&confidence(a)));
        wrong
    }
}

/// Index of the largest value; the first where several are equal.
pub fn argmax(values: &[f32]) -> u8 {
    let mut best = 0;
    for (class, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = class;
        }
    }
    best as u8
}

/// Probabilities of logits.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = logits.iter().map(|logit| (logit - largest).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}
