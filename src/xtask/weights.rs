//! `cargo xtask assets`: trains the shipped networks again, through the command line that visitors have too.

use super::cargo;
use super::data;
use super::error::XtaskError;
use super::files::Workspace;
use super::shell::{self, say};

/// The shipped networks, the quick ones first.
const MODELS: [&str; 15] = [
    "direct-1",
    "direct-2",
    "taylornet-7",
    "taylornet-7-nested",
    "taylornet-7-scale",
    "conv-7",
    "direct-3",
    "conv-28",
    "resnet-7",
    "resnet-light",
    "taylornet-28",
    "taylornet-28-nested",
    "taylornet-28-scale",
    "resnet-18",
    "direct-4",
];

/// Networks whose eigen-digits are measured and, where the page does not compute them itself, shipped.
const EIGEN_DIGITS: [&str; 4] = ["taylornet-28", "taylornet-28-nested", "taylornet-7", "taylornet-7-nested"];

/// Trains each network, writes its weights and its entry of the manifest, and measures its polynomial.
///
/// # Errors
/// If the data cannot be fetched or a run fails; runs that were stopped go on where they were.
pub fn assets(workspace: &Workspace) -> Result<(), XtaskError> {
    data::data(workspace)?;
    for model in MODELS {
        taylornet(workspace, &format!("training {model}"), &["train", "--model", model])?;
    }
    taylornet(workspace, "pruning the direct expansions", &["prune"])?;
    taylornet(workspace, "expanding the networks", &["expand", "figures"])?;
    for model in EIGEN_DIGITS {
        let arguments = ["expand", "eigen-digits", "--model", model, "--ship"];
        taylornet(workspace, &format!("eigen-digits of {model}"), &arguments)?;
    }
    Ok(())
}

/// Runs a command of the native program.
fn taylornet(workspace: &Workspace, what: &str, arguments: &[&str]) -> Result<(), XtaskError> {
    say("assets", what);
    let mut cargo = cargo::cargo();
    cargo.current_dir(&workspace.root).args(["run", "--release", "--"]).args(arguments);
    shell::run(&mut cargo, what, "Run `cargo xtask assets` again; it goes on where it stopped.")
}
