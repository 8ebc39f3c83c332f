//! Batches: which images a step sees, shifted and reduced as the network wants them.
//!
//! Everything follows from the seed and the number of the step, so a run that goes on from a checkpoint sees the
//! same images as one that was never interrupted.

use crate::config::{ImageShape, TrainingConfig};
use crate::engine::data::ImageSet;
use crate::engine::preparation::{Movement, Preparation, PreparationError};
use burn::tensor::{Device, Tensor, TensorData};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

/// Random streams of a seed that are in use elsewhere are far below these.
const ORDER_STREAM: u64 = 1 << 32;
const SHIFT_STREAM: u64 = 2 << 32;

/// Images and targets of one step.
#[derive(Debug, Clone)]
pub struct Batch {
    /// `[batch, height, width, channels]`, 0 to 1.
    pub images: Tensor<4>,
    /// `[batch, classes]`, target probabilities.
    pub targets: Tensor<2>,
    /// The labels.
    pub labels: Vec<u8>,
}

/// Draws batches from a set of images.
#[derive(Debug, Clone)]
pub struct BatchSampler {
    images: Arc<ImageSet>,
    training: TrainingConfig,
    preparation: Preparation,
    /// The epoch that `order` belongs to.
    epoch: Option<usize>,
    order: Vec<u32>,
}

impl BatchSampler {
    /// Draws from `images` (of any size) for a network whose input is `shape`.
    ///
    /// # Errors
    /// [`PreparationError`] where the images cannot be brought to that shape.
    pub fn new(images: Arc<ImageSet>, shape: ImageShape, training: TrainingConfig) -> Result<Self, PreparationError> {
        let preparation = Preparation::new(images.shape, shape)?;
        Ok(Self { images, training, preparation, epoch: None, order: Vec::new() })
    }

    /// Number of images to draw from.
    pub fn images(&self) -> usize {
        self.images.len()
    }

    /// The images to draw from.
    pub fn image_set(&self) -> Arc<ImageSet> {
        self.images.clone()
    }

    /// The batch of step `step`, counted from 0.
    ///
    /// # Errors
    /// [`PreparationError`] where an image does not have the shape of its set.
    pub fn batch(&mut self, step: usize, device: &Device) -> Result<Batch, PreparationError> {
        let per_epoch = self.training.steps_per_epoch(self.images.len());
        self.prepare_epoch(step / per_epoch);
        let first = step % per_epoch * self.training.batch;
        let chosen = &self.order[first..first + self.training.batch];
        let mut random = ChaCha8Rng::seed_from_u64(self.training.seed);
        random.set_stream(SHIFT_STREAM + step as u64);
        let reach = self.training.shift;

        let shape = self.preparation.shape();
        let mut values = Vec::with_capacity(chosen.len() * shape.len());
        let mut labels = Vec::with_capacity(chosen.len());
        for &index in chosen {
            let shift = [draw_shift(reach, &mut random), draw_shift(reach, &mut random)];
            // Drawn only where it is asked for, so that runs without it stay as they were.
            let flip = self.training.flip && below(&mut random, 2) == 1;
            self.preparation.append(self.images.image(index as usize), Movement { shift, flip }, &mut values)?;
            labels.push(self.images.label(index as usize));
        }
        let dims = [chosen.len(), shape.height, shape.width, shape.channels];
        Ok(Batch {
            images: Tensor::from_data(TensorData::new(values, dims), device),
            targets: targets(&labels, self.images.classes, self.training.label_smoothing as f32, device),
            labels,
        })
    }

    /// Shuffles the images for an epoch (Fisher-Yates).
    fn prepare_epoch(&mut self, epoch: usize) {
        if self.epoch == Some(epoch) {
            return;
        }
        let mut random = ChaCha8Rng::seed_from_u64(self.training.seed);
        random.set_stream(ORDER_STREAM + epoch as u64);
        self.order = (0..self.images.len() as u32).collect();
        for last in (1..self.order.len()).rev() {
            self.order.swap(last, below(&mut random, last + 1));
        }
        self.epoch = Some(epoch);
    }
}

/// A shift of at most `reach` pixels in either direction.
fn draw_shift(reach: usize, random: &mut impl Rng) -> i32 {
    if reach == 0 { 0 } else { below(random, 2 * reach + 1) as i32 - reach as i32 }
}

/// A number below `bound`; the bias of the multiplication is below 2^-20 for all bounds in use.
fn below(random: &mut impl Rng, bound: usize) -> usize {
    ((u64::from(random.next_u32()) * bound as u64) >> 32) as usize
}

/// One-hot targets, smoothed by spreading the share `smoothing` over all classes.
fn targets(labels: &[u8], classes: usize, smoothing: f32, device: &Device) -> Tensor<2> {
    let mut values = vec![smoothing / classes as f32; labels.len() * classes];
    for (row, &label) in labels.iter().enumerate() {
        values[row * classes + usize::from(label)] += 1.0 - smoothing;
    }
    Tensor::from_data(TensorData::new(values, [labels.len(), classes]), device)
}
