//! What the measurements of the levels say, in words computed from the numbers.

use super::flow_words::FlowReport;
use crate::app::format;
use crate::config::Partition;
use serde::{Deserialize, Deserializer};

/// What was measured of a distillation. Whatever is missing in the manifest is not shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DistillationReports {
    /// One entry per level.
    pub levels: Vec<LevelReport>,
    /// Accuracies on the test images by the angle to references.
    pub accuracy: Vec<AccuracyReport>,
    /// Accuracies of level 5 with other settings.
    pub variants: Vec<VariantReport>,
    /// A network trained on the ten images alone.
    pub ten_images: Option<TenImagesReport>,
    /// What the images are worth without a trained network, beside controls.
    pub measures: Vec<SetReport>,
    /// Distillations with other settings, judged without a trained network.
    pub tries: Vec<TryReport>,
    /// Random networks with independent and with orthogonal filters.
    pub embedders: Vec<EmbedderReport>,
    /// How far the classes move from level to level.
    pub flow: Option<FlowReport>,
}

/// A distillation with other settings.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TryReport {
    /// What is different.
    pub name: String,
    /// One entry per level.
    pub sets: Vec<SetReport>,
}

/// Random networks of a kind.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct EmbedderReport {
    /// `independent` or `orthogonal`.
    pub filters: String,
    /// Deviation of the gradient under one network, as a share of its mean.
    pub noise: f64,
    /// The same for the mean over four networks.
    pub noise_of_four: f64,
    /// Loss reached, as a share of that at the start.
    pub loss: f64,
    /// Its standard deviation over the seeds.
    pub loss_deviation: f64,
}

/// Some references, judged without a trained network: accuracies on the test images.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SetReport {
    /// `distilled`, `centroids` or `random_images`.
    pub references: String,
    /// The level with this many images.
    pub level: usize,
    /// Images of each class.
    pub per_class: usize,
    /// Nearest by the angle between raw pixels.
    pub pixels_angle: f64,
    /// Nearest by the distance of raw pixels.
    #[serde(default)]
    pub pixels_euclid: Option<f64>,
    /// Nearest by angle in the features of random networks.
    #[serde(default)]
    pub random_networks: Option<f64>,
    /// Root mean square distance of a pixel from the mean of its class.
    pub spread: f64,
    /// A fresh network trained on these images alone.
    #[serde(default)]
    pub fresh: Option<TenImagesReport>,
    /// The same, with the images moved at random while it trains.
    #[serde(default)]
    pub fresh_moved: Option<TenImagesReport>,
}

/// How alike the images of a level are, and what its distillation did.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct LevelReport {
    /// From 0 for the original digits.
    pub level: usize,
    /// Mean cosine similarity of images of the same class.
    pub within: Option<f64>,
    /// Mean cosine similarity of images of different classes.
    pub between: Option<f64>,
    /// Share of the loss above its minimum that was removed.
    pub removed: Option<f64>,
    /// Mean change of a pixel from the start, as a share of full ink.
    pub moved: Option<f64>,
}

/// Accuracy with one set of references.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AccuracyReport {
    /// "level-5", or the name of a control.
    pub references: String,
    /// Network whose features are compared; empty for raw pixels.
    #[serde(default)]
    pub embedder: String,
    /// "euclid" or "arcface"; empty where no distillation was involved, for which the manifest has `null`.
    #[serde(default, deserialize_with = "text_or_null")]
    pub loss: String,
    /// Share of the test images classified correctly.
    pub accuracy: f64,
}

fn text_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Accuracy with other settings.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct VariantReport {
    /// What is different.
    pub name: String,
    /// Share of the test images classified correctly.
    pub accuracy: f64,
}

/// Networks trained on nothing but the ten distilled images.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct TenImagesReport {
    /// Mean accuracy.
    pub mean: f64,
    /// Standard deviation over the seeds.
    pub deviation: f64,
    /// Number of seeds.
    pub seeds: u32,
}

/// Smallest change of a similarity that counts: half of the last digit shown.
const STILL: f64 = 5e-4;

/// Points `(level, value)` of a curve over the levels.
pub fn curve(levels: &[LevelReport], value: fn(&LevelReport) -> Option<f64>) -> Vec<(f64, f64)> {
    levels.iter().filter_map(|report| Some((report.level as f64, value(report)?))).collect()
}

/// Where a similarity grows with the level and where not.
pub fn growth(what: &str, points: &[(f64, f64)]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    if points.len() < 2 {
        return String::new();
    }
    let ends =
        format!("from {} at level {} to {} at level {}", similarity(first.1), first.0, similarity(last.1), last.0);
    let steps = points.windows(2).filter(|pair| pair[1].1 - pair[0].1 <= STILL);
    let exceptions: Vec<String> = steps
        .map(|pair| {
            let step = pair[1].1 - pair[0].1;
            let verb = if step < -STILL { "falls" } else { "stays" };
            format!("{verb} from level {} to {} ({})", pair[0].0, pair[1].0, format::signed(step, 3))
        })
        .collect();
    if exceptions.is_empty() {
        format!("The similarity {what} grows with every level, {ends}.")
    } else if exceptions.len() + 1 == points.len() {
        format!("The similarity {what} does not grow with the level: it goes {ends}.")
    } else {
        format!("The similarity {what} goes {ends}, but it {}.", exceptions.join(" and "))
    }
}

/// A cosine similarity as text.
pub fn similarity(value: f64) -> String {
    format::fixed(value, 3)
}

/// Name of a set of references for people.
pub fn references(key: &str) -> String {
    match key {
        "class_means" => "means of each class's features".to_owned(),
        "medoids" => "the most typical real image of each class".to_owned(),
        "random_real" => "one random real image of each class".to_owned(),
        "pixel_means" => "pixel means of each class".to_owned(),
        "one_shot" => "distilled at once, without levels".to_owned(),
        "classifier" => "the network's own answer".to_owned(),
        "raw_pixels" => "pixel means, compared as raw pixels".to_owned(),
        other => other.replace("level-", "distilled, level "),
    }
}

/// What a partition is called.
pub const fn groups(partition: Partition) -> &'static str {
    match partition {
        Partition::Alike => "likes",
        Partition::Random => "any images",
    }
}

/// Name of a loss for people.
pub fn loss(key: &str) -> &str {
    match key {
        "euclid" => "Euclid",
        "arcface" => "ArcFace",
        other => other,
    }
}

/// Accuracy over the level with one embedder and the Euclidean loss.
pub fn accuracy_by_level(reports: &[AccuracyReport], embedder: &str) -> Vec<(f64, f64)> {
    let own = reports.iter().filter(|report| report.embedder == embedder && report.loss != "arcface");
    let mut points: Vec<(f64, f64)> = own
        .filter_map(|report| {
            let level: u32 = report.references.strip_prefix("level-")?.parse().ok()?;
            Some((f64::from(level), report.accuracy))
        })
        .collect();
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    points
}

/// The embedders of the accuracies by level, in their order.
pub fn embedders(reports: &[AccuracyReport]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for report in reports.iter().filter(|report| report.references.starts_with("level-")) {
        if !names.contains(&report.embedder) {
            names.push(report.embedder.clone());
        }
    }
    names
}

/// Accuracies with one set of references, in the order of their embedders.
#[derive(Debug, Clone, PartialEq)]
pub struct AccuracyRow {
    /// As in [`AccuracyReport`].
    pub references: String,
    /// As in [`AccuracyReport`].
    pub loss: String,
    /// `None` where it was not measured.
    pub accuracies: Vec<Option<f64>>,
}

/// All accuracies as a table: the embedders as columns, and a row for each set of references.
pub fn table(reports: &[AccuracyReport]) -> (Vec<String>, Vec<AccuracyRow>) {
    let (mut names, mut rows): (Vec<String>, Vec<AccuracyRow>) = (Vec::new(), Vec::new());
    for AccuracyReport { embedder, .. } in reports {
        if !names.contains(embedder) {
            names.push(embedder.clone());
        }
    }
    for AccuracyReport { references, embedder, loss, accuracy } in reports {
        let column = names.iter().position(|name| name == embedder).unwrap_or_default();
        let known = rows.iter().position(|row| row.references == *references && row.loss == *loss);
        let row = known.unwrap_or_else(|| {
            let accuracies = vec![None; names.len()];
            rows.push(AccuracyRow { references: references.clone(), loss: loss.clone(), accuracies });
            rows.len() - 1
        });
        rows[row].accuracies[column] = Some(*accuracy);
    }
    (names, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_said_as_the_numbers_are() {
        let grows = growth("within the classes", &[(1.0, 0.4), (2.0, 0.6), (3.0, 0.9)]);
        assert_eq!(
            grows,
            "The similarity within the classes grows with every level, from 0.400 at level 1 to 0.900 at level 3."
        );
        let mixed = growth("within the classes", &[(1.0, 0.4), (2.0, 0.6), (3.0, 0.55), (4.0, 0.55)]);
        assert!(
            mixed.contains("but it falls from level 2 to 3 (\u{2212}0.050) and stays from level 3 to 4"),
            "{mixed}"
        );
        let falls = growth("between the classes", &[(1.0, 0.4), (2.0, 0.3)]);
        assert!(falls.contains("does not grow") && falls.contains("to 0.300 at level 2"), "{falls}");
        assert_eq!(growth("x", &[(1.0, 0.4)]), "");
    }

    #[test]
    fn accuracies_are_sorted_into_curves() {
        let report = |references: &str, embedder: &str, loss: &str, accuracy| AccuracyReport {
            references: references.into(),
            embedder: embedder.into(),
            loss: loss.into(),
            accuracy,
        };
        let reports = [
            report("level-5", "resnet-18", "euclid", 0.987),
            report("level-5", "resnet-18", "arcface", 0.99),
            report("level-1", "resnet-18", "euclid", 0.99),
            report("class_means", "resnet-18", "", 0.991),
            report("level-1", "resnet-light", "euclid", 0.98),
        ];
        assert_eq!(embedders(&reports), ["resnet-18", "resnet-light"]);
        assert_eq!(accuracy_by_level(&reports, "resnet-18"), [(1.0, 0.99), (5.0, 0.987)]);
        assert_eq!(references("level-3"), "distilled, level 3");

        let (names, rows) = table(&reports);
        assert_eq!(names, ["resnet-18", "resnet-light"]);
        let rows: Vec<_> = rows.iter().map(|row| (&*row.references, &*row.loss, &*row.accuracies)).collect();
        let expected: [(&str, &str, &[Option<f64>]); 4] = [
            ("level-5", "euclid", &[Some(0.987), None]),
            ("level-5", "arcface", &[Some(0.99), None]),
            ("level-1", "euclid", &[Some(0.99), Some(0.98)]),
            ("class_means", "", &[Some(0.991), None]),
        ];
        assert_eq!(rows, expected);
    }
}
