//! `cargo xtask assets`: trains the shipped networks again, through the command line that visitors have too.

use super::cargo;
use super::data;
use super::error::XtaskError;
use super::files::Workspace;
use super::shell::{self, say};
use crate::config::{DataSet, NamedNetwork};

/// Trains each network, writes its weights and its entry of the manifest, and measures its polynomial.
///
/// # Errors
/// If the data cannot be fetched or a run fails; runs that were stopped go on where they were.
pub fn assets(workspace: &Workspace) -> Result<(), XtaskError> {
    data::data(workspace, &DataSet::ALL)?;
    for model in NamedNetwork::ALL.iter().map(|network| network.name) {
        taylornet(workspace, &format!("training {model}"), &["train", "--model", model])?;
    }
    taylornet(workspace, "pruning the direct expansions", &["prune"])?;
    taylornet(workspace, "expanding the networks", &["expand", "figures"])?;
    for model in NamedNetwork::ALL.iter().filter(|network| network.eigen_digits).map(|network| network.name) {
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
