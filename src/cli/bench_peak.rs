//! `taylornet bench --peak`: what share of the machine's peak a training step reaches.
//!
//! The peak is that of one large matrix product by the same library on the same threads: what a step could reach if it
//! were nothing but products of matrices that lie in memory as the library likes them.

use super::bench::{patterns, timed_step};
use super::report::{print_json, print_line};
use super::{CliError, Context};
use crate::config::{NetworkConfig, TrainingConfig};
use crate::engine::data::SIDE_28;
use crate::engine::train::{TrainError, Trainer};
use burn::tensor::{Device, Tensor};
use serde::Serialize;
use std::sync::Arc;
use std::time::Instant;

/// Side of the matrices of the large product.
const SIDE: usize = 1_024;
/// Steps and products take turns, so that whatever else the machine does hits both alike.
const ROUNDS: usize = 5;
const WARM_UP: usize = 3;

#[derive(Debug, Serialize)]
struct Line {
    model: &'static str,
    batch: usize,
    device: String,
    /// Billions of multiplications and additions of a step.
    step_gigaflop: f64,
    /// Median.
    step_ms: f64,
    step_gigaflops: f64,
    /// Of the large product, at its fastest.
    peak_gigaflops: f64,
    share_of_peak: f64,
}

/// Measures `taylornet-28` over `steps` steps in each of five rounds.
pub fn run(batch: usize, steps: usize, context: &Context) -> Result<(), CliError> {
    let model = NetworkConfig::NAMES[0];
    let network = NetworkConfig::named(model)?;
    let multiplications = match &network {
        NetworkConfig::TaylorNet(config) => config.multiplications()?[1],
        NetworkConfig::ResNet(_) | NetworkConfig::Direct(_) => 0,
    };
    let step_gigaflop = 2e-9 * (batch * multiplications) as f64;
    let steps = steps.max(1);
    let training = TrainingConfig { batch, epochs: WARM_UP + ROUNDS * steps, shift: 0, ..TrainingConfig::default() };
    let mut trainer = Trainer::new(&network, &training, Arc::new(patterns(batch, SIDE_28)?), &context.device)?;
    for _ in 0..WARM_UP {
        timed_step(&mut trainer)?;
    }
    let (mut steps_ms, mut product_secs) = (Vec::new(), f64::INFINITY);
    for _ in 0..ROUNDS {
        for _ in 0..steps {
            steps_ms.push(timed_step(&mut trainer)?.0);
            product_secs = product_secs.min(product(&context.device)?);
        }
    }
    steps_ms.sort_by(f64::total_cmp);
    let step_ms = steps_ms[steps_ms.len() / 2];
    let peak_gigaflops = 2e-9 * (SIDE * SIDE * SIDE) as f64 / product_secs;
    let step_gigaflops = step_gigaflop / step_ms * 1e3;
    let share_of_peak = step_gigaflops / peak_gigaflops;
    let device = context.device_name.clone();
    let line = Line { model, batch, device, step_gigaflop, step_ms, step_gigaflops, peak_gigaflops, share_of_peak };
    if context.json { print_json(&line) } else { print_line(line.text()) }
}

/// Duration of a large product in seconds.
fn product(device: &Device) -> Result<f64, CliError> {
    let matrix = Tensor::<2>::ones([SIDE, SIDE], device);
    let started = Instant::now();
    let result = matrix.clone().matmul(matrix);
    device.sync().map_err(|error| TrainError::Device(error.to_string()))?;
    let duration_secs = started.elapsed().as_secs_f64();
    drop(result);
    Ok(duration_secs)
}

impl Line {
    fn text(&self) -> String {
        let Self { model, batch, device, step_gigaflop, step_ms, step_gigaflops, peak_gigaflops, share_of_peak } = self;
        format!(
            "{model}, batch {batch}, {device}: {step_gigaflop:.2} GFLOP in {step_ms:.1} ms, {step_gigaflops:.1} GFLOP/s; \
             a product of {SIDE}x{SIDE} matrices {peak_gigaflops:.1} GFLOP/s; {:.0} % of it",
            100.0 * share_of_peak
        )
    }
}
