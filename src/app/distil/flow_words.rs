//! What was measured of the flow, as a table and in words.

use super::words::groups;
use crate::app::format;
use crate::config::Partition;
use serde::Deserialize;

/// How far the classes move.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct FlowReport {
    /// Growth of the distance from the mean of all classes at each level by Eq. (5).
    #[serde(default)]
    pub theory: Option<f64>,
    /// From level 0, the training set.
    pub levels: Vec<FlowLevel>,
}

/// One level; distances are root mean squares.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct FlowLevel {
    /// From 0.
    pub level: usize,
    /// Images of a class.
    pub per_class: usize,
    /// From the mean of a class to the mean of all, in the features of random networks.
    pub distance: f64,
    /// Against the level below.
    #[serde(default)]
    pub growth: Option<f64>,
    /// From an image to the mean of its class, in the same features.
    pub spread: f64,
    /// Growth of the distance in pixels.
    #[serde(default)]
    pub pixel_growth: Option<f64>,
    /// Share of full pixels.
    pub full: f64,
}

/// Columns of the table.
pub const HEAD: [&str; 6] =
    ["Level", "Growth by Eq. (5)", "in random networks", "in pixels", "Spread ÷ distance", "Full pixels"];

/// Images of a class agree where they lie nearer to each other than this share of the distance from the mean of all.
pub const AGREE: f64 = 0.2;

/// Rows of the table.
pub fn rows(report: &FlowReport) -> Vec<Vec<String>> {
    let times = |growth: Option<f64>| growth.map_or_else(|| format::NONE.to_owned(), |value| format::fixed(value, 2));
    let row = |entry: &FlowLevel| {
        let theory = report.theory.filter(|_| entry.growth.is_some());
        vec![
            entry.level.to_string(),
            times(theory),
            times(entry.growth),
            times(entry.pixel_growth),
            format::fixed(entry.spread / entry.distance, 2),
            format::percent(entry.full, 1),
        ]
    };
    report.levels.iter().map(row).collect()
}

/// The first level whose images agree.
pub fn agreement(report: &FlowReport) -> Option<usize> {
    report
        .levels
        .iter()
        .find(|entry| entry.per_class > 1 && entry.spread < AGREE * entry.distance)
        .map(|entry| entry.level)
}

/// What the picture shows.
pub fn caption([one, other]: [usize; 2], level: usize) -> String {
    let what = match level {
        0 => "original digits, 150 of each".to_owned(),
        _ => format!("images of level {level}"),
    };
    format!(
        "Dots: {what}, of {one} to the left and of {other} to the right; up is away from the mean of all digits (cross). \
         The lines follow the means of both from level 1 to 5; a dashed one leads to where Eq. (5) would carry them next."
    )
}

/// The law beside the measurement, with the reason for the difference.
pub fn law(report: &FlowReport, partition: Partition) -> String {
    let Some(theory) = report.theory else { return String::new() };
    let grown: Vec<&FlowLevel> = report.levels.iter().filter(|entry| entry.growth.is_some()).collect();
    let (Some(first), Some(last)) = (grown.first(), grown.last()) else { return String::new() };
    let growth = |entry: &FlowLevel| format::fixed(entry.growth.unwrap_or(f64::NAN), 2);
    let measured = format!(
        "Measured in random networks it is {} at level {} and {} at level {}",
        growth(first),
        first.level,
        growth(last),
        last.level
    );
    let reason = if theory > 1.05 {
        ". Neither the range of the pixels stops it, for hardly one is full, nor the optimisation, which removes nearly all \
         that can be removed: the networks normalise their maps, and no image has features that far out"
    } else {
        ": nothing pushes a class away, and it moves little"
    };
    let agree = match agreement(report) {
        Some(level) => format!(
            "From level {level} on the images of a digit lie within a fifth of their distance from the mean of \
             all digits, and differ no more: the flow has reached its fixed point."
        ),
        None => "No level makes the images of a digit agree: families stay apart until the last merger.".to_owned(),
    };
    format!(
        "Groups of {}: Eq. (5) carries a digit {} times as far from the mean of all digits at every level, a relevant \
         direction of the renormalization group. {measured}{reason}. {agree}",
        groups(partition),
        format::fixed(theory, 2),
    )
}
