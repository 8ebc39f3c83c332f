//! What a batch of subsets is made from: the groups of each class, how they are averaged, and where their images start.

use super::DistillationError;
use crate::config::{CLASSES, DistillationConfig, ImageShape, StartImages};
use crate::engine::data::ImageSet;
use crate::engine::parameters::vector;
use burn::tensor::{Device, Tensor};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Number of images per class of every subset.
///
/// # Errors
/// [`DistillationError::ImageSize`] and [`DistillationError::MissingClass`] where a subset cannot be distilled.
pub fn counts(image: ImageShape, subsets: &[ImageSet]) -> Result<Vec<[usize; CLASSES]>, DistillationError> {
    let count = |(number, subset): (usize, &ImageSet)| {
        subset.validate()?;
        let ImageShape { channels, height, width } = image;
        let found = subset.shape;
        if found != image {
            return Err(DistillationError::ImageSize {
                found_height: found.height,
                found_width: found.width,
                found_channels: found.channels,
                height,
                width,
                channels,
            });
        }
        let counts = subset.class_counts();
        match counts.iter().position(|&count| count == 0) {
            Some(class) => Err(DistillationError::MissingClass { subset: number, class }),
            None => Ok(counts),
        }
    };
    subsets.iter().enumerate().map(count).collect()
}

/// `[subsets * classes, images]`: 1 / group size where an image belongs to the group.
pub fn averaging(subsets: &[ImageSet], counts: &[[usize; CLASSES]], device: &Device) -> Tensor<2> {
    let columns: usize = subsets.iter().map(ImageSet::len).sum();
    let mut matrix = vec![0.0; subsets.len() * CLASSES * columns];
    let mut column = 0;
    for (number, (subset, counts)) in subsets.iter().zip(counts).enumerate() {
        for &label in &subset.labels {
            let class = usize::from(label);
            matrix[(number * CLASSES + class) * columns + column] = 1.0 / counts[class] as f32;
            column += 1;
        }
    }
    vector(&matrix, device).reshape([subsets.len() * CLASSES, columns])
}

/// Where the images start, `[subsets * classes, height, width, channels]`.
pub fn start(
    config: &DistillationConfig,
    subsets: &[ImageSet],
    originals: &Tensor<4>,
    averaging: &Tensor<2>,
    device: &Device,
) -> Tensor<4> {
    let ImageShape { channels, height, width } = config.image;
    let images = subsets.len() * CLASSES;
    let shape = [images, height, width, channels];
    match config.start {
        StartImages::Real => {
            let mut first = Vec::with_capacity(images);
            let mut offset = 0;
            for subset in subsets {
                let position = |class: usize| subset.labels.iter().position(|&label| usize::from(label) == class);
                first.extend((0..CLASSES).filter_map(position).map(|position| offset + position));
                offset += subset.len();
            }
            Tensor::cat(first.into_iter().map(|index| originals.clone().slice(index..=index)).collect(), 0)
        }
        StartImages::Mean => {
            let pixels = originals.clone().reshape([originals.dims()[0], config.image.len()]);
            averaging.clone().matmul(pixels).reshape(shape)
        }
        StartImages::Noise => {
            let mut random = ChaCha8Rng::seed_from_u64(config.seed);
            let len = CLASSES * config.image.len();
            let noise: Vec<f32> = (0..len).map(|_| random.next_u32() as f32 / u32::MAX as f32).collect();
            // The same for every subset, so that a subset's result does not depend on the others of its batch.
            vector(&noise.repeat(subsets.len()), device).reshape(shape)
        }
    }
}
