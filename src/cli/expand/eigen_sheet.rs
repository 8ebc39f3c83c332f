//! A sheet of eigen-digits as SVG.

use crate::number;
use crate::protocol::EigenImages;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Side of an image, distance to the next, and place of the first row, in pixels of the picture.
const SIDE: f64 = 84.0;
const STEP: [f64; 2] = [100.0, 128.0];
const TOP: f64 = 56.0;
/// The diverging scale of the page: blue, paper, orange.
const NEGATIVE: [f64; 3] = [38.0, 118.0, 196.0];
const POSITIVE: [f64; 3] = [222.0, 108.0, 20.0];
/// Steps of the scale on each side of zero.
const SHADES: f64 = 24.0;

/// The strongest eigen-digits of a class: above those that speak for it, below those against it, each on its own scale.
pub fn sheet(images: &EigenImages, class: usize) -> String {
    let (count, pixels) = (images.count as usize, images.point.len());
    let (width, height) = (16.0 + STEP[0] * count as f64, TOP + 2.0 * STEP[1]);
    let title = format!("Eigen-digits of {class}: {} about {}", images.model, images.about);
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" font-family="sans-serif" font-size="12" fill="black"><title>{title}</title><rect width="{width}" height="{height}" fill="white"/>
<text x="16" y="20" font-size="14">{title}</text>
<text x="16" y="40">order 2 = sum of lambda (v . delta)^2; above for the class, below against it</text>
"#
    );
    for digit in 0..2 * count {
        let place = class * 2 * count + digit;
        let value = images.values[place];
        if value == 0.0 {
            continue;
        }
        let [x, y] = [16.0 + STEP[0] * (digit % count) as f64, TOP + STEP[1] * (digit / count) as f64];
        let vector = &images.vectors[place * pixels..(place + 1) * pixels];
        let scale = SIDE / f64::from(images.side);
        let _ = writeln!(svg, r#"<g transform="translate({x} {y}) scale({scale})" shape-rendering="crispEdges">"#);
        for (shade, path) in paths(vector, images.side as usize) {
            let _ = writeln!(svg, r#"<path fill="{}" d="{path}"/>"#, colour(f64::from(shade) / SHADES));
        }
        let _ = writeln!(svg, "</g>");
        let _ = writeln!(svg, r##"<rect x="{x}" y="{y}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#999"/>"##);
        let _ = writeln!(svg, r#"<text x="{x}" y="{}">{value:+.3}</text>"#, y + SIDE + 16.0);
    }
    svg.push_str("</svg>\n");
    svg
}

/// The runs of pixels of each shade, without those that are paper.
fn paths(vector: &[f64], side: usize) -> BTreeMap<i32, String> {
    let largest = vector.iter().fold(f64::MIN_POSITIVE, |most, value| most.max(value.abs()));
    let shade = |value: &f64| number::whole::<i32>((value / largest * SHADES).round());
    let mut paths: BTreeMap<i32, String> = BTreeMap::new();
    for (row, values) in vector.chunks_exact(side.max(1)).enumerate() {
        let mut column = 0;
        for run in values.chunk_by(|a, b| shade(a) == shade(b)) {
            let (shade, len) = (shade(&run[0]), run.len());
            if shade != 0 {
                let _ = write!(paths.entry(shade).or_default(), "M{column} {row}h{len}v1h-{len}z");
            }
            column += len;
        }
    }
    paths
}

/// From -1 to 1, as the page draws it on paper.
fn colour(value: f64) -> String {
    let strength = value.abs().min(1.0).powf(0.8);
    let full = if value < 0.0 { NEGATIVE } else { POSITIVE };
    let [red, green, blue] = full.map(|channel| number::whole::<u8>((255.0 + (channel - 255.0) * strength).round()));
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ExpansionPoint;

    #[test]
    fn a_sheet_shows_every_eigen_digit_that_there_is() {
        let images = EigenImages {
            model: "small".into(),
            step: 0,
            about: ExpansionPoint::Mean,
            point: vec![0.0; 4].into(),
            side: 2,
            count: 2,
            values: vec![0.5, 0.0, -1.5, -0.25].into(),
            vectors: [[1.0, 1.0, 0.0, -1.0], [0.0; 4], [0.5; 4], [-0.5; 4]].concat().into(),
            image: None,
            compute_ms: 0.0,
        };
        let svg = sheet(&images, 0);
        assert_eq!(svg.matches("<g ").count(), 3);
        assert!(svg.contains(r##"<path fill="#de6c14" d="M0 0h2v1h-2z"/>"##), "{svg}");
        assert!(svg.contains(r##"<path fill="#2676c4" d="M1 1h1v1h-1z"/>"##), "{svg}");
        assert!(svg.contains(">-1.500<") && svg.contains("small about mean"));
    }
}
