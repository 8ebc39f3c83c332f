//! What each step of the tests does.

use super::Step;
use crate::xtask::error::XtaskError;
use crate::xtask::files::Workspace;
use crate::xtask::npm::{self, Packages};
use crate::xtask::quality::Quality;
use crate::xtask::shell;
use crate::xtask::site::Site;
use crate::xtask::stage::{Plan, Stage};
use crate::xtask::wasm_std::TARGET;
use crate::xtask::{advisories, build, cargo, server, tools};
use std::path::PathBuf;
use std::process::Command;

/// Feature sets with the arguments that choose what is compiled: the layers cannot lean on each other's dependencies.
const FEATURE_SETS: [(&str, &[&str]); 7] = [
    ("cli", &["--features", "cli"]),
    (REMOTE, &["--features", REMOTE]),
    ("app", &["--features", "app", "--target", TARGET]),
    ("split", &["--features", "split", "--target", TARGET]),
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
const MEND: &str = "Fix what is reported above.";

/// Does what a step is about.
///
/// # Errors
/// If something is not as it must be.
pub fn run(workspace: &Workspace, step: Step) -> Result<(), XtaskError> {
    match step {
        Step::Fmt => format(workspace),
        Step::Clippy => lint(workspace),
        Step::Doc => document(workspace),
        Step::Deny => advisories::check(workspace),
        Step::Native => native(workspace),
        Step::Weights => weights(workspace),
        Step::Algebra => algebra(workspace),
        Step::Build => build::build(workspace, Quality::Shipped, false),
        Step::Browser => browser(workspace),
    }
}

fn format(workspace: &Workspace) -> Result<(), XtaskError> {
    let mut command = cargo::cargo();
    command.current_dir(&workspace.root).args(["fmt", "--check"]);
    shell::run(&mut command, "`cargo fmt --check`", "Run `cargo fmt`.")
}

/// Runs cargo, with a forecast in seconds on two cores.
fn cargo(workspace: &Workspace, command: &mut Command, what: &str, typical: u64) -> Result<(), XtaskError> {
    let plan = Plan { step: "test", what: what.into(), key: format!("test {what}"), typical };
    let stage = Stage::begin(workspace, plan);
    cargo::run(command.current_dir(&workspace.root), &stage, what, MEND)?;
    stage.done();
    Ok(())
}

fn lint(workspace: &Workspace) -> Result<(), XtaskError> {
    for (name, features) in FEATURE_SETS {
        // Integration tests are written for the command line.
        let targets: &[&str] = if matches!(name, "cli" | REMOTE) { &["--all-targets"] } else { &["--lib", "--bins"] };
        let mut command = cargo::cargo();
        command.args(["clippy", "--no-default-features"]).args(features).args(targets).args(["--", "-D", "warnings"]);
        if features.contains(&TARGET) {
            command.env("CLIPPY_CONF_DIR", workspace.path(BROWSER_RULES));
        }
        let typical = if matches!(name, "products" | "xtask") { 20 } else { 90 };
        cargo(workspace, &mut command, &format!("clippy with feature {name}"), typical)?;
    }
    Ok(())
}

/// The dependencies are those that clippy has checked.
fn document(workspace: &Workspace) -> Result<(), XtaskError> {
    for (name, features) in FEATURE_SETS {
        let mut command = cargo::cargo();
        command.args(["doc", "--no-deps", "--lib", "--no-default-features"]).args(features);
        command.env("RUSTDOCFLAGS", "-D warnings");
        cargo(workspace, &mut command, &format!("rustdoc with feature {name}"), 15)?;
    }
    Ok(())
}

fn native(workspace: &Workspace) -> Result<(), XtaskError> {
    let mut tests = cargo::cargo();
    tests.args(["test", "--release", "--features", REMOTE]);
    cargo(workspace, &mut tests, "native tests: engine and command line", 600)?;
    let mut tests = cargo::cargo();
    tests.args(["test", "--no-default-features", "--features", "xtask", "--lib"]);
    cargo(workspace, &mut tests, "native tests: this tool", 60)
}

/// Runs a program that checks the command line's results.
fn check(workspace: &Workspace, program: &str, what: &str, typical: u64) -> Result<(), XtaskError> {
    let native = native_program(workspace)?;
    let mut check = Command::new(tools::python(workspace)?);
    check.arg(program).current_dir(&workspace.root).env("TAYLORNET", native);
    // No folder with compiled modules beside the sources.
    check.env("PYTHONDONTWRITEBYTECODE", "1");
    let stage = Stage::begin(workspace, Plan { step: "test", what: what.into(), key: what.into(), typical });
    shell::run(&mut check, what, MEND)?;
    stage.done();
    Ok(())
}

fn weights(workspace: &Workspace) -> Result<(), XtaskError> {
    check(workspace, INDEPENDENT_CHECK, "the independent check of the weights", 180)
}

fn algebra(workspace: &Workspace) -> Result<(), XtaskError> {
    tools::c_compiler()?;
    check(workspace, ALGEBRA_CHECK, "the check of the polynomials", 120)
}

/// Serves `dist/` as it is; the step before has built it.
fn browser(workspace: &Workspace) -> Result<(), XtaskError> {
    let chromium = tools::chromium()?;
    npm::install(workspace, Packages::Test)?;
    let native = native_program(workspace)?;
    let dist = workspace.path("dist");
    let at_root = server::start(Site::new(&dist, ""), 0, None)?;
    let below_path = server::start(Site::new(&dist, SUB_PATH), 0, None)?;
    let mut node = Command::new("node");
    node.arg("web/tests/run.mjs").current_dir(&workspace.root);
    node.env("CHROMIUM", chromium).env("TAYLORNET", native);
    node.env("BASE_URL", &at_root.address).env("SUB_PATH_URL", &below_path.address);
    let what = "the browser tests";
    let stage = Stage::begin(workspace, Plan { step: "test", what: what.into(), key: what.into(), typical: 900 });
    shell::run(&mut node, what, MEND)?;
    stage.done();
    Ok(())
}

/// The command line, whose results others are compared with; compiled as for the native tests.
fn native_program(workspace: &Workspace) -> Result<PathBuf, XtaskError> {
    let mut command = cargo::cargo();
    command.args(["build", "--release", "--features", REMOTE, "--bin", "taylornet"]);
    cargo(workspace, &mut command, "compiling the command line", 240)?;
    Ok(workspace.target.join("release").join(format!("taylornet{}", std::env::consts::EXE_SUFFIX)))
}
