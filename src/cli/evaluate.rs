//! `taylornet evaluate`: accuracy of a file with weights.

use super::data::{self, Part};
use super::report::{print_json, print_line};
use super::{CliError, Context, files, own_data};
use crate::config::DataSet;
use crate::engine::data::ImageSet;
use crate::engine::evaluate::Predictor;
use crate::engine::weights::WeightsFile;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Arguments of `evaluate`.
#[derive(Debug, clap::Args)]
pub struct EvaluateArguments {
    /// Files with weights.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Use the first N test images only.
    #[arg(long)]
    images: Option<usize>,
    /// With --json, also the logits of the first N test images, for comparison with other programs.
    #[arg(long, value_name = "N", default_value_t = 0)]
    logits: usize,
    /// The IDX images of your own data have rows and columns exchanged, as those of EMNIST have.
    #[arg(long)]
    transposed: bool,
}

#[derive(Serialize)]
struct Line {
    file: PathBuf,
    name: String,
    images: usize,
    accuracy: f64,
    loss: f64,
    confusion: Vec<Vec<u32>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logits: Vec<Vec<f32>>,
}

/// Runs the command.
pub fn run(arguments: &EvaluateArguments, context: &Context) -> Result<(), CliError> {
    let mut loaded: Option<(&DataSet, ImageSet)> = None;
    for file in &arguments.files {
        let weights = load(file)?;
        if own_data::is_own(&context.data) || !weights.classes.is_empty() {
            evaluate(
                arguments,
                file,
                &weights,
                &own_data::test_of(&weights, &context.data, arguments.transposed)?,
                context,
            )?;
            continue;
        }
        let set = DataSet::of_input(weights.network.input());
        let test = match loaded.take() {
            Some((same, images)) if same == set => images,
            _ => data::load(&context.data, set, Part::Test)?.images,
        };
        let (_, test) = loaded.insert((set, test));
        evaluate(arguments, file, &weights, test, context)?;
    }
    Ok(())
}

fn evaluate(
    arguments: &EvaluateArguments,
    file: &Path,
    weights: &WeightsFile,
    test: &ImageSet,
    context: &Context,
) -> Result<(), CliError> {
    let images = arguments.images.map_or(test.len(), |count| count.clamp(1, test.len()));
    let predictor = Predictor::of_file(weights, &context.device)?;
    let predictions = pollster::block_on(predictor.predict(test, 0..images))?;
    let (accuracy, loss) = (predictions.accuracy(), predictions.loss());
    if context.json {
        let (file, name, confusion) = (file.to_owned(), weights.name.clone(), predictions.confusion());
        let logits = predictions.logits.iter().take(arguments.logits).cloned().collect();
        return print_json(&Line { file, name, images, accuracy, loss, confusion, logits });
    }
    print_line(format!("{}: {:.2} % of {images} test images, loss {loss:.4}", weights.name, 100.0 * accuracy))
}

/// Loads a file with weights.
pub fn load(path: &Path) -> Result<WeightsFile, CliError> {
    let bytes = files::read(path, "; `taylornet train` writes such files")?;
    WeightsFile::from_bytes(&bytes).map_err(|source| CliError::Weights { path: path.to_owned(), source })
}
