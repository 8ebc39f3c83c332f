//! The trainer: one call, one step. No loop, no files, no clock.

use super::optimizer::{Optimizer, Updated};
use super::start::start_values;
use super::{BatchSampler, TrainError, TrainingState, one_cycle};
use crate::config::{NetworkConfig, TrainingConfig, TrainingConfigError};
use crate::engine::data::ImageSet;
use crate::engine::network::{Network, Normalization, Output};
use crate::engine::parameters::vector;
use crate::engine::preparation::images_to_tensor;
use crate::engine::transfer::read;
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Tensor};
use std::sync::Arc;

/// Share of the old running statistics that is kept in a step.
const STATISTICS_MOMENTUM: f64 = 0.9;

/// Means over the steps since the last report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepReport {
    /// Steps done.
    pub step: usize,
    /// Steps of the whole run.
    pub total_steps: usize,
    /// Mean cross-entropy in nats, against the smoothed targets.
    pub loss: f64,
    /// Share of the images classified correctly.
    pub accuracy: f64,
    /// Learning rate of the last step.
    pub learning_rate: f64,
}

/// A training run: a network, its optimiser and where it stands.
pub struct Trainer {
    network: Network,
    training: TrainingConfig,
    sampler: BatchSampler,
    device: Device,
    /// The mean training image as the network gets it, where low orders count: `[1, height, width, channels]`.
    point: Option<Box<Tensor<4>>>,
    optimizer: Optimizer,
    live: Live,
    /// State before the last step: what the step made of it shows only in the loss of the next one.
    before: Live,
    /// The newest state that is known to have a finite loss.
    good: Live,
    /// Sums of losses, of hits and of what is minimised since the last report, and the number of steps.
    sums: Option<(Tensor<1>, usize)>,
}

/// What changes from step to step. Tensors are shared, so a copy costs nothing.
#[derive(Clone)]
struct Live {
    step: usize,
    parameters: Tensor<1>,
    statistics: Tensor<1>,
    moments: Option<[Tensor<1>; 2]>,
}

impl Trainer {
    /// A run at its beginning.
    ///
    /// # Errors
    /// [`TrainError`] where network or settings cannot work.
    pub fn new(
        network: &NetworkConfig,
        training: &TrainingConfig,
        images: Arc<ImageSet>,
        device: &Device,
    ) -> Result<Self, TrainError> {
        if network.classes() != images.classes {
            return Err(TrainError::Classes { network: network.classes(), images: images.classes });
        }
        let network = Network::new(network)?.formulated(training.formulation);
        training.validate(images.len())?;
        let device = device.clone().inner();
        let live = Live {
            step: 0,
            parameters: vector(&start_values(&network, training, &images)?, &device),
            statistics: vector(&network.initial_statistics(), &device),
            moments: None,
        };
        let point = mean_point(&network, training, &images, &device)?;
        let sampler = BatchSampler::new(images, network.config().input(), training.clone())?;
        let optimizer = Optimizer::new(training);
        Ok(Self {
            network,
            training: training.clone(),
            sampler,
            device,
            point,
            optimizer,
            before: live.clone(),
            good: live.clone(),
            live,
            sums: None,
        })
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The settings.
    pub fn training(&self) -> &TrainingConfig {
        &self.training
    }

    /// Steps done.
    pub fn step_count(&self) -> usize {
        self.live.step
    }

    /// The images that it learns from.
    pub fn images(&self) -> Arc<ImageSet> {
        self.sampler.image_set()
    }

    /// Steps of the whole run.
    pub fn total_steps(&self) -> usize {
        self.training.total_steps(self.sampler.images())
    }

    /// Changes the peak learning rate from the next step on.
    ///
    /// # Errors
    /// [`TrainingConfigError::LearningRate`] for a rate that is not positive.
    pub fn set_learning_rate(&mut self, learning_rate: f64) -> Result<(), TrainingConfigError> {
        let training = TrainingConfig { learning_rate, ..self.training.clone() };
        training.validate(self.sampler.images())?;
        self.training = training;
        Ok(())
    }

    /// Switches to other weights; optimiser and statistics stay.
    ///
    /// `parameters` are in the order of the network's layout.
    pub fn replace_parameters(&mut self, parameters: &[f32]) {
        debug_assert_eq!(parameters.len(), self.network.layout().len());
        self.live.parameters = vector(parameters, &self.device);
    }

    /// Learning rate of the next step.
    pub fn learning_rate(&self) -> f64 {
        one_cycle(self.live.step, self.total_steps(), self.training.learning_rate, self.training.warmup)
    }

    /// One step of `AdamW` on one batch. Nothing is read back from the device.
    ///
    /// # Errors
    /// [`TrainError::Preparation`] where an image does not have the shape of its set.
    pub fn step(&mut self) -> Result<(), TrainError> {
        let before = self.live.clone();
        let training_device = self.device.clone().autodiff();
        let batch = self.sampler.batch(self.live.step, &training_device)?;
        let leaves: Vec<Tensor<1>> = self
            .network
            .layout()
            .split(&self.live.parameters)
            .into_iter()
            .map(|part| Tensor::from_inner(part).require_grad())
            .collect();
        let output = self.forward(batch.images, &leaves);
        let loss = cross_entropy(output.logits.clone(), batch.targets.clone());
        // Order 0 is the same for all images.
        let low_orders =
            output.truncations.iter().skip(1).map(|logits| cross_entropy(logits.clone(), batch.targets.clone()));
        let total = low_orders.fold(loss.clone(), |sum, loss| sum + loss);
        let gradients = total.backward();
        let parts = leaves.iter().map(|leaf| match leaf.grad(&gradients) {
            Some(gradient) => gradient,
            None => leaf.clone().inner().zeros_like(),
        });
        let gradient = clipped(Tensor::cat(parts.collect(), 0), self.training.clip_norm);
        self.count([loss, total].map(Tensor::inner), output.logits.inner(), batch.targets.inner());
        if let Some(statistics) = output.statistics {
            let old = self.live.statistics.clone().mul_scalar(STATISTICS_MOMENTUM);
            self.live.statistics = old + statistics.inner().mul_scalar(1.0 - STATISTICS_MOMENTUM);
        }
        self.update(&gradient);
        self.live.step += 1;
        self.before = before;
        Ok(())
    }

    fn forward(&self, images: Tensor<4>, leaves: &[Tensor<1>]) -> Output {
        match &self.point {
            Some(point) => {
                let point = Tensor::from_inner(Tensor::clone(point));
                let order = self.training.nested;
                self.network.forward_with_truncations(images, point, order, leaves, Normalization::Batch)
            }
            None => self.network.forward(images, leaves, Normalization::Batch),
        }
    }

    fn update(&mut self, gradient: &Tensor<1>) {
        let Live { step, parameters, moments, .. } = &self.live;
        let rate = self.learning_rate();
        let layout = self.network.layout();
        let Updated { parameters, moments } =
            self.optimizer.step(layout, *step, rate, parameters, gradient, moments.clone());
        self.live.parameters = parameters;
        self.live.moments = moments;
    }

    /// Adds the loss of the whole and the one that is minimised, and the hits of a batch, to the sums, on the device.
    fn count(&mut self, [loss, total]: [Tensor<1>; 2], logits: Tensor<2>, targets: Tensor<2>) {
        let hits = logits.argmax(1).equal(targets.argmax(1)).float().mean();
        let now = Tensor::cat(vec![loss, hits, total], 0);
        self.sums = Some(match self.sums.take() {
            Some((sums, steps)) => (sums + now, steps + 1),
            None => (now, 1),
        });
    }

    /// Reads what happened since the last report; `None` where no step was made.
    ///
    /// # Errors
    /// [`TrainError::Diverged`] where the loss is not finite: the last state with a finite loss is back in place.
    pub async fn report(&mut self) -> Result<Option<StepReport>, TrainError> {
        let Some((sums, steps)) = self.sums.take() else { return Ok(None) };
        let sums = read(vec![sums]).await?.remove(0);
        let [loss, accuracy, total] = [0, 1, 2].map(|index| f64::from(sums[index]) / steps as f64);
        let step = self.live.step;
        if !(loss.is_finite() && total.is_finite()) {
            self.live = self.good.clone();
            return Err(TrainError::Diverged { step, restored: self.live.step });
        }
        self.good = self.before.clone();
        let (total_steps, training) = (self.total_steps(), &self.training);
        let learning_rate = one_cycle(step.max(1) - 1, total_steps, training.learning_rate, training.warmup);
        Ok(Some(StepReport { step, total_steps, loss, accuracy, learning_rate }))
    }

    /// Everything needed to go on, read from the device.
    ///
    /// # Errors
    /// [`TrainError::Device`].
    pub async fn state(&self) -> Result<TrainingState, TrainError> {
        let mut tensors = vec![self.live.parameters.clone()];
        tensors.extend(self.live.moments.clone().into_iter().flatten());
        // Last, because a network without normalisation has none, and empty tensors are not read.
        let normalized = !self.network.initial_statistics().is_empty();
        tensors.extend(normalized.then(|| self.live.statistics.clone()));
        let mut values = read(tensors).await?;
        let statistics = if normalized { values.pop().unwrap_or_default() } else { Vec::new() };
        let moments = (values.len() == 3).then(|| [values[1].clone(), values[2].clone()]);
        Ok(TrainingState {
            network: self.network.config().clone(),
            training: self.training.clone(),
            step: self.live.step,
            parameters: values.swap_remove(0),
            statistics,
            moments,
        })
    }

    /// Goes on from a state, on any device.
    ///
    /// # Errors
    /// [`TrainError`] where its settings do not fit the images.
    pub fn resume(state: &TrainingState, images: Arc<ImageSet>, device: &Device) -> Result<Self, TrainError> {
        let mut trainer = Self::new(&state.network, &state.training, images, device)?;
        let device = &trainer.device;
        trainer.live = Live {
            step: state.step,
            parameters: vector(&state.parameters, device),
            statistics: vector(&state.statistics, device),
            moments: state.moments.as_ref().map(|moments| moments.each_ref().map(|moment| vector(moment, device))),
        };
        trainer.before = trainer.live.clone();
        trainer.good = trainer.live.clone();
        Ok(trainer)
    }
}

/// Mean over the batch, in nats.
fn cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    let count = targets.dims()[0] as f64;
    (log_softmax(logits, 1) * targets).sum().mul_scalar(-1.0 / count)
}

/// The mean of the training images as the network gets it, where its low orders count.
fn mean_point(
    network: &Network,
    training: &TrainingConfig,
    images: &ImageSet,
    device: &Device,
) -> Result<Option<Box<Tensor<4>>>, TrainError> {
    if training.nested == 0 {
        return Ok(None);
    }
    if !network.has_truncations() {
        return Err(TrainError::NoTruncations);
    }
    let mean = images.mean_image(None).unwrap_or_default();
    let mean = ImageSet { shape: images.shape, pixels: mean, labels: vec![0], classes: images.classes };
    Ok(Some(Box::new(images_to_tensor(&mean, 0..1, network.config().input(), device)?)))
}

/// Scales the gradient down to norm `limit` where it is longer, without reading it.
fn clipped(gradient: Tensor<1>, limit: f64) -> Tensor<1> {
    let norm = gradient.clone().square().sum().sqrt();
    let factor = norm.clamp_min(limit).recip().mul_scalar(limit);
    gradient * factor
}
