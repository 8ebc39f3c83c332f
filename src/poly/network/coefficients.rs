//! Exact coefficients of first, second and third order of a trained network.

use super::PolynomialError;
use super::derivatives::{Derivatives, Progress, Task};
use super::maps::Maps;
use super::polynomial::PolynomialNetwork;
use crate::report::{CoefficientSlice, Coefficients};
use std::sync::Arc;

/// Largest image of which all products of two pixels (and products of three with a given one) are computed.
pub const MAX_PIXELS: usize = 64;

/// What a request for coefficients asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    First,
    Second,
    /// Products of two with one pixel.
    SecondSlice(usize),
    /// Products of three with one pixel.
    ThirdSlice(usize),
}

/// The computation of coefficients, step by step.
#[derive(Debug, Clone)]
pub struct CoefficientExpansion {
    network: Arc<PolynomialNetwork>,
    kind: Kind,
    derivatives: Derivatives,
}

impl CoefficientExpansion {
    /// Coefficients of `order` 1, 2 or 3; with `pixel` those of the products with it, which order 3 needs, and order 2 on
    /// more than [`MAX_PIXELS`] pixels. Coefficients are those of distinct monomials: `x_i x_j` counts once.
    ///
    /// # Errors
    /// [`PolynomialError`] for orders and pixels that do not exist, and for expansions that are too large.
    pub fn new(network: Arc<PolynomialNetwork>, order: u32, pixel: Option<usize>) -> Result<Self, PolynomialError> {
        let pixels = network.pixels();
        if let Some(pixel) = pixel.filter(|&pixel| pixel >= pixels) {
            return Err(PolynomialError::Pixel { pixel, pixels });
        }
        let count = pixels as u64;
        let limit = (MAX_PIXELS * (MAX_PIXELS + 1) / 2) as u64;
        let kind = match (order, pixel) {
            (1, _) => Kind::First,
            (2, Some(pixel)) => Kind::SecondSlice(pixel),
            (2, None) if pixels <= MAX_PIXELS => Kind::Second,
            (3, Some(pixel)) if pixels <= MAX_PIXELS => Kind::ThirdSlice(pixel),
            (2, None) => {
                return Err(PolynomialError::TooLarge { order, pixels, terms: count * (count + 1) / 2, limit });
            }
            (3, _) => {
                let terms = count * (count + 1) * (count + 2) / 6;
                return Err(PolynomialError::TooLarge { order, pixels, terms, limit });
            }
            _ => return Err(PolynomialError::Order { order, choices: "1, 2 or 3" }),
        };
        let task = task(&network, kind);
        Ok(Self { derivatives: Derivatives::new(network.clone(), task), network, kind })
    }

    /// Goes on for some tens of milliseconds.
    pub fn step(&mut self) -> Progress {
        self.derivatives.step()
    }

    /// The coefficients; does what is left to do. `step` is that of the run, 0 for shipped networks.
    pub fn finish(self, step: u32) -> Coefficients {
        let Self { network, kind, derivatives } = self;
        let derivatives = derivatives.run();
        let (classes, pixels) = (network.classes(), network.pixels());
        let gradient = |power: usize| -> Vec<f64> {
            let Some(maps) = derivatives.gradients() else { return Vec::new() };
            let mut values = Vec::with_capacity(classes * pixels);
            for row in maps.values.chunks_exact(maps.row_len()) {
                match row.get(power * maps.channels..(power + 1) * maps.channels) {
                    Some(row) => values.extend_from_slice(row),
                    None => values.resize(values.len() + maps.channels, 0.0),
                }
            }
            values
        };
        let second = derivatives.second();
        let slice = match kind {
            Kind::First | Kind::Second => None,
            Kind::SecondSlice(pixel) => {
                let mut values = gradient(1);
                values.iter_mut().skip(pixel).step_by(pixels).for_each(|value| *value /= 2.0);
                Some(CoefficientSlice { pixel: pixel as u32, order: 2, values: values.into() })
            }
            Kind::ThirdSlice(pixel) => {
                let mut values = Vec::with_capacity(classes * pixels * (pixels + 1) / 2);
                for matrix in second.unwrap_or_default().chunks_exact(pixels * pixels) {
                    values.extend(pairs(pixels).map(|(j, k)| {
                        // d/dx_pixel of x_pixel^e ... gives a factor e; the second derivatives give j = k a factor 2.
                        let exponent = 1.0 + f64::from(u8::from(j == pixel)) + f64::from(u8::from(k == pixel));
                        matrix[j * pixels + k] / if j == k { 2.0 } else { 1.0 } / exponent
                    }));
                }
                Some(CoefficientSlice { pixel: pixel as u32, order: 3, values: values.into() })
            }
        };
        let all = (kind == Kind::Second).then(|| {
            let matrices = second.unwrap_or_default().chunks_exact(pixels * pixels);
            let half = |matrix: &[f64], i: usize, j: usize| matrix[i * pixels + j] / if i == j { 2.0 } else { 1.0 };
            let values: Vec<f64> =
                matrices.flat_map(|matrix| pairs(pixels).map(move |(i, j)| half(matrix, i, j))).collect();
            values.into()
        });
        Coefficients {
            model: network.name().to_owned(),
            step,
            about: network.expansion_point(),
            point: network.point().map_or_else(|| vec![0.0; pixels], <[f64]>::to_vec).into(),
            side: network.input()[0] as u32,
            constant: derivatives.outputs().values[..classes].to_vec().into(),
            first: gradient(0).into(),
            second: all,
            slice,
            compute_ms: 0.0,
        }
    }
}

/// Pairs `i <= j` in lexicographic order.
fn pairs(pixels: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..pixels).flat_map(move |i| (i..pixels).map(move |j| (i, j)))
}

/// One direction per pixel.
pub(super) fn unit_directions(network: &PolynomialNetwork) -> Maps {
    let [height, width, channels] = network.input();
    let pixels = network.pixels();
    let mut directions = Maps::zeros(pixels, height * width, 1, channels);
    for pixel in 0..pixels {
        directions.values[pixel * pixels + pixel] = 1.0;
    }
    directions
}

fn task(network: &PolynomialNetwork, kind: Kind) -> Task {
    let [height, width, channels] = network.input();
    let (pixels, classes) = (network.pixels(), network.classes());
    let mut seeds = vec![0.0; classes * classes];
    seeds.iter_mut().step_by(classes + 1).for_each(|seed| *seed = 1.0);
    let line = |pixel: Option<usize>| {
        let zeros = vec![0.0; pixels];
        let direction = pixel.map(|pixel| {
            let mut direction = zeros.clone();
            direction[pixel] = 1.0;
            direction
        });
        Maps::line(Some(&zeros), direction.as_deref(), 1, height * width, channels)
    };
    match kind {
        Kind::First => Task { line: line(None), order: 0, seeds, second: None },
        Kind::Second => Task { line: line(None), order: 0, seeds, second: Some((unit_directions(network), vec![1.0])) },
        Kind::SecondSlice(pixel) => Task { line: line(Some(pixel)), order: 1, seeds, second: None },
        Kind::ThirdSlice(pixel) => {
            let second = Some((unit_directions(network), vec![0.0, 1.0]));
            Task { line: line(Some(pixel)), order: 1, seeds, second }
        }
    }
}

/// All coefficients of third order, one slice after another: some seconds, natively only.
#[derive(Debug, Clone)]
pub struct ThirdOrder {
    network: Arc<PolynomialNetwork>,
    pixel: usize,
    /// `[class][triple i <= j <= k]`
    values: Vec<Vec<f64>>,
}

impl ThirdOrder {
    /// Starts.
    ///
    /// # Errors
    /// [`PolynomialError::TooLarge`] on more than [`MAX_PIXELS`] pixels.
    pub fn new(network: Arc<PolynomialNetwork>) -> Result<Self, PolynomialError> {
        CoefficientExpansion::new(network.clone(), 3, Some(0))?;
        Ok(Self { values: vec![Vec::new(); network.classes()], network, pixel: 0 })
    }

    /// Computes the products with one more pixel.
    pub fn step(&mut self) -> Progress {
        let pixels = self.network.pixels();
        if self.pixel < pixels {
            let task = task(&self.network, Kind::ThirdSlice(self.pixel));
            let derivatives = Derivatives::new(self.network.clone(), task);
            let pixel = self.pixel;
            let slice =
                CoefficientExpansion { network: self.network.clone(), kind: Kind::ThirdSlice(pixel), derivatives };
            let slice = slice.finish(0).slice;
            let terms = pixels * (pixels + 1) / 2;
            // Pairs j <= k with pixel <= j come last.
            let first = terms - (pixels - pixel) * (pixels - pixel + 1) / 2;
            let rows = slice.iter().flat_map(|slice| slice.values.chunks_exact(terms));
            for (target, row) in self.values.iter_mut().zip(rows) {
                target.extend_from_slice(&row[first..]);
            }
            self.pixel += 1;
        }
        Progress { done: self.pixel as u64, total: pixels as u64 }
    }

    /// `[class][triple i <= j <= k]` in lexicographic order; does what is left to do.
    pub fn finish(mut self) -> Vec<Vec<f64>> {
        while !self.step().is_finished() {}
        self.values
    }
}
