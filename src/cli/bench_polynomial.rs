//! `taylornet bench --polynomial`: time and memory of exact polynomials of the shipped networks, on one thread.

use super::report::{print_json, print_line};
use super::{CliError, Context, evaluate};
use crate::engine::polynomial::polynomial_of;
use crate::poly::network::{CoefficientExpansion, ExplanationRun, PolynomialNetwork, Question};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// One measured computation.
#[derive(Serialize)]
struct Line {
    model: String,
    what: &'static str,
    /// Each repetition in milliseconds.
    times_ms: Vec<f64>,
    /// Longest single step in milliseconds.
    longest_step_ms: f64,
    /// Largest memory of the whole program meanwhile, in bytes; only known on Linux.
    peak_bytes: Option<u64>,
}

/// Measures every computation `repetitions` times.
pub fn run(folder: &Path, repetitions: usize, context: &Context) -> Result<(), CliError> {
    for name in ["taylornet-7", "taylornet-28"] {
        let weights = evaluate::load(&folder.join(format!("{name}.safetensors")))?;
        let network = Arc::new(polynomial_of(&weights)?);
        let image = pattern(&network);
        let pixels = network.pixels();
        let centre = pixels / 2 + network.input()[1] / 2;
        let wide: Vec<f64> = image.iter().copied().map(f64::from).collect();
        let report = |what, measured| show(&network, what, measured, context);
        report(
            "order spectrum of one image",
            repeat(repetitions, || timed(|| network.spectrum(&wide).map(|_| true)))?,
        )?;
        for (what, order, pixel) in [
            ("first-order coefficients", 1, None),
            ("all second-order coefficients", 2, None),
            ("second-order coefficients with one pixel", 2, Some(centre)),
            ("third-order coefficients with one pixel", 3, Some(centre)),
        ] {
            if let Ok(expansion) = CoefficientExpansion::new(network.clone(), order, pixel) {
                report(
                    what,
                    repeat(repetitions, || {
                        let mut expansion = expansion.clone();
                        timed(|| Ok(expansion.step().is_finished()))
                    })?,
                )?;
            }
        }
        for (what, pairs) in [("explanation of one image", false), ("explanation with pairs", true)] {
            let question = Question { class: 7, against: Some(1), pairs };
            let explanation = ExplanationRun::new(network.clone(), &image, question)?;
            report(
                what,
                repeat(repetitions, || {
                    let mut explanation = explanation.clone();
                    timed(|| Ok(explanation.step().is_finished()))
                })?,
            )?;
        }
    }
    Ok(())
}

/// Times of repetitions, the longest step, and the peak of memory.
type Measured = (Vec<f64>, f64, Option<u64>);

fn repeat(count: usize, mut work: impl FnMut() -> Result<[f64; 2], CliError>) -> Result<Measured, CliError> {
    reset_peak();
    let (mut times, mut longest) = (Vec::new(), 0.0_f64);
    for _ in 0..count.max(1) {
        let [time, step] = work()?;
        times.push(time);
        longest = longest.max(step);
    }
    Ok((times, longest, peak()))
}

/// Takes steps until one says that it was the last; time of all and of the longest.
fn timed(mut step: impl FnMut() -> Result<bool, crate::poly::network::PolynomialError>) -> Result<[f64; 2], CliError> {
    let started = Instant::now();
    let mut longest = 0.0_f64;
    loop {
        let step_started = Instant::now();
        let finished = step()?;
        longest = longest.max(step_started.elapsed().as_secs_f64() * 1e3);
        if finished {
            return Ok([started.elapsed().as_secs_f64() * 1e3, longest]);
        }
    }
}

fn show(
    network: &PolynomialNetwork,
    what: &'static str,
    measured: Measured,
    context: &Context,
) -> Result<(), CliError> {
    let (mut times_ms, longest_step_ms, peak_bytes) = measured;
    let model = network.name().to_owned();
    if context.json {
        return print_json(&Line { model, what, times_ms, longest_step_ms, peak_bytes });
    }
    times_ms.sort_by(f64::total_cmp);
    let (middle, count) = (times_ms[times_ms.len() / 2], times_ms.len());
    let memory = peak_bytes.map(|bytes| format!(", {:.0} MB at most", bytes as f64 / 1e6)).unwrap_or_default();
    print_line(format!(
        "{model}, {what}: {middle:.1} ms (median of {count}; longest step {longest_step_ms:.1} ms{memory})"
    ))
}

/// An image with as much ink as a digit has: a ring.
fn pattern(network: &PolynomialNetwork) -> Vec<f32> {
    let [height, width, channels] = network.input();
    let value = |index: usize| {
        let place = |index: usize, side: usize| (index as f32 + 0.5) / side as f32 - 0.5;
        let (y, x) = (place(index / channels / width, height), place(index / channels % width, width));
        let distance = (x.hypot(y) - 0.25).abs();
        (1.2 - 10.0 * distance).clamp(0.0, 1.0)
    };
    (0..network.pixels()).map(value).collect()
}

/// Largest memory of this program since [`reset_peak`], where the system reports it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// Forgets the peak so far; where that cannot be done the peak is that of the whole run.
fn reset_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
