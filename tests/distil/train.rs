//! `taylornet train` and `predict`: a run goes on only with the settings and the images that it began with.

use crate::program::{Place, refused};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// `taylornet train` of a small network on the images of `place`; `more` is split at spaces.
fn train(place: &Place, folder: &Path, more: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taylornet"));
    command.args(["train", "--model", "direct-1", "--batch", "8", "--epochs", "4"]).args(more.split_whitespace());
    command.arg("--data").arg(place.path("data"));
    command.arg("--checkpoints").arg(folder.join("checkpoints")).arg("--out").arg(folder.join("models"));
    command
}

/// What it says on standard error.
fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    said
}

/// The checkpoints in a folder.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|it| it == "checkpoint")).collect()
}

#[test]
fn a_run_goes_on_only_with_its_own_settings_and_images() {
    let place = Place::new();
    let folder = place.path("run");
    said(&mut train(&place, &folder, "--stop-after 2"));
    let again = said(&mut train(&place, &folder, "--stop-after 4"));
    assert!(again.contains("Going on from step 2"), "{again}");

    let other_settings = said(&mut train(&place, &folder, "--stop-after 3 --seed 7"));
    assert!(!other_settings.contains("Going on"), "{other_settings}");
    // As many images of the same size, with other labels.
    let other = Place::with(28, |index| ((index + 1) % 10) as u8);
    let other_images = said(&mut train(&other, &folder, "--stop-after 3"));
    assert!(!other_images.contains("Going on"), "{other_images}");

    // None of them has overwritten the first.
    let third = said(&mut train(&place, &folder, "--stop-after 5"));
    assert!(third.contains("Going on from step 4"), "{third}");
}

#[test]
fn a_checkpoint_of_an_earlier_version_is_neither_taken_nor_lost() {
    let place = Place::new();
    let folder = place.path("run");
    said(&mut train(&place, &folder, "--stop-after 2"));
    let checkpoints = folder.join("checkpoints");
    let kept = kept(&checkpoints);
    let [kept] = kept.as_slice() else { panic!("{kept:?}") };
    let older = checkpoints.join("direct-1.checkpoint");
    fs::rename(kept, &older).unwrap();
    let bytes = fs::read(&older).unwrap();

    let told = said(&mut train(&place, &folder, "--stop-after 1"));
    assert!(told.contains("is of an earlier version") && told.contains(&kept.display().to_string()), "{told}");
    assert!(!told.contains("Going on"), "{told}");
    assert_eq!(fs::read(&older).unwrap(), bytes);
    // What it says to do works.
    fs::rename(&older, kept).unwrap();
    let again = said(&mut train(&place, &folder, "--stop-after 3"));
    assert!(again.contains("Going on from step 2"), "{again}");
}

#[test]
fn a_checkpoint_under_the_name_of_another_run_is_refused() {
    let place = Place::new();
    let folder = place.path("run");
    said(&mut train(&place, &folder, "--stop-after 2"));
    let checkpoints = folder.join("checkpoints");
    let first = kept(&checkpoints);
    said(&mut train(&place, &folder, "--stop-after 2 --seed 7"));
    let second = kept(&checkpoints).into_iter().find(|path| !first.contains(path)).unwrap();
    fs::copy(&first[0], &second).unwrap();
    let why = refused(&mut train(&place, &folder, "--stop-after 3 --seed 7"));
    assert!(why.contains("a run with other settings") && why.contains("--fresh"), "{why}");
}

#[test]
fn training_goes_on_when_nobody_reads_its_progress() {
    let place = Place::new();
    let folder = place.path("run");
    // 40 steps: progress is reported after 20 and after 40.
    let mut program = train(&place, &folder, "--stop-after 40 --json");
    let mut child = program.stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success());
    let again = said(&mut train(&place, &folder, "--stop-after 40"));
    assert!(again.contains("Going on from step 40"), "{again}");
}

#[test]
fn a_bad_picture_does_not_end_the_batch() {
    let place = Place::new();
    let (bad, good) = (place.path("bad.png"), place.path("good.png"));
    fs::write(&bad, "no picture").unwrap();
    // A black bar on white paper.
    let mut pixels = vec![255; 40 * 40];
    for row in 5..35 {
        pixels[row * 40 + 18..row * 40 + 22].fill(0);
    }
    let mut encoder = png::Encoder::new(fs::File::create(&good).unwrap(), 40, 40);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();

    let mut program = Command::new(env!("CARGO_BIN_EXE_taylornet"));
    let output = program.arg("predict").args([&bad, &good]).output().unwrap();
    let [out, told] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(!output.status.success());
    assert!(out.contains("good.png: 1 ("), "{out}");
    assert!(told.contains("bad.png") && told.contains("1 of 2 pictures could not be used"), "{told}");
}
