//! cargo-deny: licences and sources of the dependencies, and known vulnerabilities.
//!
//! The vulnerabilities come from the `RustSec` advisory database, a git repository. Where that cannot be fetched, the
//! output says that they were not checked.

use super::error::XtaskError;
use super::files::Workspace;
use super::shell::{self, say};
use super::tools;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

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
