//! Reports about polynomials as tables of comma-separated values, one line per number.

use crate::config::ExpansionPoint;
use crate::poly::cluster_monomials::MonomialTable;
use crate::poly::write::About;
use crate::protocol::{Coefficients, Explanation, InteractionReport, PruningReport, SpectrumReport};
use std::fmt::Write as _;

/// A table from its header and lines.
fn table(header: &str, lines: impl IntoIterator<Item = String>) -> String {
    let mut text = format!("{header}\n");
    for line in lines {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Truncation accuracy and mean contributions by order.
pub fn spectrum(report: &SpectrumReport) -> String {
    let mut header = "order,truncation_accuracy".to_owned();
    for kind in ["mean", "mean_absolute"] {
        (0..report.mean.len()).for_each(|class| header.push_str(&format!(",{kind}_{class}")));
    }
    header.push_str(",about");
    let lines = report.truncation_accuracy.iter().enumerate().map(|(order, accuracy)| {
        let mut line = format!("{order},{accuracy}");
        for series in report.mean.iter().chain(&report.mean_absolute) {
            let _ = write!(line, ",{}", series[order]);
        }
        let _ = write!(line, ",{}", report.about);
        line
    });
    table(&header, lines)
}

/// The lines that hold x0, a pixel each, with `about mean` where others say what they are. The black image has none.
fn point(about: ExpansionPoint, image: &[f64], line: impl Fn(String, usize, f64) -> String) -> Vec<String> {
    let about = About::new(about, image);
    let values = about.iter().flat_map(|about| about.image().iter().enumerate().map(|place| (about.cell(), place)));
    values.map(|(cell, (pixel, value))| line(cell, pixel, *value)).collect()
}

/// Every coefficient with its class, order and pixels (row by row, from 0); then the expansion point.
pub fn coefficients(report: &Coefficients) -> String {
    let pixels = (report.side * report.side) as usize;
    let mut lines = Vec::new();
    for (class, value) in report.constant.iter().enumerate() {
        lines.push(format!("{class},0,,,,{value}"));
    }
    for (index, value) in report.first.iter().enumerate() {
        lines.push(format!("{},1,{},,,{value}", index / pixels, index % pixels));
    }
    let singles_and_pairs = MonomialTable::new(pixels, 2);
    let pairs = singles_and_pairs.len() - pixels;
    let pair = |index: usize| singles_and_pairs.factors(pixels + index % pairs);
    for (index, value) in report.second.iter().flat_map(|second| second.iter()).enumerate() {
        let pair = pair(index);
        lines.push(format!("{},2,{},{},,{value}", index / pairs, pair[0], pair[1]));
    }
    if let Some(slice) = &report.slice {
        let pixel = slice.pixel;
        for (index, value) in slice.values.iter().enumerate() {
            lines.push(if slice.order == 2 {
                format!("{},2,{pixel},{},,{value}", index / pixels, index % pixels)
            } else {
                let pair = pair(index);
                format!("{},3,{pixel},{},{},{value}", index / pairs, pair[0], pair[1])
            });
        }
    }
    lines.extend(point(report.about, &report.point, |about, pixel, value| format!("{about},,{pixel},,,{value}")));
    table("class,order,pixel_1,pixel_2,pixel_3,coefficient", lines)
}

/// Contributions by order, pixel and pair; then the expansion point.
pub fn explanation(report: &Explanation) -> String {
    let orders = report.orders.iter().enumerate().map(|(order, value)| format!("order,{order},,{value}"));
    let pixels = report.pixels.iter().enumerate().map(|(pixel, value)| format!("pixel,{pixel},,{value}"));
    let pairs = report.pairs.iter().flat_map(|pairs| &pairs.strongest);
    let pairs = pairs.map(|pair| format!("pair,{},{},{}", pair.one, pair.other, pair.value));
    let point = point(report.about, &report.point, |about, pixel, value| format!("{about},{pixel},,{value}"));
    table("part,one,other,contribution", orders.chain(pixels).chain(pairs).chain(point))
}

/// Accuracy by kept share.
pub fn pruning(report: &PruningReport) -> String {
    let lines = report.kept.iter().zip(&report.accuracy).enumerate().map(|(index, (kept, accuracy))| {
        let rest = report.accuracy_with_rest.get(index).map(f64::to_string).unwrap_or_default();
        format!("{kept},{accuracy},{rest},{}", report.about)
    });
    table("kept,accuracy,accuracy_with_higher_orders,about", lines)
}

/// Counts of the five levels by distance.
pub fn interactions(report: &InteractionReport) -> String {
    let lines = report.distances.iter().enumerate().map(|(place, distance)| {
        let counts = report.counts.iter().chain(&report.counts_absolute).map(|counts| counts[place].to_string());
        let counts = counts.collect::<Vec<_>>().join(",");
        format!("{distance},{},{counts},{}", report.mean_absolute[place], report.about)
    });
    let levels = "L1,L2,L3,L4,L5,absolute_L1,absolute_L2,absolute_L3,absolute_L4,absolute_L5";
    table(&format!("distance,mean_absolute,{levels},about"), lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::CoefficientSlice;

    #[test]
    fn every_coefficient_has_its_pixels() {
        let numbers = |count: usize| (0..count).map(|i| i as f64).collect::<Vec<f64>>();
        let mut report = Coefficients {
            model: "x".into(),
            step: 0,
            about: ExpansionPoint::Black,
            point: vec![0.0; 4].into(),
            side: 2,
            constant: numbers(2).into(),
            first: numbers(8).into(),
            second: Some(numbers(20).into()),
            slice: None,
            compute_ms: 0.0,
        };
        let text = coefficients(&report);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 1 + 2 + 8 + 20);
        assert_eq!((lines[2], lines[7], lines[13]), ("1,0,,,,1", "1,1,0,,,4", "0,2,0,2,,2"));
        assert_eq!(lines[30], "1,2,3,3,,19");
        report.slice = Some(CoefficientSlice { pixel: 3, order: 3, values: numbers(20).into() });
        assert_eq!(coefficients(&report).lines().last(), Some("1,3,3,3,3,19"));
        report.slice = Some(CoefficientSlice { pixel: 3, order: 2, values: numbers(8).into() });
        assert_eq!(coefficients(&report).lines().last(), Some("1,2,3,3,,7"));
        (report.about, report.point) = (ExpansionPoint::ClassMean { class: 7 }, vec![0.0, 0.5, 0.0, 0.25].into());
        let text = coefficients(&report);
        let lines: Vec<&str> = text.lines().skip(1 + 2 + 8 + 20 + 8).collect();
        assert_eq!(
            lines,
            ["about mean-7,,0,,,0", "about mean-7,,1,,,0.5", "about mean-7,,2,,,0", "about mean-7,,3,,,0.25"]
        );
    }
}
