//! `taylornet train`: a training run from settings to shipped file, resumable at any time.

use super::data::{Loaded, Part, load as load_data};
use super::manifest::{self, ModelEntry};
use super::own_data::OwnData;
use super::report::{TrainingProgress, print_json, print_line};
use super::ship::{Shipped, choose};
use super::{CliError, Context, files, own_data};
use crate::config::{DataSet, Formulation, Method, NamedNetwork, NetworkConfig, TrainingConfig};
use crate::engine::data::ImageSet;
use crate::engine::evaluate::Predictor;
use crate::engine::train::{Trainer, TrainingState};
use crate::engine::weights::WeightsFile;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Where weights go: those of the catalogue, and those of one's own.
const SHIPPED: &str = "assets/models";
const OWN: &str = "own";
/// Steps between two reports (each reads two numbers from the device).
const REPORT_STEPS: usize = 20;
/// Time between two checkpoints.
const CHECKPOINT_INTERVAL: Duration = Duration::from_secs(60);

/// Arguments of `train`. Settings that are not given are those of the shipped network of that name.
#[derive(Debug, clap::Args)]
pub struct TrainArguments {
    #[arg(long, help = super::model_help())]
    model: String,
    /// Passes over the training images.
    #[arg(long)]
    epochs: Option<usize>,
    /// Images per step.
    #[arg(long)]
    batch: Option<usize>,
    /// Peak of the one-cycle learning rate.
    #[arg(long)]
    learning_rate: Option<f64>,
    /// Decoupled weight decay.
    #[arg(long)]
    weight_decay: Option<f64>,
    /// Random shifts by up to this many pixels of the original (28x28 for MNIST).
    #[arg(long)]
    shift: Option<usize>,
    /// Turn every other image left to right, at random.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    flip: Option<bool>,
    /// Let the first convolution start as the whitened principal directions of the images' 3x3 patches.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    whiten: Option<bool>,
    /// Coefficients of products at the start, relative to those of the values themselves; near 0 a network starts as a
    /// linear map.
    #[arg(long)]
    products: Option<f64>,
    /// How a gradient is made into a step: adamw or muon.
    #[arg(long)]
    method: Option<Method>,
    /// Share of the target probability spread over all classes.
    #[arg(long)]
    label_smoothing: Option<f64>,
    /// Highest order whose exact truncation about the mean training image counts in the loss; 0 for the whole alone.
    #[arg(long)]
    nested: Option<usize>,
    /// Seed of weights, order and shifts.
    #[arg(long)]
    seed: Option<u64>,
    /// How the cluster operations are computed: fused or plain. The result is the same up to rounding.
    #[arg(long)]
    formulation: Option<Formulation>,
    /// Train without batch normalisation.
    #[arg(long)]
    no_normalization: bool,
    /// Train on the first N images only.
    #[arg(long)]
    images: Option<usize>,
    /// Stop after this many steps in all, as if interrupted.
    #[arg(long)]
    stop_after: Option<usize>,
    /// Folder for the weights: assets/models, whose parent holds the manifest; for your own data `own`, without a manifest.
    #[arg(long)]
    out: Option<PathBuf>,
    /// What the network of your own data is called; the model and the folder, unless given.
    #[arg(long)]
    name: Option<String>,
    /// The IDX images of your own data have rows and columns exchanged, as those of EMNIST have.
    #[arg(long)]
    transposed: bool,
    /// Folder for checkpoints.
    #[arg(long, default_value = "target/training")]
    checkpoints: PathBuf,
    /// Ignore an existing checkpoint.
    #[arg(long)]
    fresh: bool,
}

/// Runs the command.
pub fn run(arguments: &TrainArguments, context: &Context) -> Result<(), CliError> {
    let Task { name, network, mut images, sha256, own } = Task::open(arguments, context)?;
    if let Some(count) = arguments.images {
        images = images.take(count);
    }
    let base = TrainingConfig::recommended(&arguments.model);
    let training = arguments.training(&if own.is_some() { for_few(&base, images.len()) } else { base });
    training.validate(images.len())?;
    let run = run_name(&name, &network, &training, &images)?;
    let checkpoint = arguments.checkpoints.join(format!("{run}.checkpoint"));
    let lock = checkpoint.with_extension("lock");
    let Some(_alone) = files::try_lock(&lock)? else { return Err(CliError::RunInUse { lock }) };
    mention_older_checkpoint(arguments, &checkpoint);
    let mut run = Run::open(arguments, &network, &training, Arc::new(images), checkpoint, context)?;
    run.name = name;
    let finished = run.train(arguments, context)?;
    if !finished {
        print_line(format!("Stopped after step {}; the same command goes on from there.", run.trainer.step_count()))?;
        return Ok(());
    }
    match own {
        Some(own) => run.keep(arguments, own, context),
        None => run.ship(arguments, &sha256, context),
    }
}

/// What is trained on what.
struct Task {
    name: String,
    network: NetworkConfig,
    images: ImageSet,
    sha256: String,
    /// For data of one's own: its test images and the names of its classes.
    own: Option<Own>,
}

struct Own {
    test: ImageSet,
    classes: Vec<String>,
}

impl Task {
    fn open(arguments: &TrainArguments, context: &Context) -> Result<Self, CliError> {
        let network = arguments.network()?;
        let folder = &context.data;
        if !own_data::is_own(folder) {
            let Loaded { images, sha256 } = load_data(folder, arguments.data(), Part::Train)?;
            return Ok(Self { name: arguments.model.clone(), network, images, sha256, own: None });
        }
        let OwnData { train, test, classes, sha256 } = own_data::load(folder, network.input(), arguments.transposed)?;
        let network = network.with_classes(classes.len())?;
        let folder = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.clone());
        let of_folder = || format!("{}-{}", arguments.model, folder.file_name().unwrap_or_default().to_string_lossy());
        let name = arguments.name.clone().unwrap_or_else(of_folder);
        if NamedNetwork::find(&name).is_some() || name.contains(['/', '\\']) {
            return Err(CliError::Name { name });
        }
        Ok(Self { name, network, images: train, sha256, own: Some(Own { test, classes }) })
    }
}

/// Settings for a small set: batches that leave several steps a pass, and passes that make enough steps.
fn for_few(base: &TrainingConfig, images: usize) -> TrainingConfig {
    const STEPS_A_PASS: usize = 8;
    const STEPS: usize = 1_500;
    const MOST_PASSES: usize = 200;
    let batch = base.batch.min(images / STEPS_A_PASS).max(2);
    let epochs = base.epochs.max((STEPS * batch).div_ceil(images)).min(MOST_PASSES);
    TrainingConfig { batch, epochs, ..base.clone() }
}

/// Name of a run: that of its network, and a sum of its settings and its images. Runs that differ in any of them have
/// checkpoints of their own.
fn run_name(
    model: &str,
    network: &NetworkConfig,
    training: &TrainingConfig,
    images: &ImageSet,
) -> Result<String, CliError> {
    const DIGITS: usize = 12;
    let settings = serde_json::to_vec(&(network, training, images.shape))?;
    let sums = [settings.as_slice(), &images.pixels, &images.labels].map(files::sha256).concat();
    Ok(format!("{model}-{}", &files::sha256(sums.as_bytes())[..DIGITS]))
}

/// Earlier versions had one checkpoint for each network, which does not say on which images it was trained.
fn mention_older_checkpoint(arguments: &TrainArguments, checkpoint: &Path) {
    let older = arguments.checkpoints.join(format!("{}.checkpoint", arguments.model));
    if older.exists() && !checkpoint.exists() && !arguments.fresh {
        eprintln!(
            "{} is of an earlier version and is left as it is; to go on from it, rename it to {} and start again.",
            older.display(),
            checkpoint.display()
        );
    }
}

impl TrainArguments {
    fn network(&self) -> Result<NetworkConfig, CliError> {
        let mut network = NetworkConfig::named(&self.model)?;
        if self.no_normalization {
            network = network.without_normalization();
        }
        Ok(network)
    }

    /// The data set of the network.
    fn data(&self) -> &'static DataSet {
        NamedNetwork::find(&self.model).map_or(DataSet::ALL[0], |network| network.data)
    }

    fn training(&self, base: &TrainingConfig) -> TrainingConfig {
        TrainingConfig {
            epochs: self.epochs.unwrap_or(base.epochs),
            batch: self.batch.unwrap_or(base.batch),
            learning_rate: self.learning_rate.unwrap_or(base.learning_rate),
            weight_decay: self.weight_decay.unwrap_or(base.weight_decay),
            shift: self.shift.unwrap_or(base.shift),
            flip: self.flip.unwrap_or(base.flip),
            whiten: self.whiten.unwrap_or(base.whiten),
            products: self.products.unwrap_or(base.products),
            method: self.method.unwrap_or(base.method),
            label_smoothing: self.label_smoothing.unwrap_or(base.label_smoothing),
            formulation: self.formulation.unwrap_or(base.formulation),
            nested: self.nested.unwrap_or(base.nested),
            seed: self.seed.unwrap_or(base.seed),
            ..base.clone()
        }
    }

    /// The command that makes the same weights again, with every setting that differs from the recommended ones.
    fn command(&self) -> String {
        let mut command = format!("taylornet train --model {}", self.model);
        let mut option = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                command.push_str(&format!(" --{name} {value}"));
            }
        };
        option("epochs", self.epochs.map(|value| value.to_string()));
        option("batch", self.batch.map(|value| value.to_string()));
        option("learning-rate", self.learning_rate.map(|value| value.to_string()));
        option("weight-decay", self.weight_decay.map(|value| value.to_string()));
        option("shift", self.shift.map(|value| value.to_string()));
        option("flip", self.flip.map(|value| value.to_string()));
        option("whiten", self.whiten.map(|value| value.to_string()));
        option("products", self.products.map(|value| value.to_string()));
        option("method", self.method.map(|method| method.to_string()));
        option("label-smoothing", self.label_smoothing.map(|value| value.to_string()));
        option("nested", self.nested.map(|value| value.to_string()));
        option("seed", self.seed.map(|value| value.to_string()));
        option("formulation", self.formulation.map(|formulation| formulation.to_string()));
        option("images", self.images.map(|value| value.to_string()));
        if self.no_normalization {
            command.push_str(" --no-normalization");
        }
        command
    }
}

/// A run with its clock and its checkpoint.
struct Run {
    name: String,
    trainer: Trainer,
    checkpoint: PathBuf,
    /// Time spent before this start of the program.
    earlier: Duration,
    started: Instant,
}

impl Run {
    fn open(
        arguments: &TrainArguments,
        network: &NetworkConfig,
        training: &TrainingConfig,
        images: Arc<ImageSet>,
        checkpoint: PathBuf,
        context: &Context,
    ) -> Result<Self, CliError> {
        let device = &context.device;
        let mut earlier = Duration::ZERO;
        let mut trainer = Trainer::new(network, training, images.clone(), device)?;
        if checkpoint.exists() && !arguments.fresh {
            let state = load(&checkpoint)?;
            // Its name says so already, unless somebody renamed it.
            if state.network != *network || state.training != *training {
                return Err(CliError::OtherRun { path: checkpoint });
            }
            trainer = Trainer::resume(&state, images, device)?;
            earlier = read_duration(&checkpoint);
            eprintln!("Going on from step {} of {}.", trainer.step_count(), checkpoint.display());
        }
        Ok(Self { name: arguments.model.clone(), trainer, checkpoint, earlier, started: Instant::now() })
    }

    fn elapsed(&self) -> Duration {
        self.earlier + self.started.elapsed()
    }

    /// Trains to the end; `false` where it was told to stop earlier.
    fn train(&mut self, arguments: &TrainArguments, context: &Context) -> Result<bool, CliError> {
        let total = self.trainer.total_steps();
        let end = arguments.stop_after.map_or(total, |stop| stop.min(total));
        let progress = TrainingProgress::new(context, &self.name, self.trainer.step_count(), total);
        let mut saved = Instant::now();
        while self.trainer.step_count() < end {
            self.trainer.step()?;
            let step = self.trainer.step_count();
            if (step.is_multiple_of(REPORT_STEPS) || step == end)
                && let Some(report) = pollster::block_on(self.trainer.report())?
            {
                progress.update(&report, self.elapsed())?;
            }
            if saved.elapsed() > CHECKPOINT_INTERVAL || step == end {
                self.save()?;
                saved = Instant::now();
            }
        }
        progress.finish();
        Ok(end == total)
    }

    fn save(&self) -> Result<(), CliError> {
        let state = pollster::block_on(self.trainer.state())?;
        let path = &self.checkpoint;
        let bytes = state.to_bytes().map_err(|source| CliError::Checkpoint { path: path.clone(), source })?;
        files::write_atomically(path, &bytes)?;
        let secs = self.elapsed().as_secs_f64().to_string();
        files::write_atomically(&duration_path(path), secs.as_bytes())
    }

    /// Writes the folded weights of a network of one's own, with the names of its classes, and evaluates the file.
    fn keep(&self, arguments: &TrainArguments, own: Own, context: &Context) -> Result<(), CliError> {
        #[derive(Serialize)]
        struct Line<'a> {
            file: &'a Path,
            classes: &'a [String],
            parameters: usize,
            test_accuracy: f64,
            test_images: usize,
            duration_secs: f64,
        }
        let state = pollster::block_on(self.trainer.state())?;
        let network = self.trainer.network();
        let mut weights = WeightsFile::folded(&self.name, network, &state.parameters, &state.statistics);
        weights.classes = own.classes;
        let out = arguments.out.clone().unwrap_or_else(|| OWN.into());
        let path = out.join(format!("{}.safetensors", self.name));
        let bytes = weights.to_bytes().map_err(|source| CliError::Weights { path: path.clone(), source })?;
        files::write_atomically(&path, &bytes)?;
        let predictor = Predictor::of_file(&weights, &context.device)?;
        let test = own.test.len();
        let accuracy = pollster::block_on(predictor.predict(&own.test, 0..test))?.accuracy();
        let duration_secs = self.elapsed().as_secs_f64();
        if context.json {
            return print_json(&Line {
                file: &path,
                classes: &weights.classes,
                parameters: network.layout().len(),
                test_accuracy: accuracy,
                test_images: test,
                duration_secs,
            });
        }
        let classes = weights.classes.join(", ");
        print_line(format!("{}: {classes}", path.display()))?;
        print_line(format!("{:.2} % of {test} test images, {duration_secs:.0} s", 100.0 * accuracy))
    }

    /// Writes the folded weights, evaluates the file and enters it into the manifest.
    fn ship(&self, arguments: &TrainArguments, data_sha256: &str, context: &Context) -> Result<(), CliError> {
        let duration_secs = self.elapsed().as_secs_f64();
        let state = pollster::block_on(self.trainer.state())?;
        let network = self.trainer.network();
        let weights = WeightsFile::folded(&arguments.model, network, &state.parameters, &state.statistics);
        let out = arguments.out.as_deref().unwrap_or(Path::new(SHIPPED));
        let path = out.join(format!("{}.safetensors", arguments.model));
        let test = load_data(&context.data, arguments.data(), Part::Test)?.images;
        let Shipped { bytes, predictions, precisions } = choose(&weights, network, &test, &path, context)?;
        files::write_atomically(&path, &bytes)?;
        let folder = out.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let entry = ModelEntry {
            name: arguments.model.clone(),
            file: format!("{folder}/{}.safetensors", arguments.model),
            sha256: files::sha256(&bytes),
            network: network.config().clone(),
            training: self.trainer.training().clone(),
            seed: self.trainer.training().seed,
            parameters: network.layout().len(),
            test_accuracy: predictions.accuracy(),
            test_loss: predictions.loss(),
            test_images: test.len(),
            duration_secs,
            device: context.device_name.clone(),
            command: arguments.command(),
            data_sha256: data_sha256.to_owned(),
            date: jiff::Zoned::now().strftime("%Y-%m-%d").to_string(),
            precisions,
        };
        let manifest = out.parent().unwrap_or(Path::new(".")).join("manifest.json");
        manifest::record(&manifest, entry.clone())?;
        if context.json {
            return print_json(&entry);
        }
        let accuracy = 100.0 * entry.test_accuracy;
        print_line(format!(
            "{}: {accuracy:.2} % of {} test images, {:.0} s",
            path.display(),
            test.len(),
            duration_secs
        ))?;
        Ok(())
    }
}

fn load(path: &Path) -> Result<TrainingState, CliError> {
    let bytes = files::read(path, "; with --fresh it is ignored")?;
    TrainingState::from_bytes(&bytes).map_err(|source| CliError::Checkpoint { path: path.to_owned(), source })
}

fn duration_path(checkpoint: &Path) -> PathBuf {
    checkpoint.with_extension("seconds")
}

/// Time that a checkpoint's run has taken so far; zero where the note is missing.
fn read_duration(checkpoint: &Path) -> Duration {
    let text = std::fs::read_to_string(duration_path(checkpoint)).unwrap_or_default();
    text.trim().parse().ok().and_then(|secs| Duration::try_from_secs_f64(secs).ok()).unwrap_or_default()
}
