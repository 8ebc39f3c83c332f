use super::*;
use crate::app::json::Json;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MANIFEST: &str = include_str!("../../../assets/manifest.json");

fn manifest() -> Value {
    serde_json::from_str(MANIFEST).unwrap()
}

/// Every number of a JSON value by its path, found without the code under test.
fn numbers(value: &Value, path: &str, out: &mut BTreeMap<String, f64>) {
    match value {
        Value::Number(number) => _ = out.insert(path.to_owned(), number.as_f64().unwrap()),
        Value::Array(list) => {
            for (at, item) in list.iter().enumerate() {
                numbers(item, &format!("{path}[{at}]"), out);
            }
        }
        Value::Object(entries) => {
            for (key, item) in entries {
                let plain = key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
                let step = if plain { format!(".{key}") } else { format!("[\"{key}\"]") };
                numbers(item, &format!("{path}{step}"), out);
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

fn all_numbers(value: &Value) -> BTreeMap<String, f64> {
    let mut out = BTreeMap::new();
    numbers(value, "", &mut out);
    out
}

/// Why a number of the manifest is not a row of the table; `None` where it must be one.
fn why_not(path: &str) -> Option<&'static str> {
    let ends = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
    let holds = |parts: &[&str]| parts.iter().any(|part| path.contains(part));
    if holds(&[".network.", ".training."]) {
        return Some("a setting, shown in the Train room");
    }
    if ends(&[".seed", ".partition_seed", ".duration_secs"]) {
        return Some("how the result beside it was made: columns of the table");
    }
    if ends(&[
        ".test_images",
        ".train_images",
        ".images",
        ".step",
        ".order",
        ".degree",
        ".level",
        ".per_class",
        ".bits",
        ".draws",
        ".subsets",
    ]) && !path.ends_with(".run.images")
    {
        return Some("what the result beside it is about");
    }
    if holds(&[".movements.", ".fresh.s", ".fresh_moved.s"]) {
        return Some("how the accuracy beside it was measured: its command says it");
    }
    if holds(&[".kept[", ".distances["]) {
        return Some("the labels of a series");
    }
    if path.starts_with(".polynomial") && holds(&[".counts[", ".counts_absolute["]) {
        return Some("thousands of counts: Fig. 3, drawn in the Polynomial room with a table of its own");
    }
    let of_images = holds(&[".levels[", ".mean["]) || (holds(&[".mean_absolute["]) && !holds(&[".bases["]));
    if path.starts_with(".polynomial.spectra") && of_images {
        return Some("sizes by class and order, drawn in the Polynomial room with tables of their own");
    }
    if path.starts_with(".eigen_digits") && path.ends_with(".bytes") {
        return Some("size of a download");
    }
    let controls = [
        ".classifier",
        ".class_means",
        ".medoids",
        ".mean_images",
        ".pixel_means_cosine",
        ".random_images.mean",
        ".accuracy",
    ];
    if path.starts_with(".similarity") && ends(&controls) {
        return Some("said by the entry `distillation` too: see the test of that");
    }
    None
}

#[test]
fn every_number_of_the_manifest_stands_in_the_table() {
    let root = manifest();
    let rows = rows(&measured(&root), true);
    let shown: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.measured.as_ref())
        .flat_map(|row| &row.sources)
        .map(|source| source.path.as_str())
        .collect();
    let missing: Vec<String> = all_numbers(&root)
        .into_keys()
        .filter(|path| !shown.contains(&path.as_str()) && why_not(path).is_none())
        .collect();
    assert!(missing.is_empty(), "{} are missing: {:#?}", missing.len(), &missing[..missing.len().min(12)]);
    assert!(shown.iter().all(|path| why_not(path).is_none()), "a number is shown that is said not to be");
}

#[test]
fn a_number_that_is_new_in_the_manifest_would_be_missed() {
    let mut root = manifest();
    root["models"][0]["test_accuracy_under_noise"] = json!(0.5);
    root["robustness"] = json!({"accuracy": 0.4});
    let paths = all_numbers(&root);
    for path in [".models[0].test_accuracy_under_noise", ".robustness.accuracy"] {
        assert!(paths.contains_key(path) && why_not(path).is_none(), "{path}");
    }
}

#[test]
fn every_number_of_the_table_is_the_one_at_its_place() {
    let root = manifest();
    let there = all_numbers(&root);
    for result in measured(&root) {
        for source in &result.sources {
            assert_eq!(there.get(&source.path), Some(&source.value), "{}: {}", result.key, source.path);
        }
    }
}

/// Every number made smaller: whatever is typed by hand stays as it is.
fn shrunk(value: &mut Value) {
    match value {
        Value::Number(number) => *value = json!(number.as_f64().unwrap() * 0.75),
        Value::Array(list) => list.iter_mut().for_each(shrunk),
        Value::Object(entries) => {
            // Labels of series and the levels by which they are found.
            let keep = ["kept", "distances", "level", "order"];
            entries.iter_mut().filter(|(key, _)| !keep.contains(&key.as_str())).for_each(|(_, entry)| shrunk(entry));
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[test]
fn no_number_is_typed_by_hand() {
    let mut changed = manifest();
    shrunk(&mut changed);
    let (before, after) = (measured(&manifest()), measured(&changed));
    assert_eq!(before.len(), after.len());
    for (one, other) in rows(&before, true).iter().zip(&rows(&after, true)) {
        assert_eq!(one.key(), other.key());
        let (Some(old), Some(new)) = (&one.measured, &other.measured) else { continue };
        match old.made {
            // The quotient of two numbers that shrink alike is the same.
            Made::Ratio => continue,
            Made::Difference | Made::Read => {}
        }
        let expected = old.value() * 0.75;
        assert!((new.value() - expected).abs() <= expected.abs() * 1e-9 + 1e-12, "{}", one.key());
        let stays = old.value().abs() < 1e-12;
        assert!(stays || one.ours_text() != other.ours_text(), "{}: {:?}", one.key(), one.ours_text());
    }
    let words = |results: &[Measured]| {
        readings(results).into_iter().map(|reading| (reading.key, reading.text)).collect::<Vec<_>>()
    };
    for ((key, old), (_, new)) in words(&before).into_iter().zip(words(&after)) {
        // One speaks of what is not in the manifest yet, the other of a quotient.
        assert!(key == "mixer" || key == "distance" || old != new, "{key}: {old}");
    }
    assert_ne!(summary(&before), summary(&after));
}

#[test]
fn without_a_manifest_only_the_article_speaks() {
    for text in ["{}", "[]", r#"{"models": "none", "similarity": 3}"#] {
        let results = measured(&serde_json::from_str::<Value>(text).unwrap());
        assert!(results.is_empty() && readings(&results).is_empty());
        let rows = rows(&results, true);
        assert!(rows.iter().all(|row| row.outcome() == Some(Outcome::Missing) && row.ours_text().is_none()));
        assert_eq!(rows.len(), article::CLAIMS.len());
        assert!(summary(&results).contains("Nothing"));
    }
}

#[test]
fn what_the_article_has_of_mnist_is_answered_and_what_it_has_of_cifar_10_is_said_to_be_missing() {
    for row in rows(&measured(&manifest()), false) {
        let is_cifar = row.key().contains("cifar");
        assert!(is_cifar || row.measured.is_some(), "{}", row.key());
        assert_eq!(row.measured.is_none(), row.outcome() == Some(Outcome::Missing));
    }
}

#[test]
fn cifar_10_has_its_rows_as_soon_as_the_manifest_has_it() {
    let mut root = manifest();
    let model = |name: &str, accuracy: f64| json!({"name": name, "test_accuracy": accuracy, "parameters": 1_204_210});
    let models = root["models"].as_array_mut().unwrap();
    models.retain(|model| !model["name"].as_str().unwrap().ends_with("-cifar"));
    let more = [model("taylornet-cifar", 0.75), model("conv-cifar", 0.41)];
    models.extend(more);
    let accuracy = json!([{"references": "level-5", "embedder": "resnet-50", "loss": "euclid", "accuracy": 0.88}]);
    root["distillation"]["cifar-10"] = json!({"accuracy": accuracy});
    let rows = rows(&measured(&root), false);
    let outcome = |key: &str| rows.iter().find(|row| row.key() == key).unwrap().outcome();
    assert_eq!(outcome("taylornet-cifar/accuracy"), Some(Outcome::Reached));
    assert_eq!(outcome("taylornet-cifar/parameters"), Some(Outcome::Agrees));
    assert_eq!(outcome("conv-cifar/drop"), Some(Outcome::Differs));
    assert_eq!(outcome("cifar10/resnet-50/level-5/euclid"), Some(Outcome::Reached));
    assert_eq!(outcome("cifar10/resnet-50/level-5/arcface"), Some(Outcome::Missing));
}

#[test]
fn controls_are_the_same_in_both_entries_of_the_manifest() {
    let root = manifest();
    let accuracy = root["distillation"]["mnist"]["accuracy"].elements();
    let said = |embedder: &str, references: &str, loss: Value| {
        let entry = accuracy
            .iter()
            .find(|entry| entry["embedder"] == embedder && entry["references"] == references && entry["loss"] == loss);
        entry.and_then(|entry| entry["accuracy"].as_f64())
    };
    for (embedder, entry) in root["similarity"].as_object().unwrap() {
        for (own, references) in [
            ("classifier", "classifier"),
            ("class_means", "class_means"),
            ("medoids", "medoids"),
            ("mean_images", "pixel_means"),
        ] {
            assert_eq!(entry[own].as_f64(), said(embedder, references, Value::Null), "{embedder} {own}");
        }
        assert_eq!(entry["random_images"]["mean"].as_f64(), said(embedder, "random_real", Value::Null));
        for (at, level) in entry["levels"].elements().iter().enumerate() {
            assert_eq!(level["accuracy"].as_f64(), said(embedder, &format!("level-{}", at + 1), json!("euclid")));
        }
        assert_eq!(entry["pixel_means_cosine"].as_f64(), said("resnet-18", "raw_pixels", Value::Null));
    }
}

#[test]
fn a_number_agrees_as_far_as_the_article_s_digits_go() {
    let row = |says: Says, value: f64| {
        let claim = Claim { key: "x", group: Group::Networks, name: "x", place: "", unit: Unit::Share, says };
        let claim: &'static Claim = Box::leak(Box::new(claim));
        let sources = vec![Source { path: String::new(), value, label: String::new() }];
        let measured = Measured {
            key: "x".into(),
            group: Group::Networks,
            name: String::new(),
            unit: Unit::Share,
            made: Made::Read,
            sources,
            provenance: Provenance::default(),
            see: None,
        };
        Row { claim: Some(claim), measured: Some(measured) }
    };
    let about_98 = Says::Reaches { value: 0.98, step: 0.01 };
    assert_eq!(row(about_98, 0.9751).outcome(), Some(Outcome::Reached));
    assert_eq!(row(about_98, 0.9749).outcome(), Some(Outcome::NotReached));
    assert_eq!(row(about_98, 0.9749).article_text(), "98\u{a0}%");
    assert_eq!(row(about_98, 0.9749).difference_text().as_deref(), Some("\u{2212}0.51\u{a0}points"));
    let exact = Says::Is { value: 0.987, step: 0.001 };
    assert_eq!(row(exact, 0.9874).outcome(), Some(Outcome::Agrees));
    assert_eq!(row(exact, 0.9876).outcome(), Some(Outcome::Close));
    assert_eq!(row(exact, 0.8).outcome(), Some(Outcome::Differs));
    assert_eq!(row(exact, 0.9).article_text(), "98.7\u{a0}%");
}

#[test]
fn rows_without_a_value_stay_last_either_way() {
    let rows = rows(&measured(&manifest()), true);
    for column in Column::ALL {
        for falling in [false, true] {
            let sorted = sorted(rows.clone(), column, falling);
            assert_eq!(sorted.len(), rows.len(), "{column:?}");
            if column == Column::Article {
                let values: Vec<Option<f64>> = sorted.iter().map(|row| row.claim?.says.value()).collect();
                let known = values.iter().take_while(|value| value.is_some()).count();
                assert!(values[known..].iter().all(Option::is_none));
                let ordered = values[..known]
                    .windows(2)
                    .all(|pair| if falling { pair[0] >= pair[1] } else { pair[0] <= pair[1] });
                assert!(ordered, "{values:?}");
            }
        }
        assert_eq!(Column::from_key(column.key()), Some(column));
    }
}

#[test]
fn the_file_has_every_number_in_full() {
    let root = manifest();
    let text = csv(&rows(&measured(&root), true));
    let lines: Vec<&str> = text.lines().collect();
    let columns = lines[0].split(',').count();
    // Commas inside quotes split no cell: quotes come in pairs.
    for line in &lines {
        let (mut inside, mut commas) = (false, 0);
        for letter in line.chars() {
            match letter {
                '"' => inside = !inside,
                ',' if !inside => commas += 1,
                _ => {}
            }
        }
        assert!(!inside && commas + 1 == columns, "{line}");
    }
    let exact = root["distillation"]["mnist"]["levels"][1]["within"].as_f64().unwrap();
    assert!(text.contains(&format!(",{exact},level 1,")), "{exact}");
    assert!(text.contains(",.models[0].test_accuracy\n"));
}

/// What is shown as a command is one that the program takes.
#[cfg(feature = "cli")]
#[test]
fn every_command_is_one_that_the_program_knows() {
    use clap::Parser;
    let results = measured(&manifest());
    let commands: std::collections::BTreeSet<&str> =
        results.iter().filter_map(|result| result.provenance.command.as_deref()).collect();
    assert!(commands.len() > 10, "{commands:?}");
    for command in commands {
        let parsed = crate::cli::Arguments::try_parse_from(command.split(' '));
        assert!(parsed.is_ok(), "{command}: {}", parsed.unwrap_err());
    }
    assert!(crate::cli::Arguments::try_parse_from("taylornet distil-report --arc face".split(' ')).is_err());
}
