//! Results of the distillation: what it did, how alike its images are, and how well they serve as references.

use super::measured::{Group, Measured, Provenance, See, Source, Unit};
use super::networks::result;
use super::node::Node;
use crate::app::distil::words::{loss, references};
use crate::app::draw::network::shipped_title;
use crate::app::format;
use crate::app::json::Json;
use crate::number;

/// What writes accuracies by the angle, similarities and losses; the manifest keeps no command of its own for them.
const REPORT: &str = "taylornet distil-report";
/// Folder of the images made with the angular loss.
const ARCFACE: &str = "target/arcface/distilled/mnist";
const CONTROLS: &str = "taylornet classify-by-reference --controls --embedder";

fn level(at: usize) -> String {
    format!("level {at}")
}

/// A number of every entry of a list that has it, labelled by its level.
fn by_level<J: Json>(levels: &[Node<J>], key: &str) -> Vec<Source> {
    let labelled = |entry: &Node<J>| {
        let label = level(number::whole(entry.number("level")?));
        entry.source(key).map(|source| Source { label, ..source })
    };
    levels.iter().filter_map(labelled).collect()
}

fn made_by(command: String) -> Provenance {
    Provenance { command: Some(command), ..Provenance::default() }
}

/// `distillation`: one entry for every data set.
pub(super) fn distillation<J: Json>(node: &Node<J>, all: &mut Vec<Measured>) {
    for (name, set) in node.entries() {
        // However it is spelt there: MNIST, CIFAR-10.
        let key: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let run = set.get("run");
        run_of(&key, run.as_ref(), all);
        levels_of(&key, &set, run.as_ref(), all);
        accuracies_of(&key, &set, all);
        others_of(&key, &set, all);
        measures_of(&key, &set, all);
        flow_of(&key, &set, all);
        tries_of(&key, &set, all);
        embedders_of(&key, &set, all);
    }
}

fn title_of(set: &str) -> String {
    let (set, groups) = set.strip_suffix("alike").map_or((set, ""), |set| (set, ", groups of likes"));
    set.to_uppercase().replace("CIFAR10", "CIFAR-10") + groups
}

/// Where a level of a distillation can be seen.
fn seen(set: &str, level: usize) -> See {
    if set.ends_with("alike") { See::DistilAlike(level) } else { See::Distil(level, None) }
}

/// Measures without a trained network.
const MEASURES: [(&str, &str, Unit); 4] = [
    ("pixels_angle", "accuracy by the angle of raw pixels", Unit::Share),
    ("pixels_euclid", "accuracy by the distance of raw pixels", Unit::Share),
    ("random_networks", "accuracy by the angle in random networks", Unit::Share),
    ("spread", "spread within a class, per pixel", Unit::Number),
];

/// What the images are worth without a trained network, beside controls.
fn measures_of<J: Json>(set: &str, node: &Node<J>, all: &mut Vec<Measured>) {
    const REFERENCES: [(&str, &str); 3] = [
        ("distilled", "distilled images"),
        ("centroids", "centroids of k-means"),
        ("random_images", "random real images"),
    ];
    const FRESH: [(&str, &str); 2] = [
        ("fresh", "accuracy of a fresh network trained on them alone"),
        ("fresh_moved", "accuracy of a fresh network trained on them alone, moved at random"),
    ];
    let Some(measures) = node.get("measures") else { return };
    let provenance = Provenance::of(&measures);
    let sets = measures.items("sets");
    for (references, who) in REFERENCES {
        let own: Vec<_> = sets.iter().filter(|entry| entry.text("references").as_deref() == Some(references)).collect();
        let labelled = |entry: &Node<J>, source: Option<Source>| {
            let label = level(number::whole(entry.number("level")?));
            source.map(|source| Source { label, ..source })
        };
        let mut add = |key: String, what: &str, unit, sources: Vec<Source>| {
            let name = format!("{}, {who} by level: {what}", title_of(set));
            let found =
                result(format!("{set}/{references}/{key}"), Group::References, name, unit, sources, &provenance);
            all.push(Measured { see: Some(seen(set, 4)), ..found });
        };
        for (key, what, unit) in MEASURES {
            let sources = own.iter().filter_map(|entry| labelled(entry, entry.source(key))).collect();
            add(key.to_owned(), what, unit, sources);
        }
        for (key, what) in FRESH {
            for (part, of, unit) in [("mean", "", Unit::Share), ("deviation", ", its standard deviation", Unit::Share)]
            {
                let sources = own.iter().filter_map(|entry| labelled(entry, entry.get(key)?.source(part))).collect();
                add(format!("{key}/{part}"), &format!("{what}{of}"), unit, sources);
            }
        }
    }
}

/// Distillations with other settings, without a trained network.
fn tries_of<J: Json>(set: &str, node: &Node<J>, all: &mut Vec<Measured>) {
    let Some(tries) = node.get("tries") else { return };
    let common = Provenance::of(&tries);
    for (at, entry) in tries.items("tries").iter().enumerate() {
        let provenance = Provenance { command: entry.text("command"), ..common.clone() };
        let what = entry.text("name").unwrap_or_default();
        let sets = entry.items("sets");
        for (key, measure, unit) in MEASURES {
            let name = format!("Distilled with other settings, by level: {what}: {measure}");
            let sources = by_level(&sets, key);
            let key = format!("{set}/try-{at}/{key}");
            all.push(result(key, Group::References, name, unit, sources, &provenance));
        }
    }
}

/// Random networks of two kinds.
fn embedders_of<J: Json>(set: &str, node: &Node<J>, all: &mut Vec<Measured>) {
    let Some(report) = node.get("embedders") else { return };
    let provenance = Provenance::of(&report);
    for entry in report.items("embedders") {
        let filters = entry.text("filters").unwrap_or_default();
        for (key, what, unit) in [
            ("noise", "noise of the gradient under one network", Unit::Number),
            ("noise_of_four", "noise of the gradient, mean of four networks", Unit::Number),
            ("loss", "loss reached, as a share of that at the start", Unit::Number),
            ("loss_deviation", "standard deviation of that share", Unit::Number),
        ] {
            let name = format!("{}, {filters} filters: {what}", title_of(set));
            let sources = entry.source(key).into_iter().collect();
            let key = format!("{set}/embedders/{filters}/{key}");
            all.push(result(key, Group::Distillation, name, unit, sources, &provenance));
        }
    }
}

/// How far the classes move from level to level.
fn flow_of<J: Json>(set: &str, node: &Node<J>, all: &mut Vec<Measured>) {
    const DISTANCES: [(&str, &str, Unit); 8] = [
        ("distance", "distance of a class from the mean of all, in random networks", Unit::Number),
        ("growth", "the same distance against that of the level below", Unit::Times),
        ("spread", "distance of an image from the mean of its class, in random networks", Unit::Number),
        ("pixel_distance", "distance of a class from the mean of all, in pixels", Unit::Number),
        ("pixel_growth", "the same distance in pixels against that of the level below", Unit::Times),
        ("pixel_spread", "distance of an image from the mean of its class, in pixels", Unit::Number),
        ("full", "share of full pixels", Unit::Share),
        ("empty", "share of empty pixels", Unit::Share),
    ];
    let Some(flow) = node.get("flow") else { return };
    let provenance = Provenance::of(&flow);
    let levels = flow.items("levels");
    let mut add = |key: &str, what: &str, unit, sources: Vec<Source>| {
        let name = format!("{}: {what}", title_of(set));
        let found = result(format!("{set}/flow/{key}"), Group::Distillation, name, unit, sources, &provenance);
        all.push(Measured { see: Some(seen(set, 3)), ..found });
    };
    add(
        "theory",
        "growth of that distance at a level by Eq. (5)",
        Unit::Times,
        flow.source("theory").into_iter().collect(),
    );
    for (key, what, unit) in DISTANCES {
        add(key, &format!("{what}, by level"), unit, by_level(&levels, key));
    }
}

fn run_of<J: Json>(set: &str, run: Option<&Node<J>>, all: &mut Vec<Measured>) {
    let Some(run) = run else { return };
    let device = run.series_of_texts("devices").join("; ");
    let provenance = Provenance { device: Some(device).filter(|text| !text.is_empty()), ..Provenance::of(run) };
    let mut add = |key: &str, what: &str, unit, sources: Vec<Source>| {
        let name = format!("{}: {what}", title_of(set));
        let found = result(format!("{set}/{key}"), Group::Distillation, name, unit, sources, &provenance);
        all.push(Measured { see: Some(seen(set, 1)), ..found });
    };
    let one = |key: &str| run.source(key).into_iter().collect();
    add("images", "distilled images of all levels", Unit::Count, one("images"));
    add("steps", "gradient steps of all subsets", Unit::Count, one("subset_steps"));
    add("seconds", "duration by level", Unit::Seconds, run.series("level_secs", |at| level(at + 1)));
}

fn levels_of<J: Json>(set: &str, node: &Node<J>, run: Option<&Node<J>>, all: &mut Vec<Measured>) {
    let levels = node.items("levels");
    let of_run = run.map(Provenance::of).unwrap_or_default();
    let provenance = Provenance { command: Some(REPORT.into()), duration_secs: None, device: None, ..of_run };
    for (key, what, unit) in [
        ("within", "similarity within the classes, by level", Unit::Number),
        ("between", "similarity between the classes, by level", Unit::Number),
        ("removed", "removable loss that was removed, by level", Unit::Share),
        ("moved", "distance moved from the start by level, per pixel", Unit::Number),
    ] {
        let name = format!("{}: {what}", title_of(set));
        let sources = by_level(&levels, key);
        let found = result(format!("{set}/{key}"), Group::Distillation, name, unit, sources, &provenance);
        all.push(Measured { see: Some(seen(set, 3)), ..found });
    }
}

fn accuracies_of<J: Json>(set: &str, node: &Node<J>, all: &mut Vec<Measured>) {
    for entry in node.items("accuracy") {
        let Some(kind) = entry.text("references") else { continue };
        let (embedder, by) = (entry.text("embedder").unwrap_or_default(), entry.text("loss").unwrap_or_default());
        let with = if by.is_empty() { String::new() } else { format!(", {} loss", loss(&by)) };
        let who = if kind == "raw_pixels" { String::new() } else { format!(", {}", shipped_title(&embedder)) };
        let name = format!("{}{who}{with}", upper_first(&references(&kind)));
        let key =
            if by.is_empty() { format!("{set}/{embedder}/{kind}") } else { format!("{set}/{embedder}/{kind}/{by}") };
        let command = if by == "arcface" { format!("{REPORT} --arcface {ARCFACE}") } else { REPORT.into() };
        let sources = entry.source("accuracy").into_iter().collect();
        let found = result(key, Group::References, name, Unit::Share, sources, &made_by(command));
        let shown = kind.strip_prefix("level-").and_then(|level| level.parse().ok()).unwrap_or(5);
        all.push(Measured { see: Some(seen(set, shown)), ..found });
    }
}

/// Other settings, and networks trained on the ten images alone.
fn others_of<J: Json>(set: &str, node: &Node<J>, all: &mut Vec<Measured>) {
    for (at, entry) in node.items("variants").iter().enumerate() {
        let provenance = Provenance::of(entry);
        let what = entry.text("name").unwrap_or_default();
        let mut add = |key: &str, name: String, sources| {
            let key = format!("{set}/variant-{at}/{key}");
            all.push(result(key, Group::References, name, Unit::Share, sources, &provenance));
        };
        add(
            "accuracy",
            format!("Distilled with other settings: {what}"),
            entry.source("accuracy").into_iter().collect(),
        );
        add(
            "levels",
            format!("Distilled with other settings, by level: {what}"),
            entry.series("levels", |at| level(at + 1)),
        );
    }
    if let Some(ten) = node.get("ten_images") {
        let mut add = |key: &str, what: &str, unit| {
            let sources = ten.source(key).into_iter().collect();
            let key = format!("{set}/ten-images/{key}");
            all.push(result(key, Group::References, what.into(), unit, sources, &made_by(REPORT.into())));
        };
        add("mean", "A fresh network trained on the ten images alone: mean accuracy", Unit::Share);
        add("deviation", "its standard deviation over the seeds", Unit::Share);
        add("seeds", "its seeds", Unit::Count);
        add("steps", "its training steps", Unit::Count);
    }
}

/// `similarity`: one entry for every embedding network. What `distillation` says as well is not repeated.
pub(super) fn similarity<J: Json>(node: &Node<J>, all: &mut Vec<Measured>) {
    for (embedder, entry) in node.entries() {
        let provenance = made_by(format!("{CONTROLS} {embedder}"));
        let mut add = |key: &str, group, what: String, unit, sources| {
            let name = format!("{what}, {}", shipped_title(&embedder));
            let found = result(format!("{embedder}/{key}"), group, name, unit, sources, &provenance);
            all.push(Measured { see: Some(See::Distil(5, None)), ..found });
        };
        let one = |key: &str| entry.source(key).into_iter().collect();
        let pixels = "Pixel means, compared as raw pixels, by distance".to_owned();
        add("pixels", Group::References, pixels, Unit::Share, one("pixel_means_euclid"));
        if let Some(random) = entry.get("random_images") {
            let ends = [("min", "worst"), ("max", "best")];
            let sources = ends
                .into_iter()
                .filter_map(|(key, label)| random.source(key).map(|source| Source { label: label.into(), ..source }));
            let draws = random.number("draws").unwrap_or(f64::NAN);
            let what =
                format!("One random real image of each class, worst and best of {} draws", format::fixed(draws, 0));
            add("random", Group::References, what, Unit::Share, sources.collect());
        }
        let levels = entry.items("levels");
        let mut alike = vec![(0, entry.get("similarity"))];
        alike.extend(levels.iter().enumerate().map(|(at, level)| (at + 1, level.get("similarity"))));
        for (key, what) in [("within", "Similarity within the classes"), ("between", "Similarity between the classes")]
        {
            let labelled = |(at, node): &(usize, Option<Node<J>>)| {
                let source = node.as_ref()?.source(key)?;
                Some(Source { label: level(*at), ..source })
            };
            let sources = alike.iter().filter_map(labelled).collect();
            add(key, Group::Distillation, what.to_owned(), Unit::Number, sources);
        }
        for (at, node) in alike.iter().filter_map(|(at, node)| Some((at, node.as_ref()?))) {
            let sources = node.series("within_class", |class| format!("digit {class}"));
            let what = format!("Similarity within each class at level {at}");
            add(&format!("within-{at}"), Group::Distillation, what, Unit::Number, sources);
        }
    }
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
