//! `assets/manifest.json`: what is shipped, how it was made and what it reaches. The page reads its numbers from here.

use super::{CliError, files};
use crate::config::{NetworkConfig, TrainingConfig};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// One entry per shipped network.
    pub models: Vec<ModelEntry>,
    /// What later versions add, kept as it is.
    #[serde(flatten)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

/// A shipped network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelEntry {
    /// Its name.
    pub name: String,
    /// Its file, relative to the manifest.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// The network as it was trained.
    pub network: NetworkConfig,
    /// How it was trained.
    pub training: TrainingConfig,
    /// Seed of the run.
    pub seed: u64,
    /// Trainable parameters, with those of the normalisation.
    pub parameters: usize,
    /// Share of the test images classified correctly by the file.
    pub test_accuracy: f64,
    /// Mean cross-entropy on the test images in nats.
    pub test_loss: f64,
    /// Number of test images.
    pub test_images: usize,
    /// Time spent training in seconds, over all interruptions.
    pub duration_secs: f64,
    /// Where it was trained.
    pub device: String,
    /// The command that made it.
    pub command: String,
    /// SHA-256 of the raw IDX file of training images.
    pub data_sha256: String,
    /// Day on which training ended.
    pub date: String,
    /// Accuracy of the same network in each precision, where it is not shipped in the most exact one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub precisions: Vec<PrecisionEntry>,
}

/// A network in one precision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrecisionEntry {
    /// Bits of a weight.
    pub bits: usize,
    /// Size of the file in bytes.
    pub bytes: usize,
    /// Share of the test images classified correctly.
    pub test_accuracy: f64,
    /// Whether it is the shipped one.
    pub shipped: bool,
}

/// Puts an entry into the manifest at `path`, replacing one of the same name.
pub fn record(path: &Path, entry: ModelEntry) -> Result<(), CliError> {
    let _alone = files::lock_folder(path)?;
    let mut manifest = if path.exists() { load(path)? } else { Manifest::default() };
    manifest.models.retain(|other| other.name != entry.name);
    manifest.models.push(entry);
    let order = |entry: &ModelEntry| NetworkConfig::NAMES.iter().position(|name| *name == entry.name);
    manifest.models.sort_by_key(|entry| order(entry).unwrap_or(usize::MAX));
    write(path, &manifest)
}

/// Puts an entry of another kind into the manifest at `path`, replacing what stood under its key.
pub fn record_other(path: &Path, key: &str, entry: &impl Serialize) -> Result<(), CliError> {
    let _alone = files::lock_folder(path)?;
    let mut manifest = if path.exists() { load(path)? } else { Manifest::default() };
    manifest.other.insert(key.to_owned(), serde_json::to_value(entry)?);
    write(path, &manifest)
}

/// Puts an entry called `name` under `key` into the manifest at `path`, beside those of other names.
pub fn record_in(path: &Path, key: &str, name: &str, entry: &impl Serialize) -> Result<(), CliError> {
    let _alone = files::lock_folder(path)?;
    let mut manifest = if path.exists() { load(path)? } else { Manifest::default() };
    let mut group = match manifest.other.remove(key) {
        Some(serde_json::Value::Object(group)) => group,
        _ => serde_json::Map::new(),
    };
    group.insert(name.to_owned(), serde_json::to_value(entry)?);
    manifest.other.insert(key.to_owned(), group.into());
    write(path, &manifest)
}

/// Puts an entry about the distillation of a data set into the manifest at `path`, beside those under other keys.
///
/// # Errors
/// [`CliError::Manifest`] where the manifest is not readable, [`CliError::Write`].
pub fn record_distillation(path: &Path, dataset: &str, key: &str, entry: &impl Serialize) -> Result<(), CliError> {
    let _alone = files::lock_folder(path)?;
    let mut manifest = if path.exists() { load(path)? } else { Manifest::default() };
    let mut all = manifest.other.get("distillation").cloned().unwrap_or_default();
    if !all.is_object() {
        all = serde_json::json!({});
    }
    if !all[dataset].is_object() {
        all[dataset] = serde_json::json!({});
    }
    all[dataset][key] = serde_json::to_value(entry)?;
    manifest.other.insert("distillation".to_owned(), all);
    write(path, &manifest)
}

fn write(path: &Path, manifest: &Manifest) -> Result<(), CliError> {
    let mut text = serde_json::to_string_pretty(manifest)?;
    text.push('\n');
    files::write_atomically(path, text.as_bytes())
}

/// Reads the manifest.
pub fn load(path: &Path) -> Result<Manifest, CliError> {
    let bytes = files::read(path, "; `cargo xtask assets` makes it")?;
    serde_json::from_slice(&bytes).map_err(|source| CliError::Manifest { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_written_at_the_same_time_are_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.json");
        std::thread::scope(|scope| {
            for number in 0..8 {
                let path = &path;
                scope.spawn(move || record_in(path, "group", &number.to_string(), &number).unwrap());
            }
        });
        let manifest = load(&path).unwrap();
        let expected: serde_json::Map<_, _> = (0..8).map(|number| (number.to_string(), number.into())).collect();
        assert_eq!(manifest.other["group"], serde_json::Value::Object(expected));
    }

    #[test]
    fn entries_of_a_distillation_stand_side_by_side() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.json");
        record_other(&path, "figures", &1).unwrap();
        for (dataset, key, entry) in
            [("mnist", "run", 2), ("mnist", "levels", 3), ("other", "run", 4), ("mnist", "run", 5)]
        {
            record_distillation(&path, dataset, key, &entry).unwrap();
        }
        let manifest = load(&path).unwrap();
        let expected = serde_json::json!({"mnist": {"run": 5, "levels": 3}, "other": {"run": 4}});
        assert_eq!((&manifest.other["distillation"], &manifest.other["figures"]), (&expected, &serde_json::json!(1)));
    }
}
