//! Plain charts as SVG: lines and stacked bars with axes, for figures that stand in files.

use std::fmt::Write as _;

const SIZE: [f64; 2] = [640.0, 400.0];
/// Left, top, right, bottom.
const MARGINS: [f64; 4] = [64.0, 40.0, 16.0, 56.0];
/// Colour-blind readers can tell these apart, too (Okabe and Ito).
const COLOURS: [&str; 5] = ["#0072b2", "#56b4e9", "#999999", "#e69f00", "#d55e00"];

/// One line of a chart or one part of its bars.
pub struct Series {
    /// Name in the legend.
    pub name: String,
    /// A value for every place on the horizontal axis; `NaN` for none.
    pub values: Vec<f64>,
}

/// What stands around the marks.
pub struct Chart {
    /// Title, also read by screen readers.
    pub title: String,
    /// Horizontal axis.
    pub x_label: String,
    /// Vertical axis.
    pub y_label: String,
    /// Places on the horizontal axis.
    pub places: Vec<String>,
    /// Lowest and highest value of the vertical axis.
    pub range: [f64; 2],
}

impl Chart {
    fn x(&self, place: usize) -> f64 {
        let width = SIZE[0] - MARGINS[0] - MARGINS[2];
        MARGINS[0] + width * (place as f64 + 0.5) / self.places.len().max(1) as f64
    }

    fn y(&self, value: f64) -> f64 {
        let height = SIZE[1] - MARGINS[1] - MARGINS[3];
        SIZE[1] - MARGINS[3] - height * (value - self.range[0]) / (self.range[1] - self.range[0])
    }

    /// Lines with dots.
    pub fn lines(&self, series: &[Series]) -> String {
        let mut svg = self.frame(series);
        for (line, colour) in series.iter().zip(COLOURS.iter().cycle()) {
            let points = line.values.iter().enumerate().filter(|(_, value)| value.is_finite());
            let points: Vec<_> = points.map(|(place, &value)| [self.x(place), self.y(value)]).collect();
            let path: Vec<String> = points.iter().map(|[x, y]| format!("{x:.1},{y:.1}")).collect();
            let _ = writeln!(
                svg,
                r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="2"/>"#,
                path.join(" ")
            );
            for [x, y] in points {
                let _ = writeln!(svg, r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="{colour}"/>"#);
            }
        }
        svg.push_str("</svg>\n");
        svg
    }

    /// Bars stacked upon each other.
    pub fn stacked_bars(&self, series: &[Series]) -> String {
        let mut svg = self.frame(series);
        let width = 0.7 * (SIZE[0] - MARGINS[0] - MARGINS[2]) / self.places.len().max(1) as f64;
        let mut heights = vec![0.0; self.places.len()];
        for (part, colour) in series.iter().zip(COLOURS.iter().cycle()) {
            for (place, (height, value)) in heights.iter_mut().zip(&part.values).enumerate() {
                let (bottom, top) = (self.y(*height), self.y(*height + value));
                let _ = writeln!(
                    svg,
                    r#"<rect x="{:.1}" y="{top:.1}" width="{width:.1}" height="{:.1}" fill="{colour}"/>"#,
                    self.x(place) - width / 2.0,
                    bottom - top
                );
                *height += value;
            }
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn frame(&self, series: &[Series]) -> String {
        let [width, height] = SIZE;
        let Self { title, x_label, y_label, .. } = self;
        let mut svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" font-family="sans-serif" font-size="12" fill="black"><title>{title}</title><rect width="{width}" height="{height}" fill="white"/>
<text x="{}" y="20" text-anchor="middle" font-size="14">{title}</text>
<text x="{}" y="{}" text-anchor="middle">{x_label}</text>
<text transform="translate(16 {}) rotate(-90)" text-anchor="middle">{y_label}</text>
"#,
            width / 2.0,
            width / 2.0,
            height - 12.0,
            height / 2.0,
        );
        for tick in 0..=5 {
            let value = self.range[0] + (self.range[1] - self.range[0]) * f64::from(tick) / 5.0;
            let (y, left, right) = (self.y(value), MARGINS[0], width - MARGINS[2]);
            let text = format!("{value:.3}");
            let text = text.trim_end_matches('0').trim_end_matches('.');
            let _ = writeln!(svg, "<line x1=\"{left}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#ddd\"/>");
            let _ = writeln!(svg, r#"<text x="{}" y="{:.1}" text-anchor="end">{text}</text>"#, left - 6.0, y + 4.0);
        }
        // Room for about twenty labels.
        let every = self.places.len().div_ceil(20).max(1);
        for (place, name) in self.places.iter().enumerate().step_by(every) {
            let (x, y) = (self.x(place), height - MARGINS[3] + 18.0);
            let _ = writeln!(svg, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="middle">{name}</text>"#);
        }
        for (index, (series, colour)) in series.iter().zip(COLOURS.iter().cycle()).enumerate() {
            if series.name.is_empty() {
                continue;
            }
            let x = MARGINS[0] + 8.0 + 112.0 * index as f64;
            let _ = writeln!(svg, r#"<rect x="{x}" y="27" width="10" height="10" fill="{colour}"/>"#);
            let _ = writeln!(svg, r#"<text x="{}" y="36">{}</text>"#, x + 14.0, series.name);
        }
        svg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_lie_inside_the_frame_and_in_order() {
        let places = ["1", "2"].map(str::to_owned).to_vec();
        let label = || "n".to_owned();
        let chart = Chart { title: label(), x_label: label(), y_label: label(), places, range: [0.0, 1.0] };
        assert!((chart.y(0.0) - (SIZE[1] - MARGINS[3])).abs() < 1e-9 && (chart.y(1.0) - MARGINS[1]).abs() < 1e-9);
        let svg = chart.lines(&[Series { name: "a".into(), values: vec![0.0, f64::NAN] }]);
        assert_eq!(svg.matches("<circle").count(), 1);
        let bars = |name: &str| Series { name: name.into(), values: vec![0.5, 0.25] };
        let svg = chart.stacked_bars(&[bars("a"), bars("b")]);
        assert_eq!(svg.matches("<rect").count(), 1 + 2 + 4);
        assert!(!svg.contains("NaN"));
    }
}
