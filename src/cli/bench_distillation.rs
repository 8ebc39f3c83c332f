//! `taylornet bench --distillation`: what a gradient step and a new random network cost, for many subsets as one batch
//! and for one alone.

use super::report::{print_json, print_line};
use super::{CliError, Context, bench};
use crate::config::{CLASSES, DistillationConfig, LevelOptimization};
use crate::engine::data::SIDE_28;
use crate::engine::distillation::{DistillationError, Distiller};
use serde::Serialize;
use std::time::Instant;

/// Images per class of a subset: level 1 of MNIST has 9 to 12.
const IMAGES_PER_CLASS: usize = 10;
/// Networks drawn for each size of batch, in turns.
const ROUNDS: usize = 3;

/// One size of batch.
#[derive(Debug, Serialize)]
struct Line {
    subsets: usize,
    device: String,
    /// Gradient steps of the whole batch.
    loss_steps_ms: Vec<f64>,
    /// Drawing a network and embedding all groups with it.
    redraws_ms: Vec<f64>,
    /// Steps with one network, as shipped.
    steps_per_draw: usize,
    /// Gradient steps of one subset in a second, redraws included.
    subset_steps_per_sec: f64,
}

/// Measures a batch of `subsets` and one subset alone, each over `steps` steps after every redraw.
pub fn run(subsets: usize, steps: usize, context: &Context) -> Result<(), CliError> {
    let mut lines = [subsets.max(1), 1].map(|subsets| Line {
        subsets,
        device: context.device_name.clone(),
        loss_steps_ms: Vec::new(),
        redraws_ms: Vec::new(),
        steps_per_draw: DistillationConfig::mnist().optimization[0].steps_per_draw,
        subset_steps_per_sec: 0.0,
    });
    for _ in 0..ROUNDS {
        for line in &mut lines {
            line.measure(steps.max(1), context)?;
        }
    }
    for line in &mut lines {
        let cost_ms = median(&line.redraws_ms) + line.steps_per_draw as f64 * median(&line.loss_steps_ms);
        line.subset_steps_per_sec = (line.subsets * line.steps_per_draw) as f64 / cost_ms * 1e3;
    }
    if context.json {
        return lines.iter().try_for_each(print_json);
    }
    for Line { subsets, device, loss_steps_ms, redraws_ms, subset_steps_per_sec, .. } in &lines {
        let (step, redraw) = (median(loss_steps_ms), median(redraws_ms));
        print_line(format!(
            "{subsets} subsets, {device}: {step:.1} ms a step, {redraw:.1} ms a redraw, {subset_steps_per_sec:.1} subset-steps a second"
        ))?;
    }
    let factor = lines[0].subset_steps_per_sec / lines[1].subset_steps_per_sec;
    print_line(format!("As one batch {factor:.2} times as fast for each subset."))
}

impl Line {
    /// One network: the step that draws it, and `steps` more.
    fn measure(&mut self, steps: usize, context: &Context) -> Result<(), CliError> {
        let mut config = DistillationConfig::mnist();
        config.optimization[0] =
            LevelOptimization { draws: 1, steps_per_draw: steps + 1, ..config.optimization[0].clone() };
        let subset = bench::patterns(IMAGES_PER_CLASS * CLASSES, SIDE_28)?;
        let mut distiller = Distiller::new(&config, 1, &vec![subset; self.subsets], &context.device)?;
        let mut times = Vec::with_capacity(steps + 1);
        for _ in 0..=steps {
            let started = Instant::now();
            distiller.step();
            context.device.sync().map_err(|error| DistillationError::Device(error.to_string()))?;
            times.push(started.elapsed().as_secs_f64() * 1e3);
        }
        let step = median(&times[1..]);
        self.redraws_ms.push((times[0] - step).max(0.0));
        self.loss_steps_ms.extend(&times[1..]);
        Ok(())
    }
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
