//! What distilled references are compared with: other references and the classifier itself, on the test images.

use super::CliError;
use super::classify_by_reference::{Embedder, LevelLine};
use crate::engine::data::ImageSet;
use crate::engine::similarity::{ClassSimilarity, Embeddings, controls};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Draws of one real image per class.
const DRAWS: u64 = 20;

/// Accuracies on the test images, shares of 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Controls {
    /// Network whose embeddings are compared.
    pub embedder: String,
    /// Training images that references were taken from.
    pub train_images: usize,
    /// Test images.
    pub test_images: usize,
    /// The network's own last layer.
    pub classifier: f64,
    /// Class means of the training images' embeddings.
    pub class_means: f64,
    /// Of each class, the training image most like all of its class.
    pub medoids: f64,
    /// One random training image of each class.
    pub random_images: RandomImages,
    /// The mean image of each class, embedded.
    pub mean_images: f64,
    /// Class means of raw pixels by angle, without an embedder.
    pub pixel_means_cosine: f64,
    /// Class means of raw pixels by Euclidean distance, without an embedder.
    pub pixel_means_euclid: f64,
    /// How alike the training images are.
    pub similarity: ClassSimilarity,
    /// The distilled references, level by level, where there are any.
    pub levels: Vec<LevelLine>,
}

/// Accuracy over several draws.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RandomImages {
    /// Number of draws; their seeds count from 0.
    pub draws: u64,
    /// Mean.
    pub mean: f64,
    /// Worst draw.
    pub min: f64,
    /// Best draw.
    pub max: f64,
}

impl Controls {
    /// What it is, for people, with its accuracy.
    pub fn rows(&self) -> [(String, f64); 7] {
        let RandomImages { draws, mean, min, max } = self.random_images;
        let range = format!("{:.2} to {:.2} %", 100.0 * min, 100.0 * max);
        [
            (format!("the classifier {} itself", self.embedder), self.classifier),
            ("class means of the training images' embeddings".into(), self.class_means),
            ("medoids: the training image most like its class".into(), self.medoids),
            (format!("one random training image of each class, mean of {draws} draws ({range})"), mean),
            ("the mean image of each class, embedded".into(), self.mean_images),
            ("class means of raw pixels, by angle".into(), self.pixel_means_cosine),
            ("class means of raw pixels, by Euclidean distance".into(), self.pixel_means_euclid),
        ]
    }
}

/// Measures everything but the distilled references.
pub fn measure(
    name: &str,
    embedder: &Embedder,
    train: &Arc<ImageSet>,
    test: &ImageSet,
    embedded: &Embeddings,
) -> Result<Controls, CliError> {
    let classifier = pollster::block_on(embedder.predictor.predict(test, 0..test.len()))?.accuracy();
    let training = embedder.embed(train.clone(), "training images")?;
    let accuracy = |references: &Embeddings| embedder.accuracy(references, embedded);
    let draws = (0..DRAWS).map(|seed| accuracy(&training.subset(&controls::random_images(training.classes(), seed)?)));
    let draws = draws.collect::<Result<Vec<f64>, CliError>>()?;
    let mean_images = embedder.embed(Arc::new(controls::mean_images(train)?), "mean images")?;
    let pixel_means = controls::class_means(&Embeddings::of_pixels(train)?)?;
    let pixels = Embeddings::of_pixels(test)?;
    Ok(Controls {
        embedder: name.to_owned(),
        train_images: train.len(),
        test_images: test.len(),
        classifier,
        class_means: accuracy(&controls::class_means(&training)?)?,
        medoids: accuracy(&training.subset(&controls::medoids(&training)?))?,
        random_images: RandomImages {
            draws: DRAWS,
            mean: draws.iter().sum::<f64>() / draws.len() as f64,
            min: draws.iter().copied().fold(f64::INFINITY, f64::min),
            max: draws.iter().copied().fold(0.0, f64::max),
        },
        mean_images: accuracy(&mean_images)?,
        pixel_means_cosine: embedder.accuracy(&pixel_means, &pixels)?,
        pixel_means_euclid: controls::euclidean_accuracy(&pixel_means, &pixels)?,
        similarity: ClassSimilarity::of(&training),
        levels: Vec::new(),
    })
}
