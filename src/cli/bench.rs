//! `taylornet bench`: duration of a training step (or of exact polynomials, or of distillation), to compare machines and
//! to stand beside the browser.

use super::report::{print_json, print_line};
use super::{CliError, Context};
use crate::config::{CLASSES, ImageShape, NetworkConfig, TrainingConfig};
use crate::engine::data::{ImageSet, SIDE_28};
use crate::engine::train::Trainer;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Arguments of `bench`.
#[derive(Debug, clap::Args)]
pub struct BenchArguments {
    /// Network: taylornet-28, taylornet-7, conv-28, conv-7, resnet-7, resnet-light, resnet-18 or
    /// direct-1 to direct-4.
    #[arg(long, default_value = "taylornet-28")]
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
    steps_ms: Vec<f64>,
    loss: f64,
}

/// Runs the command: forward and backward pass and the update, each step up to the moment when its loss is known.
pub fn run(arguments: &BenchArguments, context: &Context) -> Result<(), CliError> {
    let BenchArguments { model, batch, steps, warm_up, polynomial, distillation, subsets, models } = arguments;
    if *polynomial {
        return super::bench_polynomial::run(models, *steps, context);
    }
    if *distillation {
        return super::bench_distillation::run(*subsets, *steps, context);
    }
    let network = NetworkConfig::named(model)?;
    // At least one step, so that there is a loss; one epoch is one step.
    let steps = (*steps).max(1);
    let training = TrainingConfig { batch: *batch, epochs: warm_up + steps, shift: 0, ..TrainingConfig::default() };
    let mut trainer = Trainer::new(&network, &training, Arc::new(patterns(*batch)?), &context.device)?;
    let mut line = Line {
        model: model.clone(),
        parameters: network.parameters()?,
        batch: *batch,
        device: context.device_name.clone(),
        steps_ms: Vec::with_capacity(steps),
        loss: f64::NAN,
    };
    for step in 0..warm_up + steps {
        let started = Instant::now();
        trainer.step()?;
        if let Some(report) = pollster::block_on(trainer.report())? {
            line.loss = report.loss;
        }
        if step >= *warm_up {
            line.steps_ms.push(started.elapsed().as_secs_f64() * 1e3);
        }
    }
    if context.json {
        return print_json(&line);
    }
    let Line { device, steps_ms, .. } = &mut line;
    steps_ms.sort_by(f64::total_cmp);
    let (middle, fastest, slowest) = (steps_ms[steps / 2], steps_ms[0], steps_ms[steps - 1]);
    print_line(format!(
        "{model}, batch {batch}, {device}: {middle:.1} ms a step (median of {steps}; {fastest:.1} to {slowest:.1})"
    ))?;
    Ok(())
}

/// Images that need no data set: stripes that depend on the label.
pub fn patterns(count: usize) -> Result<ImageSet, CliError> {
    let shape = ImageShape { channels: 1, height: SIDE_28, width: SIDE_28 };
    let labels: Vec<u8> = (0..count).map(|index| (index % CLASSES) as u8).collect();
    let pixel = |index: usize| {
        let (label, position) = (usize::from(labels[index / shape.len()]), index % shape.len());
        (position * (label + 1) * 7 % 256) as u8
    };
    let pixels = (0..count * shape.len()).map(pixel).collect();
    Ok(ImageSet::new(shape, pixels, labels)?)
}
