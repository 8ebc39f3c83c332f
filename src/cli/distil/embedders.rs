//! `taylornet distil-embedders`: random networks with orthogonal filters against independent ones, at equal cost.

use super::problem::LevelProblem;
use crate::cli::data::{Loaded, Part, mnist};
use crate::cli::provenance::Provenance;
use crate::cli::report::{WorkProgress, print_json, print_line};
use crate::cli::{CliError, Context, distilled, manifest};
use crate::config::{DistillationConfig, EmbedderConfig, Partition};
use crate::engine::data::ImageSet;
use crate::engine::distillation::{Distiller, partition};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Subsets of level 1 that are distilled.
const SUBSETS: usize = 20;
/// Gradients whose noise is measured.
const GRADIENTS: u64 = 32;
/// This many in a row are averaged, as in a run with one step a network; as many are orthogonal to each other.
const IN_A_ROW: usize = 4;
/// Networks that judge the losses; no distillation uses them.
const JUDGES: u64 = 8;

/// Arguments of `distil-embedders`.
#[derive(Debug, clap::Args)]
pub struct EmbedderArguments {
    /// Seeds of the networks; noise and losses are means over them.
    #[arg(long, default_value_t = 3)]
    seeds: u64,
    /// The manifest.
    #[arg(long, default_value = "assets/manifest.json")]
    manifest: PathBuf,
    /// Print only; leave the manifest as it is.
    #[arg(long)]
    dry: bool,
}

#[derive(Debug, Serialize)]
struct Report {
    embedders: Vec<Entry>,
    subsets: usize,
    #[serde(flatten)]
    provenance: Provenance,
}

/// One kind of networks on the first subsets of level 1, with the shipped settings of the article's partition.
#[derive(Debug, Serialize)]
struct Entry {
    /// `independent` or `orthogonal`.
    filters: &'static str,
    /// Root mean square deviation of the gradient under one network from the mean over all, as a share of that mean's length.
    noise: f64,
    /// The same of the mean over four networks in a row.
    noise_of_four: f64,
    /// Loss of the distilled images under independent networks, as a share of the loss at the start.
    loss: f64,
    /// Standard deviation of that share over the seeds.
    loss_deviation: f64,
}

/// Runs the command.
pub fn run(arguments: &EmbedderArguments, context: &Context) -> Result<(), CliError> {
    let started = Instant::now();
    let Loaded { images, .. } = mnist(&context.data, Part::Train)?;
    let mut embedders = Vec::new();
    for (filters, orthogonal) in [("independent", false), ("orthogonal", true)] {
        let entry = measure(filters, orthogonal, &images, arguments, context)?;
        print_line(serde_json::to_string(&entry)?)?;
        embedders.push(entry);
    }
    let command = format!("taylornet distil-embedders --seeds {}", arguments.seeds);
    let report = Report { embedders, subsets: SUBSETS, provenance: Provenance::new(command, started, context) };
    if !arguments.dry {
        manifest::record_distillation(
            &arguments.manifest,
            &distilled::name(Path::new(distilled::FOLDER)),
            "embedders",
            &report,
        )?;
    }
    if context.json { print_json(&report) } else { Ok(()) }
}

fn measure(
    filters: &'static str,
    orthogonal: bool,
    images: &ImageSet,
    arguments: &EmbedderArguments,
    context: &Context,
) -> Result<Entry, CliError> {
    let progress = WorkProgress::new(context, format!("{filters} filters"));
    let (mut noise, mut noise_of_four, mut losses) = (0.0, 0.0, Vec::new());
    for seed in 0..arguments.seeds {
        let shipped = DistillationConfig::shipped(Partition::Random);
        let config =
            DistillationConfig { seed, embedder: EmbedderConfig { orthogonal, ..shipped.embedder.clone() }, ..shipped };
        let groups = partition(&images.labels, config.per_class[0], config.partition_seed)?;
        let problem = LevelProblem::new(config.clone(), 1, images.clone(), groups, Path::new(""));
        let subsets: Vec<ImageSet> = (0..SUBSETS).map(|subset| problem.subset(subset)).collect();
        let mut distiller = Distiller::new(&config, 1, &subsets, &context.device)?;
        let gradients = pollster::block_on(distiller.gradients(GRADIENTS))?;
        noise += relative_noise(&gradients, 1) / arguments.seeds as f64;
        noise_of_four += relative_noise(&gradients, IN_A_ROW) / arguments.seeds as f64;
        let start = pollster::block_on(distiller.images())?;
        while distiller.step_count() < distiller.total_steps() {
            distiller.step();
        }
        let end = pollster::block_on(distiller.images())?;
        let mut loss = |images: &[f32]| -> Result<f64, CliError> {
            Ok(pollster::block_on(distiller.held_out_losses(images, JUDGES))?.iter().sum())
        };
        losses.push(loss(&end)? / loss(&start)?);
        progress.update(seed + 1, arguments.seeds);
    }
    progress.finish();
    let (loss, loss_deviation) = super::judge::mean_and_deviation(&losses);
    Ok(Entry { filters, noise, noise_of_four, loss, loss_deviation })
}

/// Root mean square distance of the means of `in_a_row` gradients from the mean of all, over the length of the latter.
fn relative_noise(gradients: &[Vec<f32>], in_a_row: usize) -> f64 {
    let mean = |part: &[Vec<f32>]| -> Vec<f64> {
        let length = part.first().map_or(0, Vec::len);
        let sum = |at: usize| part.iter().map(|gradient| f64::from(gradient[at])).sum::<f64>();
        (0..length).map(|at| sum(at) / part.len() as f64).collect()
    };
    let all = mean(gradients);
    let squares = |part: &[Vec<f32>]| mean(part).iter().zip(&all).map(|(own, all)| (own - all).powi(2)).sum::<f64>();
    let parts: Vec<f64> = gradients.chunks_exact(in_a_row).map(squares).collect();
    // Of a sample: the mean that is subtracted is that of the parts themselves.
    let variance = parts.iter().sum::<f64>() / (parts.len().max(2) - 1) as f64;
    (variance / all.iter().map(|value| value * value).sum::<f64>()).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_the_deviation_over_the_length_of_the_mean() {
        let gradients: Vec<Vec<f32>> = [1.0, -1.0, 1.0, -1.0].map(|noise| vec![4.0 + noise, 3.0]).to_vec();
        // Variance 4 / 3 of a mean of length 5.
        assert!((relative_noise(&gradients, 1) - (4.0_f64 / 3.0).sqrt() / 5.0).abs() < 1e-12);
        assert!(relative_noise(&gradients, 2) < 1e-12);
    }
}
