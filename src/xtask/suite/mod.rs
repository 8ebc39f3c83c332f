//! `cargo xtask test`: everything that must hold before a change is accepted.

mod lanes;
mod steps;

use super::error::XtaskError;
use super::files::Workspace;
use super::shell;
use super::stage::{self, span};
use super::{build, data};
use crate::config::DataSet;
use clap::ValueEnum;
use std::time::Duration;
use web_time::Instant;

/// The parts of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// The code is formatted.
    Fmt,
    /// No lint, for each of the programs.
    Clippy,
    /// The documentation has no broken link.
    Doc,
    /// Licences, sources and advisories of the dependencies.
    Deny,
    /// Tests that need no browser, those with devices of other processes among them.
    Native,
    /// An independent program gets the same results from the shipped weights.
    Weights,
    /// A computer-algebra system gets the same polynomials, and what is written of them compiles and parses.
    Algebra,
    /// The static folder, within its size limits.
    Build,
    /// The page in a browser, served at the root and under a path.
    Browser,
}

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    /// With the message.
    Failed(String),
}

/// What came of a step.
#[derive(Debug)]
struct Report {
    step: Step,
    outcome: Outcome,
    duration: Duration,
}

/// Runs the chosen steps, all if none is chosen, and ends with one line for each.
///
/// # Errors
/// If the set-up or at least one step fails.
pub fn test(workspace: &Workspace, only: &[Step]) -> Result<(), XtaskError> {
    stage::tell_every(60);
    let started = Instant::now();
    let chosen = |step: &Step| only.is_empty() || only.contains(step);
    let steps: Vec<Step> = Step::value_variants().iter().copied().filter(chosen).collect();
    let setup = || if steps.iter().any(|&step| is_for_browsers(step)) { build::setup(workspace) } else { Ok(()) };
    let fetch =
        || if steps.iter().any(|&step| reads_data(step)) { data::data(workspace, &DataSet::ALL) } else { Ok(()) };
    let (is_set_up, fetched) = shell::both(setup, fetch);
    is_set_up.and(fetched)?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let report = lanes::run(workspace, &steps, lanes::width(cores))?;
    print!("\n{}", summary(&report, started.elapsed()));
    let failed = report.iter().filter(|report| report.outcome != Outcome::Passed).count();
    if failed == 0 { Ok(()) } else { Err(XtaskError::StepsFailed { failed, total: report.len() }) }
}

/// Whether a step compiles for browsers, and so needs the tools for that.
fn is_for_browsers(step: Step) -> bool {
    match step {
        Step::Clippy | Step::Doc | Step::Build | Step::Browser => true,
        Step::Fmt | Step::Deny | Step::Native | Step::Weights | Step::Algebra => false,
    }
}

/// Whether a step needs the data sets.
fn reads_data(step: Step) -> bool {
    match step {
        Step::Native | Step::Weights | Step::Algebra | Step::Build | Step::Browser => true,
        Step::Fmt | Step::Clippy | Step::Doc | Step::Deny => false,
    }
}

fn name(step: Step) -> String {
    step.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

fn summary(report: &[Report], total: Duration) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let mut counts = [0; 2];
    for Report { step, outcome, duration } in report {
        let (index, said) = match outcome {
            Outcome::Passed => (0, "passed".to_owned()),
            Outcome::Failed(message) => (1, format!("FAILED: {}", message.lines().next().unwrap_or_default())),
        };
        counts[index] += 1;
        let _ = writeln!(text, "{:<9} {:>7.1} s  {said}", name(*step), duration.as_secs_f64());
    }
    let [passed, failed] = counts;
    let _ = writeln!(text, "{} in all, some of it side by side", span(total));
    let _ = writeln!(text, "{passed} passed, {failed} failed");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_what_happened() {
        let report = |step, outcome| Report { step, outcome, duration: Duration::from_secs(1) };
        let report = [report(Step::Fmt, Outcome::Passed), report(Step::Clippy, Outcome::Failed("why\nmore".into()))];
        let text = summary(&report, Duration::from_secs(90));
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed"));
        assert!(text.contains("clippy        1.0 s  FAILED: why\n") && text.contains("1 min 30 s in all"), "{text}");
        assert_eq!(summary(&report[..1], Duration::ZERO).lines().last(), Some("1 passed, 0 failed"));
    }

    #[test]
    fn the_documents_name_files_that_exist() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = 0;
        for document in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
            let text = std::fs::read_to_string(root.join(document)).unwrap();
            for name in text.split('`').skip(1).step_by(2) {
                let is_ours = ["src/", "web/", "tests/", "assets/"].iter().any(|folder| name.starts_with(folder));
                if is_ours && !name.starts_with("assets/data") {
                    assert!(root.join(name).exists(), "{document} names {name}, which does not exist");
                    found += 1;
                }
            }
        }
        assert!(found > 40, "{found}");
    }
}
