//! Packages of the npm registry, pinned with their hashes in `web/package-lock.json`.

use super::error::XtaskError;
use super::files::{self, Workspace};
use super::shell::{self, say};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which of the packages are needed: the kinds of `web/package.json`, each including those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packages {
    /// wasm-opt.
    Build,
    /// Also the browser driver and the accessibility checker.
    Test,
    /// Also the library the benchmark compares with.
    Bench,
}

impl Packages {
    fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Build => &["dependencies"],
            Self::Test => &["dependencies", "devDependencies"],
            Self::Bench => &["dependencies", "devDependencies", "optionalDependencies"],
        }
    }

    fn omitted(self) -> &'static [&'static str] {
        match self {
            Self::Build => &["--omit=dev", "--omit=optional"],
            Self::Test => &["--omit=optional"],
            Self::Bench => &[],
        }
    }
}

/// wasm-opt, after [`install`].
pub fn wasm_opt(workspace: &Workspace) -> PathBuf {
    workspace.path("web/node_modules/binaryen/bin/wasm-opt")
}

/// Installs the packages unless they are there at their versions.
///
/// # Errors
/// If they cannot be fetched; the old ones then stay.
pub fn install(workspace: &Workspace, packages: Packages) -> Result<(), XtaskError> {
    let web = workspace.path("web");
    let manifest = files::read(&web.join("package.json"))?;
    let pinned = pinned(&manifest, packages.kinds());
    let modules = web.join("node_modules");
    let names = pinned.iter().map(|(name, version)| format!("{name} {version}")).collect::<Vec<_>>().join(", ");
    if pinned.iter().all(|(name, version)| installed(&modules, name).as_ref() == Some(version)) {
        say("setup", &format!("{names} already there"));
        return Ok(());
    }
    say("setup", &format!("installing {names} from npm"));
    let staging = workspace.staging()?;
    for name in ["package.json", "package-lock.json"] {
        files::write(&staging.path().join(name), &files::read(&web.join(name))?)?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .args(packages.omitted())
        .current_dir(staging.path());
    let advice =
        "Install Node.js 20 or newer and check that the npm registry can be reached, then run the command again.";
    shell::output(&mut npm, "installing npm packages", advice)?;
    let staged = staging.path().join("node_modules");
    for (name, version) in &pinned {
        if installed(&staged, name).as_ref() != Some(version) {
            let (what, place) = (format!("{name} {version}"), "what npm installed".to_owned());
            return Err(XtaskError::NotFound { what, place, advice: advice.into() });
        }
    }
    files::replace_folder(&staged, &modules)
}

/// Names and versions of the packages of these kinds.
fn pinned(manifest: &[u8], kinds: &[&str]) -> Vec<(String, String)> {
    let manifest: serde_json::Value = serde_json::from_slice(manifest).unwrap_or_default();
    let of_kind = |kind: &&str| manifest.get(kind).and_then(|value| value.as_object().cloned()).unwrap_or_default();
    let version = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    kinds.iter().flat_map(of_kind).map(|(name, value)| (name, version(&value))).collect()
}

fn installed(modules: &Path, name: &str) -> Option<String> {
    let manifest = files::read(&modules.join(name).join("package.json")).ok()?;
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).ok()?;
    Some(manifest.get("version")?.as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_include_those_before() {
        let manifest = br#"{"dependencies": {"a": "1.0.0"}, "devDependencies": {"b": "2.0.0"}}"#;
        let names = |packages: Packages| {
            pinned(manifest, packages.kinds()).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(Packages::Build), ["a"]);
        assert_eq!(names(Packages::Bench), ["a", "b"]);
    }

    #[test]
    fn every_version_is_exact_and_no_address_is_locked() {
        let web = Workspace::here().path("web");
        let manifest = files::read(&web.join("package.json")).unwrap();
        let all = pinned(&manifest, Packages::Bench.kinds());
        assert!(all.len() >= 4);
        assert!(all.iter().all(|(_, version)| version.split('.').all(|part| part.parse::<u32>().is_ok())), "{all:?}");
        let lock = String::from_utf8(files::read(&web.join("package-lock.json")).unwrap()).unwrap();
        assert!(!lock.contains("resolved") && !lock.contains("://"));
    }
}
