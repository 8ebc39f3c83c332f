//! `cargo xtask test`: everything that must hold before a change is accepted, in the order in which failures are cheapest.

use super::build::{self, Quality};
use super::error::XtaskError;
use super::files::Workspace;
use super::npm::{self, Packages};
use super::server;
use super::shell::{self, say};
use super::site::Site;
use super::wasm_std::TARGET;
use super::{advisories, data, tools};
use clap::ValueEnum;
use std::path::PathBuf;
use std::process::Command;
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

/// Feature sets with the arguments that choose what is compiled: the layers cannot lean on each other's dependencies.
const FEATURE_SETS: [(&str, &[&str]); 6] = [
    ("cli", &["--features", "cli"]),
    (REMOTE, &["--features", REMOTE]),
    ("app", &["--features", "app", "--target", TARGET]),
    ("worker", &["--features", "worker", "--target", TARGET]),
    ("products", &["--features", "products", "--target", TARGET]),
    ("xtask", &["--features", "xtask"]),
];
/// The tested command line has this feature beside the default ones, and every step that runs the command line compiles
/// it alike: burn is compiled once. What is shipped is the default.
const REMOTE: &str = "remote";
/// Folder of the `clippy.toml` for code that runs in the browser.
const BROWSER_RULES: &str = ".ci/wasm";
/// A program that reads only the shipped files and their documentation.
const INDEPENDENT_CHECK: &str = "tests/independent/check.py";
/// Compares polynomials with sympy, and runs the programs that are written of them.
const ALGEBRA_CHECK: &str = "tests/poly/check.py";
/// Any path will do, as long as it is not the root.
const SUB_PATH: &str = "/some/sub/path/";
const MEND: &str = "Mend what is said above.";

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    /// With the message.
    Failed(String),
}

/// Runs the chosen steps, all if none is chosen, and ends with one line for each.
///
/// # Errors
/// If the set-up or at least one step fails.
pub fn test(workspace: &Workspace, only: &[Step]) -> Result<(), XtaskError> {
    let chosen = |step: &Step| only.is_empty() || only.contains(step);
    let steps: Vec<Step> = Step::value_variants().iter().copied().filter(chosen).collect();
    if steps.iter().any(|&step| is_for_browsers(step)) {
        build::setup(workspace)?;
    }
    if steps.iter().any(|&step| reads_data(step)) {
        data::data(workspace)?;
    }
    let mut report = Vec::new();
    for step in steps {
        println!("\n=== {}", name(step));
        let started = Instant::now();
        let outcome = run(workspace, step).unwrap_or_else(|error| Outcome::Failed(error.to_string()));
        if let Outcome::Failed(message) = &outcome {
            println!("{message}");
        }
        report.push((step, outcome, started.elapsed()));
    }
    print!("\n{}", summary(&report));
    let failed = report.iter().filter(|(_, outcome, _)| matches!(outcome, Outcome::Failed(_))).count();
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

fn summary(report: &[(Step, Outcome, Duration)]) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let mut counts = [0; 2];
    for (step, outcome, duration) in report {
        let (index, said) = match outcome {
            Outcome::Passed => (0, "passed".to_owned()),
            Outcome::Failed(message) => (1, format!("FAILED: {}", message.lines().next().unwrap_or_default())),
        };
        counts[index] += 1;
        let _ = writeln!(text, "{:<9} {:>7.1} s  {said}", name(*step), duration.as_secs_f64());
    }
    let [passed, failed] = counts;
    let _ = writeln!(text, "{passed} passed, {failed} failed");
    text
}

fn run(workspace: &Workspace, step: Step) -> Result<Outcome, XtaskError> {
    match step {
        Step::Fmt => cargo(workspace, &["fmt", "--check"], "`cargo fmt --check`", "Run `cargo fmt`.")?,
        Step::Clippy => lint(workspace)?,
        Step::Doc => document(workspace)?,
        Step::Deny => advisories::check(workspace)?,
        Step::Native => native(workspace)?,
        Step::Weights => weights(workspace)?,
        Step::Algebra => algebra(workspace)?,
        Step::Build => build::build(workspace, Quality::Release)?,
        Step::Browser => browser(workspace)?,
    }
    Ok(Outcome::Passed)
}

fn cargo(workspace: &Workspace, arguments: &[&str], what: &str, advice: &str) -> Result<(), XtaskError> {
    shell::run(shell::cargo().current_dir(&workspace.root).args(arguments), what, advice)
}

fn lint(workspace: &Workspace) -> Result<(), XtaskError> {
    for (name, features) in FEATURE_SETS {
        // Integration tests are written for the command line.
        let targets: &[&str] = if matches!(name, "cli" | REMOTE) { &["--all-targets"] } else { &["--lib", "--bins"] };
        let arguments =
            [&["clippy", "--quiet", "--no-default-features"], features, targets, &["--", "-D", "warnings"]].concat();
        say("test", &format!("clippy, feature {name}"));
        let mut command = shell::cargo();
        command.current_dir(&workspace.root).args(arguments);
        if features.contains(&TARGET) {
            command.env("CLIPPY_CONF_DIR", workspace.path(BROWSER_RULES));
        }
        shell::run(&mut command, &format!("clippy with feature {name}"), MEND)?;
    }
    Ok(())
}

fn document(workspace: &Workspace) -> Result<(), XtaskError> {
    for (name, features) in FEATURE_SETS {
        say("test", &format!("rustdoc, feature {name}"));
        let arguments = [&["doc", "--quiet", "--no-deps", "--lib", "--no-default-features"], features].concat();
        let mut command = shell::cargo();
        command.current_dir(&workspace.root).args(arguments).env("RUSTDOCFLAGS", "-D warnings");
        shell::run(&mut command, &format!("rustdoc with feature {name}"), MEND)?;
    }
    Ok(())
}

fn native(workspace: &Workspace) -> Result<(), XtaskError> {
    say("test", "native tests: engine and command line");
    cargo(workspace, &["test", "--release", "--features", REMOTE], "`cargo test --release --features remote`", MEND)?;
    say("test", "native tests: this tool");
    let arguments = ["test", "--no-default-features", "--features", "xtask", "--lib"];
    cargo(workspace, &arguments, "testing xtask", MEND)
}

fn weights(workspace: &Workspace) -> Result<(), XtaskError> {
    let mut check = Command::new(tools::python(workspace)?);
    check.arg(INDEPENDENT_CHECK).current_dir(&workspace.root);
    shell::run(&mut check, "the independent check of the weights", MEND)
}

fn algebra(workspace: &Workspace) -> Result<(), XtaskError> {
    tools::c_compiler()?;
    let native = native_program(workspace)?;
    let mut check = Command::new(tools::python(workspace)?);
    check.arg(ALGEBRA_CHECK).current_dir(&workspace.root).env("TAYLORNET", native);
    // No folder with compiled modules beside the sources.
    check.env("PYTHONDONTWRITEBYTECODE", "1");
    shell::run(&mut check, "the check of the polynomials", MEND)
}

/// Serves `dist/` as it is; the step before has built it.
fn browser(workspace: &Workspace) -> Result<(), XtaskError> {
    let chromium = tools::chromium()?;
    npm::install(workspace, Packages::Test)?;
    let native = native_program(workspace)?;
    let dist = workspace.path("dist");
    let at_root = server::start(Site::new(&dist, ""), 0)?;
    let below_path = server::start(Site::new(&dist, SUB_PATH), 0)?;
    let mut node = Command::new("node");
    node.arg("web/tests/run.mjs").current_dir(&workspace.root);
    node.env("CHROMIUM", chromium).env("TAYLORNET", native);
    node.env("BASE_URL", &at_root.address).env("SUB_PATH_URL", &below_path.address);
    shell::run(&mut node, "the browser tests", MEND)
}

/// The command line, whose results the browser's are compared with; compiled as for the native tests.
fn native_program(workspace: &Workspace) -> Result<PathBuf, XtaskError> {
    let arguments = ["build", "--quiet", "--release", "--features", REMOTE, "--bin", "taylornet"];
    cargo(workspace, &arguments, "compiling the command line", MEND)?;
    Ok(workspace.target.join("release").join(format!("taylornet{}", std::env::consts::EXE_SUFFIX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_what_happened() {
        let second = Duration::from_secs(1);
        let report =
            [(Step::Fmt, Outcome::Passed, second), (Step::Clippy, Outcome::Failed("why\nmore".into()), second)];
        let text = summary(&report);
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed"));
        assert!(text.contains("clippy        1.0 s  FAILED: why\n"), "{text}");
        assert_eq!(summary(&report[..1]).lines().last(), Some("1 passed, 0 failed"));
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
