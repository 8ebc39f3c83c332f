//! Geometry over the image: the outline of the ink, and the arcs between cells that act together.

use std::fmt::Write as _;

/// Pixels with at least this much ink are inside the outline.
const INK: f64 = 0.2;

/// Outline of the ink as an SVG path in units of pixels: every edge between a pixel with ink and one without.
pub fn outline(image: &[f64], side: usize) -> String {
    let inside = |row: usize, column: usize| {
        row < side && column < side && image.get(row * side + column).is_some_and(|&value| value >= INK)
    };
    let mut path = String::new();
    for row in 0..side {
        for column in 0..side {
            if !inside(row, column) {
                continue;
            }
            // Writing to a string cannot fail. An edge is left out where the neighbour is inside too.
            if row == 0 || !inside(row - 1, column) {
                let _ = write!(path, "M{column} {row}h1");
            }
            if !inside(row + 1, column) {
                let _ = write!(path, "M{column} {}h1", row + 1);
            }
            if column == 0 || !inside(row, column - 1) {
                let _ = write!(path, "M{column} {row}v1");
            }
            if !inside(row, column + 1) {
                let _ = write!(path, "M{} {row}v1", column + 1);
            }
        }
    }
    path
}

/// Centre `(x, y)` of a cell in pixels of the image.
pub fn centre(cell: u32, cells: u32, size: u32) -> (f64, f64) {
    let cells = cells.max(1);
    let place = |at: u32| (f64::from(at) + 0.5) * f64::from(size);
    (place(cell % cells), place(cell / cells))
}

/// A gentle arc from one point to the other, bent to the left of its way, as an SVG path.
pub fn arc((x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> String {
    const BEND: f64 = 0.18;
    let (x, y) = (f64::midpoint(x0, x1) + BEND * (y1 - y0), f64::midpoint(y0, y1) - BEND * (x1 - x0));
    format!("M{x0:.2} {y0:.2}Q{x:.2} {y:.2} {x1:.2} {y1:.2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outline_goes_around_the_ink_and_not_through_it() {
        let mut image = [0.0; 9];
        image[4] = 1.0;
        assert_eq!(outline(&image, 3), "M1 1h1M1 2h1M1 1v1M2 1v1");
        image[5] = 0.9;
        let path = outline(&image, 3);
        assert_eq!(path.matches('M').count(), 6, "{path}");
        assert!(!path.contains("M2 1v1"), "the edge between two inked pixels: {path}");
        assert_eq!(outline(&[1.0; 4], 2).matches('M').count(), 8);
        assert_eq!(outline(&[], 2), "");
    }

    #[test]
    fn cells_have_their_centres_and_arcs_their_ends() {
        assert_eq!(centre(0, 7, 4), (2.0, 2.0));
        assert_eq!(centre(8, 7, 1), (1.5, 1.5));
        let path = arc((0.0, 0.0), (10.0, 0.0));
        assert!(path.starts_with("M0.00 0.00Q") && path.ends_with(" 10.00 0.00"), "{path}");
        assert!(path.contains("5.00 -1.80"), "{path}");
    }
}
