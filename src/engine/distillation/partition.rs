//! Which images form a group: as even as possible, every image exactly once.

use super::DistillationError;
use crate::config::{CLASSES, SubsetOrigins, Tree};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Splits the images of every class into `groups` groups that differ by at most one image, in random order.
///
/// Returns `[class][group]`, positions in `labels`. (The article says 10 images each; MNIST has 5,421 to 6,742 per
/// class, so that 600 groups hold 9 to 12.)
///
/// # Errors
/// [`DistillationError::TooFewImages`] where a class has fewer images than groups.
pub fn partition(labels: &[u8], groups: usize, seed: u64) -> Result<Vec<SubsetOrigins>, DistillationError> {
    let class_groups = |class: usize| {
        let mut members: Vec<u32> =
            (0..labels.len() as u32).filter(|&index| usize::from(labels[index as usize]) == class).collect();
        if members.len() < groups {
            return Err(DistillationError::TooFewImages { class, images: members.len(), groups });
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(class as u64 + 1);
        shuffle(&mut members, &mut random);
        Ok(even_blocks(&members, groups))
    };
    (0..CLASSES).map(class_groups).collect()
}

/// The whole tree: level 1 by [`partition`], above it blocks of neighbours, which are as random.
///
/// # Errors
/// As [`partition`].
pub fn tree(labels: &[u8], per_class: &[usize], seed: u64) -> Result<Tree, DistillationError> {
    let mut levels = Vec::with_capacity(per_class.len());
    for (position, &groups) in per_class.iter().enumerate() {
        levels.push(match position {
            0 => partition(labels, groups, seed)?,
            _ => {
                let members: Vec<u32> = (0..per_class[position - 1] as u32).collect();
                vec![even_blocks(&members, groups); CLASSES]
            }
        });
    }
    Ok(Tree { levels })
}

/// Cuts a list into blocks whose lengths differ by at most one.
fn even_blocks(members: &[u32], blocks: usize) -> SubsetOrigins {
    let bound = |block: usize| block * members.len() / blocks;
    (0..blocks).map(|block| members[bound(block)..bound(block + 1)].to_vec()).collect()
}

/// Fisher-Yates; the remainder of 64 random bits is as good as even for any number of images.
fn shuffle(members: &mut [u32], random: &mut impl Rng) {
    for last in (1..members.len()).rev() {
        members.swap(last, (random.next_u64() % (last as u64 + 1)) as usize);
    }
}
