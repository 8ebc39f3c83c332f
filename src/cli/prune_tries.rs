//! Other trainings of a direct expansion, pruned by every rule: which of them keeps what the article says is kept.

use super::expand::{PointName, Trained};
use super::report::print_line;
use super::{CliError, Context, evaluate, manifest};
use crate::config::ExpansionPoint;
use crate::engine::data::ImageSet;
use crate::engine::pruning::{Ranking, pruned_accuracies};
use crate::number;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The shares that the article names.
const KEPT: [f64; 4] = [1.0, 0.5, 0.3, 0.1];

/// A file with weights and what it is called in the table.
#[derive(Debug, Clone)]
pub struct Try {
    name: String,
    file: PathBuf,
}

/// What pruning leaves of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct TryEntry {
    /// What was done differently from the shipped network.
    name: String,
    /// Name of the network.
    model: String,
    /// The command that trained it, where the manifest beside it names it.
    command: Option<String>,
    /// Shares of the coefficients that are kept.
    kept: Vec<f64>,
    /// About the black image, each class its own largest: accuracy on the test images, per share.
    black_per_class: Vec<f64>,
    /// About the black image, the largest of all classes together.
    black_all_classes: Vec<f64>,
    /// About the mean training image, each class its own largest.
    mean_per_class: Vec<f64>,
}

/// `NAME=FILE`.
pub fn parse(text: &str) -> Result<Try, String> {
    let parts = text.split_once('=').filter(|(name, file)| !name.is_empty() && !file.is_empty());
    let (name, file) =
        parts.ok_or("give NAME=FILE, such as \"no weight decay=target/tries/models/direct-3.safetensors\"")?;
    Ok(Try { name: name.to_owned(), file: file.into() })
}

/// The tries that the manifest has, which pruning without new ones keeps.
pub fn recorded(path: &Path, key: &str) -> Result<Vec<TryEntry>, CliError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let manifest = manifest::load(path)?;
    let tries = manifest.other.get(key).and_then(|entry| entry.get("tries")).cloned();
    Ok(tries.map(serde_json::from_value).transpose()?.unwrap_or_default())
}

impl Try {
    /// Prunes it by every rule.
    pub fn measure(&self, test: &ImageSet, context: &Context) -> Result<TryEntry, CliError> {
        let weights = evaluate::load(&self.file)?;
        let black = |ranking| -> Result<Vec<f64>, CliError> {
            let report = pruned_accuracies(&weights, test, test.len(), &KEPT, ranking, &context.device);
            Ok(pollster::block_on(report)?.accuracy)
        };
        let (black_per_class, black_all_classes) = (black(Ranking::PerClass)?, black(Ranking::AllClasses)?);
        let trained = Trained::new(&weights, context)?.about(PointName::Named(ExpansionPoint::Mean).image(None)?)?;
        let order = number::to_u32(trained.polynomial.degree());
        let mean_per_class = trained.pruning(order, &KEPT, test)?.accuracy;
        let entry = TryEntry {
            name: self.name.clone(),
            model: weights.name.clone(),
            command: self.command(&weights.name),
            kept: KEPT.to_vec(),
            black_per_class,
            black_all_classes,
            mean_per_class,
        };
        print_line(format!("{}: {}", self.name, serde_json::to_string(&entry)?))?;
        Ok(entry)
    }

    fn command(&self, model: &str) -> Option<String> {
        let manifest = manifest::load(&self.file.parent()?.parent()?.join("manifest.json")).ok()?;
        manifest.models.iter().find(|entry| entry.name == model).map(|entry| entry.command.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_try_is_a_name_and_a_file() {
        let found = parse("no decay=a/b=c").unwrap();
        assert_eq!((found.name.as_str(), found.file), ("no decay", PathBuf::from("a/b=c")));
        for wrong in ["direct-3", "=file", "name="] {
            assert!(parse(wrong).unwrap_err().contains("NAME=FILE"));
        }
    }

    #[test]
    fn pruning_again_keeps_the_tries_of_the_manifest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.json");
        assert!(recorded(&path, "direct").unwrap().is_empty());
        let text = r#"{"models": [], "direct": {"tries": [{"name": "a", "model": "direct-3", "command": null, "kept": [1.0],
            "black_per_class": [0.9], "black_all_classes": [0.8], "mean_per_class": [0.7]}]}}"#;
        std::fs::write(&path, text).unwrap();
        let tries = recorded(&path, "direct").unwrap();
        assert_eq!((tries.len(), tries[0].mean_per_class.as_slice()), (1, [0.7].as_slice()));
    }
}
