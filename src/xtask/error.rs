//! What can go wrong while setting up, building, serving and testing; every message says what to do next.

use std::path::PathBuf;

/// Errors of the build tool.
#[derive(Debug, thiserror::Error)]
pub enum XtaskError {
    /// A program is not on this machine.
    #[error("`{program}` was not found. {advice}")]
    ProgramMissing {
        /// Name of the program.
        program: String,
        /// How to get it.
        advice: String,
    },
    /// A program ran and failed.
    #[error("{what} failed ({status}). {advice}")]
    CommandFailed {
        /// What was being done.
        what: String,
        /// The exit status.
        status: String,
        /// What to do next, and the end of what the program said where it was not shown.
        advice: String,
    },
    /// A file could not be read, written or moved.
    #[error(
        "cannot {action} {path}: {source}. Check the disk's free space and the permissions, then run the command again."
    )]
    File {
        /// `read`, `write`, ...
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A downloaded file is not the one that is pinned.
    #[error(
        "{what} has sha256 {found}, expected {expected}. Nothing was installed. Run the command again; if it repeats, \
         the registry serves another file: compare the pinned hash in src/xtask with the package's origin."
    )]
    WrongHash {
        /// Which file.
        what: String,
        /// The pinned hash.
        expected: String,
        /// The hash of what came.
        found: String,
    },
    /// Something needed from a file or a program's output is not there.
    #[error("{what} was not found in {place}. {advice}")]
    NotFound {
        /// What was looked for.
        what: String,
        /// Where.
        place: String,
        /// What to do next.
        advice: String,
    },
    /// The Rust standard library for WebAssembly could not be had in any way.
    #[error(
        "the Rust standard library for {target} could not be installed.\n  rustup: {rustup}\n  Debian's rust-src: {debian}\n\
         Connect to a network where one of the two can be downloaded and run `cargo xtask setup` again."
    )]
    NoWasmStd {
        /// The target.
        target: &'static str,
        /// Why rustup failed.
        rustup: String,
        /// Why the build from source failed.
        debian: Box<XtaskError>,
    },
    /// The compiled program and the maker of the bindings do not fit.
    #[error(
        "the bindings of {program} could not be made: {reason}. Is Cargo.lock as in git, with one version of \
         wasm-bindgen and wasm-bindgen-cli-support?"
    )]
    Bindings {
        /// Which program.
        program: &'static str,
        /// Why.
        reason: String,
    },
    /// The linked page does not come apart.
    #[error(
        "the page cannot be taken apart into what Draw needs and the other rooms: {reason}. Is Cargo.lock as in git, \
         with wasm_split_helpers and wasm_split_cli_support that fit?"
    )]
    Split {
        /// Why.
        reason: String,
    },
    /// A file has no place for the name of the build.
    #[error("{file} has no empty place for the name of the build. Put it back (see `src/xtask/offline.rs`).")]
    NoPlace {
        /// Which file.
        file: String,
    },
    /// A compiled program is larger than what a visitor should have to download.
    #[error(
        "{what} has {found} bytes after brotli, at most {limit} are allowed. Look for a new dependency or feature \
         (`cargo tree -e features`), or large constant data."
    )]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// Its size.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// The server could not start.
    #[error("cannot serve on port {port}: {reason}. Is another server running? Choose another with --port.")]
    Serve {
        /// The requested port.
        port: u16,
        /// Why.
        reason: String,
    },
    /// At least one step of the tests failed.
    #[error("{failed} of {total} steps failed; each is repeated alone with `cargo xtask test --only NAME`.")]
    StepsFailed {
        /// How many failed.
        failed: usize,
        /// How many ran.
        total: usize,
    },
}

impl XtaskError {
    /// For `map_err` on file operations.
    pub fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}
