//! Makes the bindings of a compiled program and optimises it: two files in `pkg/`, four for a page in two parts.

use super::error::XtaskError;
use super::files::{self, Workspace};
use super::npm;
use super::quality::{Program, Quality};
use super::shell::{self, say};
use super::split;
use super::stage::{Plan, Stage};
use std::path::Path;
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

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
/// More for the page's size, found by trying (507 kB became 498 after compression): control flow taken apart and put
/// together again, optimised twice, and hardly anything inlined. The stack lies below everything else and never reaches
/// its last kilobyte, so low memory is unused.
const PAGE_PASSES: [&str; 7] = [
    "--flatten",
    "--rereloop",
    "-Oz",
    "--low-memory-unused",
    "--one-caller-inline-max-function-size=0",
    "--always-inline-max-function-size=1",
    "-Oz",
];
/// And for its part: what is called most gets the shortest numbers (4 kB less after compression; 2 kB more in the page).
const PART_PASSES: [&str; 1] = ["--reorder-functions"];
const WORKER_PASSES: [&str; 1] = ["-O3"];
/// The version that makes the bindings: that of the library in the programs.
const BINDGEN: &str = "0.2.130";

/// How wasm-opt optimises: not at all in the quick form, the page for its size, the worker for its speed.
fn passes(program: Program, quality: Quality) -> &'static [&'static str] {
    match (quality, program) {
        (Quality::Quick, Program::App | Program::Worker) => &[],
        (Quality::Shipped, Program::App) => &PAGE_PASSES,
        (Quality::Shipped, Program::Worker) => &WORKER_PASSES,
    }
}

/// Makes the bindings and optimises, unless that was done for exactly this input.
///
/// # Errors
/// If the input has no bindings or wasm-opt fails.
pub fn package(workspace: &Workspace, program: Program, quality: Quality, compiled: &Path) -> Result<(), XtaskError> {
    let name = program.name();
    let passes = passes(program, quality);
    let recipe = format!("wasm-bindgen {BINDGEN} {name} {WASM_FEATURES:?} {passes:?} {PART_PASSES:?}");
    let input = files::sha256_hex(&files::read(compiled)?) + &files::sha256_hex(recipe.as_bytes());
    let stamp = quality.scratch(workspace).join(format!("{name}.stamp"));
    let pkg = quality.pkg(workspace);
    // The input on the first line, and the files that were made of it.
    let old = String::from_utf8(files::read(&stamp).unwrap_or_default()).unwrap_or_default();
    let (old_input, old_files) = old.split_once('\n').unwrap_or_default();
    if old_input == input && old_files.lines().all(|name| pkg.join(name).exists()) {
        say("build", &format!("{} unchanged", program.title()));
        return Ok(());
    }
    let staging = workspace.staging()?;
    let made = staging.path().join("made");
    std::fs::create_dir_all(&made).map_err(XtaskError::file("create", &made))?;
    if quality.is_split(program) {
        let left = split::split(compiled, name, &made)?;
        // Its file is no longer one of those that are shipped.
        let main = staging.path().join("main.wasm");
        std::fs::rename(&left, &main).map_err(XtaskError::file("rename", &left))?;
        bind(program, &main, &made, true)?;
    } else {
        bind(program, compiled, &made, false)?;
    }
    let mut files_made: Vec<String> =
        files::files_below(&made)?.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    files_made.sort();
    if !passes.is_empty() {
        for wasm in files_made.iter().filter(|name| name.ends_with(".wasm")) {
            let passes = if wasm.starts_with(split::PART) { &[passes, &PART_PASSES].concat() } else { passes };
            optimise(workspace, program, passes, &made.join(wasm))?;
        }
    }
    // A part of an earlier build has another name.
    for name in old_files.lines().filter(|name| !files_made.iter().any(|made| made == name)) {
        let old = pkg.join(name);
        if old.exists() {
            std::fs::remove_file(&old).map_err(XtaskError::file("remove", &old))?;
        }
    }
    for name in &files_made {
        files::write(&pkg.join(name), &files::read(&made.join(name))?)?;
    }
    files::write(&stamp, format!("{input}\n{}", files_made.join("\n")).as_bytes())
}

/// As the program `wasm-bindgen --target web --no-typescript` does it. `split`: other files use what the linker exported.
fn bind(program: Program, compiled: &Path, folder: &Path, split: bool) -> Result<(), XtaskError> {
    let mut bindgen = Bindgen::new();
    bindgen.keep_lld_exports(split);
    let made = bindgen
        .web(true)
        .and_then(|bindgen| bindgen.input_path(compiled).out_name(program.name()).typescript(false).generate(folder));
    made.map_err(|error| XtaskError::Bindings { program: program.title(), reason: format!("{error:#}") })
}

fn optimise(workspace: &Workspace, program: Program, passes: &[&str], wasm: &Path) -> Result<(), XtaskError> {
    let typical = match program {
        Program::App => 40,
        Program::Worker => 150,
    };
    let what = format!("optimising {} with wasm-opt", program.title());
    let stage =
        Stage::begin(workspace, Plan { step: "build", what, key: format!("wasm-opt {}", program.name()), typical });
    let output = wasm.with_extension("optimised");
    let mut command = Command::new("node");
    // The stack of node is too small for deeply nested functions of this size.
    command.arg("--stack-size=4000").arg(npm::wasm_opt(workspace));
    command.args(passes).args(WASM_FEATURES);
    command.arg("--strip-debug").arg("--strip-producers");
    command.arg(wasm).arg("-o").arg(&output);
    shell::output(&mut command, "optimising", "Run `cargo xtask setup` and build again.")?;
    std::fs::rename(&output, wasm).map_err(XtaskError::file("write", wasm))?;
    stage.done();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bindings_are_of_the_version_of_the_library() {
        let lock = files::read(&Workspace::here().path("Cargo.lock")).unwrap();
        let lock = String::from_utf8(lock).unwrap();
        for package in ["wasm-bindgen", "wasm-bindgen-cli-support"] {
            let entry = format!("name = \"{package}\"\nversion = \"{BINDGEN}\"\n");
            assert!(lock.contains(&entry), "{package}");
        }
    }

    #[test]
    fn what_has_no_bindings_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("app.wasm");
        files::write(&input, b"no program").unwrap();
        let message = bind(Program::App, &input, folder.path(), false).unwrap_err().to_string();
        assert!(message.contains("the page"), "{message}");
    }

    #[test]
    fn only_what_is_shipped_is_optimised() {
        assert!(passes(Program::Worker, Quality::Quick).is_empty());
        assert_eq!(passes(Program::App, Quality::Shipped).last(), Some(&"-Oz"));
    }
}
