//! `cargo xtask serve`: sets up, builds and serves; with `--watch` also builds again what changes.

use super::build;
use super::error::XtaskError;
use super::files::{self, Workspace};
use super::inputs::Snapshot;
use super::live::Build;
use super::quality::Quality;
use super::server;
use super::shell::say;
use super::site::Site;
use super::watch;
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;

/// What is served and how.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// Serve what is shipped: optimised and compressed, a quarter of an hour the first time
    #[arg(long)]
    release: bool,
    /// Build again what changes, and reload the page
    #[arg(long, conflicts_with_all = ["release", "dir"])]
    watch: bool,
    /// Port on this machine; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Serve this folder as it is, without building
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Path under which the page appears
    #[arg(long, default_value = "/")]
    prefix: String,
}

/// Serves until it is stopped.
///
/// # Errors
/// If something cannot be set up or built, or the port is taken.
pub fn serve(workspace: &Workspace, arguments: ServeArguments) -> Result<(), XtaskError> {
    let quality = if arguments.release { Quality::Shipped } else { Quality::Quick };
    let seen = Snapshot::take(workspace)?;
    let folder = match arguments.dir {
        Some(folder) => folder,
        None => {
            build_changed(workspace, quality, &seen)?;
            quality.dist(workspace)
        }
    };
    let build = arguments.watch.then(|| Arc::new(Build::default()));
    let site = Site::new(&folder, &arguments.prefix);
    let server = server::start(site, arguments.port, build.clone())?;
    say("serve", &format!("{}  (stop with Ctrl-C)", server.address));
    match build {
        Some(build) => watch::watch(workspace, quality, seen, &build),
        None => {
            server.wait();
            Ok(())
        }
    }
}

/// Builds, unless nothing changed since this was last done.
fn build_changed(workspace: &Workspace, quality: Quality, seen: &Snapshot) -> Result<(), XtaskError> {
    let stamp = stamp(workspace, quality);
    let inputs = seen.stamp(quality.name());
    let unchanged = files::read(&stamp).is_ok_and(|old| old == inputs.as_bytes());
    if unchanged && quality.dist(workspace).join("index.html").exists() {
        say("build", "nothing changed since the last build");
        return Ok(());
    }
    build::build(workspace, quality, true)?;
    // The data sets came meanwhile; whatever else changed is built the next time.
    let now = Snapshot::take(workspace)?;
    let is_data = |path: &PathBuf| path.starts_with("assets/data");
    let built = if now.changed_since(seen).iter().all(is_data) { &now } else { seen };
    keep(workspace, quality, built)
}

fn stamp(workspace: &Workspace, quality: Quality) -> PathBuf {
    quality.scratch(workspace).join("site.stamp")
}

/// Notes that the site was built of these files.
///
/// # Errors
/// If the note cannot be written.
pub fn keep(workspace: &Workspace, quality: Quality, seen: &Snapshot) -> Result<(), XtaskError> {
    let inputs = seen.stamp(quality.name());
    files::write(&stamp(workspace, quality), inputs.as_bytes())
}
