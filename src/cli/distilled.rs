//! Distilled images from their folder.

use super::{CliError, files};
use crate::config::{DistilledIndex, IndexError};
use crate::engine::data::ImageSet;
use crate::engine::distillation::read_sprite;
use std::path::Path;

/// Where the shipped ones lie.
pub const FOLDER: &str = "assets/distilled/mnist";
const HINT: &str = "; `taylornet distil` makes it";

/// What a folder is called in the manifest: `mnist`, or the name of a variant of it.
pub fn name(folder: &Path) -> String {
    folder.file_name().map_or_else(|| "mnist".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Reads the index of a folder.
pub fn index(folder: &Path) -> Result<DistilledIndex, CliError> {
    let bytes = files::read(&folder.join("index.json"), HINT)?;
    Ok(DistilledIndex::from_json(&String::from_utf8_lossy(&bytes))?)
}

/// Reads the images of a level, in the order of the subsets, and in each of them of the classes.
pub fn level(folder: &Path, index: &DistilledIndex, level: usize) -> Result<ImageSet, CliError> {
    let entry = index.level(level)?;
    let bytes = files::read(&folder.join(&entry.file), HINT)?;
    if files::sha256(&bytes) != entry.sha256 {
        let reason = "its SHA-256 is not that of the index".into();
        return Err(IndexError::Damaged { file: entry.file.clone(), reason }.into());
    }
    Ok(read_sprite(&entry.file, &bytes, index.config.image)?)
}
