//! Runs that are killed, and checkpoints that are damaged.

use crate::program::{Place, Running, difference, events};
use std::fs;

/// Long enough to be killed in the middle.
const LONG: &str = "--draws 3 --steps 20 --checkpoint-seconds 0";

#[test]
fn a_killed_run_goes_on_and_gives_the_same_images() {
    let place = Place::new();
    let whole = Running::start(&mut place.distil("whole", LONG)).finish();
    assert_eq!(events(&whole, "unit").len(), 3);
    let run = whole.last().unwrap();
    assert_eq!((&run["images"], &run["subset_steps"]), (&50.into(), &300.into()));
    assert!(run["command"].as_str().unwrap().contains("--per-class 4,1 --width 8 --draws 3 --steps 20"));

    let mut killed = Running::start(&mut place.distil("killed", LONG));
    // With no time between checkpoints every reported step but the last is on the disk before the next one is reported.
    killed.until(|line| line["event"] == "step" && line["step"] == 30);
    killed.kill();
    let lines = Running::start(&mut place.distil("killed", LONG)).finish();
    let first = &events(&lines, "begin")[0]["step"];
    assert!((25..60).contains(&first.as_u64().unwrap()), "{first}");
    assert!(place.states("whole") == place.states("killed"), "bit by bit, images and velocities");
    for file in ["level-1.png", "level-2.png", "tree.json"] {
        let read = |run: &str| fs::read(place.path(run).join("distilled/mnist").join(file)).unwrap();
        assert_eq!(read("whole"), read("killed"), "{file}");
    }
}

#[test]
fn a_damaged_checkpoint_falls_back_to_the_one_before() {
    let place = Place::new();
    let short = "--level 1 --draws 2 --steps 10 --checkpoint-seconds 0";
    Running::start(&mut place.distil("run", short)).finish();
    let expected = place.states("run");
    let latest = &place.checkpoints("run", "checkpoint")[0];
    let mut bytes = fs::read(latest).unwrap();
    bytes[5000] ^= 1;
    fs::write(latest, bytes).unwrap();

    let lines = Running::start(&mut place.distil("run", short)).finish();
    let notice = events(&lines, "notice")[0]["text"].as_str().unwrap();
    assert!(notice.contains("subsets-000-001.checkpoint is damaged (its check sum is wrong)"), "{notice}");
    assert!(notice.contains("the one before is used"), "{notice}");
    let steps: Vec<_> = events(&lines, "begin").iter().map(|line| line["step"].as_u64().unwrap()).collect();
    assert!(steps.contains(&15) && steps.contains(&20), "{steps:?}");
    assert!(expected == place.states("run"), "bit by bit");

    let fresh = Running::start(&mut place.distil("run", &format!("{short} --fresh"))).finish();
    assert!(events(&fresh, "begin").iter().all(|line| line["step"] == 0));
}

#[test]
fn a_level_is_made_from_the_one_below() {
    let place = Place::new();
    let settings = "--draws 1 --steps 5";
    Running::start(&mut place.distil("all", settings)).finish();
    for level in [1, 2] {
        Running::start(&mut place.distil("single", &format!("{settings} --level {level}"))).finish();
    }
    let read = |run: &str| fs::read(place.path(run).join("distilled/mnist/index.json")).unwrap();
    assert_eq!(read("all"), read("single"));
    let manifest = fs::read(place.path("single/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let command = manifest["distillation"]["mnist"]["run"]["command"].as_str().unwrap();
    assert_eq!(command, "taylornet distil --dataset mnist --level 2 --per-class 4,1 --width 8 --draws 1 --steps 5");
}

#[test]
fn several_devices_give_the_images_of_one() {
    let place = Place::new();
    let short = "--draws 2 --steps 5 --subsets-per-batch 1";
    Running::start(&mut place.distil("one", short)).finish();
    let lines = Running::start(&mut place.distil("two", &format!("{short} --device cpu --device cpu"))).finish();
    assert_eq!(lines.last().unwrap()["devices"].as_array().unwrap().len(), 2);
    assert!(difference(&place.states("one"), &place.states("two")) < 1e-5);
}
