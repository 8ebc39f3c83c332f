//! What the images keep where no trained network judges them: a table of both partitions beside controls.

use super::words::{DistillationReports, EmbedderReport, SetReport, TenImagesReport, TryReport, groups};
use crate::app::format;
use crate::config::Partition;

/// Columns of the table: what is measured, and what it means.
pub const COLUMNS: [(&str, &str); 6] = [
    ("Pixels, angle", "Test images classified by the reference with the smallest angle between raw pixels."),
    ("Pixels, distance", "Test images classified by the reference with the smallest distance between raw pixels."),
    ("Random networks", "By the smallest angle in the features of networks that were never trained, mean of three."),
    (
        "Spread",
        "How different the images of a class are: root mean square distance of a pixel (0 to 1) from the mean of its class.",
    ),
    ("Fresh network", "A new network trained on these images alone, mean of five."),
    ("… moved images", "The same, every image shifted, turned and scaled at random while it trains."),
];

/// A row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Images of each class.
    pub per_class: usize,
    /// Which images.
    pub name: String,
    /// In the order of [`COLUMNS`].
    pub values: [String; 6],
    /// Whether it is a distillation, and not a control.
    pub is_distilled: bool,
}

/// Rows of both distillations and of the controls, fewest images first; nothing where nothing was measured.
pub fn rows(alike: &DistillationReports, random: &DistillationReports) -> Vec<Row> {
    let mut counts: Vec<usize> = alike.measures.iter().chain(&random.measures).map(|set| set.per_class).collect();
    counts.sort_unstable();
    counts.dedup();
    let mut rows = Vec::new();
    for per_class in counts {
        let of = |reports: &'_ [SetReport], references: &str| {
            reports.iter().find(|set| set.per_class == per_class && set.references == references).cloned()
        };
        for (partition, reports) in [(Partition::Alike, alike), (Partition::Random, random)] {
            let set = of(&reports.measures, "distilled");
            let name = format!("distilled, groups of {}", groups(partition));
            rows.extend(set.map(|set| row(&set, name, true)));
        }
        let centroids = if per_class == 1 { "class means" } else { "centroids of k-means" };
        for (references, name) in [("centroids", centroids), ("random_images", "random real images")] {
            let set = of(&alike.measures, references).or_else(|| of(&random.measures, references));
            rows.extend(set.map(|set| row(&set, name.to_owned(), false)));
        }
    }
    rows
}

fn row(set: &SetReport, name: String, is_distilled: bool) -> Row {
    let percent = |value: Option<f64>| value.map_or_else(|| format::NONE.to_owned(), |value| format::percent(value, 1));
    let fresh = |report: &Option<TenImagesReport>| percent(report.as_ref().map(|report| report.mean));
    let values = [
        percent(Some(set.pixels_angle)),
        percent(set.pixels_euclid),
        percent(set.random_networks),
        if set.per_class == 1 { format::NONE.to_owned() } else { format::fixed(set.spread, 3) },
        fresh(&set.fresh),
        fresh(&set.fresh_moved),
    ];
    Row { per_class: set.per_class, name, values, is_distilled }
}

/// Columns of the table of other settings.
pub const TRY_HEAD: [&str; 6] = [
    "Other settings",
    "20 a class, pixels",
    "4 a class, pixels",
    "1 a class, pixels",
    "1 a class, random networks",
    "Spread at 4",
];

/// Rows of other settings, by the images of a class.
pub fn try_rows(tries: &[TryReport]) -> Vec<Vec<String>> {
    let row = |report: &TryReport| {
        let at = |per_class: usize| report.sets.iter().find(|set| set.per_class == per_class);
        let percent =
            |value: Option<f64>| value.map_or_else(|| format::NONE.to_owned(), |value| format::percent(value, 1));
        vec![
            report.name.clone(),
            percent(at(20).map(|set| set.pixels_angle)),
            percent(at(4).map(|set| set.pixels_angle)),
            percent(at(1).map(|set| set.pixels_angle)),
            percent(at(1).and_then(|set| set.random_networks)),
            at(4).map_or_else(|| format::NONE.to_owned(), |set| format::fixed(set.spread, 3)),
        ]
    };
    tries.iter().map(row).collect()
}

/// Columns of the table of random networks.
pub const EMBEDDER_HEAD: [&str; 4] = ["Filters", "Noise, one network", "Noise, four networks", "Loss left"];

/// Rows of kinds of random networks.
pub fn embedder_rows(reports: &[EmbedderReport]) -> Vec<Vec<String>> {
    let row = |report: &EmbedderReport| {
        vec![
            report.filters.clone(),
            format::fixed(report.noise, 3),
            format::fixed(report.noise_of_four, 3),
            format!("{} ± {}", format::percent(report.loss, 2), format::percent(report.loss_deviation, 2)),
        ]
    };
    reports.iter().map(row).collect()
}

/// What orthogonal filters change.
pub fn embedders_in_words(reports: &[EmbedderReport]) -> String {
    let of = |filters: &str| reports.iter().find(|report| report.filters == filters);
    let (Some(plain), Some(orthogonal)) = (of("independent"), of("orthogonal")) else { return String::new() };
    let change = format::percent(orthogonal.noise_of_four / plain.noise_of_four - 1.0, 1);
    format!(
        "Noise: how far the gradient under one network, or under the mean of four, deviates from that of all, relative to its length. \
         Orthogonal filters change the noise of four networks by {change}, at the same cost."
    )
}

/// Accuracy by raw pixels over the level.
pub fn pixel_curve(reports: &DistillationReports) -> Vec<(f64, f64)> {
    let distilled = reports.measures.iter().filter(|set| set.references == "distilled");
    distilled.map(|set| (set.level as f64, set.pixels_angle)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(references: &str, per_class: usize, pixels_angle: f64) -> SetReport {
        SetReport {
            references: references.into(),
            level: if per_class == 1 { 5 } else { 4 },
            per_class,
            pixels_angle,
            pixels_euclid: None,
            random_networks: Some(0.5),
            spread: 0.125,
            fresh: Some(TenImagesReport { mean: 0.75, deviation: 0.01, seeds: 5 }),
            fresh_moved: None,
        }
    }

    #[test]
    fn controls_stand_below_what_they_are_compared_with_and_only_once() {
        let alike = DistillationReports {
            measures: vec![
                set("distilled", 4, 0.9),
                set("centroids", 4, 0.91),
                set("distilled", 1, 0.8),
                set("centroids", 1, 0.82),
            ],
            ..DistillationReports::default()
        };
        let random = DistillationReports {
            measures: vec![set("distilled", 4, 0.6), set("centroids", 4, 0.99), set("random_images", 1, 0.4)],
            ..DistillationReports::default()
        };
        let found = rows(&alike, &random);
        let names: Vec<_> =
            found.iter().map(|row| (row.per_class, row.name.as_str(), row.values[0].as_str())).collect();
        let expected = [
            (1, "distilled, groups of likes", "80.0\u{a0}%"),
            (1, "class means", "82.0\u{a0}%"),
            (1, "random real images", "40.0\u{a0}%"),
            (4, "distilled, groups of likes", "90.0\u{a0}%"),
            (4, "distilled, groups of any images", "60.0\u{a0}%"),
            (4, "centroids of k-means", "91.0\u{a0}%"),
        ];
        assert_eq!(names, expected);
        assert_eq!(found[0].values[1..], [format::NONE, "50.0\u{a0}%", format::NONE, "75.0\u{a0}%", format::NONE]);
        assert_eq!(found[3].values[3], "0.125");
        assert_eq!(pixel_curve(&alike), [(4.0, 0.9), (5.0, 0.8)]);
        assert!(rows(&DistillationReports::default(), &DistillationReports::default()).is_empty());
    }
}
