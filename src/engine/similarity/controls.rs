//! What references that are not distilled reach, by the same angle: without them the accuracy of distilled references
//! says nothing. (The article reports none of them.)

use super::references::{dot, inverse_length, position_of_largest};
use super::{Embeddings, SimilarityError};
use crate::config::CLASSES;
use crate::engine::data::ImageSet;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Random stream of a seed from which references are drawn; those of training lie far above.
const DRAW_STREAM: u64 = 3;

/// The mean of the embeddings of each class. (Our reading: of the embeddings as they are, not of length 1.)
///
/// # Errors
/// [`SimilarityError::ClassWithoutReference`] where a class has no image.
pub fn class_means(embeddings: &Embeddings) -> Result<Embeddings, SimilarityError> {
    let mut values = Vec::with_capacity(CLASSES * embeddings.dimension());
    for (class, (sum, count)) in embeddings.class_sums(|_| 1.0).iter().enumerate() {
        if *count == 0 {
            return Err(SimilarityError::ClassWithoutReference { class });
        }
        values.extend(sum.iter().map(|total| (total / *count as f64) as f32));
    }
    Embeddings::new(embeddings.dimension(), values, all_classes())
}

/// Of each class the index of the image with the largest mean cosine to all images of its class.
///
/// # Errors
/// [`SimilarityError::ClassWithoutReference`] where a class has no image.
pub fn medoids(embeddings: &Embeddings) -> Result<Vec<usize>, SimilarityError> {
    let sums = embeddings.class_sums(inverse_length).map(|(sum, _)| sum);
    let mut best: [Option<(f64, usize)>; CLASSES] = [None; CLASSES];
    for (index, (row, class)) in embeddings.rows().enumerate() {
        let class = usize::from(class);
        let product: f64 = row.iter().zip(&sums[class]).map(|(value, total)| f64::from(*value) * total).sum();
        let cosines = product * inverse_length(row);
        if best[class].is_none_or(|(largest, _)| cosines > largest) {
            best[class] = Some((cosines, index));
        }
    }
    one_of_each(|class| best[class].map(|(_, index)| index))
}

/// One image of each class, drawn with `seed`: indices.
///
/// # Errors
/// [`SimilarityError::ClassWithoutReference`] where a class has no image.
pub fn random_images(classes: &[u8], seed: u64) -> Result<Vec<usize>, SimilarityError> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(DRAW_STREAM);
    let mut members: [Vec<usize>; CLASSES] = std::array::from_fn(|_| Vec::new());
    for (index, &class) in classes.iter().enumerate() {
        members[usize::from(class)].push(index);
    }
    one_of_each(|class| {
        // The bias of the multiplication is below 2^-16 for sets of up to 65,536 images of a class.
        let place = (u64::from(random.next_u32()) * members[class].len() as u64) >> 32;
        members[class].get(place as usize).copied()
    })
}

/// The mean image of each class, pixel by pixel and rounded.
///
/// # Errors
/// [`SimilarityError::ClassWithoutReference`] where a class has no image.
pub fn mean_images(images: &ImageSet) -> Result<ImageSet, SimilarityError> {
    let length = images.shape.len();
    let mut sums = vec![0_u64; CLASSES * length];
    for (index, &label) in images.labels.iter().enumerate() {
        let sum = &mut sums[usize::from(label) * length..][..length];
        sum.iter_mut().zip(images.image(index)).for_each(|(total, &pixel)| *total += u64::from(pixel));
    }
    let counts = images.class_counts();
    if let Some(class) = counts.iter().position(|&count| count == 0) {
        return Err(SimilarityError::ClassWithoutReference { class });
    }
    let mean = |(place, &total): (usize, &u64)| {
        let count = counts[place / length] as u64;
        ((total + count / 2) / count) as u8
    };
    let pixels = sums.iter().enumerate().map(mean).collect();
    Ok(ImageSet { shape: images.shape, pixels, labels: all_classes(), classes: CLASSES })
}

/// Share of the images whose nearest reference by Euclidean distance is of their own class; one by one, for few
/// references.
///
/// # Errors
/// [`SimilarityError::Dimension`] where the two are of different networks.
pub fn euclidean_accuracy(references: &Embeddings, images: &Embeddings) -> Result<f64, SimilarityError> {
    let (found, expected) = (images.dimension(), references.dimension());
    if found != expected {
        return Err(SimilarityError::Dimension { found, expected });
    }
    // |x - r|^2 = |x|^2 - 2 (x r - |r|^2 / 2), and |x| is the same for all references.
    let halves: Vec<f64> = references.rows().map(|(row, _)| dot(row, row) / 2.0).collect();
    let right = images.rows().filter(|(image, class)| {
        let scores: Vec<f32> =
            references.rows().zip(&halves).map(|((row, _), half)| (dot(row, image) - half) as f32).collect();
        references.classes()[position_of_largest(&scores)] == *class
    });
    Ok(right.count() as f64 / images.len().max(1) as f64)
}

fn all_classes() -> Vec<u8> {
    (0..CLASSES as u8).collect()
}

fn one_of_each(mut index: impl FnMut(usize) -> Option<usize>) -> Result<Vec<usize>, SimilarityError> {
    (0..CLASSES).map(|class| index(class).ok_or(SimilarityError::ClassWithoutReference { class })).collect()
}
