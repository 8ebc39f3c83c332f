//! `taylornet train`, `evaluate` and `predict` on a folder of pictures of one's own.

use crate::program::{Place, refused};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

const SIDE: u32 = 24;
const CLASSES: [&str; 3] = ["cross", "ring", "stripes"];

/// Whether a picture of this class has ink at a place, as seen from its middle.
fn has_ink(class: &str, row: i32, column: i32) -> bool {
    let radius = f64::from(row * row + column * column).sqrt();
    match class {
        "cross" => row.abs() <= 1 || column.abs() <= 1,
        "ring" => (4.0..7.0).contains(&radius),
        _ => (row + 60) % 6 < 2,
    }
}

/// Black on white, moved a little and with grains, different for every number.
fn picture(class: &str, number: u32) -> Vec<u8> {
    let mut random = number.wrapping_mul(2_654_435_761).wrapping_add(class.len() as u32);
    let mut draw = |below: u32| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 16) % below
    };
    let [down, right] = [draw(7).cast_signed() - 3, draw(7).cast_signed() - 3];
    let mut pixels = Vec::new();
    for row in 0..SIDE.cast_signed() {
        for column in 0..SIDE.cast_signed() {
            let ink = has_ink(class, row - 12 - down, column - 12 - right);
            pixels.push(if ink { 20 + draw(40) as u8 } else { 215 + draw(40) as u8 });
        }
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, SIDE, SIDE);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    file
}

fn taylornet(arguments: &str, paths: &[&Path]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taylornet"));
    command.args(arguments.split_whitespace()).args(paths);
    command
}

fn printed(command: &mut Command) -> Value {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

#[test]
fn three_classes_of_pictures_are_learnt_and_pictures_never_seen_are_told_apart() {
    let place = Place::new();
    let shapes = place.path("shapes");
    for class in CLASSES {
        fs::create_dir_all(shapes.join(class)).unwrap();
        for number in 0..36 {
            fs::write(shapes.join(class).join(format!("{number}.png")), picture(class, number)).unwrap();
        }
    }
    let (out, checkpoints) = (place.path("own"), place.path("checkpoints"));
    let train = "train --json --model taylornet-7 --epochs 20 --data";
    let mut command = taylornet(train, &[&shapes]);
    command.arg("--out").arg(&out).arg("--checkpoints").arg(&checkpoints);
    let trained = printed(&mut command);
    assert_eq!(trained["classes"], serde_json::json!(CLASSES));
    assert_eq!(trained["test_images"], 18);
    assert!(trained["test_accuracy"].as_f64().unwrap() >= 0.9, "{trained}");

    let weights = out.join("taylornet-7-shapes.safetensors");
    assert_eq!(Path::new(trained["file"].as_str().unwrap()), weights);
    let mut command = taylornet("evaluate --json", &[&weights]);
    let evaluated = printed(command.arg("--data").arg(&shapes));
    assert_eq!(evaluated["accuracy"], trained["test_accuracy"]);
    assert_eq!(evaluated["confusion"].as_array().unwrap().len(), 3);

    let unseen = place.path("unseen.png");
    let right = |class: &str, number: u32| {
        fs::write(&unseen, picture(class, number)).unwrap();
        let mut command = taylornet("predict --json --weights", &[&weights, &unseen]);
        printed(&mut command)["name"] == class
    };
    let tried = CLASSES.iter().flat_map(|class| (100..104).map(move |number| (*class, number)));
    assert!(tried.filter(|(class, number)| right(class, *number)).count() >= 11);

    // Of another folder, and for drawings of digits, it says what it is.
    fs::rename(shapes.join("ring"), shapes.join("circle")).unwrap();
    let why = refused(taylornet("evaluate", &[&weights]).arg("--data").arg(&shapes));
    assert!(why.contains("cross, ring, stripes") && why.contains("circle, cross, stripes"), "{why}");
    let info = printed(&mut taylornet("info --json", &[&weights]));
    assert_eq!(info["classes"], serde_json::json!(CLASSES));
}

#[test]
fn what_cannot_be_learnt_from_is_refused_with_what_to_do() {
    let place = Place::new();
    let empty = place.path("empty");
    fs::create_dir_all(&empty).unwrap();
    let train = |more: &str, folder: &Path| {
        let mut command = taylornet("train", &[]);
        command.args(more.split_whitespace()).arg("--data").arg(folder);
        refused(&mut command)
    };
    let why = train("--model taylornet-7", &empty);
    assert!(why.contains("of each class into a folder"), "{why}");
    for class in ["a", "b"] {
        fs::create_dir_all(empty.join(class)).unwrap();
        for number in 0..4 {
            fs::write(empty.join(class).join(format!("{number}.png")), picture("ring", number)).unwrap();
        }
    }
    let why = train("--model taylornet-7 --name taylornet-28", &empty);
    assert!(why.contains("choose another name"), "{why}");
    let why = train("--model direct-2", &empty);
    assert!(why.contains("has 10 classes"), "{why}");
}
