//! What is found about polynomials; the reports also stand in the manifest.

use super::Numbers;
use crate::config::{Basis, ExpansionPoint, StackConfig};
use serde::{Deserialize, Serialize};

/// A stack, fully expanded. Terms come by degree, then in lexicographic order of their exponents (largest first).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StackExpansion {
    /// What was expanded.
    pub stack: StackConfig,
    /// Number of variables.
    pub variables: u32,
    /// `terms * variables` exponents.
    #[serde(with = "serde_bytes")]
    pub exponents: Vec<u8>,
    /// For every term the number of paths (products of coefficients, with multiplicity) that its coefficient sums up.
    pub paths: Numbers,
    /// Time it took, in milliseconds.
    pub compute_ms: f64,
}

/// Contributions of the Taylor orders of a trained network, and what its exact truncations reach.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpectrumReport {
    /// Name of the network, or `run:N`.
    pub model: String,
    /// Step of the run; 0 for shipped networks.
    #[serde(default)]
    pub step: u32,
    /// The image about which the orders are; reports from before there was a choice are about the black one.
    #[serde(default = "ExpansionPoint::before_there_was_a_choice")]
    pub about: ExpansionPoint,
    /// Degree of the polynomial.
    pub degree: u32,
    /// Number of test images, from the first.
    pub images: u32,
    /// Accuracy of the exact truncation at order n, for n = 0..=degree.
    pub truncation_accuracy: Vec<f64>,
    /// Accuracy of the network itself on the same images.
    pub network_accuracy: f64,
    /// `[class][order]`: mean of the contribution over the images.
    pub mean: Vec<Vec<f64>>,
    /// `[class][order]`: mean of its absolute value.
    pub mean_absolute: Vec<Vec<f64>>,
    /// Largest difference between the sum over orders and the network's logit, divided by the largest absolute logit of the image.
    pub largest_difference: f64,
    /// For the input and every level the share of each order in the mean absolute value of the features, `[level][order]`.
    pub levels: Vec<LevelSpectrum>,
    /// The same way from the point to the image in polynomials other than the powers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bases: Vec<BasisSpectrum>,
}

/// `f(x0 + s (x - x0))` in the polynomials of a basis, over the images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BasisSpectrum {
    /// The polynomials.
    pub basis: Basis,
    /// Accuracy at `s = 1` of the coefficients up to degree n, for n = 0..=degree. What is truncated is the function
    /// of `s`: all orders in the pixels are still there.
    pub accuracy: Vec<f64>,
    /// `[degree]`: mean absolute value of the coefficients over images and classes.
    pub mean_absolute: Vec<f64>,
}

/// Shares of the Taylor orders in the features of one level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LevelSpectrum {
    /// For people: "pixels", "level 1", "logits".
    pub name: String,
    /// Share of the order in the sum over all orders of the mean absolute contribution; sums to 1.
    pub shares: Vec<f64>,
}

/// Exact low-order coefficients of a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coefficients {
    /// Name of the network, or `run:N`.
    pub model: String,
    /// Step of the run; 0 for shipped networks.
    pub step: u32,
    /// The image about which the coefficients are: those of the products of `x_i - x0_i`.
    pub about: ExpansionPoint,
    /// That image, `[pixel]` from 0 to 1.
    pub point: Numbers,
    /// Side of the input image.
    pub side: u32,
    /// `[class]`: the polynomial's constant.
    pub constant: Numbers,
    /// `[class][pixel]`: coefficients of the single pixels (0..1), row by row.
    pub first: Numbers,
    /// `[class][pair]`: coefficients of the products of two pixels i <= j in lexicographic order, where all were asked for.
    pub second: Option<Numbers>,
    /// Coefficients of all products with one pixel, where they were asked for.
    pub slice: Option<CoefficientSlice>,
    /// Time it took, in milliseconds.
    pub compute_ms: f64,
}

/// Coefficients of the products with one pixel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoefficientSlice {
    /// The pixel, row by row.
    pub pixel: u32,
    /// 2: of `x_pixel x_j`, `[class][j]`; 3: of `x_pixel x_j x_k`, `[class][pair j <= k]`.
    pub order: u32,
    /// The coefficients (of the distinct monomial: `x_i x_j` counts once).
    pub values: Numbers,
}

/// Accuracy when only the largest of the expanded coefficients are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PruningReport {
    /// Name of the network, or `run:N`.
    pub model: String,
    /// The image about which the terms are; reports from before there was a choice are about the black one.
    #[serde(default = "ExpansionPoint::before_there_was_a_choice")]
    pub about: ExpansionPoint,
    /// Terms up to this order are pruned by the absolute value of their coefficient, per class and without the constant.
    pub order: u32,
    /// Number of terms per class that can be pruned.
    pub terms: u32,
    /// Number of test images, from the first.
    pub images: u32,
    /// Share of the terms that is kept, from 1 downwards.
    pub kept: Vec<f64>,
    /// Accuracy of the kept terms alone.
    pub accuracy: Vec<f64>,
    /// Accuracy with all higher orders of the network left as they are; empty where there are none.
    #[serde(default)]
    pub accuracy_with_rest: Vec<f64>,
}

/// How many eigen-digits the accuracy of order 2 needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EigenReport {
    /// Name of the network, or `run:N`.
    pub model: String,
    /// Step of the run; 0 for shipped networks.
    pub step: u32,
    /// The image about which they are.
    pub about: ExpansionPoint,
    /// Number of test images, from the first.
    pub images: u32,
    /// Strongest eigen-digits of each sign and class that are kept, besides constant and first order.
    pub kept: Vec<u32>,
    /// `[kept]`: share of the images classified correctly.
    pub accuracy: Vec<f64>,
    /// The same, keeping those that say most on average over training images: `lambda mean (v . delta)^2`.
    #[serde(default)]
    pub accuracy_by_share: Vec<f64>,
    /// The same with all eigen-digits: the exact truncation at order 2.
    pub all: f64,
    /// Largest difference between the sum over all eigen-digits and the contribution of order 2, divided by the largest
    /// absolute contribution of order 2 of the image; on the first image of every block.
    pub largest_difference: f64,
}

/// The strongest eigen-digits: images `v` with `lambda (v . delta)^2` in the second order of a class.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EigenImages {
    /// Name of the network, or `run:N`.
    pub model: String,
    /// Step of the run; 0 for shipped networks.
    pub step: u32,
    /// The image about which they are.
    pub about: ExpansionPoint,
    /// That image, `[pixel]` from 0 to 1.
    pub point: Numbers,
    /// Side of an image.
    pub side: u32,
    /// Eigen-digits of each sign and class.
    pub count: u32,
    /// `[class][sign][rank]`: eigenvalues, first those that speak for the class; 0 where there are no more.
    pub values: Numbers,
    /// `[class][sign][rank][pixel]`: eigenvectors of length 1.
    pub vectors: Numbers,
    /// `[pixel]`: the image that was asked about, as the network gets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Numbers>,
    /// Time it took, in milliseconds.
    pub compute_ms: f64,
}

/// What the operation that all levels of a network share does to a map that is the same everywhere, again and again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScaleFlow {
    /// Name of the network, or `run:N`.
    pub model: String,
    /// Step of the run; 0 for shipped networks.
    pub step: u32,
    /// Number of channels, which is the number of directions.
    pub channels: u32,
    /// Fixed points, the nearest to zero first.
    pub points: Vec<FixedPoint>,
    /// Growth along the two directions of the picture, of which the first grows and the second shrinks; none where
    /// there are not two such directions.
    pub eigenvalues: Option<[f64; 2]>,
    /// `[way][step][direction]`: ways about the first fixed point in the plane of both directions.
    pub ways: Vec<Numbers>,
}

/// A vector of channels that the operation leaves as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FixedPoint {
    /// Its length.
    pub length: f64,
    /// Moduli of the eigenvalues of the derivative, the largest first.
    pub moduli: Numbers,
    /// How many of them are above 1.
    pub relevant: u32,
}

/// Strength of the second-order coefficients against the distance of the two pixels (Fig. 3).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InteractionReport {
    /// Name of the network.
    pub model: String,
    /// The image about which the coefficients are; reports from before there was a choice are about the black one.
    #[serde(default = "ExpansionPoint::before_there_was_a_choice")]
    pub about: ExpansionPoint,
    /// Distances in pixels, ascending; all that occur.
    pub distances: Vec<f64>,
    /// `[level][distance]`: number of coefficients; levels L1..L5 are equal fifths in ascending order of value.
    pub counts: Vec<Vec<u32>>,
    /// The same with the levels in ascending order of absolute value.
    pub counts_absolute: Vec<Vec<u32>>,
    /// `[distance]`: mean absolute value of the coefficients.
    pub mean_absolute: Vec<f64>,
}

/// Why a network says what it says about one image: exact contributions, which sum to the logit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Name of the network, or `run:N`.
    pub model: String,
    /// Class that is explained.
    pub class: u32,
    /// Class whose polynomial is subtracted (`f_class - f_against`), if any.
    pub against: Option<u32>,
    /// What the network itself says: the logit, or the difference of the two.
    pub network: f64,
    /// What the polynomial says: the sum over all orders.
    pub polynomial: f64,
    /// The image about which the orders, pixels and pairs are.
    pub about: ExpansionPoint,
    /// Contribution of every order, from 0.
    pub orders: Vec<f64>,
    /// The same about the black image, for comparison; empty where that is the point.
    pub orders_about_black: Vec<f64>,
    /// Side of the image that the network gets.
    pub side: u32,
    /// The image, `side * side` values from 0 to 1.
    pub image: Numbers,
    /// The image about which it is explained, likewise: what counts is the difference.
    pub point: Numbers,
    /// `[pixel]`: contribution of every pixel; a monomial's contribution is split among its factors in equal parts.
    pub pixels: Numbers,
    /// `[order][pixel]`, from order 1.
    pub pixels_by_order: Numbers,
    /// The strongest pairs, where they were asked for.
    pub pairs: Option<PairContributions>,
    /// Time it took, in milliseconds.
    pub compute_ms: f64,
}

/// Contributions of pairs of cells; what is of second and higher order is split among the pairs of factors in equal parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairContributions {
    /// Side of a cell in pixels; 1 for single pixels.
    pub cell: u32,
    /// Cells per row of the image.
    pub cells: u32,
    /// Sum over all pairs: everything of second and higher order.
    pub total: f64,
    /// The pairs (one <= other) with the largest absolute contributions, largest first.
    pub strongest: Vec<PairContribution>,
}

/// Contribution of one pair of cells.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PairContribution {
    /// First cell, row by row.
    pub one: u32,
    /// Second cell; the same as the first for a cell with itself.
    pub other: u32,
    /// Contribution.
    pub value: f64,
}

/// The polynomial that was expanded last for a network beside the network as it is now, on one image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolynomialCheck {
    /// Name of the network, or `run:N`.
    pub model: String,
    /// `[class]`: value of the polynomial (all orders).
    pub polynomial: Vec<f64>,
    /// `[class]`: logits of the network.
    pub network: Vec<f64>,
    /// Steps of the run at which the polynomial was made and at which the network is now.
    pub steps: [u32; 2],
}

impl PolynomialCheck {
    /// Largest relative difference that rounding in 32 bits explains.
    pub const TOLERANCE: f64 = 1e-4;

    /// Largest difference between polynomial and network over the classes.
    pub fn difference(&self) -> f64 {
        let pairs = self.polynomial.iter().zip(&self.network);
        pairs
            .map(|(one, other)| (one - other).abs())
            .fold(0.0, |a, b| if b.is_nan() { f64::INFINITY } else { a.max(b) })
    }

    /// Whether the polynomial is the network, up to rounding.
    pub fn holds(&self) -> bool {
        let scale = self.network.iter().fold(1.0_f64, |scale, value| scale.max(value.abs()));
        self.difference() <= Self::TOLERANCE * scale
    }
}
