//! `cargo xtask bench`: the figures of the README, measured in one run.

use super::build::{self, Quality};
use super::error::XtaskError;
use super::files::Workspace;
use super::npm::{self, Packages};
use super::server;
use super::shell::{self, say};
use super::site::Site;
use super::{data, tools};
use std::process::Command;

/// Measures the page in a browser: training steps beside another library, load times, sizes, latency.
const BROWSER_BENCH: &str = "web/bench/run.mjs";
const MEND: &str = "Mend what is said above.";

/// Builds, serves and measures.
///
/// # Errors
/// If something cannot be set up or a measurement fails.
pub fn bench(workspace: &Workspace) -> Result<(), XtaskError> {
    build::setup(workspace)?;
    data::data(workspace)?;
    build::build(workspace, Quality::Release)?;
    if !workspace.path(BROWSER_BENCH).exists() {
        say("bench", &format!("there is no {BROWSER_BENCH}"));
        return Ok(());
    }
    npm::install(workspace, Packages::Bench)?;
    let server = server::start(Site::new(&workspace.path("dist"), ""), 0)?;
    // The measured libraries are served beside the page, from another port.
    let libraries = server::start(Site::new(&workspace.path("web"), ""), 0)?;
    let mut node = Command::new("node");
    node.arg(BROWSER_BENCH).current_dir(&workspace.root).env("CHROMIUM", tools::chromium()?);
    node.env("BASE_URL", &server.address).env("WEB_URL", &libraries.address);
    shell::run(&mut node, "measuring in the browser", MEND)
}
