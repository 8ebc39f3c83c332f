//! A run in the worker: its trainer, its pace, and the state to which it can fall back.

use crate::config::{NetworkConfig, TrainingConfig, TrainingConfigError};
use crate::engine::data::ImageSet;
use crate::engine::train::{TrainError, Trainer, TrainingState};
use crate::number;
use crate::protocol::{DeviceKind, Progress, RequestId, RunId, RunSummary};
use burn::tensor::Device;
use std::sync::Arc;

/// Steps between two reports take about this long together, in milliseconds: a report waits for the device, and a
/// pause cannot take effect before it.
const REPORT_EVERY_MS: f64 = 100.0;
/// Most steps between two reports.
const MAX_STEPS: usize = 64;

/// One of the runs side by side.
pub struct Run {
    trainer: Trainer,
    /// Where it computes.
    pub on: DeviceKind,
    /// The request that trains it now.
    pub training: Option<Training>,
    pace: Pace,
    /// State to go on from if the graphics processor is lost, and when it was taken.
    pub kept: Option<(f64, TrainingState)>,
    /// False until the first report on a graphics processor: its first step compiles the kernels.
    pub is_warm: bool,
}

/// A request that trains a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Training {
    /// Its number.
    pub request: RequestId,
    /// Steps still to do; `None` up to the end of the run.
    pub remaining: Option<u32>,
}

/// Time spent on steps.
#[derive(Debug, Clone, Copy)]
struct Pace {
    /// Since the last report.
    steps: usize,
    spent_ms: f64,
    /// Steps up to the next report.
    steps_to_report: usize,
    /// Whole time so far.
    elapsed_ms: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { steps: 0, spent_ms: 0.0, steps_to_report: 1, elapsed_ms: 0.0 }
    }
}

impl Pace {
    fn spend(&mut self, duration_ms: f64) {
        self.spent_ms += duration_ms;
        self.elapsed_ms += duration_ms;
    }

    fn is_due(&self) -> bool {
        self.steps >= self.steps_to_report || self.spent_ms >= REPORT_EVERY_MS
    }

    /// Starts the next interval; returns the steps per second of the last one.
    fn restart(&mut self) -> f64 {
        let per_step_ms = (self.spent_ms / self.steps.max(1) as f64).max(1e-3);
        self.steps_to_report = number::whole::<usize>(REPORT_EVERY_MS / per_step_ms).clamp(1, MAX_STEPS);
        (self.steps, self.spent_ms) = (0, 0.0);
        1e3 / per_step_ms
    }
}

impl Run {
    /// A run at its beginning.
    pub fn new(
        network: &NetworkConfig,
        training: &TrainingConfig,
        images: Arc<ImageSet>,
        device: (DeviceKind, &Device),
    ) -> Result<Self, TrainError> {
        Ok(Self::of(Trainer::new(network, training, images, device.1)?, device.0))
    }

    /// A run that goes on from a state.
    pub fn resume(
        state: &TrainingState,
        images: Arc<ImageSet>,
        device: (DeviceKind, &Device),
    ) -> Result<Self, TrainError> {
        Ok(Self::of(Trainer::resume(state, images, device.1)?, device.0))
    }

    fn of(trainer: Trainer, on: DeviceKind) -> Self {
        let is_warm = on == DeviceKind::Cpu;
        Self { trainer, on, training: None, pace: Pace::default(), kept: None, is_warm }
    }

    /// Goes on from `state` on another device; the request that trains it stays.
    pub fn move_to(&mut self, state: &TrainingState, device: (DeviceKind, &Device)) -> Result<(), TrainError> {
        self.trainer = Trainer::resume(state, self.trainer.images(), device.1)?;
        let elapsed_ms = self.pace.elapsed_ms;
        self.pace = Pace { elapsed_ms, ..Pace::default() };
        self.on = device.0;
        self.is_warm = device.0 == DeviceKind::Cpu;
        self.kept = None;
        Ok(())
    }

    /// True where the request `id` trains it now.
    pub fn is_trained_by(&self, id: RequestId) -> bool {
        self.training.is_some_and(|training| training.request == id)
    }

    /// Steps done.
    pub fn step_count(&self) -> u32 {
        number::to_u32(self.trainer.step_count())
    }

    /// True after the last step of the whole run.
    pub fn is_finished(&self) -> bool {
        self.trainer.step_count() >= self.trainer.total_steps()
    }

    /// Settings of its network.
    pub fn network(&self) -> &NetworkConfig {
        self.trainer.network().config()
    }

    /// Settings of its training.
    pub fn training_config(&self) -> &TrainingConfig {
        self.trainer.training()
    }

    /// Changes the peak learning rate.
    pub fn set_learning_rate(&mut self, learning_rate: f64) -> Result<(), TrainingConfigError> {
        self.trainer.set_learning_rate(learning_rate)
    }

    /// What it is and where it stands.
    pub fn summary(&self, run: RunId) -> RunSummary {
        RunSummary {
            run,
            network: self.network().clone(),
            training: self.training_config().clone(),
            parameters: number::to_u32(self.trainer.network().layout().len()),
            step: self.step_count(),
            total_steps: number::to_u32(self.trainer.total_steps()),
        }
    }

    /// One step. True where it is time for a report.
    pub fn step(&mut self, now_ms: impl Fn() -> f64) -> Result<bool, TrainError> {
        let started_ms = now_ms();
        self.trainer.step()?;
        self.pace.steps += 1;
        self.pace.spend(now_ms() - started_ms);
        if let Some(Training { remaining: Some(remaining), .. }) = &mut self.training {
            *remaining = remaining.saturating_sub(1);
        }
        Ok(self.pace.is_due())
    }

    /// What happened since the last report; `None` where no step was made.
    pub async fn report(&mut self, run: RunId, now_ms: impl Fn() -> f64) -> Result<Option<Progress>, TrainError> {
        let started_ms = now_ms();
        let report = self.trainer.report().await;
        self.pace.spend(now_ms() - started_ms);
        let steps_per_second = self.pace.restart();
        self.is_warm = true;
        Ok(report?.map(|report| Progress {
            run,
            step: number::to_u32(report.step),
            total_steps: number::to_u32(report.total_steps),
            loss: report.loss,
            batch_accuracy: report.accuracy,
            learning_rate: report.learning_rate,
            steps_per_second,
            elapsed_secs: self.pace.elapsed_ms / 1e3,
        }))
    }

    /// Everything needed to go on.
    pub async fn state(&self) -> Result<TrainingState, TrainError> {
        self.trainer.state().await
    }
}
