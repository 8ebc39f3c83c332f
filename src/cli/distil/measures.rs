//! `taylornet distil-measures`: what the images of a distillation are worth where no trained network judges them, level by
//! level, beside centroids of k-means, random images and class means of the same number.

use super::output::Folder;
use super::report::command_of;
use crate::cli::data::{Mnist, Part, mnist};
use crate::cli::report::{WorkProgress, print_json, print_line};
use crate::cli::{CliError, Context, distilled, manifest};
use crate::config::{Augmentation, CLASSES, DistilledIndex};
use crate::engine::data::ImageSet;
use crate::engine::distillation::{ConvNet, Embedder, FreshTraining, centroids, class_spread};
use crate::engine::similarity::{Embeddings, ReferenceSet, controls};
use crate::engine::train::{images_to_tensor, read};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Random networks whose angles are compared; no distillation uses them.
const RANDOM_NETWORKS: u64 = 3;
/// Images that a random network embeds at once.
const EMBEDDING_BATCH: usize = 250;
/// More images of a class are not compared by random networks nor given to k-means: it would take long and say little.
const MANY: usize = 100;
/// Controls with more images of a class are not given to fresh networks: it takes long.
const FEW_OF_CONTROLS: usize = 4;
/// Movements of the images while a fresh network is trained.
const MOVEMENTS: Augmentation = Augmentation { shift: 2.5, rotation: 12.0, scale: 0.15 };

/// Arguments of `distil-measures`.
#[derive(Debug, clap::Args)]
pub struct MeasureArguments {
    /// Folder of the distillation; the manifest lies two folders above.
    #[arg(long, default_value = distilled::FOLDER)]
    references: PathBuf,
    /// Levels to measure, such as 4-5; all where it is not given. What the manifest has of the others stays.
    #[arg(long, value_parser = levels)]
    levels: Option<RangeInclusive<usize>>,
    /// Seeds of the fresh networks.
    #[arg(long, default_value_t = 5)]
    seeds: u64,
    /// Steps of their trainings.
    #[arg(long, default_value_t = 300)]
    steps: usize,
    /// Measure other distillations in place of it: NAME=FOLDER, repeatedly. No controls and no fresh networks.
    #[arg(long = "try")]
    tries: Vec<String>,
    /// Print only; leave the manifest as it is.
    #[arg(long)]
    dry: bool,
    /// Leave the controls out, which are the same for every distillation of a data set.
    #[arg(long)]
    without_controls: bool,
    /// Most images of a class that fresh networks are trained on, which take longest; 0 for no such networks.
    #[arg(long, default_value_t = 20)]
    fresh: usize,
}

/// Everything measured of a folder.
#[derive(Debug, Serialize, Deserialize)]
struct Measures {
    sets: Vec<SetEntry>,
    /// How fresh networks' images are moved, where they are.
    movements: Augmentation,
    command: String,
    date: String,
    device: String,
    duration_secs: f64,
}

/// Some references: accuracies on the 10,000 test images, shares of 1.
#[derive(Debug, Serialize, Deserialize)]
struct SetEntry {
    /// `distilled`, `centroids` or `random_images`.
    references: String,
    level: usize,
    per_class: usize,
    /// Nearest reference by the angle between raw pixels.
    pixels_angle: f64,
    /// Nearest reference by the Euclidean distance of raw pixels.
    pixels_euclid: Option<f64>,
    /// Nearest reference by angle in the embeddings of random networks, mean of several.
    random_networks: Option<f64>,
    /// Root mean square distance of a pixel (0 to 1) from its mean over the images of the class.
    spread: f64,
    /// Fresh networks trained on these images alone.
    fresh: Option<FreshEntry>,
    /// The same, the images moved at random while it is trained.
    fresh_moved: Option<FreshEntry>,
}

/// Accuracy of fresh networks.
#[derive(Debug, Serialize, Deserialize)]
struct FreshEntry {
    mean: f64,
    deviation: f64,
    seeds: u64,
    steps: usize,
}

/// Other distillations beside the one that the manifest's entry is of.
#[derive(Debug, Serialize)]
struct Tries {
    #[serde(rename = "tries")]
    entries: Vec<TryEntry>,
    date: String,
    device: String,
    duration_secs: f64,
}

#[derive(Debug, Serialize)]
struct TryEntry {
    name: String,
    /// The command that made the images.
    command: Option<String>,
    sets: Vec<SetEntry>,
}

/// Runs the command.
pub fn run(arguments: &MeasureArguments, context: &Context) -> Result<(), CliError> {
    let started = Instant::now();
    let index = distilled::index(&arguments.references)?;
    let judge = Judge::new(arguments, &index, context)?;
    if !arguments.tries.is_empty() {
        return measure_tries(&judge, started);
    }
    let levels = arguments.levels.clone().unwrap_or(1..=index.levels.len());
    let mut sets = Vec::new();
    for level in levels {
        let distilled = distilled::level(&arguments.references, &index, level)?;
        let per_class = distilled.len() / CLASSES;
        sets.push(judge.measure("distilled", level, &distilled)?);
        if !arguments.without_controls && per_class <= MANY {
            let seed = index.config.seed;
            sets.push(judge.measure("centroids", level, &centroids(&judge.train, per_class, seed)?)?);
            sets.push(judge.measure("random_images", level, &random_images(&judge.train, per_class)?)?);
        }
    }
    let measures = Measures {
        sets: with_others(sets, known(arguments)),
        movements: MOVEMENTS,
        command: arguments.command(),
        date: jiff::Zoned::now().strftime("%Y-%m-%d").to_string(),
        device: context.device_name.clone(),
        duration_secs: started.elapsed().as_secs_f64(),
    };
    if !arguments.dry {
        let manifest = Folder::manifest_of(&arguments.references);
        manifest::record_distillation(&manifest, &distilled::name(&arguments.references), "measures", &measures)?;
    }
    if context.json { print_json(&measures) } else { Ok(()) }
}

fn measure_tries(judge: &Judge<'_>, started: Instant) -> Result<(), CliError> {
    let Judge { arguments, context, .. } = judge;
    let mut tries = Vec::new();
    for text in &arguments.tries {
        let (name, folder) = text.split_once('=').ok_or_else(|| CliError::Variant { text: text.clone() })?;
        let folder = Path::new(folder);
        let index = distilled::index(folder)?;
        let mut sets = Vec::new();
        for level in 1..=index.levels.len() {
            sets.push(judge.measure("distilled", level, &distilled::level(folder, &index, level)?)?);
        }
        tries.push(TryEntry { name: name.to_owned(), command: command_of(folder), sets });
    }
    let tries = Tries {
        entries: tries,
        date: jiff::Zoned::now().strftime("%Y-%m-%d").to_string(),
        device: context.device_name.clone(),
        duration_secs: started.elapsed().as_secs_f64(),
    };
    if !arguments.dry {
        let manifest = Folder::manifest_of(&arguments.references);
        manifest::record_distillation(&manifest, &distilled::name(&arguments.references), "tries", &tries)?;
    }
    if context.json { print_json(&tries) } else { Ok(()) }
}

/// What the manifest has of the same folder.
fn known(arguments: &MeasureArguments) -> Vec<SetEntry> {
    let read = || {
        let manifest = manifest::load(&Folder::manifest_of(&arguments.references)).ok()?;
        let entry = manifest.other.get("distillation")?.get(distilled::name(&arguments.references))?.get("measures")?;
        serde_json::from_value::<Measures>(entry.clone()).ok()
    };
    read().map(|measures| measures.sets).unwrap_or_default()
}

/// New sets in the place of those of the same references and level; all by level.
fn with_others(new: Vec<SetEntry>, known: Vec<SetEntry>) -> Vec<SetEntry> {
    let is_new = |old: &SetEntry| new.iter().any(|set| set.references == old.references && set.level == old.level);
    let mut sets: Vec<SetEntry> = known.into_iter().filter(|old| !is_new(old)).collect();
    sets.extend(new);
    let rank =
        |set: &SetEntry| ["distilled", "centroids", "random_images"].iter().position(|name| *name == set.references);
    sets.sort_by_key(|set| (set.level, rank(set)));
    sets
}

impl MeasureArguments {
    /// The command that measures all levels: each gives the same alone.
    fn command(&self) -> String {
        let mut command = "taylornet distil-measures".to_owned();
        if self.references.as_path() != std::path::Path::new(distilled::FOLDER) {
            command.push_str(&format!(" --references {}", self.references.display()));
        }
        if self.without_controls {
            command.push_str(" --without-controls");
        }
        command + &format!(" --fresh {} --seeds {} --steps {}", self.fresh, self.seeds, self.steps)
    }
}

/// Real images, so many of each class.
fn random_images(train: &ImageSet, per_class: usize) -> Result<ImageSet, CliError> {
    let mut indices = Vec::with_capacity(per_class * CLASSES);
    for seed in 0..per_class as u64 {
        indices.extend(controls::random_images(&train.labels, seed)?);
    }
    Ok(train.subset(&indices))
}

/// What the images are judged with.
struct Judge<'a> {
    arguments: &'a MeasureArguments,
    index: &'a DistilledIndex,
    context: &'a Context,
    train: ImageSet,
    test: ImageSet,
    test_pixels: Embeddings,
    /// Test images in the embeddings of random networks.
    test_random: Vec<Embeddings>,
    embedder: Embedder,
}

impl<'a> Judge<'a> {
    fn new(arguments: &'a MeasureArguments, index: &'a DistilledIndex, context: &'a Context) -> Result<Self, CliError> {
        let Mnist { images: train, .. } = mnist(&context.data, Part::Train)?;
        let Mnist { images: test, .. } = mnist(&context.data, Part::Test)?;
        let config = &index.config;
        let embedder = Embedder::new(&config.embedder, config.image).map_err(CliError::DistillationSetting)?;
        let test_pixels = Embeddings::of_pixels(&test)?;
        let mut judge = Self { arguments, index, context, train, test, test_pixels, test_random: Vec::new(), embedder };
        judge.test_random =
            (0..RANDOM_NETWORKS).map(|draw| judge.embed(&judge.test, draw)).collect::<Result<_, _>>()?;
        Ok(judge)
    }

    /// In the embedding of a random network that no distillation uses.
    fn embed(&self, images: &ImageSet, draw: u64) -> Result<Embeddings, CliError> {
        let device = self.context.device.clone().inner();
        let weights = self.embedder.weights(u64::MAX, draw, &device);
        let progress = WorkProgress::new(self.context, format!("random network {draw}"));
        let mut values = Vec::with_capacity(images.len() * self.embedder.values());
        for start in (0..images.len()).step_by(EMBEDDING_BATCH) {
            let range = start..(start + EMBEDDING_BATCH).min(images.len());
            let tensor = images_to_tensor(images, range.clone(), self.index.config.image, &device)?;
            let embedded = self.embedder.embed(tensor, &weights).flatten::<1>(0, 1);
            values.append(&mut pollster::block_on(read(vec![embedded]))?.swap_remove(0));
            progress.update(range.end as u64, images.len() as u64);
        }
        progress.finish();
        Ok(Embeddings::new(self.embedder.values(), values, images.labels.clone())?)
    }

    fn measure(&self, references: &'static str, level: usize, images: &ImageSet) -> Result<SetEntry, CliError> {
        let per_class = images.len() / CLASSES;
        let pixels = Embeddings::of_pixels(images)?;
        let most = if references == "distilled" { usize::MAX } else { FEW_OF_CONTROLS };
        let few = per_class <= most.min(self.arguments.fresh) && self.arguments.tries.is_empty();
        let random_networks = (per_class <= MANY).then(|| self.random_networks(images)).transpose()?;
        let pixels_euclid =
            (per_class <= MANY).then(|| controls::euclidean_accuracy(&pixels, &self.test_pixels)).transpose()?;
        let entry = SetEntry {
            references: references.to_owned(),
            level,
            per_class,
            pixels_angle: self.angle(&pixels, &self.test_pixels)?,
            pixels_euclid,
            random_networks,
            spread: class_spread(images),
            fresh: few.then(|| self.fresh(images, None)).transpose()?,
            fresh_moved: few.then(|| self.fresh(images, Some(MOVEMENTS))).transpose()?,
        };
        print_line(serde_json::to_string(&entry)?)?;
        Ok(entry)
    }

    fn angle(&self, references: &Embeddings, test: &Embeddings) -> Result<f64, CliError> {
        let references = ReferenceSet::new(references)?;
        Ok(pollster::block_on(references.accuracy(test, &self.context.device))?)
    }

    fn random_networks(&self, images: &ImageSet) -> Result<f64, CliError> {
        let mut sum = 0.0;
        for (draw, test) in self.test_random.iter().enumerate() {
            sum += self.angle(&self.embed(images, draw as u64)?, test)?;
        }
        Ok(sum / self.test_random.len() as f64)
    }

    fn fresh(&self, images: &ImageSet, augmentation: Option<Augmentation>) -> Result<FreshEntry, CliError> {
        let (config, seeds, steps) = (&self.index.config, self.arguments.seeds, self.arguments.steps);
        let what = format!("networks trained on {} images", images.len());
        let progress = WorkProgress::new(self.context, what);
        let mut accuracies = Vec::new();
        for seed in 0..seeds {
            let mut network = ConvNet::new(&config.embedder, config.image, 1000 + seed, &self.context.device)
                .map_err(CliError::DistillationSetting)?;
            network.train(images, &FreshTraining { steps, augmentation, seed })?;
            accuracies.push(pollster::block_on(network.accuracy(&self.test))?);
            progress.update(seed + 1, seeds);
        }
        progress.finish();
        let (mean, deviation) = mean_and_deviation(&accuracies);
        Ok(FreshEntry { mean, deviation, seeds, steps })
    }
}

/// Mean and sample standard deviation; a single value deviates by nothing.
pub(super) fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0).max(1.0)).sqrt())
}

/// `4` or `2-5`.
fn levels(text: &str) -> Result<RangeInclusive<usize>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.parse(), last.parse()) {
        (Ok(first), Ok(last)) if (1..=last).contains(&first) => Ok(first..=last),
        _ => Err("give a level, such as 4, or the first and the last one, such as 2-5".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_one_or_a_range() {
        assert_eq!(levels("4"), Ok(4..=4));
        assert_eq!(levels("2-5"), Ok(2..=5));
        for wrong in ["0", "5-2", "x", "1-"] {
            assert!(levels(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_level_measured_again_takes_its_own_place() {
        let set = |references: &str, level, pixels_angle| SetEntry {
            references: references.into(),
            level,
            per_class: 1,
            pixels_angle,
            pixels_euclid: None,
            random_networks: None,
            spread: 0.0,
            fresh: None,
            fresh_moved: None,
        };
        let known = vec![set("distilled", 3, 0.3), set("centroids", 3, 0.4), set("distilled", 5, 0.5)];
        let sets = with_others(vec![set("distilled", 4, 0.9), set("distilled", 3, 0.8)], known);
        let found: Vec<_> = sets.iter().map(|set| (set.level, set.references.as_str(), set.pixels_angle)).collect();
        assert_eq!(found, [(3, "distilled", 0.8), (3, "centroids", 0.4), (4, "distilled", 0.9), (5, "distilled", 0.5)]);
    }

    #[test]
    fn the_deviation_is_that_of_a_sample() {
        assert_eq!(mean_and_deviation(&[1.0, 3.0]), (2.0, 2.0_f64.sqrt()));
        assert_eq!(mean_and_deviation(&[0.5]), (0.5, 0.0));
    }
}
