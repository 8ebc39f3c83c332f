//! What a run has done so far: its curve, its pace, its figures as CSV, and when to keep a checkpoint.

use crate::protocol::{EvaluationReport, Progress, RunStatus, RunSummary};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// Most measurements kept; beyond that neighbours are merged.
const MOST_POINTS: usize = 20_000;
/// A checkpoint is due after this many steps or this many seconds,
const CHECKPOINT_STEPS: u32 = 50;
const CHECKPOINT_SECS: f64 = 20.0;
/// but never more often than this: a checkpoint is a few megabytes.
const CHECKPOINT_PAUSE_SECS: f64 = 5.0;

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Steps done.
    pub step: u32,
    /// Mean loss since the measurement before.
    pub loss: f64,
    /// Share of the training images classified correctly since then.
    pub accuracy: f64,
    /// Learning rate at the step.
    pub learning_rate: f64,
    /// Seconds of training so far.
    pub elapsed_secs: f64,
}

/// Accuracy on test images at one step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TestPoint {
    /// Steps done.
    pub step: u32,
    /// Number of test images.
    pub images: u32,
    /// Share classified correctly.
    pub accuracy: f64,
    /// Mean loss.
    pub loss: f64,
}

/// What a run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Phase {
    /// There is no run.
    #[default]
    Absent,
    /// The worker builds or restores it.
    Preparing,
    /// It stands still and can go on.
    Paused,
    /// It trains.
    Training,
    /// All steps are done.
    Finished,
    /// The loss became infinite; the last good weights are in place.
    Diverged,
}

/// One run, as the page sees it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Record {
    /// Name for legends and files.
    pub name: String,
    /// What it is doing.
    pub phase: Phase,
    /// What it is, once the worker has built it.
    pub summary: Option<RunSummary>,
    /// Steps done.
    pub step: u32,
    /// Measurements in the order of their steps.
    #[serde(with = "as_numbers")]
    pub points: Vec<Point>,
    /// Tests in the order they were asked for.
    pub tests: Vec<TestPoint>,
    /// Steps per second lately.
    pub steps_per_second: f64,
    /// Seconds of training so far.
    pub elapsed_secs: f64,
}

/// Measurements as one list of numbers: thousands of small objects would hold up the page.
mod as_numbers {
    use super::Point;
    use crate::number;
    use crate::protocol::Numbers;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(points: &[Point], serializer: S) -> Result<S::Ok, S::Error> {
        let values = |point: &Point| {
            [f64::from(point.step), point.loss, point.accuracy, point.learning_rate, point.elapsed_secs]
        };
        Numbers(points.iter().flat_map(values).collect()).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Point>, D::Error> {
        let numbers = Numbers::deserialize(deserializer)?;
        let points = numbers.as_chunks().0.iter().map(|&[step, loss, accuracy, learning_rate, elapsed_secs]| Point {
            step: number::whole(step),
            loss,
            accuracy,
            learning_rate,
            elapsed_secs,
        });
        Ok(points.collect())
    }
}

impl Record {
    /// The worker has built or restored the run.
    pub fn created(&mut self, name: String, summary: RunSummary) {
        if summary.step < self.step || self.name != name {
            *self = Self::default();
        }
        self.name = name;
        self.step = summary.step;
        self.phase = if summary.step >= summary.total_steps { Phase::Finished } else { Phase::Paused };
        self.summary = Some(summary);
    }

    /// Steps went by.
    pub fn progress(&mut self, progress: &Progress) {
        self.step = progress.step;
        self.steps_per_second = progress.steps_per_second;
        self.elapsed_secs = progress.elapsed_secs;
        if let Some(summary) = &mut self.summary {
            summary.total_steps = progress.total_steps;
        }
        while self.points.last().is_some_and(|point| point.step >= progress.step) {
            self.points.pop();
        }
        self.points.push(Point {
            step: progress.step,
            loss: progress.loss,
            accuracy: progress.batch_accuracy,
            learning_rate: progress.learning_rate,
            elapsed_secs: progress.elapsed_secs,
        });
        if self.points.len() > MOST_POINTS {
            self.thin(MOST_POINTS / 2);
        }
    }

    /// Merges neighbours until at most this many measurements are left.
    pub fn thin(&mut self, most: usize) {
        if self.points.len() > most {
            self.points = merged(&self.points, most);
        }
    }

    /// The run stopped.
    pub fn stopped(&mut self, status: RunStatus, step: u32) {
        self.step = step;
        self.points.retain(|point| point.step <= step);
        self.phase = match status {
            RunStatus::Paused | RunStatus::StepsDone => Phase::Paused,
            RunStatus::Finished => Phase::Finished,
            RunStatus::Diverged => Phase::Diverged,
        };
    }

    /// The run was tested.
    pub fn tested(&mut self, report: &EvaluationReport) {
        let point =
            TestPoint { step: report.step, images: report.images, accuracy: report.accuracy, loss: report.loss };
        self.tests.retain(|test| test.step != point.step);
        self.tests.push(point);
    }

    /// Steps of the whole run; 0 before it is built.
    pub fn total_steps(&self) -> u32 {
        self.summary.as_ref().map_or(0, |summary| summary.total_steps)
    }

    /// Seconds that the remaining steps take at the recent pace.
    pub fn left_secs(&self) -> Option<f64> {
        let left = f64::from(self.total_steps().saturating_sub(self.step));
        (self.steps_per_second > 0.0 && self.summary.is_some()).then(|| left / self.steps_per_second)
    }

    /// Training images per second lately.
    pub fn samples_per_second(&self) -> f64 {
        self.steps_per_second * self.summary.as_ref().map_or(f64::NAN, |summary| summary.training.batch as f64)
    }

    /// The loss last measured.
    pub fn loss(&self) -> Option<f64> {
        self.points.last().map(|point| point.loss)
    }

    /// A curve of at most this many points: means of neighbours.
    pub fn curve(&self, most: usize, value: fn(&Point) -> f64) -> Vec<(f64, f64)> {
        let points = merged(&self.points, most);
        points.iter().map(|point| (f64::from(point.step), value(point))).collect()
    }
}

/// Means of as many neighbours as it takes to have at most `most` points; the step is the last one's.
fn merged(points: &[Point], most: usize) -> Vec<Point> {
    let size = points.len().div_ceil(most.max(1)).max(1);
    points
        .chunks(size)
        .filter_map(|chunk| {
            let mean = |value: fn(&Point) -> f64| chunk.iter().map(value).sum::<f64>() / chunk.len() as f64;
            chunk.last().map(|&last| Point { loss: mean(|p| p.loss), accuracy: mean(|p| p.accuracy), ..last })
        })
        .collect()
}

/// The measurements of several runs as CSV, one row per measurement.
pub fn csv(records: &[Record]) -> String {
    let mut out = String::from("run,network,kind,step,loss,accuracy,learning_rate,elapsed_secs,images\n");
    for (run, record) in records.iter().enumerate() {
        let name = &record.name;
        for p in &record.points {
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "{run},{name},training,{},{},{},{},{},",
                p.step, p.loss, p.accuracy, p.learning_rate, p.elapsed_secs
            );
        }
        for t in &record.tests {
            let _ = writeln!(out, "{run},{name},test,{},{},{},,,{}", t.step, t.loss, t.accuracy, t.images);
        }
    }
    out
}

/// Whether a checkpoint is due, given what went by since the last one was asked for.
pub fn checkpoint_due(steps: u32, secs: f64) -> bool {
    steps > 0 && secs >= CHECKPOINT_PAUSE_SECS && (steps >= CHECKPOINT_STEPS || secs >= CHECKPOINT_SECS)
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
