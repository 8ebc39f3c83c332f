//! Coefficient maps as a picture file: SVG, with one rectangle per coefficient and the scale below.

use crate::app::{colour, format};
use std::fmt::Write as _;

/// One map of the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedMap {
    /// Written above the map.
    pub name: String,
    /// Coefficients, row by row.
    pub values: Vec<f64>,
}

/// Maps per row of the picture.
const COLUMNS: usize = 5;
/// Side of a map and height of a line of text, in units of the picture.
const SIDE: f64 = 112.0;
/// The space around a map.
pub const GAP: f64 = 16.0;
const LINE: f64 = 20.0;

/// Largest absolute value of all maps, the value of full colour; never 0.
pub fn reach<'a>(maps: impl Iterator<Item = &'a [f64]>) -> f64 {
    let values = maps.flatten().copied().filter(|value| value.is_finite());
    values.fold(f64::MIN_POSITIVE, |reach, value| reach.max(value.abs()))
}

/// Width and height of the picture of this many maps.
pub fn size(maps: usize) -> (f64, f64) {
    let (columns, rows) = (maps.clamp(1, COLUMNS) as f64, maps.max(1).div_ceil(COLUMNS) as f64);
    (columns * (SIDE + GAP) + GAP, rows * (SIDE + GAP + LINE) + GAP + LINE)
}

/// Left and upper edge of a map, and its side.
pub fn place(index: usize) -> (f64, f64, f64) {
    let x = GAP + (index % COLUMNS) as f64 * (SIDE + GAP);
    let y = GAP + LINE + (index / COLUMNS) as f64 * (SIDE + GAP + LINE);
    (x, y, SIDE)
}

/// The values of full colour, in words.
pub fn legend(full: f64) -> String {
    format!("blue {}, orange {}", format::signed_significant(-full, 3), format::signed_significant(full, 3))
}

/// The maps side by side on one scale, on white.
pub fn svg(maps: &[NamedMap], side: usize) -> String {
    let (width, height) = size(maps.len());
    let full = reach(maps.iter().map(|map| map.values.as_slice()));
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif" font-size="12">"#
    );
    let _ = write!(out, r##"<rect width="{width}" height="{height}" fill="#fff"/>"##);
    for (index, map) in maps.iter().enumerate() {
        let (x, y, _) = place(index);
        let _ = write!(out, r#"<text x="{x}" y="{}">{}</text>"#, y - 8.0, map.name);
        let _ = write!(out, r#"<g transform="translate({x} {y})" shape-rendering="crispEdges">"#);
        write_cells(&mut out, &map.values, side, full);
        let _ = write!(out, r##"<rect width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/></g>"##);
    }
    let _ = write!(out, r#"<text x="{GAP}" y="{:.1}">{}</text></svg>"#, height - GAP / 2.0, legend(full));
    out
}

fn write_cells(out: &mut String, values: &[f64], side: usize, full: f64) {
    let cell = SIDE / side.max(1) as f64;
    for (index, value) in values.iter().enumerate() {
        let [red, green, blue, alpha] = colour::diverging(value / full).channels;
        if alpha == 0 {
            continue;
        }
        let (x, y) = ((index % side.max(1)) as f64 * cell, (index / side.max(1)) as f64 * cell);
        let _ = write!(
            out,
            r#"<rect x="{x:.2}" y="{y:.2}" width="{cell:.2}" height="{cell:.2}" fill="rgb({red},{green},{blue})" fill-opacity="{:.3}"/>"#,
            f64::from(alpha) / 255.0
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_coefficient_but_zero_is_a_rectangle() {
        let maps = [
            NamedMap { name: "0".into(), values: vec![0.0, 1.0, -2.0, 0.5] },
            NamedMap { name: "1".into(), values: vec![0.0; 4] },
        ];
        let text = svg(&maps, 2);
        assert_eq!(text.matches("fill-opacity").count(), 3);
        assert_eq!(text.matches("<svg").count(), text.matches("</svg>").count());
        assert_eq!(text.matches("<g ").count(), 2);
        assert!(text.contains("orange +2.00"), "{text}");
        assert!(text.contains(r#"fill-opacity="1.000""#), "the largest has full colour");
    }

    #[test]
    fn ten_maps_take_two_rows() {
        let (width, height) = size(10);
        assert!(width > 5.0 * SIDE && height > 2.0 * SIDE && height < 3.0 * SIDE);
        assert_eq!(size(0), size(1));
        assert!(reach([[0.0; 2].as_slice()].into_iter()) > 0.0);
    }
}
