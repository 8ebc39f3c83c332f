//! The Rust standard library for WebAssembly: from rustup, or, where that cannot download, built from the source that
//! Debian packages for exactly this compiler.

use super::apt;
use super::cargo;
use super::error::XtaskError;
use super::files::{self, Workspace};
use super::shell::{self, say};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The target of page and worker.
pub const TARGET: &str = "wasm32-unknown-unknown";
const RUSTUP_LIMIT: Duration = Duration::from_mins(3);
const ADVICE: &str = "Run `cargo xtask setup` again.";

/// Installs the standard library unless it is there.
///
/// # Errors
/// If neither way works; both reasons are given.
pub fn install(workspace: &Workspace) -> Result<(), XtaskError> {
    let libraries = PathBuf::from(rustc(&["--print", "target-libdir", "--target", TARGET])?.trim());
    if has_std(&libraries) {
        say("setup", &format!("Rust standard library for {TARGET} already there"));
        return Ok(());
    }
    say("setup", &format!("adding {TARGET} with rustup"));
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).env("RUSTUP_MAX_RETRIES", "1");
    let by_rustup = shell::succeeds_within(&mut rustup, RUSTUP_LIMIT);
    if by_rustup.is_ok() && has_std(&libraries) {
        return Ok(());
    }
    let reason = by_rustup.err().unwrap_or_else(|| "it added the target to another toolchain".into());
    say("setup", &format!("rustup could not ({reason}); building it from Debian's rust-src"));
    build(workspace, &libraries).map_err(|debian| XtaskError::NoWasmStd {
        target: TARGET,
        rustup: reason,
        debian: Box::new(debian),
    })
}

fn has_std(libraries: &Path) -> bool {
    let is_std = |name: &Path| name.to_string_lossy().starts_with("libstd-");
    files::files_below(libraries).is_ok_and(|names| names.iter().any(|name| is_std(name)))
}

fn rustc(arguments: &[&str]) -> Result<String, XtaskError> {
    let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    shell::output(Command::new(program).args(arguments), "asking the Rust compiler", "Install Rust with rustup.")
}

fn build(workspace: &Workspace, libraries: &Path) -> Result<(), XtaskError> {
    let version = compiler_version(&rustc(&["--version"])?)?;
    let sysroot = PathBuf::from(rustc(&["--print", "sysroot"])?.trim());
    let staging = workspace.staging()?;
    install_source(&version, &sysroot, staging.path())?;
    say("setup", "compiling the standard library (about a minute)");
    let crate_folder = staging.path().join("empty");
    files::write(&crate_folder.join("src/lib.rs"), b"")?;
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
    files::write(&crate_folder.join("Cargo.toml"), manifest.as_bytes())?;
    let output = staging.path().join("output");
    let mut cargo = cargo::cargo();
    cargo
        .current_dir(&crate_folder)
        .args(["build", "--release", "-Z", "build-std=std,panic_abort", "--target", TARGET, "--target-dir"])
        .arg(&output)
        // Building std is not stable; this lets the stable compiler do what it does for its own distribution.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "");
    shell::output(&mut cargo, "compiling the standard library", ADVICE)?;
    install_libraries(&output.join(TARGET).join("release/deps"), libraries)
}

/// `rustc 1.95.0 (hash date)` to `1.95.0`.
fn compiler_version(text: &str) -> Result<String, XtaskError> {
    let version = text.split_whitespace().nth(1).filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    version.map(str::to_owned).ok_or_else(|| XtaskError::NotFound {
        what: "the compiler's version".into(),
        place: format!("`{}`", text.trim()),
        advice: "Install Rust with rustup.".into(),
    })
}

/// Puts Debian's copy of the library source where cargo looks for it.
fn install_source(version: &str, sysroot: &Path, staging: &Path) -> Result<(), XtaskError> {
    let destination = sysroot.join("lib/rustlib/src/rust");
    if destination.join("library/Cargo.lock").exists() {
        return Ok(());
    }
    let package = apt::download("rust-src", version, staging)?;
    let library = format!("./usr/src/rustc-{version}/library");
    let mut contents = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(&package)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(XtaskError::file("unpack", &package))?;
    let mut tar = Command::new("tar");
    tar.args(["x", "-C"]).arg(staging).arg(&library);
    if let Some(stream) = contents.stdout.take() {
        tar.stdin(stream);
    }
    shell::run(&mut tar, "unpacking rust-src", ADVICE)?;
    contents.wait().map_err(XtaskError::file("unpack", &package))?;
    move_folder(&staging.join(library), &destination.join("library"))
}

fn install_libraries(built: &Path, libraries: &Path) -> Result<(), XtaskError> {
    let names = files::files_below(built)?;
    let staged = built.join("lib");
    let rlibs = names.iter().filter(|name| name.extension().is_some_and(|extension| extension == "rlib"));
    for name in rlibs.filter(|name| !name.to_string_lossy().starts_with("libempty-")) {
        files::write(&staged.join(name), &files::read(&built.join(name))?)?;
    }
    move_folder(&staged, libraries)?;
    if has_std(libraries) {
        return Ok(());
    }
    Err(XtaskError::NotFound {
        what: "the compiled standard library".into(),
        place: built.display().to_string(),
        advice: ADVICE.into(),
    })
}

/// Moves a folder, possibly to another disk: copied beside its destination, then renamed.
fn move_folder(from: &Path, to: &Path) -> Result<(), XtaskError> {
    let parent = to.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(parent).map_err(XtaskError::file("create", parent))?;
    let beside = tempfile::tempdir_in(parent).map_err(XtaskError::file("create", parent))?;
    let copy = beside.path().join("copy");
    for name in files::files_below(from)? {
        files::write(&copy.join(&name), &files::read(&from.join(&name))?)?;
    }
    files::replace_folder(&copy, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_says_its_version() {
        assert_eq!(compiler_version("rustc 1.95.0 (59807616e 2026-04-14)").unwrap(), "1.95.0");
        assert!(compiler_version("bash: rustc: not found").is_err());
    }

    #[test]
    fn only_libraries_of_the_standard_library_are_installed() {
        let folder = tempfile::tempdir().unwrap();
        let built = folder.path().join("deps");
        for name in ["libstd-1.rlib", "libcore-2.rlib", "libempty-3.rlib", "std-1.d"] {
            files::write(&built.join(name), b"").unwrap();
        }
        let installed = folder.path().join("rustlib/wasm32/lib");
        install_libraries(&built, &installed).unwrap();
        let names = files::files_below(&installed).unwrap();
        assert_eq!(names, [PathBuf::from("libcore-2.rlib"), PathBuf::from("libstd-1.rlib")]);
        assert!(has_std(&installed));
    }

    #[test]
    fn without_a_standard_library_the_installation_fails() {
        let folder = tempfile::tempdir().unwrap();
        files::write(&folder.path().join("deps/libcore-2.rlib"), b"").unwrap();
        assert!(install_libraries(&folder.path().join("deps"), &folder.path().join("lib")).is_err());
    }
}
