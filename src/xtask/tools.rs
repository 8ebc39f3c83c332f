//! Programs that the build and the tests run, each at one version, installed for this checkout only.

use super::cargo;
use super::error::XtaskError;
use super::files::Workspace;
use super::shell::{self, say};
use super::stage::{Plan, Stage};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Checks licences, sources and advisories of the dependencies.
const CARGO_DENY: &str = "0.20.2";
/// What the independent checks use: numpy for the weights, Pillow for the pictures of CIFAR-10, sympy (which needs mpmath)
/// and the parser of its LaTeX reader for the algebra.
const PYTHON_PACKAGES: [(&str, &str); 5] = [
    ("numpy", "2.2.6"),
    ("pillow", "12.0.0"),
    ("sympy", "1.14.0"),
    ("mpmath", "1.3.0"),
    ("antlr4-python3-runtime", "4.11.1"),
];
/// What the benchmark compares with, and all that it needs.
const JAX_PACKAGES: [(&str, &str); 8] = [
    ("jax", "0.10.2"),
    ("jaxlib", "0.10.2"),
    ("optax", "0.2.8"),
    ("numpy", "2.4.6"),
    ("scipy", "1.17.1"),
    ("ml_dtypes", "0.6.0"),
    ("opt_einsum", "3.4.0"),
    ("absl-py", "2.5.1"),
];

/// cargo-deny, for the tests.
///
/// # Errors
/// If it cannot be installed.
pub fn cargo_deny(workspace: &Workspace) -> Result<PathBuf, XtaskError> {
    cargo_tool(workspace, "cargo-deny", "cargo-deny", CARGO_DENY)
}

fn program(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.tools().join("bin").join(name)
}

fn cargo_tool(workspace: &Workspace, package: &str, name: &str, version: &str) -> Result<PathBuf, XtaskError> {
    let tools = workspace.tools();
    let path = program(workspace, name);
    let says = Command::new(&path).arg("--version").output();
    if says.is_ok_and(|output| says_version(&String::from_utf8_lossy(&output.stdout), version)) {
        say("setup", &format!("{package} {version} already there"));
        return Ok(path);
    }
    let what = format!("installing {package} {version}");
    let plan = Plan { step: "setup", what, key: format!("install {package}"), typical: 180 };
    let stage = Stage::begin(workspace, plan);
    let build = tools.join("build");
    let mut install = cargo::cargo();
    install
        .args(["install", "--force", &format!("{package}@{version}"), "--root"])
        .arg(&tools)
        .arg("--target-dir")
        .arg(&build)
        // Not `--locked`: the lock files inside these packages name versions that registries may not serve any more.
        .env("CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS", "fallback");
    let advice = "Check the connection, then run the command again.";
    cargo::run(&mut install, &stage, &format!("installing {package}"), advice)?;
    stage.done();
    // The program is installed; what it was compiled from is only in the way.
    let _ = std::fs::remove_dir_all(build);
    Ok(path)
}

/// Whether a program's `--version` names exactly this version.
fn says_version(text: &str, version: &str) -> bool {
    text.split_whitespace().any(|word| word == version)
}

/// The path of a Chromium for the browser tests, installed from Debian if there is none.
///
/// # Errors
/// If there is none and it cannot be installed.
pub fn chromium() -> Result<PathBuf, XtaskError> {
    if let Some(chosen) = std::env::var_os("CHROMIUM") {
        return Ok(chosen.into());
    }
    if let Some(path) = installed_chromium() {
        say("setup", &format!("{} already there", path.display()));
        return Ok(path);
    }
    apt_install(&["chromium"], "Install Chromium, or name a browser of its kind in the variable CHROMIUM.")?;
    installed_chromium().ok_or_else(|| XtaskError::ProgramMissing {
        program: "chromium".into(),
        advice: "Debian's package was installed, but the program does not start; run `chromium --version`.".into(),
    })
}

fn installed_chromium() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
    let paths = names.iter().filter_map(|name| find_program(name, &std::env::var_os("PATH")?));
    paths.into_iter().find(|path| shell::succeeds(Command::new(path).arg("--version")))
}

/// Where a program lies: whatever starts the browser needs its whole path.
fn find_program(name: &str, search_path: &OsStr) -> Option<PathBuf> {
    std::env::split_paths(search_path).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn apt_install(packages: &[&str], advice: &str) -> Result<(), XtaskError> {
    let advice = format!("{advice} Installing it needs root and Debian's apt-get.");
    say("setup", &format!("installing {} with apt-get", packages.join(" ")));
    let quiet = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        shell::output(&mut command, &format!("installing {}", packages.join(" ")), &advice)
    };
    quiet(&["update"])?;
    quiet(&[&["install", "--yes", "--no-install-recommends"], packages].concat()).map(|_| ())
}

/// A C compiler, for programs that the command line writes; installed from Debian if there is none.
///
/// # Errors
/// If there is none and it cannot be installed.
pub fn c_compiler() -> Result<(), XtaskError> {
    if shell::succeeds(Command::new("cc").arg("--version")) {
        return Ok(());
    }
    apt_install(&["gcc", "libc6-dev"], "Install a C compiler under the name cc.")
}

/// A Python with the packages of the independent checks, in an environment of its own.
///
/// # Errors
/// If it cannot be set up.
pub fn python(workspace: &Workspace) -> Result<PathBuf, XtaskError> {
    python_with(workspace, "python", &PYTHON_PACKAGES)
}

/// A Python with JAX, for the benchmark.
///
/// # Errors
/// If it cannot be set up.
pub fn jax(workspace: &Workspace) -> Result<PathBuf, XtaskError> {
    python_with(workspace, "jax", &JAX_PACKAGES)
}

fn python_with(workspace: &Workspace, folder: &str, packages: &[(&str, &str)]) -> Result<PathBuf, XtaskError> {
    let environment = workspace.tools().join(folder);
    let program = environment.join("bin/python3");
    let packages: Vec<_> = packages.iter().map(|(package, version)| format!("{package}=={version}")).collect();
    let check = "import sys, importlib.metadata as m\n\
        for p in sys.argv[1:]:\n    name, version = p.split('==')\n    assert m.version(name) == version";
    if shell::succeeds(Command::new(&program).args(["-c", check]).args(&packages)) {
        say("setup", &format!("Python with {} already there", packages.join(", ")));
        return Ok(program);
    }
    say("setup", &format!("making a Python environment with {}", packages.join(", ")));
    let make = |folder: &Path| shell::succeeds(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder));
    if !make(&environment) {
        apt_install(&["python3", "python3-venv"], "Install Python 3.10 or newer with its venv module.")?;
        if !make(&environment) {
            let advice = "Install Python 3.10 or newer with its venv module.".into();
            return Err(XtaskError::ProgramMissing { program: "python3 -m venv".into(), advice });
        }
    }
    let mut pip = Command::new(&program);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(&packages);
    shell::output(
        &mut pip,
        "installing Python packages",
        "Check that PyPI can be reached, then run the command again.",
    )?;
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xtask::files;

    #[test]
    fn a_program_is_found_in_the_first_folder_that_has_it() {
        let folder = tempfile::tempdir().unwrap();
        files::write(&folder.path().join("second/browser"), b"").unwrap();
        let search_path = std::env::join_paths(["first", "second"].map(|name| folder.path().join(name))).unwrap();
        assert_eq!(find_program("browser", &search_path), Some(folder.path().join("second/browser")));
        assert_eq!(find_program("other", &search_path), None);
    }

    #[test]
    fn only_the_exact_version_counts_as_installed() {
        assert!(says_version("cargo-deny 0.20.2\n", "0.20.2"));
        assert!(says_version("cargo-deny 0.20.2 (abc)", "0.20.2"));
        assert!(!says_version("cargo-deny 0.20.1", "0.20.2"));
        assert!(!says_version("", "0.20.2"));
    }
}
