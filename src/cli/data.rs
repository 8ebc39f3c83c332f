//! Data sets from their files.

use super::{CliError, files};
use crate::config::{DataFiles, DataSet, MNIST};
use crate::engine::data::ImageSet;
use std::path::Path;

/// Which half of a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Images to train on.
    Train,
    /// Images to test with.
    Test,
}

/// A part of a data set and the SHA-256 of its images.
pub struct Loaded {
    /// The images.
    pub images: ImageSet,
    /// Hash of the file with the images, or of all of them one after the other.
    pub sha256: String,
}

/// Loads a part of MNIST from `folder/mnist`.
pub fn mnist(folder: &Path, part: Part) -> Result<Loaded, CliError> {
    load(folder, &MNIST, part)
}

/// Loads a part of a data set from its folder in `folder`.
pub fn load(folder: &Path, set: &DataSet, part: Part) -> Result<Loaded, CliError> {
    let folder = folder.join(set.name);
    let hint = format!("; `cargo xtask data {}` fetches it", set.name);
    let path = |name: &str| folder.join(name);
    let read = |name: &str| files::read(&path(name), hint.as_str());
    let shown = |name: &str| path(name).display().to_string();
    let part = match part {
        Part::Train => 0,
        Part::Test => 1,
    };
    match &set.files {
        DataFiles::Idx(parts) => {
            let [images_name, labels_name] = parts[part];
            let (images, labels) = (read(images_name)?, read(labels_name)?);
            let sha256 = files::sha256(&images);
            let images = ImageSet::from_idx((&shown(images_name), &images), (&shown(labels_name), &labels))?;
            Ok(Loaded { images, sha256 })
        }
        DataFiles::Rows(parts) => {
            let rows = &parts[part];
            let labels = read(rows.labels)?;
            let pictures: Vec<_> =
                rows.images.iter().map(|name| Ok((shown(name), read(name)?))).collect::<Result<_, CliError>>()?;
            let all: Vec<u8> = pictures.iter().flat_map(|(_, bytes)| bytes).copied().collect();
            let sha256 = files::sha256(&all);
            drop(all);
            let images = ImageSet::from_rows(set.shape, pictures, (&shown(rows.labels), &labels))?;
            Ok(Loaded { images, sha256 })
        }
    }
}
