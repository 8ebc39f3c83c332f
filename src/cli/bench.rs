//! `taylornet bench`: duration of a training step (or of exact polynomials, or of distillation), to compare machines and
//! to stand beside the browser.

use super::memory::PeakMemory;
use super::report::{print_json, print_line};
use super::{CliError, Context};
use crate::config::{CLASSES, Formulation, ImageShape, NetworkConfig, TrainingConfig};
use crate::engine::data::{ImageSet, SIDE_28};
use crate::engine::train::Trainer;
use crate::number;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Arguments of `bench`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct BenchArguments {
    #[arg(long, help = super::model_help(), default_value = "taylornet-28")]
    model: String,
    /// Images per step.
    #[arg(long, default_value_t = 32)]
    batch: usize,
    /// Steps that are measured.
    #[arg(long, default_value_t = 10)]
    steps: usize,
    /// Steps before them.
    #[arg(long, default_value_t = 3)]
    warm_up: usize,
    /// How the cluster operations are computed: fused or plain.
    #[arg(long, default_value = "fused")]
    formulation: Formulation,
    /// Measure five batch sizes and five image sizes instead: the cost of an image and of a pixel.
    #[arg(long, conflicts_with_all = ["polynomial", "distillation"])]
    scaling: bool,
    /// Measure what share of the machine's peak a step of taylornet-28 reaches instead.
    #[arg(long, conflicts_with_all = ["polynomial", "distillation", "scaling"])]
    peak: bool,
    /// Measure exact polynomials of the shipped networks instead (time and memory).
    #[arg(long)]
    polynomial: bool,
    /// Measure distillation instead: steps of many subsets as one batch, and one by one.
    #[arg(long, conflicts_with = "polynomial")]
    distillation: bool,
    /// Subsets of the batch.
    #[arg(long, default_value_t = 20, requires = "distillation")]
    subsets: usize,
    /// Folder with the shipped weights.
    #[arg(long, default_value = "assets/models", requires = "polynomial")]
    models: PathBuf,
}

#[derive(Serialize)]
struct Line {
    model: String,
    parameters: usize,
    batch: usize,
    device: String,
    formulation: Formulation,
    steps_ms: Vec<f64>,
    /// Largest memory of the process during the steps, less what it was before them; where the system reports it.
    peak_memory_bytes: Option<u64>,
    loss: f64,
}

/// Runs the command: forward and backward pass and the update.
pub fn run(arguments: &BenchArguments, context: &Context) -> Result<(), CliError> {
    let BenchArguments { batch, steps, polynomial, distillation, scaling, peak, subsets, models, .. } = arguments;
    if *polynomial {
        return super::bench_polynomial::run(models, *steps, context);
    }
    if *distillation {
        return super::bench_distillation::run(*subsets, *steps, context);
    }
    if *scaling {
        return super::bench_scaling::run(*steps, context);
    }
    if *peak {
        return super::bench_peak::run(*batch, *steps, context);
    }
    let mut line = measure(arguments, context)?;
    if context.json {
        return print_json(&line);
    }
    line.steps_ms.sort_by(f64::total_cmp);
    let Line { model, batch, device, steps_ms, .. } = &line;
    let (middle, fastest, slowest) = (steps_ms[steps_ms.len() / 2], steps_ms[0], steps_ms[steps_ms.len() - 1]);
    let count = steps_ms.len();
    let memory = line.peak_memory_bytes.map(|bytes| format!("; {} MiB of memory", bytes >> 20)).unwrap_or_default();
    print_line(format!(
        "{model}, batch {batch}, {device}: {middle:.1} ms a step (median of {count}; {fastest:.1} to {slowest:.1}){memory}"
    ))
}

/// Steps on images that need no data set.
fn measure(arguments: &BenchArguments, context: &Context) -> Result<Line, CliError> {
    let BenchArguments { model, batch, steps, warm_up, formulation, .. } = arguments;
    let network = NetworkConfig::named(model)?;
    // At least one step, so that there is a loss; one epoch is one step.
    let steps = (*steps).max(1);
    let training = TrainingConfig {
        batch: *batch,
        epochs: warm_up + steps,
        shift: 0,
        formulation: *formulation,
        ..TrainingConfig::default()
    };
    let mut trainer = Trainer::new(&network, &training, Arc::new(patterns(*batch, SIDE_28)?), &context.device)?;
    let mut line = Line {
        model: model.clone(),
        parameters: network.parameters()?,
        batch: *batch,
        device: context.device_name.clone(),
        formulation: *formulation,
        steps_ms: Vec::with_capacity(steps),
        peak_memory_bytes: None,
        loss: f64::NAN,
    };
    let memory = PeakMemory::start();
    for step in 0..warm_up + steps {
        let (duration_ms, loss) = timed_step(&mut trainer)?;
        line.loss = loss;
        if step >= *warm_up {
            line.steps_ms.push(duration_ms);
        }
    }
    line.peak_memory_bytes = memory.and_then(|memory| memory.above_start());
    Ok(line)
}

/// A step until its loss is known: its duration in milliseconds, and the loss.
pub fn timed_step(trainer: &mut Trainer) -> Result<(f64, f64), CliError> {
    let started = Instant::now();
    trainer.step()?;
    let report = pollster::block_on(trainer.report())?;
    Ok((started.elapsed().as_secs_f64() * 1e3, report.map_or(f64::NAN, |report| report.loss)))
}

/// Square images that need no data set: stripes that depend on the label.
pub fn patterns(count: usize, side: usize) -> Result<ImageSet, CliError> {
    let shape = ImageShape { channels: 1, height: side, width: side };
    let labels: Vec<u8> = (0..count).map(|index| number::to_u8(index % CLASSES)).collect();
    let pixel = |index: usize| {
        let (label, position) = (usize::from(labels[index / shape.len()]), index % shape.len());
        number::to_u8(position * (label + 1) * 7 % 256)
    };
    let pixels = (0..count * shape.len()).map(pixel).collect();
    Ok(ImageSet::new(shape, pixels, labels)?)
}
