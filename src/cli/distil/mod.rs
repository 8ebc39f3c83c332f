//! `taylornet distil`: a data set distilled level by level, on one device or many, resumable at any time.

mod checkpoint;
pub mod embedders;
mod fleet;
pub mod flow;
mod judge;
pub mod measures;
mod output;
mod problem;
mod progress;
pub mod report;
mod settings;
mod unit;

use super::data::{Loaded, Part, mnist};
use super::report::{print_json, print_line};
use super::{CliError, Context, files};
use crate::config::{DistillationConfig, Tree};
use crate::engine::data::ImageSet;
use crate::engine::distillation::{DistillationError, tree};
use fleet::{Fleet, Patience};
use output::{Folder, LevelImages};
use problem::LevelProblem;
use progress::{LevelProgress, RunProgress};
use serde::Serialize;
use settings::{LevelChoice, SettingArguments};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Data sets that can be distilled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Dataset {
    /// 60,000 digits.
    Mnist,
}

/// Arguments of `distil`. Settings that are not given are those of the shipped levels.
#[derive(Debug, clap::Args)]
pub struct DistilArguments {
    /// Data set.
    #[arg(long, default_value = "mnist")]
    dataset: Dataset,
    /// Level to make from the one below it, or all of them.
    #[arg(long, default_value = "all")]
    level: LevelChoice,
    #[command(flatten)]
    settings: SettingArguments,
    /// Distil the first N training images only.
    #[arg(long)]
    images: Option<usize>,
    /// Subsets that are solved as one batch.
    #[arg(long, default_value_t = 20)]
    subsets_per_batch: usize,
    /// Folder for the images, the tree and the index; the manifest lies two folders above. assets/distilled/mnist or, for
    /// groups of likes, assets/distilled/mnist-alike where it is not given.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Folder for checkpoints.
    #[arg(long, default_value = "target/distillation")]
    checkpoints: PathBuf,
    /// Time between two checkpoints of a batch, in seconds.
    #[arg(long, default_value_t = 60)]
    checkpoint_seconds: u64,
    /// Ignore existing checkpoints.
    #[arg(long)]
    fresh: bool,
}

/// How the shipped images were made, for the manifest.
#[derive(Debug, Serialize)]
struct RunEntry {
    /// Time of each level in seconds, over all interruptions.
    level_secs: Vec<f64>,
    /// Sum of them.
    duration_secs: f64,
    /// Where they were made.
    devices: Vec<String>,
    command: String,
    date: String,
    seed: u64,
    partition_seed: u64,
    /// Distilled images.
    images: usize,
    /// Gradient steps, each of one subset.
    subset_steps: usize,
}

/// Runs the command.
pub fn run(arguments: &DistilArguments, context: &Context) -> Result<(), CliError> {
    let config = arguments.settings.config()?;
    let levels = arguments.level.range(config.levels())?;
    let Dataset::Mnist = arguments.dataset;
    let Loaded { mut images, sha256 } = mnist(&context.data, Part::Train)?;
    if let Some(count) = arguments.images {
        images = images.take(count);
    }
    let tree = tree(&images, &config)?;
    let out = arguments.out.clone().unwrap_or_else(|| config.partition.folder().into());
    let folder = Folder::new(&out, "mnist", &sha256, &images, &config);
    files::check_writable(&out)?;
    files::check_writable(&arguments.checkpoints)?;

    let mut run = Run {
        fleet: Fleet::new(
            &context.devices,
            Patience { checkpoint: Duration::from_secs(arguments.checkpoint_seconds), silence: context.give_up_after },
        )?,
        progress: RunProgress::new(context, &config, levels.clone()),
        checkpoints: arguments.checkpoints.join("mnist"),
        arguments,
    };
    let mut source = if *levels.start() == 1 { images } else { folder.below(*levels.start())? };
    let (mut made, mut level_secs) = (Vec::new(), Vec::new());
    for level in levels.clone() {
        let (distilled, secs) = run.level(&config, level, source, &tree)?;
        level_secs.push(secs);
        // The level above reads what is shipped, with what 8 bits have cost.
        source = distilled.shipped()?;
        made.push(distilled);
    }
    run.progress.finish();
    folder.write(made, tree, *levels.start())?;

    let entry = arguments.entry(&config, levels, level_secs, context);
    folder.record_run(&entry)?;
    if context.json {
        return print_json(&entry);
    }
    print_line(format!("{}: {} images, {:.0} s", out.display(), entry.images, entry.duration_secs))
}

impl LevelChoice {
    fn range(self, levels: usize) -> Result<std::ops::RangeInclusive<usize>, DistillationError> {
        match self {
            Self::All => Ok(1..=levels),
            Self::One(level) if (1..=levels).contains(&level) => Ok(level..=level),
            Self::One(level) => Err(DistillationError::NoSuchLevel { level, levels }),
        }
    }
}

impl DistilArguments {
    /// The command that makes the same images again, with every setting that differs from the shipped ones.
    fn command(&self) -> String {
        let level = match self.level {
            LevelChoice::All => "all".to_owned(),
            LevelChoice::One(level) => level.to_string(),
        };
        let images = self.images.map(|count| format!(" --images {count}")).unwrap_or_default();
        format!("taylornet distil --dataset mnist --level {level}{}{images}", self.settings.written())
    }

    fn entry(
        &self,
        config: &DistillationConfig,
        levels: std::ops::RangeInclusive<usize>,
        level_secs: Vec<f64>,
        context: &Context,
    ) -> RunEntry {
        let subsets = |level: usize| config.per_class[level - 1];
        RunEntry {
            duration_secs: level_secs.iter().sum(),
            level_secs,
            devices: context.devices.iter().map(|device| device.name.clone()).collect(),
            command: self.command(),
            date: jiff::Zoned::now().strftime("%Y-%m-%d").to_string(),
            seed: config.seed,
            partition_seed: config.partition_seed,
            images: levels.clone().map(|level| subsets(level) * crate::config::CLASSES).sum(),
            subset_steps: levels.map(|level| subsets(level) * config.optimization[level - 1].steps()).sum(),
        }
    }
}

/// What all levels of a run share.
struct Run<'a> {
    fleet: Fleet,
    progress: RunProgress,
    checkpoints: PathBuf,
    arguments: &'a DistilArguments,
}

impl Run<'_> {
    /// Distils one level; returns its images and the time it took in seconds.
    fn level(
        &mut self,
        config: &DistillationConfig,
        level: usize,
        source: ImageSet,
        tree: &Tree,
    ) -> Result<(LevelImages, f64), CliError> {
        let groups = tree.levels[level - 1].clone();
        let problem = Arc::new(LevelProblem::new(config.clone(), level, source, groups, &self.checkpoints));
        let units = problem.units(self.arguments.subsets_per_batch);
        if self.arguments.fresh {
            units.iter().try_for_each(|unit| problem.checkpoint(unit).remove())?;
        }
        let clock = Clock::open(&problem.folder, self.arguments.fresh);
        let mut progress = LevelProgress::new(&mut self.progress, &problem, &units, clock);
        let images = self.fleet.solve(&problem, &units, &mut progress)?;
        let secs = progress.finish()?;
        Ok((LevelImages::new(config.image, level, &images.concat()), secs))
    }
}

/// Time spent on a level, over all starts of the program.
#[derive(Debug)]
pub struct Clock {
    path: PathBuf,
    earlier: Duration,
    started: std::time::Instant,
}

impl Clock {
    fn open(folder: &Path, fresh: bool) -> Self {
        let path = folder.join("seconds");
        let text = if fresh { String::new() } else { std::fs::read_to_string(&path).unwrap_or_default() };
        let earlier = text.trim().parse().ok().and_then(|secs| Duration::try_from_secs_f64(secs).ok());
        Self { path, earlier: earlier.unwrap_or_default(), started: std::time::Instant::now() }
    }

    fn secs(&self) -> f64 {
        (self.earlier + self.started.elapsed()).as_secs_f64()
    }

    fn save(&self) -> Result<(), CliError> {
        files::write_atomically(&self.path, self.secs().to_string().as_bytes())
    }
}
