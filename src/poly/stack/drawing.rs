//! A picture of a stack as SVG: variables at the bottom, one row of values for every level above.

use super::{Count, Geometry, StackError};
use crate::config::StackConfig;
use std::fmt::Write as _;

/// Most variables that are drawn.
const MOST_VARIABLES: u128 = 256;
/// Distance between two variables and between two levels, in pixels.
const STEP: [f64; 2] = [32.0, 72.0];
const MARGIN: f64 = 24.0;
const RADIUS: f64 = 7.0;

/// Draws a stack as in Fig. 4(c) of the article: dots for the variables, squares for what is made of them, an oval around
/// each cluster. The colours are those of the text around it (`currentColor`).
///
/// # Errors
/// [`StackError`], if the stack is not possible or has more than 256 variables.
pub fn draw_stack(stack: &StackConfig) -> Result<String, StackError> {
    let geometry = Geometry::new(stack)?;
    let variables = geometry.values(0);
    if variables > Count::new(MOST_VARIABLES) {
        return Err(StackError::TooManyToDraw { variables });
    }
    let places = places(&geometry);
    let height = 2.0 * MARGIN + geometry.levels() as f64 * STEP[1];
    let width = 2.0 * MARGIN + places[0].len().saturating_sub(1) as f64 * STEP[0];
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" font-family=\"serif\" font-style=\"italic\" font-size=\"11\" text-anchor=\"middle\">\
         <title>{} variables, {} levels of clusters of {}x{}</title>",
        variables,
        geometry.levels(),
        stack.cluster[0],
        stack.cluster[1],
    );
    let row = |level: usize| height - MARGIN - level as f64 * STEP[1];
    for level in 1..=geometry.levels() {
        for (value, place) in &places[level] {
            draw_cluster(&mut svg, &geometry, &places[level - 1], (level, *value), [*place, row(level)]);
        }
    }
    for (variable, place) in &places[0] {
        let _ = write!(svg, "<circle cx=\"{place}\" cy=\"{}\" r=\"{RADIUS}\" fill=\"currentColor\"/>", row(0));
        let _ = write!(svg, "<text x=\"{place}\" y=\"{}\">x{}</text>", row(0) + 2.8 * RADIUS, variable + 1);
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

/// For every level, its values in the order of the tree, with their distance from the left.
fn places(geometry: &Geometry) -> Vec<Vec<(usize, f64)>> {
    let variables = geometry.tree_order();
    let mut places: Vec<Vec<(usize, f64)>> = vec![
        variables.iter().enumerate().map(|(index, variable)| (*variable, MARGIN + index as f64 * STEP[0])).collect(),
    ];
    for level in 1..=geometry.levels() {
        let below = &places[level - 1];
        let clusters = below.chunks_exact(geometry.taps()).map(|inputs| {
            let centre = inputs.iter().map(|(_, place)| place).sum::<f64>() / inputs.len() as f64;
            (geometry.cluster_of(level, inputs[0].0), centre)
        });
        places.push(clusters.collect());
    }
    places
}

fn draw_cluster(
    svg: &mut String,
    geometry: &Geometry,
    below: &[(usize, f64)],
    (level, value): (usize, usize),
    [x, y]: [f64; 2],
) {
    let inputs: Vec<f64> = below
        .iter()
        .filter(|(input, _)| geometry.cluster_of(level, *input) == value)
        .map(|(_, place)| *place)
        .collect();
    let base = y + STEP[1];
    for input in &inputs {
        let _ = write!(
            svg,
            "<line x1=\"{input}\" y1=\"{base}\" x2=\"{x}\" y2=\"{y}\" stroke=\"currentColor\" stroke-opacity=\"0.5\"/>"
        );
    }
    // The oval plate of a coarse-graining operation.
    let half_width = (inputs[inputs.len() - 1] - inputs[0]) / 2.0 + 2.0 * RADIUS;
    let centre = f64::midpoint(inputs[inputs.len() - 1], inputs[0]);
    let _ = write!(
        svg,
        "<ellipse cx=\"{centre}\" cy=\"{base}\" rx=\"{half_width}\" ry=\"{}\" fill=\"currentColor\" fill-opacity=\"0.1\"/>",
        1.6 * RADIUS
    );
    let corner = [x - RADIUS, y - RADIUS];
    let _ = write!(
        svg,
        "<rect x=\"{}\" y=\"{}\" width=\"{side}\" height=\"{side}\" fill=\"currentColor\"/>",
        corner[0],
        corner[1],
        side = 2.0 * RADIUS
    );
}

#[cfg(test)]
mod tests {
    use super::super::tests::stack;
    use super::*;

    #[test]
    fn everything_is_drawn_once() {
        let svg = draw_stack(&stack([2, 2], &[2, 2])).unwrap();
        let count = |element: &str| svg.matches(element).count();
        assert_eq!((count("<circle"), count("<rect"), count("<ellipse"), count("<line")), (16, 5, 5, 20));
        assert!(matches!(draw_stack(&stack([4, 4], &[1, 1, 1])), Err(StackError::TooManyToDraw { .. })));
    }
}
