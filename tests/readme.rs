//! The README's tables have the numbers of `assets/manifest.json`, rounded as they are written.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "levels and numbers of decimals are small"
)]

use serde_json::Value;
use std::path::Path;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

fn manifest() -> Value {
    serde_json::from_str(&read("assets/manifest.json")).expect("the manifest is JSON")
}

/// Rows of the table whose head begins like this, without the head; cells without spaces around them.
fn table(head: &str) -> Vec<Vec<String>> {
    let readme = read("README.md");
    // A head that ends with a full stop is the whole line.
    let is_it =
        |line: &str| if head.ends_with("|.") { line == head.trim_end_matches('.') } else { line.starts_with(head) };
    let mut lines = readme.lines().skip_while(|line| !is_it(line));
    assert!(lines.next().is_some(), "no table begins with {head}");
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let rows: Vec<_> = lines.skip(1).take_while(|line| line.starts_with('|')).map(cells).collect();
    assert!(!rows.is_empty(), "{head}");
    rows
}

/// Numbers of a cell, each with the number of its decimals: `97.7 / 92.2`, `249,674`, `about 33 min`.
fn numbers(cell: &str) -> Vec<(f64, usize)> {
    let part = |text: &str| {
        let text = text.replace(',', "");
        let decimals = text.split_once('.').map_or(0, |(_, after)| after.len());
        Some((text.parse().ok()?, decimals))
    };
    cell.split(|letter: char| !letter.is_ascii_digit() && letter != '.' && letter != ',').filter_map(part).collect()
}

/// Fails unless the cell has exactly these values, each times `scale` and rounded.
fn shows(cell: &str, values: &[f64], scale: f64, what: &str) {
    let found = numbers(cell);
    assert_eq!(found.len(), values.len(), "{what}: `{cell}` should show {values:?}");
    for ((shown, decimals), value) in found.into_iter().zip(values) {
        let unit = 10.0_f64.powi(-(decimals as i32));
        assert!(
            (shown - value * scale).abs() <= 0.5001 * unit,
            "{what}: `{cell}` shows {shown} where it is {}",
            value * scale
        );
    }
}

fn entries<'a>(value: &'a Value, what: &str) -> &'a Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{what} is not a list"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is not a number"))
}

/// The entry of a list with these texts.
fn entry<'a>(list: &'a Value, texts: &[(&str, &str)]) -> &'a Value {
    let fits = |entry: &&Value| texts.iter().all(|(key, text)| entry[key].as_str() == Some(text));
    entries(list, "the list").iter().find(fits).unwrap_or_else(|| panic!("no entry with {texts:?}"))
}

fn plain(cell: &str) -> &str {
    cell.trim_matches(|letter| letter == '`' || letter == '*')
}

#[test]
fn networks() {
    let manifest = manifest();
    let rows = table("| network | parameters | test accuracy |");
    assert_eq!(rows.len(), entries(&manifest["models"], "models").len());
    for row in rows {
        let model = entry(&manifest["models"], &[("name", plain(&row[0]))]);
        shows(&row[1], &[number(&model["parameters"])], 1.0, &row[0]);
        shows(&row[2], &[number(&model["test_accuracy"])], 100.0, &row[0]);
        assert_eq!(plain(&row[5]), model["command"].as_str().unwrap());
    }
}

/// Accuracy at a share of a pruning report.
fn pruned(report: &Value, share: f64, key: &str) -> f64 {
    let kept = entries(&report["kept"], "kept");
    let at = kept.iter().position(|kept| (number(kept) - share).abs() < 1e-9).expect("the share was measured");
    number(&report[key][at])
}

#[test]
fn pruning() {
    let manifest = manifest();
    for row in table("| kept | article, order 4 |") {
        let share = numbers(&row[0])[0].0 / 100.0;
        for (cell, model) in row[2..].iter().zip(["direct-4", "direct-3", "direct-2"]) {
            let report = entry(&manifest["direct"]["pruning"], &[("model", model)]);
            shows(cell, &[pruned(report, share, "accuracy")], 100.0, model);
        }
    }
    for row in table("| kept, about the mean image |") {
        let share = numbers(&row[0])[0].0 / 100.0;
        for (cell, model) in row[1..].iter().zip(["direct-4", "direct-3"]) {
            let report = entry(&manifest["polynomial"]["pruning"], &[("model", model), ("about", "mean")]);
            shows(cell, &[pruned(report, share, "accuracy")], 100.0, model);
        }
    }
    let rows = table("| training | whole |");
    let tries = entries(&manifest["direct"]["tries"], "tries");
    assert_eq!(rows.len(), tries.len());
    for (row, entry) in rows.iter().zip(tries) {
        let of = |key: &str| [1, 2, 3].map(|at: usize| number(&entry[key][at]));
        shows(&row[1], &[number(&entry["black_per_class"][0])], 100.0, &row[0]);
        shows(&row[2], &of("black_per_class"), 100.0, &row[0]);
        shows(&row[3], &of("black_all_classes"), 100.0, &row[0]);
        shows(&row[4], &of("mean_per_class"), 100.0, &row[0]);
    }
}

#[test]
fn distilled_images_without_a_trained_network() {
    let manifest = manifest();
    let of = |set: &str| &manifest["distillation"][set]["measures"]["sets"];
    for row in table("| images of each class | | pixels, angle |") {
        let per_class = numbers(&row[0])[0].0;
        let (set, references) = match row[1].trim_start_matches("*control:* ") {
            "**likes**" => ("mnist-alike", "distilled"),
            "any images" => ("mnist", "distilled"),
            "random real images" => ("mnist-alike", "random_images"),
            _ => ("mnist-alike", "centroids"),
        };
        let fits =
            |entry: &&Value| entry["references"] == references && (number(&entry["per_class"]) - per_class).abs() < 0.5;
        let found = entries(of(set), set).iter().find(fits).unwrap();
        let keys = ["pixels_angle", "pixels_euclid", "random_networks", "spread", "fresh", "fresh_moved"];
        for (cell, key) in row[2..].iter().zip(keys) {
            let value = if key.starts_with("fresh") { &found[key]["mean"] } else { &found[key] };
            // Nothing stands where nothing was measured, nor a spread of a single image.
            let values: Vec<f64> = value.as_f64().filter(|_| key != "spread" || per_class > 1.0).into_iter().collect();
            shows(cell, &values, if key == "spread" { 1.0 } else { 100.0 }, &format!("{} {key}", row[1]));
        }
    }
}

#[test]
fn other_settings_of_the_distillation() {
    let distilled = &manifest()["distillation"]["mnist"];
    let rows = table("| groups, settings | 20 a class, pixels |");
    let tries = entries(&distilled["tries"]["tries"], "tries");
    assert_eq!(rows.len(), tries.len());
    for (row, entry) in rows.iter().zip(tries) {
        assert_eq!(entry["name"], row[0].as_str());
        let at = |per_class: f64| {
            let fits = |set: &&Value| (number(&set["per_class"]) - per_class).abs() < 0.5;
            entries(&entry["sets"], "sets").iter().find(fits).expect("the level was measured")
        };
        for (cell, per_class) in row[1..4].iter().zip([20.0, 4.0, 1.0]) {
            shows(cell, &[number(&at(per_class)["pixels_angle"])], 100.0, &row[0]);
        }
        shows(&row[4], &[number(&at(1.0)["random_networks"])], 100.0, &row[0]);
        shows(&row[5], &[number(&at(4.0)["spread"])], 1.0, &row[0]);
    }
    for row in table("| filters | noise of the gradient, one network |") {
        let entry = entry(&distilled["embedders"]["embedders"], &[("filters", &row[0])]);
        shows(&row[1], &[number(&entry["noise"])], 1.0, &row[0]);
        shows(&row[2], &[number(&entry["noise_of_four"])], 1.0, &row[0]);
        shows(&row[3], &[number(&entry["loss"]), number(&entry["loss_deviation"])], 100.0, &row[0]);
    }
}

#[test]
fn flow_from_level_to_level() {
    let manifest = manifest();
    let rows = table("| level | growth, any images: networks / pixels |");
    let of = |set: &str, level: usize| &manifest["distillation"][set]["flow"]["levels"][level];
    assert_eq!(rows.len(), entries(&manifest["distillation"]["mnist"]["flow"]["levels"], "levels").len());
    for (level, row) in rows.iter().enumerate() {
        for (set, growth, spread) in [("mnist", &row[1], &row[2]), ("mnist-alike", &row[4], &row[5])] {
            let entry = of(set, level);
            let grown: Vec<f64> = ["growth", "pixel_growth"].iter().filter_map(|key| entry[key].as_f64()).collect();
            shows(growth, &grown, 1.0, set);
            if number(&entry["per_class"]) > 1.0 {
                shows(spread, &[number(&entry["spread"]) / number(&entry["distance"])], 1.0, set);
            }
        }
        shows(&row[3], &[number(&of("mnist", level)["full"])], 100.0, "full pixels");
    }
}

#[test]
fn nearest_references_and_what_the_distillation_did() {
    let manifest = manifest();
    let distilled = &manifest["distillation"]["mnist"];
    let keys = ["level-1", "level-2", "level-3", "level-4", "level-5", "level-5"];
    let controls = ["classifier", "class_means", "medoids", "random_real", "pixel_means"];
    let rows = table("| references | `resnet-18` |");
    for (row, key) in rows.iter().zip(keys.into_iter().chain(controls)) {
        let loss = if row[0].contains("ArcFace") { "arcface" } else { "euclid" };
        for (cell, embedder) in row[1..4].iter().zip(["resnet-18", "resnet-light", "taylornet-28"]) {
            let is_it = |entry: &&Value| {
                let by = entry["loss"].as_str().unwrap_or_default();
                entry["references"] == key && entry["embedder"] == embedder && (by.is_empty() || by == loss)
            };
            let found = entries(&distilled["accuracy"], "accuracy").iter().find(is_it).unwrap();
            shows(cell, &[number(&found["accuracy"])], 100.0, &format!("{} {embedder}", row[0]));
        }
    }
    for row in table("| level | share of the removable loss removed, median |") {
        let level = numbers(&row[0])[0].0 as usize;
        let entry = &distilled["levels"][level];
        let some = |key: &str| entry[key].as_f64().into_iter().collect::<Vec<_>>();
        shows(&row[1], &some("removed"), 100.0, &row[0]);
        shows(&row[2], &some("moved"), 1.0, &row[0]);
        shows(&row[3], &[some("within"), some("between")].concat(), 1.0, &row[0]);
    }
}

#[test]
fn orders_of_the_trained_networks() {
    let manifest = manifest();
    let spectrum =
        |model: &str, about: &str| entry(&manifest["polynomial"]["spectra"], &[("model", model), ("about", about)]);
    for row in table("| network, about | 0 | 1 | 2 | 3 | 4 |") {
        let (model, about) = named(&row[0]);
        let truncations = &spectrum(model, about)["truncation_accuracy"];
        for (order, cell) in row[1..10].iter().enumerate() {
            shows(cell, &[number(&truncations[order])], 100.0, &row[0]);
        }
        if model.starts_with("taylornet-28") {
            let middle: Vec<f64> = (9..16).map(|order| number(&truncations[order])).collect();
            let low = middle.iter().copied().fold(f64::INFINITY, f64::min);
            let high = middle.iter().copied().fold(0.0, f64::max);
            shows(&row[10], &[low, high], 100.0, &row[0]);
            shows(&row[11], &[number(&truncations[16])], 100.0, &row[0]);
        }
    }
    for row in table("| network, about | 0 | 1 | 2 | 3 |.") {
        let (model, about) = named(&row[0]);
        let bases = &spectrum(model, about)["bases"];
        let chebyshev = entry(bases, &[("basis", "chebyshev")]);
        for (degree, cell) in row[1..].iter().enumerate() {
            shows(cell, &[number(&chebyshev["accuracy"][degree])], 100.0, &row[0]);
        }
    }
    for row in table("| network | 1 | 2 | 3 | whole |") {
        if row[0].starts_with("direct") {
            for (order, cell) in (1..4).zip(&row[1..4]) {
                let model = entry(&manifest["models"], &[("name", &format!("direct-{order}"))]);
                shows(cell, &[number(&model["test_accuracy"])], 100.0, &row[0]);
            }
            continue;
        }
        let report = spectrum(plain(&row[0]), "mean");
        for (order, cell) in (1..4).zip(&row[1..4]) {
            shows(cell, &[number(&report["truncation_accuracy"][order])], 100.0, &row[0]);
        }
        shows(&row[4], &[number(&report["network_accuracy"])], 100.0, &row[0]);
    }
}

/// `taylornet-7` and `mean` of "`taylornet-7`, mean image".
fn named(cell: &str) -> (&str, &str) {
    let (model, about) = cell.split_once(", ").expect("a network and a point");
    (plain(model), about.split(' ').next().unwrap_or_default())
}

#[test]
fn eigen_digits() {
    let manifest = manifest();
    let kept = [0.0, 4.0, 16.0, 64.0, 256.0];
    for row in table("| network | 0 | 4 | 16 | 64 | 256 | all |") {
        let model = plain(&row[0]);
        let report = &manifest["eigen_digits"][model];
        let key = if model.contains("28") { "accuracy_by_share" } else { "accuracy" };
        for (cell, kept) in row[1..6].iter().zip(kept) {
            let at = entries(&report["kept"], "kept").iter().position(|found| (number(found) - kept).abs() < 0.5);
            let values: Vec<f64> = at.filter(|_| cell != "–").map(|at| number(&report[key][at])).into_iter().collect();
            shows(cell, &values, 100.0, &row[0]);
        }
        shows(&row[6], &[number(&report["all"])], 100.0, &row[0]);
    }
}

#[test]
fn a_wrong_number_is_found() {
    let refused = std::panic::catch_unwind(|| shows("97.83 %", &[0.9778], 100.0, "direct-3"));
    assert!(refused.is_err());
    shows("97.7 / 92.2 %", &[0.9771, 0.9222], 100.0, "two numbers");
    shows("249,674", &[249_674.0], 1.0, "thousands");
}
