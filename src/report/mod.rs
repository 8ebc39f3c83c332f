//! What is computed, as values: filled by `poly` and `engine`, carried by the protocol, kept in the manifest.
//!
//! They know nothing of who computes them or of how they travel.

mod numbers;
mod polynomial;
mod selftest;

pub use numbers::Numbers;
pub use polynomial::{
    BasisSpectrum, CoefficientSlice, Coefficients, EigenImages, EigenReport, Explanation, FixedPoint,
    InteractionReport, LevelSpectrum, PairContribution, PairContributions, PolynomialCheck, PruningReport, ScaleFlow,
    SpectrumReport, StackExpansion,
};
pub use selftest::{ClusterAgreement, SelfTestReport};

use serde::{Deserialize, Serialize};

/// A colour picture, row by row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColourRaster {
    /// Number of columns.
    pub width: u32,
    /// Number of rows.
    pub height: u32,
    /// `width * height` times red, green and blue, 0 to 255.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
}

/// A grey raster, row by row; 0 is background and 255 full ink.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raster {
    /// Number of columns.
    pub width: u32,
    /// Number of rows.
    pub height: u32,
    /// `width * height` values.
    #[serde(with = "serde_bytes")]
    pub pixels: Vec<u8>,
}
