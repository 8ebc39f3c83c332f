//! The files of a finished distillation: `index.json`, `tree.json` and one sprite of images per level.

use super::DistillationConfig;
use crate::config::CLASSES;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Version of the files.
pub const INDEX_FORMAT: u32 = 1;

/// `index.json`: what a folder of distilled images contains and how it was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DistilledIndex {
    /// [`INDEX_FORMAT`].
    pub format: u32,
    /// Name of the data set.
    pub dataset: String,
    /// SHA-256 of the data set's training images.
    pub data_sha256: String,
    /// Number of training images of each class.
    pub class_counts: Vec<usize>,
    /// The settings.
    pub config: DistillationConfig,
    /// Levels 1, 2, ... in order.
    pub levels: Vec<DistilledLevel>,
    /// File with the [`Tree`].
    pub tree: String,
    /// SHA-256 of that file.
    pub tree_sha256: String,
}

/// The images of one level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DistilledLevel {
    /// 1 for the level made from the data set itself.
    pub level: usize,
    /// Images per class; also the number of subsets.
    pub per_class: usize,
    /// PNG sprite: class `a`, subset `s` at column `a`, row `s` of a grid of images.
    pub file: String,
    /// SHA-256 of that file.
    pub sha256: String,
}

/// `tree.json`: the group that every distilled image was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tree {
    /// `[level - 1][class][subset]`: numbers of the images of the level below. At level 1 these are positions in the
    /// data set's training images, above it positions `subset` among the images of that class one level below.
    pub levels: Vec<Vec<SubsetOrigins>>,
}

/// The groups of one class at one level: `[subset][member]`.
pub type SubsetOrigins = Vec<Vec<u32>>;

/// Why files of a distillation cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IndexError {
    /// Not the expected JSON.
    #[error("{file} is damaged ({reason}); distil again or restore the file")]
    Damaged {
        /// Name of the file.
        file: String,
        /// What was found.
        reason: String,
    },
    /// From a newer or older version.
    #[error("the distilled images have format {found}, but this version reads {INDEX_FORMAT}; distil again")]
    Format {
        /// Format found.
        found: u32,
    },
    /// There is no such level.
    #[error("there is no level {level}; choose one from 1 to {levels}")]
    NoSuchLevel {
        /// Level asked for.
        level: usize,
        /// Number of levels.
        levels: usize,
    },
}

impl DistilledIndex {
    /// Reads `index.json`.
    ///
    /// # Errors
    /// [`IndexError`] where it is damaged or of another format.
    pub fn from_json(text: &str) -> Result<Self, IndexError> {
        let index: Self = serde_json::from_str(text)
            .map_err(|error| IndexError::Damaged { file: "index.json".into(), reason: error.to_string() })?;
        if index.format != INDEX_FORMAT {
            return Err(IndexError::Format { found: index.format });
        }
        let numbered = index.levels.iter().enumerate().all(|(position, level)| {
            level.level == position + 1 && index.config.per_class.get(position) == Some(&level.per_class)
        });
        if !numbered || index.class_counts.len() != CLASSES {
            let reason = "its levels do not fit its settings".into();
            return Err(IndexError::Damaged { file: "index.json".into(), reason });
        }
        Ok(index)
    }

    /// Level 1, 2, ...
    ///
    /// # Errors
    /// [`IndexError::NoSuchLevel`].
    pub fn level(&self, level: usize) -> Result<&DistilledLevel, IndexError> {
        let found = level.checked_sub(1).and_then(|position| self.levels.get(position));
        found.ok_or(IndexError::NoSuchLevel { level, levels: self.levels.len() })
    }
}

impl Tree {
    /// Reads `tree.json` and checks that every image is used exactly once.
    ///
    /// # Errors
    /// [`IndexError::Damaged`] where that is not so, or the file cannot be read.
    pub fn from_json(text: &str, index: &DistilledIndex) -> Result<Self, IndexError> {
        let damaged = |reason: String| IndexError::Damaged { file: index.tree.clone(), reason };
        let tree: Self = serde_json::from_str(text).map_err(|error| damaged(error.to_string()))?;
        tree.check(index).map_err(damaged)?;
        Ok(tree)
    }

    /// Says what is wrong where not every image of every level is used exactly once.
    ///
    /// # Errors
    /// A sentence.
    pub fn check(&self, index: &DistilledIndex) -> Result<(), String> {
        if self.levels.len() != index.levels.len() {
            return Err(format!("it has {} levels, the index {}", self.levels.len(), index.levels.len()));
        }
        let images: usize = index.class_counts.iter().sum();
        let mut used = vec![false; images];
        for (position, (classes, level)) in self.levels.iter().zip(&index.levels).enumerate() {
            let number = position + 1;
            if classes.len() != CLASSES || classes.iter().any(|subsets| subsets.len() != level.per_class) {
                return Err(format!("level {number} does not have {} groups for each class", level.per_class));
            }
            for (class, subsets) in classes.iter().enumerate() {
                let expected = match position {
                    0 => index.class_counts[class],
                    _ => index.levels[position - 1].per_class,
                };
                if position > 0 {
                    used = vec![false; expected];
                }
                let members = subsets.iter().flatten();
                let fresh = members
                    .clone()
                    .all(|&member| used.get_mut(member as usize).is_some_and(|used| !std::mem::replace(used, true)));
                if !fresh || members.count() != expected {
                    return Err(format!("level {number} does not use every image of class {class} exactly once"));
                }
            }
        }
        Ok(())
    }
}
