//! `taylornet distil-report`: what a distillation has done to the images, for the manifest.

use super::output::Folder;
use super::problem::LevelProblem;
use crate::cli::data::{Loaded, Part, mnist};
use crate::cli::report::{WorkProgress, print_json, print_line};
use crate::cli::similarity_controls::Controls;
use crate::cli::{CliError, Context, distilled, evaluate, files, manifest};
use crate::config::{CLASSES, DistillationConfig, DistillationLoss, DistilledIndex, LevelOptimization, Tree};
use crate::engine::data::ImageSet;
use crate::engine::distillation::{ConvNet, Distiller, FreshTraining};
use crate::engine::evaluate::Predictor;
use crate::engine::similarity::{ClassSimilarity, Embeddings, ReferenceSet};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Subsets of a level whose minimum is looked for.
const SAMPLES: usize = 10;
/// Embedders that no distillation uses, under which losses are compared.
const HELD_OUT: u64 = 6;
/// The long run that stands for the minimum: embedders, and steps with each.
const LONG: (usize, usize) = (40, 5);
/// Seeds of the networks trained on ten images, and their steps.
const SEEDS: u64 = 5;
const TEN_IMAGES_STEPS: usize = 300;

/// Arguments of `distil-report`.
#[derive(Debug, clap::Args)]
pub struct ReportArguments {
    /// Folder of the distillation.
    #[arg(long, default_value = distilled::FOLDER)]
    references: PathBuf,
    /// Folder of a distillation with the angular loss, whose accuracy is to be reported too.
    #[arg(long)]
    arcface: Option<PathBuf>,
    /// Distillations that are compared by the accuracy of their highest level, as NAME=FOLDER.
    #[arg(long)]
    variant: Vec<String>,
    /// Leave the losses and their minima out, which take longest.
    #[arg(long)]
    without_losses: bool,
    /// Folder with the weights of the embedders; the manifest lies in its parent.
    #[arg(long, default_value = "assets/models")]
    models: PathBuf,
}

/// What happened at a level.
#[derive(Debug, Serialize)]
struct LevelEntry {
    level: usize,
    /// Mean cosine of two images of the same class, embedded by `ResNet18`; none at the last level.
    within: Option<f64>,
    /// Mean cosine of two images of different classes.
    between: Option<f64>,
    /// Median over sample subsets of the share of the loss above its minimum that was removed.
    removed: Option<f64>,
    /// Root mean square of the difference from the start, per pixel from 0 to 1.
    moved: Option<f64>,
}

/// An accuracy on the 10,000 test images.
#[derive(Debug, Serialize)]
struct AccuracyEntry {
    references: String,
    embedder: String,
    loss: Option<&'static str>,
    accuracy: f64,
}

/// The accuracy of another distillation's highest level.
#[derive(Debug, Serialize)]
struct VariantEntry {
    name: String,
    command: Option<String>,
    accuracy: f64,
    levels: Vec<f64>,
}

/// A fresh network trained on the ten images of the highest level.
#[derive(Debug, Serialize)]
struct TenImagesEntry {
    mean: f64,
    deviation: f64,
    seeds: u64,
    steps: usize,
}

/// Runs the command.
pub fn run(arguments: &ReportArguments, context: &Context) -> Result<(), CliError> {
    let report = Report { arguments, context, index: distilled::index(&arguments.references)? };
    if !arguments.without_losses {
        report.record("levels", &report.levels()?)?;
        report.record("ten_images", &report.ten_images()?)?;
    }
    report.record("accuracy", &report.accuracies()?)?;
    if !arguments.variant.is_empty() {
        report.record("variants", &report.variants()?)?;
    }
    Ok(())
}

struct Report<'a> {
    arguments: &'a ReportArguments,
    context: &'a Context,
    index: DistilledIndex,
}

impl Report<'_> {
    fn manifest(&self) -> PathBuf {
        self.arguments.models.parent().unwrap_or(Path::new(".")).join("manifest.json")
    }

    fn record(&self, key: &str, entry: &impl Serialize) -> Result<(), CliError> {
        manifest::record_distillation(&self.manifest(), &distilled::name(&self.arguments.references), key, entry)?;
        if self.context.json {
            print_json(entry)
        } else {
            print_line(format!("{key}: {}", serde_json::to_string(entry)?))
        }
    }

    /// What `classify-by-reference --controls` has found with an embedder.
    fn controls(&self, embedder: &str) -> Result<Option<Controls>, CliError> {
        let manifest = manifest::load(&self.manifest())?;
        let entry = manifest.other.get("similarity").and_then(|all| all.get(embedder));
        Ok(entry.map(|entry| serde_json::from_value(entry.clone())).transpose()?)
    }

    fn levels(&self) -> Result<Vec<LevelEntry>, CliError> {
        let controls = self.controls("resnet-18")?;
        let found = Judge::new("resnet-18", self)?.levels(&self.arguments.references, &self.index)?;
        let similarity = |level: usize| match level {
            0 => controls.as_ref().map(|controls| controls.similarity.clone()),
            _ => found.get(level - 1).map(|level| level.similarity.clone()),
        };
        let mut source = mnist(&self.context.data, Part::Train)?.images;
        let text = files::read(&self.arguments.references.join(&self.index.tree), "")?;
        let tree = Tree::from_json(&String::from_utf8_lossy(&text), &self.index)?;
        let entry = |level: usize, removed, moved| {
            let similarity = similarity(level);
            let (within, between) = similarity.map_or((None, None), |found| (found.within, found.between));
            LevelEntry { level, within, between, removed, moved }
        };
        let mut entries = vec![entry(0, None, None)];
        for level in 1..=self.index.levels.len() {
            let groups = tree.levels[level - 1].clone();
            let problem = LevelProblem::new(self.index.config.clone(), level, source, groups, Path::new(""));
            let images = distilled::level(&self.arguments.references, &self.index, level)?;
            let (removed, moved) = self.measure(&problem, &images)?;
            entries.push(entry(level, Some(removed), Some(moved)));
            source = images;
        }
        Ok(entries)
    }

    /// Median share of the removable loss that was removed, and how far the images moved.
    fn measure(&self, problem: &LevelProblem, images: &ImageSet) -> Result<(f64, f64), CliError> {
        let (level, count) = (problem.level, problem.len());
        let samples: Vec<usize> = (0..count.min(SAMPLES)).map(|sample| sample * count / count.min(SAMPLES)).collect();
        let subsets: Vec<ImageSet> = samples.iter().map(|&subset| problem.subset(subset)).collect();
        let mut config: DistillationConfig = problem.config.clone();
        let base = config.optimization[level - 1].clone();
        config.optimization[level - 1] = LevelOptimization { draws: LONG.0, steps_per_draw: LONG.1, ..base };
        let mut distiller = Distiller::new(&config, level, &subsets, &self.context.device)?;
        let start = pollster::block_on(distiller.images())?;
        let progress = WorkProgress::new(self.context, format!("level {level}, long run of {} subsets", subsets.len()));
        while distiller.step_count() < distiller.total_steps() {
            distiller.step();
            progress.update(distiller.step_count() as u64, distiller.total_steps() as u64);
        }
        progress.finish();
        let minimum = pollster::block_on(distiller.images())?;
        let numbers = samples.iter().flat_map(|subset| (0..CLASSES).map(move |class| subset * CLASSES + class));
        let pixels = numbers.flat_map(|index| images.image(index));
        let shipped: Vec<f32> = pixels.map(|&pixel| f32::from(pixel) / 255.0).collect();
        let mut losses = |images: &[f32]| pollster::block_on(distiller.held_out_losses(images, HELD_OUT));
        let (before, after, lowest) = (losses(&start)?, losses(&shipped)?, losses(&minimum)?);
        let shares = before.iter().zip(&after).zip(&lowest);
        let shares = shares.map(|((before, after), lowest)| (before - after) / (before - lowest.min(*after)));
        let squares: f64 = start.iter().zip(&shipped).map(|(a, b)| f64::from((a - b).powi(2))).sum();
        Ok((median(shares.collect()), (squares / start.len() as f64).sqrt()))
    }

    fn accuracies(&self) -> Result<Vec<AccuracyEntry>, CliError> {
        let mut entries = Vec::new();
        for embedder in ["resnet-18", "resnet-light", "taylornet-28"] {
            let Some(controls) = self.controls(embedder)? else { continue };
            let mut add = |references: String, loss, accuracy| {
                entries.push(AccuracyEntry { references, embedder: embedder.to_owned(), loss, accuracy });
            };
            let judge = Judge::new(embedder, self)?;
            let mut levels = |folder: &Path, index: &DistilledIndex| -> Result<(), CliError> {
                for (position, level) in judge.levels(folder, index)?.into_iter().enumerate() {
                    add(format!("level-{}", position + 1), Some(loss_name(index.config.loss)), level.accuracy);
                }
                Ok(())
            };
            levels(&self.arguments.references, &self.index)?;
            if let Some(folder) = &self.arguments.arcface {
                levels(folder, &distilled::index(folder)?)?;
            }
            add("class_means".into(), None, controls.class_means);
            add("medoids".into(), None, controls.medoids);
            add("random_real".into(), None, controls.random_images.mean);
            add("pixel_means".into(), None, controls.mean_images);
            add("classifier".into(), None, controls.classifier);
            if embedder == "resnet-18" {
                add("raw_pixels".into(), None, controls.pixel_means_cosine);
            }
        }
        Ok(entries)
    }

    fn variants(&self) -> Result<Vec<VariantEntry>, CliError> {
        let judge = Judge::new("resnet-18", self)?;
        let variant = |text: &String| {
            let (name, folder) = text.split_once('=').ok_or_else(|| CliError::Variant { text: text.clone() })?;
            let folder = Path::new(folder);
            let levels = judge.levels(folder, &distilled::index(folder)?)?;
            let levels: Vec<f64> = levels.into_iter().map(|level| level.accuracy).collect();
            let accuracy = levels.last().copied().unwrap_or_default();
            Ok(VariantEntry { name: name.to_owned(), command: command_of(folder), accuracy, levels })
        };
        self.arguments.variant.iter().map(variant).collect()
    }

    fn ten_images(&self) -> Result<TenImagesEntry, CliError> {
        let images = distilled::level(&self.arguments.references, &self.index, self.index.levels.len())?;
        let test = mnist(&self.context.data, Part::Test)?.images;
        let config = &self.index.config;
        let progress = WorkProgress::new(self.context, "networks trained on ten images".to_owned());
        let mut accuracies = Vec::new();
        for seed in 0..SEEDS {
            let mut network = ConvNet::new(&config.embedder, config.image, 1000 + seed, &self.context.device)
                .map_err(CliError::DistillationSetting)?;
            network.train(&images, &FreshTraining { steps: TEN_IMAGES_STEPS, augmentation: None, seed })?;
            accuracies.push(pollster::block_on(network.accuracy(&test))?);
            progress.update(seed + 1, SEEDS);
        }
        progress.finish();
        let mean = accuracies.iter().sum::<f64>() / accuracies.len() as f64;
        let variance =
            accuracies.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (accuracies.len() - 1) as f64;
        Ok(TenImagesEntry { mean, deviation: variance.sqrt(), seeds: SEEDS, steps: TEN_IMAGES_STEPS })
    }
}

/// A level as references.
struct JudgedLevel {
    /// Share of the test images classified correctly.
    accuracy: f64,
    /// How alike its images are.
    similarity: ClassSimilarity,
}

/// An embedder with the embedded test images.
struct Judge {
    predictor: Predictor,
    test: Embeddings,
}

impl Judge {
    fn new(embedder: &str, report: &Report) -> Result<Self, CliError> {
        let weights = evaluate::load(&report.arguments.models.join(format!("{embedder}.safetensors")))?;
        let predictor = Predictor::of_file(&weights, &report.context.device)?;
        let Loaded { images, .. } = mnist(&report.context.data, Part::Test)?;
        let test = embeddings(&predictor, &images)?;
        Ok(Self { predictor, test })
    }

    /// What every level of a folder is as references.
    fn levels(&self, folder: &Path, index: &DistilledIndex) -> Result<Vec<JudgedLevel>, CliError> {
        let judged = |level: usize| {
            let embedded = embeddings(&self.predictor, &distilled::level(folder, index, level)?)?;
            let references = ReferenceSet::new(&embedded)?;
            let accuracy = pollster::block_on(references.accuracy(&self.test, self.predictor.device()))?;
            Ok(JudgedLevel { accuracy, similarity: ClassSimilarity::of(&embedded) })
        };
        (1..=index.levels.len()).map(judged).collect()
    }
}

fn embeddings(predictor: &Predictor, images: &ImageSet) -> Result<Embeddings, CliError> {
    let values = pollster::block_on(predictor.embed_set(images, 0..images.len()))?;
    Ok(Embeddings::new(values.len() / images.len(), values, images.labels.clone())?)
}

/// The command that made a folder, from the manifest two folders above it.
pub(super) fn command_of(folder: &Path) -> Option<String> {
    let manifest = manifest::load(&Folder::manifest_of(folder)).ok()?;
    let name = distilled::name(folder);
    Some(manifest.other.get("distillation")?.get(name)?.get("run")?.get("command")?.as_str()?.to_owned())
}

fn loss_name(loss: DistillationLoss) -> &'static str {
    match loss {
        DistillationLoss::Euclid { .. } => "euclid",
        DistillationLoss::ArcFace { .. } => "arcface",
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) }
}
