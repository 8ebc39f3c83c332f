//! How far a distillation is, with the time left: a bar for people, JSON lines for programs.

use super::Clock;
use super::fleet::Observer;
use super::problem::LevelProblem;
use crate::cli::report::print_progress;
use crate::cli::{CliError, Context};
use crate::config::DistillationConfig;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::ops::{Range, RangeInclusive};
use std::time::{Duration, Instant};

/// Time between two notes of the time spent.
const CLOCK_INTERVAL: Duration = Duration::from_secs(30);

/// What is printed for programs.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Line<'a> {
    /// A device takes a unit, which a checkpoint may have brought to some step.
    Begin { level: usize, subsets: [usize; 2], device: &'a str, step: usize },
    /// Some steps are done.
    Step {
        level: usize,
        subsets: [usize; 2],
        device: &'a str,
        step: usize,
        total_steps: usize,
        loss: f64,
        /// Share of the whole run.
        done: f64,
        elapsed_secs: f64,
        left_secs: Option<f64>,
    },
    /// A unit is done.
    Unit { level: usize, subsets: [usize; 2], device: &'a str },
    /// A device is given up.
    Lost { device: &'a str, reason: &'a str },
    /// Anything else.
    Notice { text: &'a str },
    /// A level is done.
    Level { level: usize, duration_secs: f64 },
}

/// Work of all levels, in gradient steps of one subset.
pub struct RunProgress {
    bar: ProgressBar,
    json: bool,
    total: u64,
    done: u64,
    /// Steps made since the start of the program, which say how fast it is.
    made: u64,
    started: Instant,
}

impl RunProgress {
    /// Nothing done of `levels`.
    pub fn new(context: &Context, config: &DistillationConfig, levels: RangeInclusive<usize>) -> Self {
        let work = |level: usize| config.per_class[level - 1] * config.optimization[level - 1].steps();
        let total = levels.map(work).sum::<usize>() as u64;
        let bar = if context.json { ProgressBar::hidden() } else { ProgressBar::new(total) };
        let template = "{prefix} {bar:30} {percent} %, {elapsed} gone, {eta} left, {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, json: context.json, total, done: 0, made: 0, started: Instant::now() }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// At the speed so far; unknown before the first step.
    fn left_secs(&self) -> Option<f64> {
        let speed = self.made as f64 / self.started.elapsed().as_secs_f64();
        (speed > 0.0).then(|| (self.total - self.done) as f64 / speed)
    }

    fn show(&self, line: &Line<'_>, text: Option<String>) -> Result<(), CliError> {
        if self.json {
            return print_progress(line);
        }
        if let Some(text) = text {
            self.bar.suspend(|| eprintln!("{text}"));
        }
        Ok(())
    }
}

/// Work of the level at hand.
pub struct LevelProgress<'a> {
    run: &'a mut RunProgress,
    level: usize,
    total_steps: usize,
    units: &'a [Range<usize>],
    /// Steps done of each unit.
    steps: Vec<usize>,
    clock: Clock,
    noted: Instant,
}

impl<'a> LevelProgress<'a> {
    /// Nothing done of the level's units.
    pub fn new(run: &'a mut RunProgress, problem: &LevelProblem, units: &'a [Range<usize>], clock: Clock) -> Self {
        let (level, total_steps) = (problem.level, problem.steps());
        run.bar.set_prefix(format!("level {level}"));
        Self { run, level, total_steps, units, steps: vec![0; units.len()], clock, noted: Instant::now() }
    }

    /// Notes the time that the level took and returns it, in seconds.
    pub fn finish(self) -> Result<f64, CliError> {
        self.clock.save()?;
        let duration_secs = self.clock.secs();
        self.run.show(&Line::Level { level: self.level, duration_secs }, None)?;
        Ok(duration_secs)
    }

    /// A unit stands at this step; returns the work since the last time (none where it went back).
    fn advance(&mut self, unit: usize, step: usize) -> u64 {
        let subsets = self.units[unit].len() as u64;
        let before = std::mem::replace(&mut self.steps[unit], step) as u64 * subsets;
        let now = step as u64 * subsets;
        self.run.done = self.run.done + now - before;
        self.run.bar.set_position(self.run.done);
        now.saturating_sub(before)
    }

    fn subsets(&self, unit: usize) -> [usize; 2] {
        [self.units[unit].start, self.units[unit].end]
    }
}

impl Observer for LevelProgress<'_> {
    fn begun(&mut self, device: &str, unit: usize, step: usize) -> Result<(), CliError> {
        self.advance(unit, step);
        self.run.show(&Line::Begin { level: self.level, subsets: self.subsets(unit), device, step }, None)
    }

    fn stepped(&mut self, device: &str, unit: usize, step: usize, loss: f64) -> Result<(), CliError> {
        self.run.made += self.advance(unit, step);
        if self.noted.elapsed() > CLOCK_INTERVAL {
            self.clock.save()?;
            self.noted = Instant::now();
        }
        let Range { start, end } = self.units[unit];
        self.run.bar.set_message(format!("subsets {start} to {}: loss {loss:.4}", end - 1));
        let line = Line::Step {
            level: self.level,
            subsets: self.subsets(unit),
            device,
            step,
            total_steps: self.total_steps,
            loss,
            done: self.run.done as f64 / self.run.total as f64,
            elapsed_secs: self.clock.secs(),
            left_secs: self.run.left_secs(),
        };
        self.run.show(&line, None)
    }

    fn finished(&mut self, device: &str, unit: usize) -> Result<(), CliError> {
        self.clock.save()?;
        self.run.show(&Line::Unit { level: self.level, subsets: self.subsets(unit), device }, None)
    }

    fn lost(&mut self, device: &str, reason: &str) -> Result<(), CliError> {
        let text = format!("{device} is lost ({reason}); its work goes to another device, if one is left.");
        self.run.show(&Line::Lost { device, reason }, Some(text))
    }

    fn notice(&mut self, text: &str) -> Result<(), CliError> {
        self.run.show(&Line::Notice { text }, Some(text.to_owned()))
    }
}
