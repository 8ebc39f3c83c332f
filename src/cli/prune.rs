//! `taylornet prune`: accuracy of the direct expansions when only their largest coefficients are kept.

use super::data::{Part, mnist};
use super::provenance::Provenance;
use super::report::print_json;
use super::{CliError, Context, evaluate, manifest, prune_tries};
use crate::engine::pruning::{KEPT_SHARES, Ranking, pruned_accuracies};
use crate::protocol::PruningReport;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Key of the results in the manifest.
const MANIFEST_KEY: &str = "direct";

/// Arguments of `prune`.
#[derive(Debug, clap::Args)]
pub struct PruneArguments {
    /// Direct expansions to prune, direct-1 to direct-4.
    #[arg(long = "model", default_values = ["direct-1", "direct-2", "direct-3", "direct-4"])]
    models: Vec<String>,
    /// Shares of the coefficients of each class that are kept, from 1 downwards.
    #[arg(long, value_delimiter = ',', value_parser = share, default_values_t = KEPT_SHARES)]
    kept: Vec<f64>,
    /// Folder with the weights; the manifest lies in its parent.
    #[arg(long, default_value = "assets/models")]
    weights: PathBuf,
    /// Another training of a direct expansion, as NAME=FILE, that is pruned by every rule for comparison; the command that
    /// made it comes from the manifest beside its folder.
    #[arg(long = "try", value_parser = prune_tries::parse)]
    tries: Vec<prune_tries::Try>,
}

/// The entry in the manifest.
#[derive(Debug, Serialize)]
struct DirectEntry {
    /// One report per network, lowest order first.
    pruning: Vec<PruningReport>,
    /// Other trainings, each pruned by every rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tries: Vec<prune_tries::TryEntry>,
    #[serde(flatten)]
    provenance: Provenance,
}

/// Runs the command.
pub fn run(arguments: &PruneArguments, context: &Context) -> Result<(), CliError> {
    let test = mnist(&context.data, Part::Test)?.images;
    let started = Instant::now();
    let mut pruning = Vec::with_capacity(arguments.models.len());
    for model in &arguments.models {
        let file = evaluate::load(&arguments.weights.join(format!("{model}.safetensors")))?;
        let accuracies =
            pruned_accuracies(&file, &test, test.len(), &arguments.kept, Ranking::PerClass, &context.device);
        let report = pollster::block_on(accuracies)?;
        show(&report, context)?;
        pruning.push(report);
    }
    let path = arguments.weights.parent().unwrap_or(Path::new(".")).join("manifest.json");
    let tries = match arguments.tries.as_slice() {
        [] => prune_tries::recorded(&path, MANIFEST_KEY)?,
        tries => tries.iter().map(|each| each.measure(&test, context)).collect::<Result<_, _>>()?,
    };
    let entry = DirectEntry { pruning, tries, provenance: Provenance::new(arguments.command(), started, context) };
    manifest::record_other(&path, MANIFEST_KEY, &entry)
}

impl PruneArguments {
    /// The command that gives the same reports again.
    fn command(&self) -> String {
        let mut command = "taylornet prune".to_owned();
        if self.models != ["direct-1", "direct-2", "direct-3", "direct-4"] {
            self.models.iter().for_each(|model| command.push_str(&format!(" --model {model}")));
        }
        if self.kept != KEPT_SHARES {
            let kept: Vec<String> = self.kept.iter().map(f64::to_string).collect();
            command.push_str(&format!(" --kept {}", kept.join(",")));
        }
        command
    }
}

fn show(report: &PruningReport, context: &Context) -> Result<(), CliError> {
    if context.json {
        return print_json(report);
    }
    println!("{}: {} coefficients per class, {} test images", report.model, report.terms, report.images);
    for (kept, accuracy) in report.kept.iter().zip(&report.accuracy) {
        println!("  {:5.1} % kept: {:.2} %", 100.0 * kept, 100.0 * accuracy);
    }
    Ok(())
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "shares are numbers from 0 to 1, such as 0.5".to_owned())
}
