//! `taylornet distil-flow`: how a distillation moves the classes from level to level, beside what Eq. (5) says.

use super::output::Folder;
use crate::cli::data::{Loaded, Part, mnist};
use crate::cli::provenance::Provenance;
use crate::cli::report::{WorkProgress, print_json, print_line};
use crate::cli::{CliError, Context, distilled, manifest};
use crate::config::{CLASSES, DistillationLoss, DistilledIndex};
use crate::engine::data::ImageSet;
use crate::engine::distillation::{ClassMoments, Embedder};
use crate::engine::preparation::images_to_tensor;
use crate::engine::transfer::read;
use serde::Serialize;
use std::path::PathBuf;
use std::time::Instant;

/// Random networks in whose embeddings distances are measured; no distillation uses them.
const DRAWS: u64 = 3;
/// Images that a random network embeds at once.
const BATCH: usize = 250;

/// Arguments of `distil-flow`.
#[derive(Debug, clap::Args)]
pub struct FlowArguments {
    /// Folder of the distillation; the manifest lies two folders above.
    #[arg(long, default_value = distilled::FOLDER)]
    references: PathBuf,
    /// Print only; leave the manifest as it is.
    #[arg(long)]
    dry: bool,
}

/// Everything measured of a folder.
#[derive(Debug, Serialize)]
struct Flow {
    /// (lambda + 1) / (lambda - n + 1): how many times as far from the mean of all classes each level would lie as the one
    /// below, if an image could have any embedding. Missing for losses without such a law.
    theory: Option<f64>,
    levels: Vec<LevelEntry>,
    #[serde(flatten)]
    provenance: Provenance,
}

/// One level; level 0 is the training set. Distances are root mean squares.
#[derive(Debug, Serialize)]
struct LevelEntry {
    level: usize,
    per_class: usize,
    /// From the mean of a class to the mean of all, in the embeddings of random networks.
    distance: f64,
    /// The distance divided by that of the level below.
    growth: Option<f64>,
    /// From an image to the mean of its class, in the same embeddings.
    spread: f64,
    /// The same three of raw pixels (0 to 1).
    pixel_distance: f64,
    pixel_growth: Option<f64>,
    pixel_spread: f64,
    /// Shares of pixels that are full and that are empty: they cannot move further.
    full: f64,
    empty: f64,
}

/// Runs the command.
pub fn run(arguments: &FlowArguments, context: &Context) -> Result<(), CliError> {
    let started = Instant::now();
    let index = distilled::index(&arguments.references)?;
    let mut levels: Vec<LevelEntry> = Vec::new();
    for level in 0..=index.levels.len() {
        let images = if level == 0 {
            let Loaded { images, .. } = mnist(&context.data, Part::Train)?;
            images
        } else {
            distilled::level(&arguments.references, &index, level)?
        };
        let entry = measure(level, &images, levels.last(), &index, context)?;
        print_line(serde_json::to_string(&entry)?)?;
        levels.push(entry);
    }
    let mut command = "taylornet distil-flow".to_owned();
    if arguments.references.as_path() != std::path::Path::new(distilled::FOLDER) {
        command.push_str(&format!(" --references {}", arguments.references.display()));
    }
    let flow = Flow {
        theory: match index.config.loss {
            DistillationLoss::Euclid { lambda } => Some((lambda + 1.0) / (lambda - CLASSES as f64 + 1.0)),
            DistillationLoss::ArcFace { .. } => None,
        },
        levels,
        provenance: Provenance::new(command, started, context),
    };
    if !arguments.dry {
        let manifest = Folder::manifest_of(&arguments.references);
        manifest::record_distillation(&manifest, &distilled::name(&arguments.references), "flow", &flow)?;
    }
    if context.json { print_json(&flow) } else { Ok(()) }
}

fn measure(
    level: usize,
    images: &ImageSet,
    below: Option<&LevelEntry>,
    index: &DistilledIndex,
    context: &Context,
) -> Result<LevelEntry, CliError> {
    let (mut distance, mut spread) = (0.0, 0.0);
    for draw in 0..DRAWS {
        let moments = embedded(level, images, draw, index, context)?;
        distance += moments.distance() / DRAWS as f64;
        spread += moments.spread() / DRAWS as f64;
    }
    let mut pixels = ClassMoments::new(images.shape.len());
    for number in 0..images.len() {
        pixels.add(images.labels[number], images.image(number).iter().map(|&value| f64::from(value) / 255.0));
    }
    let share = |limit: u8| {
        let at_limit: usize = images.pixels.iter().map(|&value| usize::from(value == limit)).sum();
        at_limit as f64 / images.pixels.len().max(1) as f64
    };
    let pixel_distance = pixels.distance();
    Ok(LevelEntry {
        level,
        per_class: images.len() / CLASSES,
        distance,
        growth: below.map(|below| distance / below.distance),
        spread,
        pixel_distance,
        pixel_growth: below.map(|below| pixel_distance / below.pixel_distance),
        pixel_spread: pixels.spread(),
        full: share(u8::MAX),
        empty: share(0),
    })
}

/// Moments of the images in the embedding of a random network that no distillation uses.
fn embedded(
    level: usize,
    images: &ImageSet,
    draw: u64,
    index: &DistilledIndex,
    context: &Context,
) -> Result<ClassMoments, CliError> {
    let config = &index.config;
    let embedder = Embedder::new(&config.embedder, config.image).map_err(CliError::DistillationSetting)?;
    let device = context.device.clone().inner();
    let weights = embedder.weights(u64::MAX, draw, &device);
    let progress = WorkProgress::new(context, format!("level {level} in random network {draw}"));
    let mut moments = ClassMoments::new(embedder.values());
    for start in (0..images.len()).step_by(BATCH) {
        let range = start..(start + BATCH).min(images.len());
        let tensor = images_to_tensor(images, range.clone(), config.image, &device)?;
        let values = embedder.embed(tensor, &weights).flatten::<1>(0, 1);
        let values = pollster::block_on(read(vec![values]))?.swap_remove(0);
        for (number, values) in range.clone().zip(values.chunks_exact(embedder.values())) {
            moments.add(images.labels[number], values.iter().copied().map(f64::from));
        }
        progress.update(range.end as u64, images.len() as u64);
    }
    progress.finish();
    Ok(moments)
}
