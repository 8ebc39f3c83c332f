//! `taylornet distil-measures`: what the images of a distillation are worth where no trained network judges them, level by
//! level, beside centroids of k-means, random images and class means of the same number.

use super::judge::{FreshNetworks, Judge, MANY, MOVEMENTS, SetEntry};
use super::output::Folder;
use super::report::command_of;
use crate::cli::provenance::Provenance;
use crate::cli::report::print_json;
use crate::cli::{CliError, Context, distilled, manifest};
use crate::config::{Augmentation, CLASSES};
use crate::engine::data::ImageSet;
use crate::engine::distillation::centroids;
use crate::engine::similarity::controls;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Arguments of `distil-measures`.
#[derive(Debug, clap::Args)]
pub struct MeasureArguments {
    /// Folder of the distillation; the manifest lies two folders above.
    #[arg(long, default_value = distilled::FOLDER)]
    references: PathBuf,
    /// Levels to measure, such as 4-5; all of them if not given. What the manifest has of the others stays.
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
    /// The most images of a class to train fresh networks on, which takes longest; 0 for no such networks.
    #[arg(long, default_value_t = 20)]
    fresh: usize,
}

/// Everything measured of a folder.
#[derive(Debug, Serialize, Deserialize)]
struct Measures {
    sets: Vec<SetEntry>,
    /// How fresh networks' images are moved, where they are.
    movements: Augmentation,
    #[serde(flatten)]
    provenance: Provenance,
}

/// Distillations other than the one that the manifest's entry is about.
#[derive(Debug, Serialize)]
struct Tries {
    #[serde(rename = "tries")]
    entries: Vec<TryEntry>,
    #[serde(flatten)]
    provenance: Provenance,
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
    if !arguments.tries.is_empty() {
        let judge = Judge::new(FreshNetworks { per_class: 0, ..arguments.fresh_networks() }, &index, context)?;
        return measure_tries(arguments, &judge, started);
    }
    let judge = Judge::new(arguments.fresh_networks(), &index, context)?;
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
        provenance: Provenance::new(arguments.command(), started, context),
    };
    if !arguments.dry {
        let manifest = Folder::manifest_of(&arguments.references);
        manifest::record_distillation(&manifest, &distilled::name(&arguments.references), "measures", &measures)?;
    }
    if context.json { print_json(&measures) } else { Ok(()) }
}

fn measure_tries(arguments: &MeasureArguments, judge: &Judge<'_>, started: Instant) -> Result<(), CliError> {
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
    let chosen: String = arguments.tries.iter().map(|chosen| format!(" --try {chosen}")).collect();
    let command = format!("taylornet distil-measures{chosen}");
    let tries = Tries { entries: tries, provenance: Provenance::new(command, started, judge.context) };
    if !arguments.dry {
        let manifest = Folder::manifest_of(&arguments.references);
        manifest::record_distillation(&manifest, &distilled::name(&arguments.references), "tries", &tries)?;
    }
    if judge.context.json { print_json(&tries) } else { Ok(()) }
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

/// New sets in place of those of the same references and level; all sorted by level.
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
    fn fresh_networks(&self) -> FreshNetworks {
        FreshNetworks { per_class: self.fresh, seeds: self.seeds, steps: self.steps }
    }

    /// The command that measures all levels: each alone gives the same.
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

/// Real images, this many of each class.
fn random_images(train: &ImageSet, per_class: usize) -> Result<ImageSet, CliError> {
    let mut indices = Vec::with_capacity(per_class * CLASSES);
    for seed in 0..per_class as u64 {
        indices.extend(controls::random_images(&train.labels, seed)?);
    }
    Ok(train.subset(&indices))
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
}
