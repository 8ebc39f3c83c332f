//! The flow about a fixed point as lines, a table and a sentence.

use crate::app::format;
use crate::protocol::ScaleFlow;
use std::fmt::Write as _;

/// Width and height of the picture in its own units.
pub const SIZE: [f64; 2] = [420.0, 320.0];
/// Coordinates up to this are inside.
const REACH: f64 = 1.25;

/// Columns of the table.
pub const HEAD: [&str; 5] = ["Fixed point", "Length", "Relevant", "Largest eigenvalue", "Smallest"];

/// A way, as a line and its stops.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// From stop to stop.
    pub line: String,
    /// Dots for a line with round ends.
    pub stops: String,
}

/// The relevant direction runs to the right, the irrelevant one up.
fn place(x: f64, y: f64) -> [f64; 2] {
    let scale = 0.5 * SIZE[1] / REACH;
    [0.5 * SIZE[0] + scale * x, 0.5 * SIZE[1] - scale * y]
}

/// Both directions through the fixed point.
pub fn axes() -> String {
    format!("M0 {0:.1}H{1:.1}M{2:.1} 0V{3:.1}", SIZE[1] / 2.0, SIZE[0], SIZE[0] / 2.0, SIZE[1])
}

/// All ways.
pub fn ways(flow: &ScaleFlow) -> Vec<Way> {
    let way = |numbers: &[f64]| {
        let (mut line, mut stops) = (String::new(), String::new());
        for (index, pair) in numbers.chunks_exact(2).enumerate() {
            let [x, y] = place(pair[0], pair[1]);
            _ = write!(line, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
            _ = write!(stops, "M{x:.1} {y:.1}h0");
        }
        Way { line, stops }
    };
    flow.ways.iter().map(|numbers| way(numbers)).collect()
}

/// One row for each fixed point.
pub fn rows(flow: &ScaleFlow) -> Vec<Vec<String>> {
    let row = |(index, point): (usize, &crate::protocol::FixedPoint)| {
        let modulus =
            |value: Option<&f64>| value.map_or_else(|| format::NONE.to_owned(), |value| format::fixed(*value, 3));
        vec![
            (index + 1).to_string(),
            format::fixed(point.length, 3),
            format!("{} of {}", point.relevant, flow.channels),
            modulus(point.moduli.first()),
            modulus(point.moduli.last()),
        ]
    };
    flow.points.iter().enumerate().map(row).collect()
}

/// What the picture shows.
pub fn sentence(flow: &ScaleFlow) -> String {
    let Some(point) = flow.points.first() else { return String::new() };
    let found = match flow.points.len() {
        1 => "One fixed point was found".to_owned(),
        count => format!("{count} fixed points were found"),
    };
    let meaning = if point.relevant == 0 {
        "the operation draws every map near it in"
    } else {
        "left to itself the operation drives almost every map away, and what keeps a network in bounds are the convolutions \
         between its levels"
    };
    let relevant = format!(
        "at the one nearest to zero {} of {} directions are relevant: {meaning}",
        point.relevant, flow.channels
    );
    let picture = flow.eigenvalues.map_or_else(String::new, |[grows, shrinks]| {
        format!(
            " The picture follows {} maps step by step, dot by dot: across, where a step multiplies by {}, and up, where it \
             multiplies by {}.",
            flow.ways.len(),
            format::fixed(grows, 2),
            format::fixed(shrinks, 2)
        )
    });
    format!("{found}; {relevant}.{picture}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::FixedPoint;

    fn flow() -> ScaleFlow {
        ScaleFlow {
            model: "toy".into(),
            step: 0,
            channels: 2,
            points: vec![FixedPoint { length: 1.25, moduli: vec![3.0, 0.5].into(), relevant: 1 }],
            eigenvalues: Some([3.0, 0.5]),
            ways: vec![vec![0.0, 1.0, 0.0, 0.5].into()],
        }
    }

    #[test]
    fn ways_run_from_stop_to_stop_towards_the_middle() {
        let ways = ways(&flow());
        assert_eq!(ways.len(), 1);
        assert_eq!(ways[0].line, "M210.0 32.0L210.0 96.0");
        assert_eq!(ways[0].stops, "M210.0 32.0h0M210.0 96.0h0");
    }

    #[test]
    fn the_words_have_the_numbers_of_the_flow() {
        assert_eq!(rows(&flow()), [["1", "1.250", "1 of 2", "3.000", "0.500"]]);
        let sentence = sentence(&flow());
        assert!(
            sentence
                .starts_with("One fixed point was found; at the one nearest to zero 1 of 2 directions are relevant")
        );
        assert!(sentence.contains("multiplies by 3.00") && sentence.contains("multiplies by 0.50"), "{sentence}");
    }
}
