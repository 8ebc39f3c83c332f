//! `cargo xtask assets`: trains the shipped networks again, through the command line that visitors have too.

use super::data;
use super::error::XtaskError;
use super::files::Workspace;
use super::shell::{self, say};

/// The shipped networks, the quick ones first.
const MODELS: [&str; 5] = ["taylornet-7", "conv-7", "conv-28", "resnet-7", "taylornet-28"];

/// Trains each network and writes its weights and its entry of the manifest.
///
/// # Errors
/// If the data cannot be fetched or a run fails; runs that were stopped go on where they were.
pub fn assets(workspace: &Workspace) -> Result<(), XtaskError> {
    data::data(workspace)?;
    for model in MODELS {
        say("assets", &format!("training {model}"));
        let mut cargo = shell::cargo();
        cargo.current_dir(&workspace.root).args(["run", "--release", "--", "train", "--model", model]);
        let advice = "Run `cargo xtask assets` again; it goes on where it stopped.";
        shell::run(&mut cargo, &format!("training {model}"), advice)?;
    }
    Ok(())
}
