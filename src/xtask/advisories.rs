//! cargo-deny: licences and sources of the dependencies, and known vulnerabilities.
//!
//! The vulnerabilities come from the `RustSec` advisory database, a git repository. Where that cannot be fetched, the
//! copy in `.ci/` is used: older, but better than none; the output says so.

use super::error::XtaskError;
use super::files::{self, Workspace};
use super::shell::{self, say};
use super::tools;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The database's folders `crates` and `rust` with its licences, as of the day in the name.
const SNAPSHOT: &str = ".ci/advisory-db-2026-08-21.tar.gz";
/// cargo-deny refuses addresses without a domain, such as that of a folder. Nothing can ever be at this one.
const STAND_IN: &str = "https://advisories.invalid/db";
const FETCH_LIMIT: Duration = Duration::from_mins(1);
const ADVICE: &str = "Replace or update the dependency, or record in deny.toml why it does no harm here.";

/// Checks everything.
///
/// # Errors
/// If something is not allowed, or a dependency has a known vulnerability.
pub fn check(workspace: &Workspace) -> Result<(), XtaskError> {
    let program = tools::cargo_deny(workspace)?;
    let rules = workspace.path("deny.toml");
    run(deny(workspace, &program), &rules, &["licenses", "bans", "sources"])?;
    match shell::succeeds_within(deny(workspace, &program).args(["fetch", "db"]), FETCH_LIMIT) {
        Ok(()) => run(deny(workspace, &program), &rules, &["advisories"]),
        Err(_) if workspace.path(SNAPSHOT).exists() => {
            say("test", &format!("the advisory database cannot be fetched here; using {SNAPSHOT}"));
            let staging = workspace.staging()?;
            let database = repository(&workspace.path(SNAPSHOT), staging.path())?;
            let local = staging.path().join("deny.toml");
            let text = String::from_utf8_lossy(&files::read(&rules)?).into_owned();
            files::write(&local, with_database(&text, staging.path()).as_bytes())?;
            let mut command = deny(workspace, &program);
            // git then fetches from the copy whenever it is asked for that address.
            command.env("GIT_CONFIG_COUNT", "1");
            command.env("GIT_CONFIG_KEY_0", format!("url.file://{}.insteadOf", database.display()));
            command.env("GIT_CONFIG_VALUE_0", STAND_IN);
            run(command, &local, &["advisories"])
        }
        Err(reason) => {
            say("test", &format!("ADVISORIES WERE NOT CHECKED: the database cannot be fetched here ({reason})"));
            Ok(())
        }
    }
}

fn run(mut deny: Command, rules: &Path, checks: &[&str]) -> Result<(), XtaskError> {
    deny.arg("--config").arg(rules).args(["check", "--hide-inclusion-graph"]).args(checks);
    shell::run(&mut deny, "cargo deny", ADVICE)
}

fn deny(workspace: &Workspace, program: &Path) -> Command {
    let mut command = Command::new(program);
    command.arg("--manifest-path").arg(workspace.path("Cargo.toml"));
    command
}

/// cargo-deny only reads databases that are git repositories.
fn repository(snapshot: &Path, below: &Path) -> Result<PathBuf, XtaskError> {
    let database = below.join("advisory-db");
    std::fs::create_dir_all(&database).map_err(XtaskError::file("create", &database))?;
    let advice = "Restore the file from git.";
    shell::output(
        Command::new("tar").arg("xzf").arg(snapshot).arg("-C").arg(&database),
        "unpacking advisories",
        advice,
    )?;
    let identity = ["-c", "user.name=xtask", "-c", "user.email=xtask", "-c", "commit.gpgsign=false"];
    let commands: [&[&str]; 3] = [
        &["init", "--quiet", "--initial-branch=main"],
        &["add", "--all", "--force"],
        &["commit", "--quiet", "-m", "copy"],
    ];
    for arguments in commands {
        let mut git = Command::new("git");
        git.current_dir(&database).args(identity).args(arguments);
        shell::output(&mut git, "preparing the advisories", "Install git and run the command again.")?;
    }
    Ok(database)
}

/// The rules with another place to take advisories from; `[advisories]` is their last section.
fn with_database(rules: &str, below: &Path) -> String {
    format!("{rules}\ndb-urls = [\"{STAND_IN}\"]\ndb-path = \"{}\"\n", below.join("databases").display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advisories_are_the_last_section_of_the_rules() {
        let rules = String::from_utf8(files::read(&Workspace::here().path("deny.toml")).unwrap()).unwrap();
        let last = rules.lines().rfind(|line| line.starts_with('['));
        assert_eq!(last, Some("[advisories]"));
    }

    #[test]
    fn the_copy_becomes_a_repository() {
        let folder = tempfile::tempdir().unwrap();
        let database = repository(&Workspace::here().path(SNAPSHOT), folder.path()).unwrap();
        assert!(database.join("crates").is_dir() && database.join(".git").is_dir());
    }
}
