//! Input that cannot work: each says what is wrong and what to do.

use crate::program::{Place, Running, events, refused};
use std::fs;
use std::process::Command;

const SHORT: &str = "--level 1 --draws 1 --steps 5";

#[test]
fn data_that_cannot_be_distilled_is_refused() {
    let gap = Place::with(28, |index| if index % 10 == 7 { 6 } else { (index % 10) as u8 });
    let said = refused(&mut gap.distil("run", SHORT));
    assert!(said.contains("class 7 has 0 images, too few for 4 groups; use more images or fewer groups"), "{said}");

    let place = Place::new();
    let said = refused(&mut place.distil("run", &format!("{SHORT} --images 35")));
    assert!(said.contains("class 5 has 3 images, too few for 4 groups"), "{said}");

    let said = refused(&mut Place::with(27, |index| (index % 10) as u8).distil("run", SHORT));
    assert!(said.contains("the images are 27x27 with 1 channels, but the settings say 28x28 with 1"), "{said}");

    fs::remove_dir_all(place.path("data")).unwrap();
    let said = refused(&mut place.distil("run", SHORT));
    assert!(said.contains("`cargo xtask data mnist` fetches it"), "{said}");
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let place = Place::new();
    let said = refused(&mut place.distil("run", "--lambda 9"));
    assert!(said.contains("lambda is 9, but must be above 9") && said.contains("falls without end"), "{said}");
    // Groups of two and three images: 9.2 times the smaller one is less than the nine others.
    let said = refused(&mut place.distil("run", &format!("{SHORT} --lambda 9.2 --images 89")));
    assert!(said.contains("has no minimum with lambda = 9.2, because the groups differ in size"), "{said}");
    let said = refused(&mut place.distil("run", "--level 3"));
    assert!(said.contains("there is no level 3; choose one from 1 to 2"), "{said}");
    let said = refused(&mut place.distil("run", "--level 2"));
    assert!(said.contains("index.json") && said.contains("distil the levels below first"), "{said}");
    assert!(refused(&mut place.distil("run", "--device tpu")).contains("remote:HOST:PORT"));
}

#[test]
fn a_place_without_write_access_is_noticed_before_the_work() {
    let place = Place::new();
    fs::write(place.path("run"), "a file where a folder should be").unwrap();
    let said = refused(&mut place.distil("run", SHORT));
    assert!(said.contains("cannot write") && said.contains("check the free space and the permissions"), "{said}");
}

/// A limit on the size of files fails a write half-way, as a full disk does.
#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing() {
    let place = Place::new();
    let settings = "--level 1 --draws 2 --steps 10 --checkpoint-seconds 0";
    let mut killed = Running::start(&mut place.distil("run", settings));
    killed.until(|line| line["event"] == "step" && line["step"] == 10);
    killed.kill();

    let program = place.distil("run", settings);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(program.get_args());
    let said = refused(&mut limited);
    assert!(said.contains(".checkpoint: File too large") && said.contains("check the free space"), "{said}");

    let lines = Running::start(&mut place.distil("run", settings)).finish();
    let first = &events(&lines, "begin")[0]["step"];
    assert!(first.as_u64().unwrap() >= 5, "{first}");
    assert_eq!(place.states("run").len(), 2);
}

#[cfg(not(feature = "remote"))]
#[test]
fn a_program_without_remote_devices_says_how_to_build_it() {
    let said = refused(&mut Place::new().distil("run", "--device remote:localhost:1"));
    assert!(said.contains("cargo build --release --features remote"), "{said}");
}

#[test]
fn other_commands_compute_on_one_device() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taylornet"));
    let said = refused(command.args(["selftest", "--device", "cpu", "--device", "cpu"]));
    assert!(said.contains("this command computes on one device, but 2 were given"), "{said}");
}
