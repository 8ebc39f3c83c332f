//! What judges images where no trained network does: raw pixels, random networks and fresh networks.

use crate::cli::data::{Loaded, Part, mnist};
use crate::cli::report::{WorkProgress, print_line};
use crate::cli::{CliError, Context};
use crate::config::{Augmentation, CLASSES, DistilledIndex};
use crate::engine::data::ImageSet;
use crate::engine::distillation::{ConvNet, Embedder, FreshTraining, class_spread};
use crate::engine::preparation::images_to_tensor;
use crate::engine::similarity::{Embeddings, ReferenceSet, controls};
use crate::engine::transfer::read;
use serde::{Deserialize, Serialize};

/// Random networks whose angles are compared; no distillation uses them.
const RANDOM_NETWORKS: u64 = 3;
/// Images that a random network embeds at once.
const EMBEDDING_BATCH: usize = 250;
/// Beyond this many images of a class, random networks and k-means are left out: they would take long and say little.
pub(super) const MANY: usize = 100;
/// Controls with more images of a class than this are not given to fresh networks: it takes long.
const FEW_OF_CONTROLS: usize = 4;
/// Movements of the images while a fresh network is trained.
pub(super) const MOVEMENTS: Augmentation = Augmentation { shift: 2.5, rotation: 12.0, scale: 0.15 };

/// A set of references: accuracies on the 10,000 test images, shares of 1.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SetEntry {
    /// `distilled`, `centroids` or `random_images`.
    pub(super) references: String,
    pub(super) level: usize,
    pub(super) per_class: usize,
    /// Nearest reference by the angle between raw pixels.
    pub(super) pixels_angle: f64,
    /// Nearest reference by the Euclidean distance between raw pixels.
    pub(super) pixels_euclid: Option<f64>,
    /// Nearest reference by angle in the embeddings of random networks, mean of several.
    pub(super) random_networks: Option<f64>,
    /// Root mean square distance of a pixel (0 to 1) from its mean over the images of the class.
    pub(super) spread: f64,
    /// Fresh networks trained on these images alone.
    pub(super) fresh: Option<FreshEntry>,
    /// The same, the images moved at random while they are trained.
    pub(super) fresh_moved: Option<FreshEntry>,
}

/// Accuracy of fresh networks.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FreshEntry {
    mean: f64,
    deviation: f64,
    seeds: u64,
    steps: usize,
}

/// The networks that are trained on the images alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct FreshNetworks {
    /// The most images of a class that they are trained on; 0 for no such networks.
    pub(super) per_class: usize,
    /// How many, each with a seed of its own.
    pub(super) seeds: u64,
    /// Steps of their trainings.
    pub(super) steps: usize,
}

/// What the images are judged with.
pub(super) struct Judge<'a> {
    fresh: FreshNetworks,
    index: &'a DistilledIndex,
    pub(super) context: &'a Context,
    pub(super) train: ImageSet,
    test: ImageSet,
    test_pixels: Embeddings,
    /// Test images in the embeddings of random networks.
    test_random: Vec<Embeddings>,
    embedder: Embedder,
}

impl<'a> Judge<'a> {
    pub(super) fn new(fresh: FreshNetworks, index: &'a DistilledIndex, context: &'a Context) -> Result<Self, CliError> {
        let Loaded { images: train, .. } = mnist(&context.data, Part::Train)?;
        let Loaded { images: test, .. } = mnist(&context.data, Part::Test)?;
        let config = &index.config;
        let embedder = Embedder::new(&config.embedder, config.image).map_err(CliError::DistillationSetting)?;
        let test_pixels = Embeddings::of_pixels(&test)?;
        let mut judge = Self { fresh, index, context, train, test, test_pixels, test_random: Vec::new(), embedder };
        judge.test_random =
            (0..RANDOM_NETWORKS).map(|draw| judge.embed(&judge.test, draw)).collect::<Result<_, _>>()?;
        Ok(judge)
    }

    /// In the embedding of a random network that no distillation uses.
    fn embed(&self, images: &ImageSet, draw: u64) -> Result<Embeddings, CliError> {
        let device = self.context.device.clone().inner();
        let weights = self.embedder.weights(u64::MAX, draw, &device);
        let progress = WorkProgress::new(self.context, format!("random network {draw}"));
        let mut values = Vec::with_capacity(images.len() * self.embedder.values());
        for start in (0..images.len()).step_by(EMBEDDING_BATCH) {
            let range = start..(start + EMBEDDING_BATCH).min(images.len());
            let tensor = images_to_tensor(images, range.clone(), self.index.config.image, &device)?;
            let embedded = self.embedder.embed(tensor, &weights).flatten::<1>(0, 1);
            values.append(&mut pollster::block_on(read(vec![embedded]))?.swap_remove(0));
            progress.update(range.end as u64, images.len() as u64);
        }
        progress.finish();
        Ok(Embeddings::new(self.embedder.values(), values, images.labels.clone())?)
    }

    pub(super) fn measure(
        &self,
        references: &'static str,
        level: usize,
        images: &ImageSet,
    ) -> Result<SetEntry, CliError> {
        let per_class = images.len() / CLASSES;
        let pixels = Embeddings::of_pixels(images)?;
        let most = if references == "distilled" { usize::MAX } else { FEW_OF_CONTROLS };
        let few = per_class <= most.min(self.fresh.per_class);
        let random_networks = (per_class <= MANY).then(|| self.random_networks(images)).transpose()?;
        let pixels_euclid =
            (per_class <= MANY).then(|| controls::euclidean_accuracy(&pixels, &self.test_pixels)).transpose()?;
        let entry = SetEntry {
            references: references.to_owned(),
            level,
            per_class,
            pixels_angle: self.angle(&pixels, &self.test_pixels)?,
            pixels_euclid,
            random_networks,
            spread: class_spread(images),
            fresh: few.then(|| self.train_fresh(images, None)).transpose()?,
            fresh_moved: few.then(|| self.train_fresh(images, Some(MOVEMENTS))).transpose()?,
        };
        print_line(serde_json::to_string(&entry)?)?;
        Ok(entry)
    }

    fn angle(&self, references: &Embeddings, test: &Embeddings) -> Result<f64, CliError> {
        let references = ReferenceSet::new(references)?;
        Ok(pollster::block_on(references.accuracy(test, &self.context.device))?)
    }

    fn random_networks(&self, images: &ImageSet) -> Result<f64, CliError> {
        let mut sum = 0.0;
        for (draw, test) in self.test_random.iter().enumerate() {
            sum += self.angle(&self.embed(images, draw as u64)?, test)?;
        }
        Ok(sum / self.test_random.len() as f64)
    }

    fn train_fresh(&self, images: &ImageSet, augmentation: Option<Augmentation>) -> Result<FreshEntry, CliError> {
        let config = &self.index.config;
        let FreshNetworks { seeds, steps, .. } = self.fresh;
        let what = format!("networks trained on {} images", images.len());
        let progress = WorkProgress::new(self.context, what);
        let mut accuracies = Vec::new();
        for seed in 0..seeds {
            let mut network = ConvNet::new(&config.embedder, config.image, 1000 + seed, &self.context.device)
                .map_err(CliError::DistillationSetting)?;
            network.train(images, &FreshTraining { steps, augmentation, seed })?;
            accuracies.push(pollster::block_on(network.accuracy(&self.test))?);
            progress.update(seed + 1, seeds);
        }
        progress.finish();
        let (mean, deviation) = mean_and_deviation(&accuracies);
        Ok(FreshEntry { mean, deviation, seeds, steps })
    }
}

/// Mean and sample standard deviation; a single value deviates by nothing.
pub(super) fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0).max(1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_is_that_of_a_sample() {
        assert_eq!(mean_and_deviation(&[1.0, 3.0]), (2.0, 2.0_f64.sqrt()));
        assert_eq!(mean_and_deviation(&[0.5]), (0.5, 0.0));
    }
}
