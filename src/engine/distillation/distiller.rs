//! The distiller: one call, one step for all images of a batch of subsets. No loop, no files, no clock.

use super::augmentation::{Movement, moved};
use super::groups::{averaging, counts, start};
use super::metric::Metric;
use super::{DistillationError, DistillationState, Embedder, Objective};
use crate::config::{CLASSES, DistillationConfig, LevelOptimization};
use crate::engine::data::ImageSet;
use crate::engine::parameters::vector;
use crate::engine::preparation::images_to_tensor;
use crate::engine::transfer::read;
use burn::tensor::{Device, Tensor};

/// Images that are embedded at once: enough to keep the processor busy, few enough for a browser's memory.
const EMBEDDING_BATCH: usize = 100;

/// Where a batch of subsets stands.
#[derive(Debug, Clone, PartialEq)]
pub struct DistillationReport {
    /// Steps done.
    pub step: usize,
    /// Steps of the level.
    pub total_steps: usize,
    /// Mean loss of the images of each subset under the embedder in use.
    pub losses: Vec<f64>,
}

/// The images of a batch of subsets on their way.
pub struct Distiller {
    config: DistillationConfig,
    level: usize,
    embedder: Embedder,
    objective: Objective,
    metric: Metric,
    device: Device,
    /// `[images, height, width, channels]` of all groups.
    originals: Tensor<4>,
    /// `[subsets * classes, images]`: a group's share of each image in its mean.
    averaging: Tensor<2>,
    /// Images of the distillation, `[subsets * classes, height, width, channels]`.
    images: Tensor<4>,
    velocity: Tensor<4>,
    weights: Vec<Tensor<1>>,
    /// Movement of all images that belongs to the embedder in use.
    movement: Option<Tensor<2>>,
    step: usize,
}

impl Distiller {
    /// A batch of subsets of a level (1, 2, ...) at its beginning. The labels are the classes.
    ///
    /// # Errors
    /// [`DistillationError`] where settings or images cannot work.
    pub fn new(
        config: &DistillationConfig,
        level: usize,
        subsets: &[ImageSet],
        device: &Device,
    ) -> Result<Self, DistillationError> {
        config.validate()?;
        if level == 0 || level > config.levels() {
            return Err(DistillationError::NoSuchLevel { level, levels: config.levels() });
        }
        let counts = counts(config.image, subsets)?;
        let device = device.clone().inner();
        let objective = Objective::new(config.loss, &counts, &device)?;
        let originals = subsets
            .iter()
            .map(|subset| images_to_tensor(subset, 0..subset.len(), config.image, &device))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| DistillationError::Damaged(error.to_string()))?;
        let originals = Tensor::cat(originals, 0);
        let averaging = averaging(subsets, &counts, &device);
        let images = start(config, subsets, &originals, &averaging, &device);
        Ok(Self {
            embedder: Embedder::new(&config.embedder, config.image)?,
            velocity: images.zeros_like(),
            metric: Metric::new(&config.metric, config.image, &device),
            config: config.clone(),
            level,
            objective,
            device,
            originals,
            averaging,
            images,
            weights: Vec::new(),
            movement: None,
            step: 0,
        })
    }

    /// A batch of subsets as a checkpoint has it, on any device.
    ///
    /// # Errors
    /// [`DistillationError::OtherRun`] where the checkpoint has other settings or another number of images.
    pub fn resume(
        config: &DistillationConfig,
        level: usize,
        subsets: &[ImageSet],
        state: &DistillationState,
        device: &Device,
    ) -> Result<Self, DistillationError> {
        let mut distiller = Self::new(config, level, subsets, device)?;
        let shape = distiller.images.dims();
        let expected: usize = shape.iter().product();
        let fits = state.config == *config && state.level == level && state.step <= distiller.total_steps();
        if !fits || state.images.len() != expected || state.velocity.len() != expected {
            return Err(DistillationError::OtherRun);
        }
        distiller.images = vector(&state.images, &distiller.device).reshape(shape);
        distiller.velocity = vector(&state.velocity, &distiller.device).reshape(shape);
        distiller.step = state.step;
        Ok(distiller)
    }

    /// Steps done.
    pub fn step_count(&self) -> usize {
        self.step
    }

    /// Steps of the level.
    pub fn total_steps(&self) -> usize {
        self.optimization().steps()
    }

    /// Number of subsets.
    pub fn subsets(&self) -> usize {
        self.images.dims()[0] / CLASSES
    }

    fn optimization(&self) -> &LevelOptimization {
        &self.config.optimization[self.level - 1]
    }

    /// Size of the next step: a cosine from the first one's to zero.
    pub fn learning_rate(&self) -> f64 {
        let progress = self.step as f64 / self.total_steps() as f64;
        0.5 * self.optimization().learning_rate * (1.0 + (std::f64::consts::PI * progress).cos())
    }

    /// One gradient step of all images; before it a new embedder where one is due. Nothing is read back.
    pub fn step(&mut self) {
        if self.weights.is_empty() || self.step.is_multiple_of(self.optimization().steps_per_draw) {
            let draw = self.step / self.optimization().steps_per_draw;
            self.draw(draw as u64);
        }
        let Some(gradient) = self.gradient() else { return };
        let rate = self.learning_rate();
        let gradient = self.metric.apply(gradient, &self.images);
        self.velocity = self.velocity.clone() * self.optimization().momentum - gradient * rate;
        self.images = (self.images.clone() + self.velocity.clone()).clamp(0.0, 1.0);
        self.step += 1;
    }

    /// Gradient of the summed losses under the embedder in use, of the shape of the images.
    fn gradient(&self) -> Option<Tensor<4>> {
        let images = Tensor::<4>::from_inner(self.images.clone()).require_grad();
        let weights: Vec<_> = self.weights.iter().map(|weight| Tensor::from_inner(weight.clone())).collect();
        let gradients = self.losses(images.clone(), &weights).sum().backward();
        images.grad(&gradients)
    }

    /// Gradient of the images as they are, under each of the first embedders of the level. Nothing is moved; the next
    /// step draws anew.
    ///
    /// # Errors
    /// [`DistillationError::Device`].
    pub async fn gradients(&mut self, draws: u64) -> Result<Vec<Vec<f32>>, DistillationError> {
        let mut all = Vec::new();
        for draw in 0..draws {
            self.draw(draw);
            if let Some(gradient) = self.gradient() {
                all.push(values(gradient.flatten(0, 3)).await?);
            }
        }
        self.weights = Vec::new();
        Ok(all)
    }

    /// Switches to embedder number `draw` of the level: embeds all groups and keeps their means.
    fn draw(&mut self, draw: u64) {
        let seed = self.config.seed.wrapping_mul(1 << 16).wrapping_add(self.level as u64);
        self.weights = self.embedder.weights(seed, draw, &self.device);
        let movement = self.config.augmentation.map(|settings| Movement::draw(&settings, seed, draw));
        self.movement = movement.map(|movement| movement.matrix(self.config.image, &self.device));
        let means = self.means(&self.weights, self.movement.as_ref());
        self.objective.set_means(means);
    }

    /// Means of the groups' embeddings, `[subsets, classes, values]`.
    fn means(&self, weights: &[Tensor<1>], movement: Option<&Tensor<2>>) -> Tensor<3> {
        let count = self.originals.dims()[0];
        let part = |start: usize| {
            let range = start..(start + EMBEDDING_BATCH).min(count);
            let originals = self.originals.clone().slice(range.clone());
            let originals = movement.map_or(originals.clone(), |movement| moved(originals, movement));
            let embeddings = self.embedder.embed(originals, weights);
            self.averaging.clone().slice([0..self.averaging.dims()[0], range]).matmul(embeddings)
        };
        let parts = (0..count).step_by(EMBEDDING_BATCH).map(part);
        let sum = parts.reduce(|sum, part| sum + part).unwrap_or_else(|| Tensor::zeros([0, 0], &self.device));
        sum.reshape([self.subsets(), CLASSES, self.embedder.values()])
    }

    /// Losses of images of the batch's shape, `[subsets, classes]`.
    fn losses(&self, images: Tensor<4>, weights: &[Tensor<1>]) -> Tensor<2> {
        let images = self.movement.as_ref().map_or(images.clone(), |movement| moved(images, movement));
        let embeddings = self.embedder.embed(images, weights);
        self.objective.losses(embeddings.reshape([self.subsets(), CLASSES, self.embedder.values()]))
    }

    /// Losses under the embedder in use.
    ///
    /// # Errors
    /// [`DistillationError::Diverged`] where one is not finite, [`DistillationError::Device`].
    pub async fn report(&self) -> Result<DistillationReport, DistillationError> {
        let losses = self.losses(self.images.clone(), &self.weights).mean_dim(1).flatten(0, 1);
        let losses = values(losses).await?;
        if losses.iter().any(|loss| !loss.is_finite()) {
            return Err(DistillationError::Diverged { step: self.step });
        }
        let losses = losses.into_iter().map(f64::from).collect();
        Ok(DistillationReport { step: self.step, total_steps: self.total_steps(), losses })
    }

    /// Losses of other images of the same shape under `draws` embedders that no distillation uses, `[subsets]`:
    /// how good a result is, whatever it was made with.
    ///
    /// # Errors
    /// [`DistillationError::Device`].
    pub async fn held_out_losses(&mut self, images: &[f32], draws: u64) -> Result<Vec<f64>, DistillationError> {
        let images = vector(images, &self.device).reshape(self.images.dims());
        let mut sum = vec![0.0; self.subsets()];
        for draw in 0..draws {
            let weights = self.embedder.weights(u64::MAX, draw, &self.device);
            let mut objective = self.objective.clone();
            objective.set_means(self.means(&weights, None));
            let embeddings = self.embedder.embed(images.clone(), &weights);
            let shaped = embeddings.reshape([self.subsets(), CLASSES, self.embedder.values()]);
            let losses = values(objective.losses(shaped).mean_dim(1).flatten(0, 1)).await?;
            sum.iter_mut().zip(losses).for_each(|(sum, loss)| *sum += f64::from(loss) / draws as f64);
        }
        Ok(sum)
    }

    /// The images as they are now, `[subsets, classes, height, width, channels]`, 0..1.
    ///
    /// # Errors
    /// [`DistillationError::Device`].
    pub async fn images(&self) -> Result<Vec<f32>, DistillationError> {
        values(self.images.clone().flatten(0, 3)).await
    }

    /// Everything needed to go on.
    ///
    /// # Errors
    /// [`DistillationError::Device`].
    pub async fn state(&self) -> Result<DistillationState, DistillationError> {
        let images = self.images().await?;
        let velocity = values(self.velocity.clone().flatten(0, 3)).await?;
        Ok(DistillationState { config: self.config.clone(), level: self.level, step: self.step, images, velocity })
    }
}

async fn values(tensor: Tensor<1>) -> Result<Vec<f32>, DistillationError> {
    let mut values = read(vec![tensor]).await.map_err(|error| DistillationError::Device(error.0))?;
    Ok(values.swap_remove(0))
}
