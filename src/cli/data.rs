//! MNIST from its four files.

use super::{CliError, files};
use crate::engine::data::ImageSet;
use std::path::Path;

const HINT: &str = "; `cargo xtask data` fetches it";

/// Which half of the data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// 60,000 images.
    Train,
    /// 10,000 images.
    Test,
}

/// A part of MNIST and the SHA-256 of its image file.
pub struct Mnist {
    /// The images.
    pub images: ImageSet,
    /// Hash of the raw IDX file with the images.
    pub sha256: String,
}

/// Loads a part of MNIST from `folder/mnist`.
pub fn mnist(folder: &Path, part: Part) -> Result<Mnist, CliError> {
    let prefix = match part {
        Part::Train => "train",
        Part::Test => "t10k",
    };
    let [image_path, label_path] =
        ["images-idx3", "labels-idx1"].map(|kind| folder.join("mnist").join(format!("{prefix}-{kind}-ubyte")));
    let (images, labels) = (files::read(&image_path, HINT)?, files::read(&label_path, HINT)?);
    let sha256 = files::sha256(&images);
    let name = |path: &Path| path.display().to_string();
    let images = ImageSet::from_idx((&name(&image_path), &images), (&name(&label_path), &labels))?;
    Ok(Mnist { images, sha256 })
}
