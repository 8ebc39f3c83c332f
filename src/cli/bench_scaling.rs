//! `taylornet bench --scaling`: a training step must cost the same per image and per pixel whatever their number.

use super::bench::{patterns, timed_step};
use super::report::{print_json, print_line};
use super::{CliError, Context};
use crate::config::{
    BlockConfig, CgConfig, ImageShape, LayerOperation, NetworkConfig, TaylorNetConfig, TrainingConfig,
};
use crate::engine::data::SIDE_28;
use crate::engine::train::Trainer;
use serde::Serialize;
use std::sync::Arc;

/// Batches of 28x28 images for `taylornet-28`.
const BATCHES: [usize; 5] = [8, 16, 32, 64, 128];
/// Sides of square images for a network of two levels that takes any of them, and their batch.
const SIDES: [usize; 5] = [14, 20, 28, 40, 56];
const BATCH: usize = 8;
/// Channels of that network, as many as those of `taylornet-28`.
const CHANNELS: usize = 64;
/// The sizes take turns, so that whatever else the machine does hits all of them alike.
const ROUNDS: usize = 3;
const WARM_UP: usize = 2;

/// What grows from line to line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Axis {
    Batch,
    Pixels,
}

/// One size.
#[derive(Debug, Clone, Serialize)]
struct Line {
    axis: Axis,
    batch: usize,
    /// Of the square images.
    side: usize,
    device: String,
    /// Median.
    step_ms: f64,
    ms_per_image: f64,
    ns_per_pixel: f64,
}

/// A size being measured.
struct Size {
    line: Line,
    trainer: Trainer,
    steps_ms: Vec<f64>,
}

/// Measures all sizes over `steps` steps in each of three rounds.
pub fn run(steps: usize, context: &Context) -> Result<(), CliError> {
    let by_batch = BATCHES.map(|batch| (Axis::Batch, batch, SIDE_28));
    let by_side = SIDES.map(|side| (Axis::Pixels, BATCH, side));
    for sizes in [by_batch, by_side] {
        let lines = measure(&sizes, steps.max(1), context)?;
        lines.iter().try_for_each(|line| if context.json { print_json(line) } else { print_line(line.text()) })?;
    }
    Ok(())
}

fn measure(sizes: &[(Axis, usize, usize)], steps: usize, context: &Context) -> Result<Vec<Line>, CliError> {
    let mut sizes = sizes.iter().map(|size| Size::new(*size, steps, context)).collect::<Result<Vec<_>, CliError>>()?;
    for size in &mut sizes {
        size.steps(WARM_UP)?;
        size.steps_ms.clear();
    }
    for _ in 0..ROUNDS {
        sizes.iter_mut().try_for_each(|size| size.steps(steps))?;
    }
    Ok(sizes.into_iter().map(Size::line).collect())
}

/// A network whose levels halve the image twice.
fn two_levels(side: usize) -> NetworkConfig {
    let block = BlockConfig { channels: CHANNELS, operation: LayerOperation::Cg, cg: CgConfig::square(2, 1) };
    NetworkConfig::TaylorNet(TaylorNetConfig {
        input: ImageShape { channels: 1, height: side, width: side },
        blocks: vec![block, block],
        normalization: true,
        mirrored: false,
        classes: 10,
    })
}

impl Size {
    fn new((axis, batch, side): (Axis, usize, usize), steps: usize, context: &Context) -> Result<Self, CliError> {
        let network = match axis {
            Axis::Batch => NetworkConfig::named("taylornet-28")?,
            Axis::Pixels => two_levels(side),
        };
        let epochs = WARM_UP + ROUNDS * steps;
        let training = TrainingConfig { batch, epochs, shift: 0, ..TrainingConfig::default() };
        let trainer = Trainer::new(&network, &training, Arc::new(patterns(batch, side)?), &context.device)?;
        let device = context.device_name.clone();
        let line = Line { axis, batch, side, device, step_ms: 0.0, ms_per_image: 0.0, ns_per_pixel: 0.0 };
        Ok(Self { line, trainer, steps_ms: Vec::new() })
    }

    fn steps(&mut self, count: usize) -> Result<(), CliError> {
        for _ in 0..count {
            self.steps_ms.push(timed_step(&mut self.trainer)?.0);
        }
        Ok(())
    }

    fn line(mut self) -> Line {
        self.steps_ms.sort_by(f64::total_cmp);
        let step_ms = self.steps_ms[self.steps_ms.len() / 2];
        let ms_per_image = step_ms / self.line.batch as f64;
        let ns_per_pixel = ms_per_image * 1e6 / (self.line.side * self.line.side) as f64;
        Line { step_ms, ms_per_image, ns_per_pixel, ..self.line }
    }
}

impl Line {
    fn text(&self) -> String {
        let Self { batch, side, device, step_ms, ms_per_image, ns_per_pixel, .. } = self;
        format!(
            "batch {batch}, {side}x{side}, {device}: {step_ms:.1} ms a step, {ms_per_image:.3} ms an image, {ns_per_pixel:.0} ns a pixel"
        )
    }
}
