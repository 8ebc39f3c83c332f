//! `cargo xtask serve --watch`: looks for changed files and builds what depends on them.

use super::build;
use super::dist;
use super::error::XtaskError;
use super::files::{self, Workspace};
use super::inputs::{self, Needs, Snapshot};
use super::live::Build;
use super::quality::{Program, Quality};
use super::serve;
use super::shell::{complain, say};
use super::stage::span;
use std::convert::Infallible;
use std::path::PathBuf;
use std::time::Duration;
use web_time::Instant;

const LOOK_EVERY: Duration = Duration::from_millis(400);

/// Builds again whatever changes after `seen`, until the process is ended. What does not compile is reported, and waits
/// for the next change.
///
/// # Errors
/// If the files cannot be looked at.
pub fn watch(workspace: &Workspace, quality: Quality, seen: Snapshot, build: &Build) -> Result<(), XtaskError> {
    let never: Infallible = look(workspace, quality, seen, build)?;
    match never {}
}

fn look(workspace: &Workspace, quality: Quality, mut seen: Snapshot, build: &Build) -> Result<Infallible, XtaskError> {
    say("watch", "changes are built and shown");
    // What failed must be built again even if the next change is elsewhere.
    let mut open = Needs::default();
    loop {
        std::thread::sleep(LOOK_EVERY);
        let now = Snapshot::take(workspace)?;
        let changed = now.changed_since(&seen);
        if changed.is_empty() {
            continue;
        }
        seen = now;
        let needs = inputs::needs(&changed);
        open =
            Needs { page: open.page || needs.page, worker: open.worker || needs.worker, site: open.site || needs.site };
        if open.is_nothing() {
            continue;
        }
        say("watch", &format!("{} changed", listed(&changed)));
        let started = Instant::now();
        match again(workspace, quality, open) {
            Ok(()) => {
                open = Needs::default();
                serve::keep(workspace, quality, &seen)?;
                build.next();
                say("watch", &format!("shown after {}", span(started.elapsed())));
            }
            Err(error) => complain(&format!("error: {error}")),
        }
    }
}

/// Builds what is needed and renews the files of the static folder that differ.
fn again(workspace: &Workspace, quality: Quality, needs: Needs) -> Result<(), XtaskError> {
    if needs.page {
        build::program(workspace, Program::App, quality)?;
    }
    if needs.worker {
        build::worker(workspace, quality)?;
    }
    renew(workspace, quality)
}

fn renew(workspace: &Workspace, quality: Quality) -> Result<(), XtaskError> {
    let folder = quality.dist(workspace);
    for (from, to) in dist::contents(workspace, quality)? {
        let to = folder.join(to);
        if is_newer(&from, &to) {
            files::write(&to, &files::read(&from)?)?;
        }
    }
    Ok(())
}

/// Whether a copy is missing or older. What cannot be looked at is copied, and copying then says why.
fn is_newer(from: &PathBuf, copy: &PathBuf) -> bool {
    let time = |path: &PathBuf| std::fs::metadata(path).and_then(|metadata| metadata.modified());
    match (time(from), time(copy)) {
        (Ok(from), Ok(copy)) => from > copy,
        (Err(_), _) | (_, Err(_)) => true,
    }
}

/// The first few.
fn listed(changed: &[PathBuf]) -> String {
    const SHOWN: usize = 3;
    let names: Vec<String> = changed.iter().take(SHOWN).map(|path| path.display().to_string()).collect();
    let more = if changed.len() > SHOWN { format!(" and {} more", changed.len() - SHOWN) } else { String::new() };
    names.join(", ") + &more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_changes_are_named() {
        let paths: Vec<PathBuf> = ["a", "b", "c", "d", "e"].iter().map(PathBuf::from).collect();
        assert_eq!(listed(&paths[..2]), "a, b");
        assert_eq!(listed(&paths), "a, b, c and 2 more");
    }

    #[test]
    fn changed_files_are_renewed_in_the_static_folder() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace { root: folder.path().into(), target: folder.path().join("target") };
        let dist = Quality::Quick.dist(&workspace);
        files::write(&workspace.path("index.html"), b"old").unwrap();
        dist::assemble(&workspace, Quality::Quick).unwrap();
        assert_eq!(files::read(&dist.join("index.html")).unwrap(), b"old");
        files::write(&workspace.path("web/new.css"), b"style").unwrap();
        let later = std::time::SystemTime::now() + Duration::from_secs(5);
        files::write(&workspace.path("index.html"), b"new").unwrap();
        std::fs::File::options().write(true).open(workspace.path("index.html")).unwrap().set_modified(later).unwrap();
        renew(&workspace, Quality::Quick).unwrap();
        assert_eq!(files::read(&dist.join("index.html")).unwrap(), b"new");
        assert_eq!(files::read(&dist.join("web/new.css")).unwrap(), b"style");
    }
}
