//! The protocol of the distillation literature: a fresh convolutional network is trained on the distilled images only
//! and classifies the test images. Never to be mixed up with the similarity to references.

use super::augmentation::Movement;
use super::{DistillationError, Embedder};
use crate::config::{Augmentation, CLASSES, DistillationConfigError, EmbedderConfig, ImageShape};
use crate::engine::data::ImageSet;
use crate::engine::evaluate::EVALUATION_BATCH;
use crate::engine::parameters::{Initial, ParameterLayout, ParameterSpec, vector};
use crate::engine::preparation::images_to_tensor;
use crate::engine::transfer::read;
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Tensor};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Gradient descent as usual in that literature: step size, momentum and weight decay.
const RATE: f64 = 0.01;
const MOMENTUM: f64 = 0.9;
const DECAY: f64 = 5e-4;
/// Most images of a step; where there are more, they are drawn.
const BATCH: usize = 50;
/// Random stream of a seed from which batches and movements are drawn.
const BATCH_STREAM: u64 = 5;

/// How a fresh network is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FreshTraining {
    /// Steps.
    pub steps: usize,
    /// How every image of every step is moved, each by itself.
    pub augmentation: Option<Augmentation>,
    /// Seed of batches and movements.
    pub seed: u64,
}

/// The network of Fig. 8 with trained weights and a linear layer on top.
pub struct ConvNet {
    embedder: Embedder,
    image: ImageShape,
    device: Device,
    /// One flat tensor per convolution, then weight and bias of the linear layer.
    parameters: Vec<Tensor<1>>,
    velocities: Vec<Tensor<1>>,
}

impl ConvNet {
    /// A network with the initial weights of a seed.
    ///
    /// # Errors
    /// [`DistillationConfigError::TooSmall`] where nothing is left of the image.
    pub fn new(
        config: &EmbedderConfig,
        image: ImageShape,
        seed: u64,
        device: &Device,
    ) -> Result<Self, DistillationConfigError> {
        let embedder = Embedder::new(config, image)?;
        let device = device.clone().inner();
        let mut parameters = embedder.weights(seed, 0, &device);
        let fan_in = embedder.values();
        let head = ParameterLayout::new(vec![
            ParameterSpec::new("head.weight", [fan_in, CLASSES], Initial::Normal { fan_in, gain: 1.0 }),
            ParameterSpec::new("head.bias", [CLASSES], Initial::Zeros),
        ]);
        parameters.extend(head.split(&vector(&head.initial_values(seed), &device)));
        let velocities = parameters.iter().map(Tensor::zeros_like).collect();
        Ok(Self { embedder, image, device, parameters, velocities })
    }

    /// `[n, height, width, channels]` to `[n, classes]`.
    fn logits(&self, images: Tensor<4>, parameters: &[Tensor<1>]) -> Tensor<2> {
        let (convolutions, head) = parameters.split_at(parameters.len() - 2);
        let weight = head[0].clone().reshape([self.embedder.values(), CLASSES]);
        self.embedder.embed(images, convolutions).matmul(weight) + head[1].clone().unsqueeze()
    }

    /// Trains on the images alone.
    ///
    /// # Errors
    /// [`DistillationError::Damaged`] where the images do not fit.
    pub fn train(&mut self, images: &ImageSet, settings: &FreshTraining) -> Result<(), DistillationError> {
        let training = self.device.clone().autodiff();
        let mut random = ChaCha8Rng::seed_from_u64(settings.seed);
        random.set_stream(BATCH_STREAM);
        for _ in 0..settings.steps {
            let batch = batch(images, settings, &mut random);
            let inputs = self.tensor(&batch, 0..batch.len(), &training)?;
            let mut targets = vec![0.0; batch.len() * CLASSES];
            for (index, &label) in batch.labels.iter().enumerate() {
                targets[index * CLASSES + usize::from(label)] = -1.0 / batch.len() as f32;
            }
            let targets = vector(&targets, &training).reshape([batch.len(), CLASSES]);
            let leaves: Vec<_> =
                self.parameters.iter().map(|value| Tensor::<1>::from_inner(value.clone()).require_grad()).collect();
            let loss = (log_softmax(self.logits(inputs, &leaves), 1) * targets).sum();
            let gradients = loss.backward();
            for (index, leaf) in leaves.iter().enumerate() {
                let Some(gradient) = leaf.grad(&gradients) else { continue };
                let gradient = gradient + self.parameters[index].clone() * DECAY;
                self.velocities[index] = self.velocities[index].clone() * MOMENTUM + gradient;
                self.parameters[index] = self.parameters[index].clone() - self.velocities[index].clone() * RATE;
            }
        }
        Ok(())
    }

    /// Share of the images that are classified correctly.
    ///
    /// # Errors
    /// [`DistillationError`] where the images do not fit or the device fails.
    pub async fn accuracy(&self, images: &ImageSet) -> Result<f64, DistillationError> {
        let mut right = 0.0;
        for start in (0..images.len()).step_by(EVALUATION_BATCH) {
            let range = start..(start + EVALUATION_BATCH).min(images.len());
            let found = self.logits(self.tensor(images, range.clone(), &self.device)?, &self.parameters).argmax(1);
            let labels: Vec<f32> = images.labels[range].iter().map(|&label| f32::from(label)).collect();
            let hits = found.float().flatten::<1>(0, 1).equal(vector(&labels, &self.device)).float().sum();
            let hits = read(vec![hits]).await.map_err(|error| DistillationError::Device(error.0))?;
            right += f64::from(hits[0][0]);
        }
        Ok(right / images.len() as f64)
    }

    fn tensor(
        &self,
        images: &ImageSet,
        range: std::ops::Range<usize>,
        device: &Device,
    ) -> Result<Tensor<4>, DistillationError> {
        images_to_tensor(images, range, self.image, device)
            .map_err(|error| DistillationError::Damaged(error.to_string()))
    }
}

/// The images of a step: all of them, or as many as a batch holds, drawn at random; each moved by itself.
fn batch(images: &ImageSet, settings: &FreshTraining, random: &mut ChaCha8Rng) -> ImageSet {
    let drawn: Vec<usize> = if images.len() <= BATCH {
        (0..images.len()).collect()
    } else {
        (0..BATCH).map(|_| (random.next_u64() % images.len() as u64) as usize).collect()
    };
    let mut batch = images.subset(&drawn);
    if let Some(augmentation) = &settings.augmentation {
        let ImageShape { height, width, .. } = batch.shape;
        for image in batch.pixels.chunks_exact_mut(batch.shape.len()) {
            let movement = Movement::random(augmentation, random);
            for plane in image.chunks_exact_mut(height * width) {
                let values: Vec<f32> = plane.iter().copied().map(f32::from).collect();
                let moved = movement.apply(&values, height, width);
                plane.iter_mut().zip(moved).for_each(|(pixel, value)| *pixel = value.round() as u8);
            }
        }
    }
    batch
}
