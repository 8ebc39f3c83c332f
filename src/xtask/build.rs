//! Compiles page and worker to WebAssembly and makes the bindings: `pkg/`.

use super::dist;
use super::error::XtaskError;
use super::files::{self, Workspace};
use super::npm::{self, Packages};
use super::shell::{self, say};
use super::tools;
use super::wasm_std::{self, TARGET};
use std::path::{Path, PathBuf};
use std::process::Command;

/// One of the two programs of the browser.
#[derive(Debug)]
struct Program {
    /// Name of the binary, of the feature and of the files in `pkg/`.
    name: &'static str,
    /// Profile of cargo for what is shipped.
    profile: &'static str,
    /// How wasm-opt optimises it.
    level: &'static str,
}

/// The page for its size, the worker for its speed.
const PROGRAMS: [Program; 2] =
    [Program { name: "app", profile: "page", level: "-Oz" }, Program { name: "worker", profile: "web", level: "-O3" }];

/// What the compiler may use of WebAssembly. The stripped files no longer say it themselves.
const WASM_FEATURES: [&str; 9] = [
    "--enable-simd",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-call-indirect-overlong",
    "--enable-reference-types",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-multivalue",
];

/// Whether the result is for visitors or for the developer at this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// Optimised, within the size limits.
    Release,
    /// Compiled fast, not optimised further.
    Development,
}

/// Everything that building needs.
///
/// # Errors
/// If something cannot be installed.
pub fn setup(workspace: &Workspace) -> Result<(), XtaskError> {
    wasm_std::install(workspace)?;
    tools::wasm_bindgen(workspace)?;
    npm::install(workspace, Packages::Build)
}

/// Compiles both programs and assembles the static folder `dist/`.
///
/// # Errors
/// If a step fails or a program is larger than allowed.
pub fn build(workspace: &Workspace, quality: Quality) -> Result<(), XtaskError> {
    for program in &PROGRAMS {
        let compiled = compile(workspace, program, quality)?;
        package(workspace, program, quality, &compiled)?;
    }
    products(workspace)?;
    dist::assemble(workspace, quality)
}

/// The matrix products of the worker for browsers with relaxed SIMD: no bindings, and the worker's memory.
fn products(workspace: &Workspace) -> Result<(), XtaskError> {
    const NAME: &str = "products";
    say("build", "compiling products (profile web)");
    let flags = [
        "target-feature=+simd128,+relaxed-simd",
        "strip=symbols",
        "link-arg=--import-memory",
        "link-arg=--no-entry",
        "link-arg=--export=product",
        // Loop strength reduction, which would slow the inner loops down (see the program).
        "llvm-args=-disable-lsr",
    ];
    let flags = flags.map(|flag| format!(r#""-C", "{flag}""#)).join(", ");
    let mut cargo = shell::cargo();
    cargo
        .current_dir(&workspace.root)
        .args(["build", "--quiet", "--no-default-features", "--features", NAME, "--bin", NAME])
        .args(["--target", TARGET, "--profile", "web"])
        .args(["--config", &format!("target.{TARGET}.rustflags=[{flags}]")]);
    shell::run(&mut cargo, "compiling products", "Mend what the compiler says above.")?;
    let file = format!("{NAME}.wasm");
    let compiled = workspace.target.join(TARGET).join("web").join(&file);
    files::write(&workspace.path("pkg").join(&file), &files::read(&compiled)?)
}

/// Views of the page are compiled without their types: with them every nesting of elements is code of its own.
fn settings(program: &Program) -> &'static [&'static str] {
    if program.profile == "page" {
        &["--config", r#"target.wasm32-unknown-unknown.rustflags=["--cfg", "erase_components"]"#]
    } else {
        &[]
    }
}

fn compile(workspace: &Workspace, program: &Program, quality: Quality) -> Result<PathBuf, XtaskError> {
    let (profile, folder) = match quality {
        Quality::Release => (program.profile, program.profile),
        Quality::Development => ("dev", "debug"),
    };
    say("build", &format!("compiling {} (profile {profile})", program.name));
    let mut cargo = shell::cargo();
    cargo
        .current_dir(&workspace.root)
        .args(["build", "--quiet", "--no-default-features", "--features", program.name, "--bin", program.name])
        .args(["--target", TARGET, "--profile", profile]);
    if quality == Quality::Release {
        cargo.args(settings(program));
    }
    shell::run(&mut cargo, &format!("compiling {}", program.name), "Mend what the compiler says above.")?;
    Ok(workspace.target.join(TARGET).join(folder).join(format!("{}.wasm", program.name)))
}

/// Makes the bindings and optimises, unless that was done for exactly this input.
fn package(workspace: &Workspace, program: &Program, quality: Quality, compiled: &Path) -> Result<(), XtaskError> {
    let bindgen = tools::wasm_bindgen_program(workspace);
    let passes = passes(program).concat();
    let recipe = format!("{} {program:?} {quality:?} {WASM_FEATURES:?}{passes}", bindgen.display());
    let input = files::sha256_hex(&files::read(compiled)?) + &files::sha256_hex(recipe.as_bytes());
    let stamp = workspace.scratch().join(format!("{}.stamp", program.name));
    let pkg = workspace.path("pkg");
    let outputs = [format!("{}.js", program.name), format!("{}_bg.wasm", program.name)];
    let unchanged = files::read(&stamp).is_ok_and(|old| old == input.as_bytes());
    if unchanged && outputs.iter().all(|name| pkg.join(name).exists()) {
        say("build", &format!("{} unchanged", program.name));
        return Ok(());
    }
    let staging = workspace.staging()?;
    let mut command = Command::new(bindgen);
    command.args(["--target", "web", "--no-typescript", "--out-name", program.name, "--out-dir"]);
    command.arg(staging.path()).arg(compiled);
    shell::output(&mut command, "making the bindings", "Run `cargo xtask setup` and build again.")?;
    let wasm = staging.path().join(&outputs[1]);
    if quality == Quality::Release {
        optimise(workspace, program, &wasm)?;
    }
    for name in files::files_below(staging.path())? {
        files::write(&pkg.join(&name), &files::read(&staging.path().join(&name))?)?;
    }
    files::write(&stamp, input.as_bytes())
}

/// More for the page's size, found by trying (507 kB became 498 after compression): control flow taken apart and put
/// together again, optimised twice, and hardly anything inlined. The stack lies below everything else and never reaches its
/// last kilobyte, so that low memory is unused.
fn passes(program: &Program) -> &'static [&'static str] {
    if program.profile == "page" {
        &[
            "--flatten",
            "--rereloop",
            "-Oz",
            "--low-memory-unused",
            "--one-caller-inline-max-function-size=0",
            "--always-inline-max-function-size=1",
        ]
    } else {
        &[]
    }
}

fn optimise(workspace: &Workspace, program: &Program, wasm: &Path) -> Result<(), XtaskError> {
    say("build", &format!("optimising {} (wasm-opt {}; minutes for the worker)", program.name, program.level));
    let output = wasm.with_extension("optimised");
    let mut command = Command::new("node");
    // The stack of node is too small for deeply nested functions of this size.
    command.arg("--stack-size=4000").arg(npm::wasm_opt(workspace));
    command.args(passes(program)).arg(program.level).args(WASM_FEATURES);
    command.arg("--strip-debug").arg("--strip-producers");
    command.arg(wasm).arg("-o").arg(&output);
    shell::output(&mut command, "optimising", "Run `cargo xtask setup` and build again.")?;
    std::fs::rename(&output, wasm).map_err(XtaskError::file("write", wasm))
}
