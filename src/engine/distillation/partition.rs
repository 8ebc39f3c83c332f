//! Which images form a group: as even as possible, every image exactly once.

use super::DistillationError;
use super::alike::Points;
use crate::config::{CLASSES, DistillationConfig, Partition, SubsetOrigins, Tree};
use crate::engine::data::ImageSet;
use crate::engine::parallel::for_each_chunk;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Splits the images of every class into `groups` groups that differ by at most one image, in random order.
///
/// Returns `[class][group]`, positions in `labels`. (The article says 10 images each; MNIST has 5,421 to 6,742 per
/// class, so 600 groups hold 9 to 12.)
///
/// # Errors
/// [`DistillationError::TooFewImages`] where a class has fewer images than groups.
pub fn partition(labels: &[u8], groups: usize, seed: u64) -> Result<Vec<SubsetOrigins>, DistillationError> {
    let class_groups = |class: usize| {
        let mut members = members(labels, class, groups)?;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(class as u64 + 1);
        shuffle(&mut members, &mut random);
        Ok(even_blocks(&members, groups))
    };
    (0..CLASSES).map(class_groups).collect()
}

/// The whole tree of a data set.
///
/// With [`Partition::Random`] level 1 comes from [`partition`], and above it blocks of neighbours are as random. With
/// [`Partition::Alike`] each block holds neighbours in pixels, at every level.
///
/// # Errors
/// As [`partition`].
pub fn tree(images: &ImageSet, config: &DistillationConfig) -> Result<Tree, DistillationError> {
    let per_class = &config.per_class;
    let first = match config.partition {
        Partition::Random => partition(&images.labels, per_class[0], config.partition_seed)?,
        Partition::Alike => partition_of_likes(images, per_class, config.partition_seed)?,
    };
    let above = per_class.windows(2).map(|pair| {
        let members: Vec<u32> = (0..pair[0] as u32).collect();
        vec![even_blocks(&members, pair[1]); CLASSES]
    });
    Ok(Tree { levels: std::iter::once(first).chain(above).collect() })
}

/// Level 1 with neighbours side by side, so that the blocks of the levels above hold neighbours too.
fn partition_of_likes(
    images: &ImageSet,
    per_class: &[usize],
    seed: u64,
) -> Result<Vec<SubsetOrigins>, DistillationError> {
    let points = Points::of_images(&images.pixels, images.shape);
    let class_groups = |class: usize| {
        let members = members(&images.labels, class, per_class[0])?;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(class as u64 + 1);
        Ok(points.families(members, per_class, &mut random))
    };
    each_class(class_groups)
}

/// Centres of a k-means of every class in pixels, `[part][class]` like the images of a level: what a distillation is
/// compared with.
///
/// # Errors
/// [`DistillationError::TooFewImages`] where a class has fewer images than parts.
pub fn centroids(images: &ImageSet, parts: usize, seed: u64) -> Result<ImageSet, DistillationError> {
    let points = Points::of_pixels(&images.pixels, images.shape);
    let of_class = |class: usize| {
        let members = members(&images.labels, class, parts)?;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(class as u64 + 1);
        Ok(points.centroids(&members, parts, &mut random))
    };
    let centres = each_class(of_class)?;
    let pixel = |value: &f32| (value * 255.0).round() as u8;
    let place = |index: usize| centres[index % CLASSES][index / CLASSES].iter().map(pixel);
    let count = parts * CLASSES;
    let labels = (0..count).map(|index| (index % CLASSES) as u8).collect();
    Ok(ImageSet { shape: images.shape, pixels: (0..count).flat_map(place).collect(), labels, classes: images.classes })
}

/// One result per class, on all threads where there are some.
fn each_class<T: Send>(
    of_class: impl Fn(usize) -> Result<T, DistillationError> + Sync,
) -> Result<Vec<T>, DistillationError> {
    let mut results: Vec<Option<Result<T, DistillationError>>> = (0..CLASSES).map(|_| None).collect();
    for_each_chunk(&mut results, 1, |class, result| result[0] = Some(of_class(class)));
    results.into_iter().flatten().collect()
}

/// Positions of a class's images.
fn members(labels: &[u8], class: usize, groups: usize) -> Result<Vec<u32>, DistillationError> {
    let members: Vec<u32> =
        (0..labels.len() as u32).filter(|&index| usize::from(labels[index as usize]) == class).collect();
    if members.len() < groups {
        return Err(DistillationError::TooFewImages { class, images: members.len(), groups });
    }
    Ok(members)
}

/// Cuts a list into blocks whose lengths differ by at most one.
fn even_blocks(members: &[u32], blocks: usize) -> SubsetOrigins {
    let bound = |block: usize| block * members.len() / blocks;
    (0..blocks).map(|block| members[bound(block)..bound(block + 1)].to_vec()).collect()
}

/// Fisher-Yates; the remainder of 64 random bits is all but uniform for any number of images.
fn shuffle(members: &mut [u32], random: &mut impl Rng) {
    for last in (1..members.len()).rev() {
        members.swap(last, (random.next_u64() % (last as u64 + 1)) as usize);
    }
}
