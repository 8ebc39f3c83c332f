//! Compiles page and worker to WebAssembly and assembles the static folder.

use super::cargo;
use super::data;
use super::dist;
use super::error::XtaskError;
use super::files::Workspace;
use super::npm::{self, Packages};
use super::package;
use super::quality::{Program, Quality};
use super::shell;
use super::split;
use super::stage::{Plan, Stage};
use super::wasm_std::{self, TARGET};
use crate::config::{DataSet, MNIST};
use std::path::PathBuf;
use std::process::Command;

const MEND: &str = "Fix what the compiler reports above.";

/// Everything that building what is shipped needs.
///
/// # Errors
/// If something cannot be installed.
pub fn setup(workspace: &Workspace) -> Result<(), XtaskError> {
    wasm_std::install(workspace)?;
    npm::install(workspace, Packages::Build)
}

/// Sets up what a build of this quality needs, compiles both programs and assembles the static folder.
///
/// The data sets are fetched while the compiler works. `alone`: nothing else is compiled at the same time, so that page
/// and worker, whose last minutes occupy one core each, are built side by side.
///
/// # Errors
/// If a step fails or a program is larger than allowed.
pub fn build(workspace: &Workspace, quality: Quality, alone: bool) -> Result<(), XtaskError> {
    wasm_std::install(workspace)?;
    let fetch = || {
        if quality == Quality::Shipped {
            npm::install(workspace, Packages::Build)?;
        }
        // A page needs only some photographs of CIFAR-10; whoever works on it can do without them.
        let sets: &[&DataSet] = if quality == Quality::Shipped { &DataSet::ALL } else { &[&MNIST] };
        data::data(workspace, sets)
    };
    if quality == Quality::Shipped {
        // Optimising the page needs wasm-opt.
        fetch()?;
        programs(workspace, quality, alone)?;
    } else {
        let (fetched, built) = shell::both(fetch, || programs(workspace, quality, alone));
        built.and(fetched)?;
    }
    dist::assemble(workspace, quality)
}

fn programs(workspace: &Workspace, quality: Quality, alone: bool) -> Result<(), XtaskError> {
    let page = || program(workspace, Program::App, quality);
    let worker = || worker(workspace, quality);
    // Two programs of one profile are compiled in one folder, which cargo gives to one of them at a time.
    let apart = quality.profile(Program::App) != quality.profile(Program::Worker);
    let (page, worker) = if apart && alone {
        shell::both(page, worker)
    } else {
        let compiled = compile(workspace, Program::App, quality)?;
        shell::both(|| package::package(workspace, Program::App, quality, &compiled), worker)
    };
    page.and(worker)
}

/// Compiles the worker with its products.
///
/// # Errors
/// If they do not compile.
pub fn worker(workspace: &Workspace, quality: Quality) -> Result<(), XtaskError> {
    products(workspace, quality)?;
    program(workspace, Program::Worker, quality)
}

/// Compiles one program and makes its files in `pkg/`.
///
/// # Errors
/// If it does not compile.
pub fn program(workspace: &Workspace, program: Program, quality: Quality) -> Result<(), XtaskError> {
    let compiled = compile(workspace, program, quality)?;
    package::package(workspace, program, quality, &compiled)
}

/// The matrix products of the worker for browsers with relaxed SIMD: no bindings, no library, and the worker's memory.
fn products(workspace: &Workspace, quality: Quality) -> Result<(), XtaskError> {
    let output = quality.pkg(workspace).join("products.wasm");
    std::fs::create_dir_all(quality.pkg(workspace)).map_err(XtaskError::file("create", &output))?;
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.current_dir(&workspace.root).args(["--edition", "2024", "--crate-name", "products", "--crate-type", "bin"]);
    rustc.args(["--target", TARGET, "src/bin/products.rs", "-o"]).arg(&output);
    let flags = [
        "target-feature=+simd128,+relaxed-simd",
        "opt-level=3",
        "codegen-units=1",
        "lto=fat",
        "panic=abort",
        "strip=symbols",
        "link-arg=--import-memory",
        "link-arg=--no-entry",
        "link-arg=--export=product",
        // Loop strength reduction, which would slow the inner loops down (see the program).
        "llvm-args=-disable-lsr",
    ];
    rustc.args(flags.iter().flat_map(|flag| ["-C", flag]));
    shell::run(&mut rustc, "compiling products", MEND)
}

/// Settings of cargo besides those of the profile.
fn settings(program: Program, quality: Quality) -> &'static [&'static str] {
    /// Views are compiled without their types: with them every nesting of elements is code of its own.
    const ERASED: [&str; 2] = ["--config", r#"target.wasm32-unknown-unknown.rustflags=["--cfg", "erase_components"]"#];
    /// The page computes nothing, and is compiled again whenever a view changes. The worker has the same flags, so that
    /// what both depend on is compiled once.
    const QUICK_PAGE: [&str; 6] = [
        ERASED[0],
        ERASED[1],
        "--config",
        "profile.quick.incremental=true",
        "--config",
        "profile.quick.package.taylornet-explorer.opt-level=1",
    ];
    match (quality, program) {
        (Quality::Shipped, Program::App) | (Quality::Quick, Program::Worker) => &ERASED,
        (Quality::Shipped, Program::Worker) => &[],
        (Quality::Quick, Program::App) => &QUICK_PAGE,
    }
}

/// What compiling takes on two cores, in seconds: from nothing, and after a change in our code.
fn typical(program: Program, quality: Quality) -> (u64, u64) {
    match (quality, program) {
        (Quality::Shipped, Program::App) => (240, 120),
        (Quality::Shipped, Program::Worker) => (720, 420),
        (Quality::Quick, Program::App) => (90, 20),
        (Quality::Quick, Program::Worker) => (240, 60),
    }
}

fn compile(workspace: &Workspace, program: Program, quality: Quality) -> Result<PathBuf, XtaskError> {
    let (name, profile) = (program.name(), quality.profile(program));
    let output = workspace.target.join(TARGET).join(profile).join(format!("{name}.wasm"));
    let (first, again) = typical(program, quality);
    let (kind, typical) = if output.exists() { ("again", again) } else { ("from nothing", first) };
    let what = format!("compiling {} (profile {profile})", program.title());
    let key = format!("{name} {} {kind}", quality.name());
    let stage = Stage::begin(workspace, Plan { step: "build", what, key, typical });
    let mut command = cargo::cargo();
    let (features, flags): (_, &[_]) =
        if quality.is_split(program) { ("split", &["--", "-C", split::LINKER]) } else { (name, &[]) };
    command
        .current_dir(&workspace.root)
        .args(["rustc", "--no-default-features", "--features", features, "--bin", name])
        .args(["--target", TARGET, "--profile", profile])
        .args(settings(program, quality))
        .args(flags);
    cargo::run(&mut command, &stage, &format!("compiling {}", program.title()), MEND)?;
    stage.done();
    Ok(output)
}
