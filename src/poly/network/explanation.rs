//! Why a network says what it says about an image: exact contributions of orders, pixels and pairs.
//!
//! The contribution of a monomial is split among its factors in equal parts, with multiplicity. For `f = sum of f_k` with
//! `f_k` of degree `k`
//! in `x - x0` (written `x` here), pixel `i` gets `x_i d_i f_k(x) / k`, the coefficient of `t^(k-1)` in `x_i d_i f(t x)` divided by `k`; the
//! ordered pair `(i, j)` of factors gets `x_i x_j d_i d_j f_k(x) / (k (k - 1))`.

use super::PolynomialError;
use super::derivatives::{Derivatives, Progress, Task};
use super::maps::Maps;
use super::polynomial::PolynomialNetwork;
use crate::report::{Explanation, PairContribution, PairContributions};
use std::sync::Arc;

/// Pairs that an explanation lists.
const PAIRS_KEPT: usize = 60;
/// Cells per side of the image between which pairs are formed.
const CELLS: usize = 7;

/// Which output is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// Class to explain.
    pub class: usize,
    /// Class whose polynomial is subtracted.
    pub against: Option<usize>,
    /// Whether pairs are wanted.
    pub pairs: bool,
}

/// An explanation in the making, step by step.
#[derive(Debug, Clone)]
pub struct ExplanationRun {
    network: Arc<PolynomialNetwork>,
    question: Question,
    image: Vec<f64>,
    /// The image without the expansion point.
    moved: Vec<f64>,
    /// `[class][order]` about the black image, where that is not the point.
    about_black: Vec<Vec<f64>>,
    /// Cells that differ from the expansion point, row by row.
    cells: Vec<u32>,
    derivatives: Derivatives,
}

impl ExplanationRun {
    /// Starts on an image `[row][column][channel]` with pixels from 0 to 1.
    ///
    /// # Errors
    /// [`PolynomialError`] where the image or the classes are not those of the network.
    pub fn new(network: Arc<PolynomialNetwork>, image: &[f32], question: Question) -> Result<Self, PolynomialError> {
        let (pixels, classes) = (network.pixels(), network.classes());
        if image.len() != pixels {
            return Err(PolynomialError::Size { what: "the image".into(), found: image.len(), expected: pixels });
        }
        for class in [Some(question.class), question.against].into_iter().flatten() {
            if class >= classes || question.against == Some(question.class) {
                return Err(PolynomialError::Class { class, classes });
            }
        }
        let image: Vec<f64> = image.iter().copied().map(f64::from).collect();
        let moved = network.displacements(&image).into_owned();
        let [height, width, channels] = network.input();
        let mut seeds = vec![0.0; classes];
        seeds[question.class] = 1.0;
        if let Some(against) = question.against {
            seeds[against] = -1.0;
        }
        let order = network.degree();
        let (mut cells, mut second) = (Vec::new(), None);
        if question.pairs && order > 1 {
            let directions;
            (cells, directions) = cell_directions(&network, &moved);
            // integral of (1 - t) t^k from 0 to 1
            let functional = (0..=order as u32).map(|k| 1.0 / (f64::from(k + 1) * f64::from(k + 2))).collect();
            second = (!cells.is_empty()).then_some((directions, functional));
        }
        let line = Maps::line(None, Some(&moved), 1, height * width, channels);
        let derivatives = Derivatives::new(network.clone(), Task { line, order, seeds, second });
        Ok(Self { network, question, image, moved, about_black: Vec::new(), cells, derivatives })
    }

    /// Takes the contributions of the orders about the black image, `[class][order]`, to show them alongside.
    #[must_use]
    pub fn beside(mut self, about_black: Vec<Vec<f64>>) -> Self {
        self.about_black = about_black;
        self
    }

    /// Goes on for some tens of milliseconds.
    pub fn step(&mut self) -> Progress {
        self.derivatives.step()
    }

    /// The explanation, alongside the network's own logits; does what is left to do.
    pub fn finish(self, logits: &[f32]) -> Explanation {
        let Self { network, question, image, moved, about_black, cells, derivatives } = self;
        let derivatives = derivatives.run();
        let difference = |values: &[f64]| {
            let value = |class: usize| values.get(class).copied().unwrap_or(f64::NAN);
            value(question.class) - question.against.map_or(0.0, value)
        };
        let outputs = derivatives.outputs();
        let orders: Vec<f64> = outputs.values.chunks_exact(outputs.channels).map(difference).collect();
        let black = |order: usize| about_black.iter().map(|orders| orders[order]).collect::<Vec<f64>>();
        let black_orders = about_black.first().map_or(0, Vec::len);
        let orders_about_black = (0..black_orders).map(|order| difference(&black(order))).collect();
        let logits: Vec<f64> = logits.iter().copied().map(f64::from).collect();
        let [height, width, channels] = network.input();
        let positions = height * width;
        let by_order =
            derivatives.gradients().map(|maps| pixels_by_order(maps, &moved, orders.len() - 1)).unwrap_or_default();
        let mut pixels = vec![0.0; positions];
        for values in by_order.chunks_exact(positions) {
            pixels.iter_mut().zip(values).for_each(|(pixel, value)| *pixel += value);
        }
        let pairs = question.pairs.then(|| {
            let matrix = derivatives.second().unwrap_or_default();
            strongest_pairs(&network, &cells, matrix)
        });
        let grey = |image: &[f64]| -> Vec<f64> {
            image.chunks_exact(channels).map(|pixel| pixel.iter().sum::<f64>() / channels as f64).collect()
        };
        Explanation {
            model: network.name().to_owned(),
            class: question.class as u32,
            against: question.against.map(|class| class as u32),
            network: difference(&logits),
            polynomial: orders.iter().sum(),
            about: network.expansion_point(),
            orders,
            orders_about_black,
            side: height as u32,
            image: grey(&image).into(),
            point: network.point().map_or_else(|| vec![0.0; positions], grey).into(),
            pixels: pixels.into(),
            pixels_by_order: by_order.into(),
            pairs,
            compute_ms: 0.0,
        }
    }
}

/// `[order - 1][pixel]`
fn pixels_by_order(gradients: &Maps, image: &[f64], degree: usize) -> Vec<f64> {
    let channels = gradients.channels;
    let mut result = vec![0.0; degree * gradients.positions];
    for (position, image) in image.chunks_exact(channels).enumerate() {
        let row = gradients.row(0, position).chunks_exact(channels);
        for (k, values) in row.enumerate().take(degree) {
            let sum: f64 = values.iter().zip(image).map(|(gradient, pixel)| gradient * pixel).sum();
            result[k * gradients.positions + position] = sum / (k + 1) as f64;
        }
    }
    result
}

/// Pixels per side of a cell.
fn cell_side(network: &PolynomialNetwork) -> usize {
    let [height, width, _] = network.input();
    height.max(width).div_ceil(CELLS)
}

/// The cells that are not empty, and the image's part in each as a direction.
fn cell_directions(network: &PolynomialNetwork, image: &[f64]) -> (Vec<u32>, Maps) {
    let [height, width, channels] = network.input();
    let side = cell_side(network);
    let (rows, columns) = (height.div_ceil(side), width.div_ceil(side));
    let (mut cells, mut values) = (Vec::new(), Vec::new());
    for cell in 0..rows * columns {
        let inside = |index: usize| {
            let (y, x) = (index / channels / width, index / channels % width);
            y / side == cell / columns && x / side == cell % columns
        };
        let part: Vec<f64> =
            image.iter().enumerate().map(|(index, value)| if inside(index) { *value } else { 0.0 }).collect();
        if part.iter().any(|value| *value != 0.0) {
            cells.push(cell as u32);
            values.extend(part);
        }
    }
    let directions = Maps { points: cells.len(), positions: height * width, coefficients: 1, channels, values };
    (cells, directions)
}

fn strongest_pairs(network: &PolynomialNetwork, cells: &[u32], matrix: &[f64]) -> PairContributions {
    let count = cells.len();
    let mut strongest = Vec::with_capacity(count * (count + 1) / 2);
    for one in 0..if matrix.is_empty() { 0 } else { count } {
        for other in one..count {
            let value = matrix[one * count + other] + if one == other { 0.0 } else { matrix[other * count + one] };
            strongest.push(PairContribution { one: cells[one], other: cells[other], value });
        }
    }
    let total = strongest.iter().map(|pair| pair.value).sum();
    strongest.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
    strongest.truncate(PAIRS_KEPT);
    let side = cell_side(network);
    PairContributions { cell: side as u32, cells: network.input()[1].div_ceil(side) as u32, total, strongest }
}
