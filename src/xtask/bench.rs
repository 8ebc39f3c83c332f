//! `cargo xtask bench`: the figures of the README, measured in one run.
//!
//! This builds and serves; what is measured, and how, is in `web/bench/`.

use super::build;
use super::error::XtaskError;
use super::files::Workspace;
use super::npm::{self, Packages};
use super::quality::Quality;
use super::server;
use super::shell::{self, say};
use super::site::Site;
use super::{cargo, crates, tools};
use std::path::PathBuf;
use std::process::Command;

/// Measures the page in a browser: training steps beside another library, load times, sizes, latency.
const BROWSER_BENCH: &str = "web/bench/run.mjs";
/// Where the figures go, below cargo's output.
const RESULT: &str = "bench.json";
const MEND: &str = "Fix what is reported above.";

/// Builds, serves and measures; prints the figures and writes them to `target/bench.json`.
///
/// # Errors
/// If something cannot be set up or a measurement fails.
pub fn bench(workspace: &Workspace) -> Result<(), XtaskError> {
    npm::install(workspace, Packages::Bench)?;
    let chromium = tools::chromium()?;
    build::build(workspace, Quality::Shipped, true)?;
    let native = native(workspace)?;
    let server = server::start(Site::new(&workspace.path("dist"), ""), 0, None)?;
    // The measured libraries are served from another port, so that they are never part of the page.
    let libraries = server::start(Site::new(&workspace.path("web"), ""), 0, None)?;
    let mut node = Command::new("node");
    node.arg(BROWSER_BENCH)
        .current_dir(&workspace.root)
        .env("CHROMIUM", chromium)
        .env("TAYLORNET", native)
        .env("BASE_URL", &server.address)
        .env("WEB_URL", &libraries.address)
        .env("OUT", workspace.target.join(RESULT))
        .env("CRATES", crates::write(workspace)?);
    match tools::jax(workspace) {
        Ok(python) => node.env("JAX_PYTHON", python),
        Err(error) => {
            say("bench", &format!("JAX is left out: {error}"));
            node.env("JAX_MISSING", error.to_string())
        }
    };
    say("bench", "measuring; about a quarter of an hour, in which nothing else should run");
    shell::run(&mut node, "the benchmark", MEND)
}

/// The command line, which measures itself.
fn native(workspace: &Workspace) -> Result<PathBuf, XtaskError> {
    say("build", "compiling the command line (profile release)");
    let mut cargo = cargo::cargo();
    cargo.current_dir(&workspace.root).args(["build", "--quiet", "--release", "--bin", "taylornet"]);
    shell::run(&mut cargo, "compiling the command line", MEND)?;
    Ok(workspace.target.join("release").join(format!("taylornet{}", std::env::consts::EXE_SUFFIX)))
}
