//! Progress and results, as bars and text for people or as JSON lines for programs.

use super::{CliError, Context};
use crate::engine::train::StepReport;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::time::Duration;

/// Shows how training is going.
pub struct TrainingProgress {
    bar: ProgressBar,
    json: bool,
}

impl TrainingProgress {
    /// A bar over `total` steps of which `done` are made.
    pub fn new(context: &Context, name: &str, done: usize, total: usize) -> Self {
        let bar = if context.json { ProgressBar::hidden() } else { ProgressBar::new(total as u64) };
        let template = "{prefix} {bar:30} {pos}/{len} steps, {elapsed} gone, {eta} left, {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(name.to_owned());
        bar.set_position(done as u64);
        bar.reset_eta();
        Self { bar, json: context.json }
    }

    /// Reports some steps.
    pub fn update(&self, report: &StepReport, elapsed: Duration) -> Result<(), CliError> {
        #[derive(Serialize)]
        struct Line {
            step: usize,
            total_steps: usize,
            loss: f64,
            accuracy: f64,
            learning_rate: f64,
            elapsed_secs: f64,
        }
        let StepReport { step, total_steps, loss, accuracy, learning_rate } = *report;
        if self.json {
            let elapsed_secs = elapsed.as_secs_f64();
            return print_progress(&Line { step, total_steps, loss, accuracy, learning_rate, elapsed_secs });
        }
        self.bar.set_position(step as u64);
        self.bar.set_message(format!("loss {loss:.4}, accuracy {:.2} %", 100.0 * accuracy));
        Ok(())
    }

    /// Ends the bar.
    pub fn finish(&self) {
        self.bar.finish();
    }
}

/// Shows how far something else is; hidden where JSON is printed.
pub struct WorkProgress {
    bar: ProgressBar,
}

impl WorkProgress {
    /// A bar for work called `what`.
    pub fn new(context: &Context, what: String) -> Self {
        let bar = if context.json { ProgressBar::hidden() } else { ProgressBar::new(1) };
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:30} {percent} %, {elapsed} gone, {eta} left") {
            bar.set_style(style);
        }
        bar.set_prefix(what);
        Self { bar }
    }

    /// `done` of `total`.
    pub fn update(&self, done: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(done);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Prints how far something is, as one JSON object: where nobody reads any more, the work itself goes on.
pub fn print_progress(value: &impl Serialize) -> Result<(), CliError> {
    match print_json(value) {
        Err(CliError::OutputClosed) => Ok(()),
        other => other,
    }
}

/// Prints one JSON object on a line of its own.
pub fn print_json(value: &impl Serialize) -> Result<(), CliError> {
    print_line(serde_json::to_string(value)?)
}

/// Prints a line of the result.
///
/// # Errors
/// [`CliError::OutputClosed`] where nobody reads any more (`… | head`), [`CliError::Output`] where printing fails.
pub fn print_line(text: impl Display) -> Result<(), CliError> {
    writeln!(std::io::stdout(), "{text}").map_err(|error| {
        if error.kind() == ErrorKind::BrokenPipe { CliError::OutputClosed } else { CliError::Output(error) }
    })
}
