//! What is shipped and how it was made: the page's figures about shipped networks come only from here.

use super::distil::words::DistillationReports;
use super::json::Json;
use super::results::{Measured, measured};
use crate::config::{NetworkConfig, TrainingConfig};
use crate::protocol::{EigenReport, InteractionReport, PruningReport, SpectrumReport};
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
    /// How many eigen-digits order 2 of the networks needs.
    pub eigen_digits: Vec<EigenReport>,
    /// Accuracies of the direct expansions with fewer coefficients.
    pub direct: Vec<PruningReport>,
    /// What was measured of the distillation of MNIST with the article's partition.
    pub distillation: DistillationReports,
    /// The same of that with the partition of likes.
    pub distillation_alike: DistillationReports,
    /// All results one by one, each with where it stands and how it was made.
    pub results: Vec<Measured>,
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
    fn of<J: Json>(entry: &J) -> Self {
        Self {
            spectra: entry.list("spectra"),
            pruning: entry.list("pruning"),
            interactions: entry.list("interactions"),
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
    /// Share of the test images classified correctly.
    pub test_accuracy: Option<f64>,
    /// Mean loss on the test images.
    pub test_loss: Option<f64>,
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
    /// Reads a manifest; entries that cannot be read are left out.
    fn of<J: Json>(root: &J) -> Self {
        let reports = |key| root.entry(key).map(|entry| PolynomialReports::of(&entry)).unwrap_or_default();
        let distillation = |name| {
            let entry = root.entry("distillation").and_then(|entry| entry.entry(name));
            entry.map(|entry| distilled(&entry)).unwrap_or_default()
        };
        Self {
            models: root.list("models"),
            polynomial: reports("polynomial"),
            eigen_digits: root.entry("eigen_digits").map(|entry| eigen_reports(&entry)).unwrap_or_default(),
            direct: reports("direct").pruning,
            distillation: distillation("mnist"),
            distillation_alike: distillation("mnist-alike"),
            results: measured(root),
        }
    }

    /// The network of that name.
    pub fn model(&self, name: &str) -> Option<&ShippedModel> {
        self.models.iter().find(|model| model.name == name)
    }
}

fn eigen_reports<J: Json>(entry: &J) -> Vec<EigenReport> {
    NetworkConfig::NAMES.iter().filter_map(|name| entry.entry(name)?.read()).collect()
}

fn distilled<J: Json>(entry: &J) -> DistillationReports {
    DistillationReports {
        levels: entry.list("levels"),
        accuracy: entry.list("accuracy"),
        variants: entry.list("variants"),
        ten_images: entry.entry("ten_images").and_then(J::read),
        measures: entry.entry("measures").map(|measures| measures.list("sets")).unwrap_or_default(),
        tries: entry.entry("tries").map(|tries| tries.list("tries")).unwrap_or_default(),
        embedders: entry.entry("embedders").map(|report| report.list("embedders")).unwrap_or_default(),
        flow: entry.entry("flow").and_then(|flow| flow.read()),
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
    let root = js_sys::JSON::parse(&text.as_string().unwrap_or_default())
        .map_err(|_| "The list of shipped networks is damaged: it is not JSON. Build the site again.")?;
    Ok(Manifest::of(&root))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    impl Manifest {
        /// As the page reads it, but with the JSON reader of the tests.
        ///
        /// # Panics
        /// Where this is not JSON.
        pub fn read(text: &str) -> Self {
            Self::of(&serde_json::from_str::<Value>(text).unwrap())
        }
    }

    #[test]
    fn unknown_and_missing_entries_do_no_harm() {
        let text = r#"{"format": 9, "models": [
            {"name": "taylornet-7", "parameters": 249674, "test_accuracy": 0.984, "extra": [1]},
            {"name": 5},
            {"name": "conv-7", "seed": 3}
        ]}"#;
        let manifest = Manifest::read(text);
        assert_eq!(manifest.models.len(), 2);
        assert_eq!(manifest.model("taylornet-7").unwrap().parameters, Some(249_674));
        assert_eq!(manifest.model("conv-7").unwrap().test_accuracy, None);
        assert_eq!(manifest.model("resnet-7"), None);
        assert_eq!(Manifest::read("{}"), Manifest::default());
        assert_eq!(Manifest::read("[1]"), Manifest::default());
    }

    #[test]
    fn reports_about_polynomials_are_read_one_by_one() {
        let text = r#"{"polynomial": {"pruning": [
            {"model": "taylornet-7", "order": 2, "terms": 1274, "images": 10, "kept": [1.0, 0.5], "accuracy": [0.9, 0.8]},
            {"model": 3}
        ], "spectra": "none"}}"#;
        let reports = Manifest::read(text).polynomial;
        assert_eq!((reports.pruning.len(), reports.spectra.len(), reports.interactions.len()), (1, 0, 0));
        assert!(reports.pruning[0].accuracy_with_rest.is_empty());
    }

    #[test]
    fn reports_about_distillation_are_read_one_by_one() {
        let text = r#"{"distillation": {"mnist": {
            "levels": [{"level": 1, "within": 0.5, "extra": 1}, {"within": 0.5}],
            "accuracy": [{"references": "class_means", "accuracy": 0.99}, {"references": 1}],
            "ten_images": {"mean": 0.9, "deviation": 0.01, "seeds": 5}
        }}}"#;
        let reports = Manifest::read(text).distillation;
        assert_eq!((reports.levels.len(), reports.accuracy.len(), reports.variants.len()), (1, 1, 0));
        assert_eq!((reports.levels[0].within, reports.levels[0].removed), (Some(0.5), None));
        assert_eq!(reports.ten_images.map(|report| report.seeds), Some(5));
        assert_eq!(Manifest::read(r#"{"distillation": {}}"#).distillation, DistillationReports::default());
    }

    #[test]
    fn the_shipped_manifest_is_read_in_full() {
        let manifest = Manifest::read(include_str!("../../assets/manifest.json"));
        for name in NetworkConfig::NAMES {
            let model = manifest.model(name).unwrap();
            assert_eq!(model.network.as_ref().and_then(|network| network.parameters().ok()), model.parameters);
            assert!(model.test_accuracy.is_some() && model.training.is_some() && model.command.is_some());
        }
    }

    #[test]
    fn no_entry_of_a_shipped_list_is_left_out() {
        let text = include_str!("../../assets/manifest.json");
        let (manifest, root) = (Manifest::read(text), serde_json::from_str::<Value>(text).unwrap());
        let count = |path: &str| root.pointer(path).and_then(Value::as_array).map_or(0, Vec::len);
        for (set, read) in [("mnist", &manifest.distillation), ("mnist-alike", &manifest.distillation_alike)] {
            let found = [
                read.levels.len(),
                read.accuracy.len(),
                read.variants.len(),
                read.measures.len(),
                read.tries.len(),
                read.embedders.len(),
            ];
            let lists = ["levels", "accuracy", "variants", "measures/sets", "tries/tries", "embedders/embedders"];
            assert_eq!(found, lists.map(|list| count(&format!("/distillation/{set}/{list}"))), "{set}");
        }
        let controls = manifest.distillation.accuracy.iter().filter(|report| report.loss.is_empty());
        assert!(controls.count() >= 15);
        let read = &manifest.polynomial;
        let found = [read.pruning.len(), read.spectra.len(), read.interactions.len()];
        assert_eq!(found, ["pruning", "spectra", "interactions"].map(|list| count(&format!("/polynomial/{list}"))));
    }
}
