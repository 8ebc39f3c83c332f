//! A level as work to be shared out: its groups of images, cut into units.

use super::checkpoint::Checkpoint;
use crate::cli::files;
use crate::config::{CLASSES, DistillationConfig, SubsetOrigins};
use crate::engine::data::ImageSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Everything that decides the images of one level.
#[derive(Debug)]
pub struct LevelProblem {
    /// The settings.
    pub config: DistillationConfig,
    /// 1 for the level made from the data set itself.
    pub level: usize,
    /// The images that it is made from.
    source: ImageSet,
    /// `[class][subset]`: positions in the data set (level 1) or among the images of the class (above).
    groups: Vec<SubsetOrigins>,
    /// Folder with this level's checkpoints.
    pub folder: PathBuf,
}

impl LevelProblem {
    /// The problem of a level, whose checkpoints lie in a folder named after all that decides its images: what belongs
    /// to other settings or images is never mistaken for its own.
    pub fn new(
        config: DistillationConfig,
        level: usize,
        source: ImageSet,
        groups: Vec<SubsetOrigins>,
        checkpoints: &Path,
    ) -> Self {
        let settings = serde_json::to_vec(&config).unwrap_or_default();
        let key = files::sha256(&[settings.as_slice(), &source.pixels, &source.labels].concat());
        let folder = checkpoints.join(format!("level-{level}-{}", &key[..12]));
        Self { config, level, source, groups, folder }
    }

    /// Number of subsets.
    pub fn len(&self) -> usize {
        self.config.per_class[self.level - 1]
    }

    /// Steps of every subset.
    pub fn steps(&self) -> usize {
        self.config.optimization[self.level - 1].steps()
    }

    /// The images of one subset, class by class.
    pub fn subset(&self, subset: usize) -> ImageSet {
        let member = |class: usize| {
            let position = move |&member: &u32| match self.level {
                1 => member as usize,
                _ => member as usize * CLASSES + class,
            };
            self.groups[class][subset].iter().map(position)
        };
        self.source.subset(&(0..self.groups.len()).flat_map(member).collect::<Vec<_>>())
    }

    /// The subsets in batches of at most `size`, as even as possible.
    pub fn units(&self, size: usize) -> Vec<Range<usize>> {
        let count = self.len().div_ceil(size.max(1));
        let bound = |unit: usize| unit * self.len() / count;
        (0..count).map(|unit| bound(unit)..bound(unit + 1)).collect()
    }

    /// Where the state of these subsets is kept.
    pub fn checkpoint(&self, subsets: &Range<usize>) -> Checkpoint {
        Checkpoint::new(&self.folder.join(format!("subsets-{:03}-{:03}", subsets.start, subsets.end - 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ImageShape;
    use crate::engine::distillation::tree;
    use crate::number;

    /// Images whose pixel is their number, with classes in turn.
    fn numbered(count: usize) -> ImageSet {
        let labels = (0..count).map(|index| number::to_u8(index % CLASSES)).collect();
        ImageSet::new(ImageShape { channels: 1, height: 1, width: 1 }, (0..number::to_u8(count)).collect(), labels)
            .unwrap()
    }

    fn problem(level: usize, count: usize) -> LevelProblem {
        let config = DistillationConfig { per_class: vec![7, 3], ..DistillationConfig::mnist() };
        let source = numbered(count);
        let groups = tree(&numbered(200), &config).unwrap().levels.swap_remove(level - 1);
        LevelProblem::new(config, level, source, groups, Path::new("target"))
    }

    #[test]
    fn subsets_use_every_image_once_and_keep_their_classes() {
        for (level, count) in [(1, 200), (2, 70)] {
            let problem = problem(level, count);
            let subsets: Vec<ImageSet> = (0..problem.len()).map(|subset| problem.subset(subset)).collect();
            assert!(subsets.iter().all(|subset| subset.pixels.iter().zip(&subset.labels).all(|(a, b)| a % 10 == *b)));
            let mut all: Vec<u8> = subsets.into_iter().flat_map(|subset| subset.pixels).collect();
            all.sort_unstable();
            assert_eq!(all, numbered(count).pixels);
        }
    }

    #[test]
    fn units_cover_the_subsets_evenly() {
        assert_eq!(problem(1, 200).units(3), [0..2, 2..4, 4..7]);
        assert_eq!(problem(1, 200).units(100).first(), Some(&(0..7)));
        assert_eq!(problem(2, 70).units(0).len(), 3);
    }

    #[test]
    fn other_images_have_other_checkpoints() {
        assert_ne!(problem(2, 70).folder, problem(2, 80).folder);
        assert_ne!(problem(2, 70).folder, problem(1, 70).folder);
        assert_eq!(problem(2, 70).folder, problem(2, 70).folder);
    }
}
