//! What is shipped and how it was made: the page's figures about shipped networks come only from here.

use crate::config::{NetworkConfig, TrainingConfig};
use crate::protocol::{InteractionReport, PruningReport, SpectrumReport};
use serde::Deserialize;

/// Address of the manifest below the page.
pub const ADDRESS: &str = "assets/manifest.json";

/// Everything that is shipped.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Manifest {
    /// The trained networks.
    pub models: Vec<ShippedModel>,
    /// What was measured of their polynomials.
    pub polynomial: PolynomialReports,
    /// Accuracies of the direct expansions with fewer coefficients.
    pub direct: Vec<PruningReport>,
}

/// Reports about the polynomials of shipped networks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PolynomialReports {
    /// Order spectra and accuracies of truncations.
    pub spectra: Vec<SpectrumReport>,
    /// Accuracies with fewer terms.
    pub pruning: Vec<PruningReport>,
    /// Coefficients against distance (Fig. 3).
    pub interactions: Vec<InteractionReport>,
}

impl PolynomialReports {
    /// Reads what can be read of the entry; a report of another version is left out.
    fn read(entry: &serde_json::Value) -> Self {
        fn list<T: serde::de::DeserializeOwned>(entry: &serde_json::Value, key: &str) -> Vec<T> {
            let reports = entry.get(key).and_then(serde_json::Value::as_array).into_iter().flatten();
            reports.filter_map(|report| T::deserialize(report).ok()).collect()
        }
        Self {
            spectra: list(entry, "spectra"),
            pruning: list(entry, "pruning"),
            interactions: list(entry, "interactions"),
        }
    }
}

/// One shipped network. Only the name is required; newer and older manifests stay readable.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct ShippedModel {
    /// Name, as in [`NetworkConfig::NAMES`].
    pub name: String,
    /// Address of the weights below `assets/`.
    pub file: String,
    /// The network.
    pub network: Option<NetworkConfig>,
    /// How it was trained.
    pub training: Option<TrainingConfig>,
    /// Seed of the run.
    pub seed: Option<u64>,
    /// Trainable parameters.
    pub parameters: Option<usize>,
    /// Share of the test images classified rightly.
    pub test_accuracy: Option<f64>,
    /// Number of test images.
    pub test_images: Option<usize>,
    /// Duration of the training in seconds.
    pub duration_secs: Option<f64>,
    /// Where it was trained.
    pub device: Option<String>,
    /// The command that reproduces it.
    pub command: Option<String>,
    /// Hash of the training data.
    pub data_sha256: Option<String>,
    /// Day of the run.
    pub date: Option<String>,
}

impl Manifest {
    /// Reads a manifest. Entries that cannot be read are left out; a file that is no manifest at all is an error.
    ///
    /// # Errors
    /// What the JSON reader says.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Raw {
            #[serde(default)]
            models: Vec<serde_json::Value>,
            #[serde(default)]
            polynomial: serde_json::Value,
            #[serde(default)]
            direct: serde_json::Value,
        }
        let raw: Raw = serde_json::from_str(text)?;
        let models = raw.models.into_iter().filter_map(|entry| serde_json::from_value(entry).ok()).collect();
        let direct = PolynomialReports::read(&raw.direct).pruning;
        Ok(Self { models, polynomial: PolynomialReports::read(&raw.polynomial), direct })
    }

    /// The network of that name.
    pub fn model(&self, name: &str) -> Option<&ShippedModel> {
        self.models.iter().find(|model| model.name == name)
    }
}

/// Fetches the manifest once.
///
/// # Errors
/// A sentence for the visitor.
#[cfg(feature = "app")]
pub async fn fetch() -> Result<Manifest, String> {
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    let unreachable = "The list of shipped networks could not be loaded. Check the connection and reload the page.";
    let window = web_sys::window().ok_or(unreachable)?;
    let answer = JsFuture::from(window.fetch_with_str(ADDRESS)).await.map_err(|_| unreachable)?;
    let answer: web_sys::Response = answer.dyn_into().map_err(|_| unreachable)?;
    if !answer.ok() {
        return Err(unreachable.into());
    }
    let text = JsFuture::from(answer.text().map_err(|_| unreachable)?).await.map_err(|_| unreachable)?;
    Manifest::read(&text.as_string().unwrap_or_default())
        .map_err(|error| format!("The list of shipped networks is damaged ({error}). Build the site again."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_and_missing_entries_do_no_harm() {
        let text = r#"{"format": 9, "models": [
            {"name": "taylornet-7", "parameters": 249674, "test_accuracy": 0.984, "extra": [1]},
            {"name": 5},
            {"name": "conv-7", "seed": 3}
        ]}"#;
        let manifest = Manifest::read(text).unwrap();
        assert_eq!(manifest.models.len(), 2);
        assert_eq!(manifest.model("taylornet-7").unwrap().parameters, Some(249_674));
        assert_eq!(manifest.model("conv-7").unwrap().test_accuracy, None);
        assert_eq!(manifest.model("resnet-7"), None);
        assert_eq!(Manifest::read("{}").unwrap(), Manifest::default());
        assert!(Manifest::read("<html>").is_err());
    }

    #[test]
    fn reports_about_polynomials_are_read_one_by_one() {
        let text = r#"{"polynomial": {"pruning": [
            {"model": "taylornet-7", "order": 2, "terms": 1274, "images": 10, "kept": [1.0, 0.5], "accuracy": [0.9, 0.8]},
            {"model": 3}
        ], "spectra": "none"}}"#;
        let reports = Manifest::read(text).unwrap().polynomial;
        assert_eq!((reports.pruning.len(), reports.spectra.len(), reports.interactions.len()), (1, 0, 0));
        assert!(reports.pruning[0].accuracy_with_rest.is_empty());
    }

    #[test]
    fn the_shipped_manifest_is_read_in_full() {
        let manifest = Manifest::read(include_str!("../../assets/manifest.json")).unwrap();
        for name in NetworkConfig::NAMES {
            let model = manifest.model(name).unwrap();
            assert_eq!(model.network.as_ref().and_then(|network| network.parameters().ok()), model.parameters);
            assert!(model.test_accuracy.is_some() && model.training.is_some() && model.command.is_some());
        }
    }
}
