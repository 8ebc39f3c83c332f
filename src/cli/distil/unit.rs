//! One unit of work on one device: a batch of subsets from its start or checkpoint to its last step.

use super::problem::LevelProblem;
use crate::cli::CliError;
use crate::engine::data::ImageSet;
use crate::engine::distillation::{DistillationError, Distiller};
use burn::tensor::Device;
use std::ops::{ControlFlow, Range};
use std::time::{Duration, Instant};

/// Steps between two reports. Each waits for the device, so that a lost one is noticed.
const REPORT_STEPS: usize = 5;

/// What a unit tells while it is worked on.
#[derive(Debug)]
pub enum UnitEvent {
    /// The device has it, at this step of its checkpoint.
    Begun {
        /// 0 without a checkpoint.
        step: usize,
    },
    /// Some steps are done.
    Step {
        /// Steps of this unit so far.
        step: usize,
        /// Mean loss of its subsets under the embedder in use.
        loss: f64,
    },
    /// A damaged checkpoint was found, or something else worth a line.
    Notice(String),
}

/// Why a unit stops.
#[derive(Debug)]
pub enum UnitError {
    /// The device failed; another one can go on.
    Device(String),
    /// It would fail on every device.
    Run(CliError),
    /// Another device has it now.
    Revoked,
}

/// Solves a unit and leaves its last state in its checkpoint; returns the images, `[subsets, classes, h, w, c]`. Whoever
/// hears the events can break it off.
pub fn solve(
    problem: &LevelProblem,
    subsets: &Range<usize>,
    device: &Device,
    interval: Duration,
    tell: &dyn Fn(UnitEvent) -> ControlFlow<()>,
) -> Result<Vec<f32>, UnitError> {
    let checkpoint = problem.checkpoint(subsets);
    let mut loaded = checkpoint.load()?;
    let tell = |event| if tell(event).is_break() { Err(UnitError::Revoked) } else { Ok(()) };
    loaded.notices.drain(..).try_for_each(|notice| tell(UnitEvent::Notice(notice)))?;
    if let Some(state) = loaded.state.take_if(|state| state.step == problem.steps()) {
        tell(UnitEvent::Begun { step: state.step })?;
        return Ok(state.images);
    }
    let images: Vec<ImageSet> = subsets.clone().map(|subset| problem.subset(subset)).collect();
    let (config, level) = (&problem.config, problem.level);
    let mut distiller = match &loaded.state {
        Some(state) => Distiller::resume(config, level, &images, state, device)?,
        None => Distiller::new(config, level, &images, device)?,
    };
    tell(UnitEvent::Begun { step: distiller.step_count() })?;
    let mut saved = Instant::now();
    while distiller.step_count() < distiller.total_steps() {
        distiller.step();
        let step = distiller.step_count();
        let last = step == distiller.total_steps();
        if step.is_multiple_of(REPORT_STEPS) || last {
            let report = pollster::block_on(distiller.report())?;
            let loss = report.losses.iter().sum::<f64>() / report.losses.len() as f64;
            tell(UnitEvent::Step { step, loss })?;
            if saved.elapsed() >= interval && !last {
                checkpoint.save(&pollster::block_on(distiller.state())?)?;
                saved = Instant::now();
            }
        }
    }
    let state = pollster::block_on(distiller.state())?;
    checkpoint.save(&state)?;
    Ok(state.images)
}

impl From<CliError> for UnitError {
    fn from(error: CliError) -> Self {
        Self::Run(error)
    }
}

impl From<DistillationError> for UnitError {
    fn from(error: DistillationError) -> Self {
        match error.into_device_failure() {
            Ok(reason) => Self::Device(reason),
            Err(error) => Self::Run(error.into()),
        }
    }
}
