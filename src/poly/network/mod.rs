//! The exact polynomial of a trained network: order spectra, coefficients, explanations of answers, pruned expansions.
//!
//! A folded network without activations is a stack of linear maps of monomials of clusters ([`ClusterLayer`]). It is never
//! expanded in full: a polynomial of degree 16 in 784 pixels has more terms than anybody could list. Instead it is
//! evaluated over truncated series on lines of images, with derivatives upwards and gradients downwards, which gives any
//! wanted set of coefficients exactly.
//!
//! Whatever takes long is an object with `step`, which returns after some tens of milliseconds (in a browser), and `finish`.

mod coefficients;
mod derivatives;
mod eigen;
mod eigen_accuracy;
mod error;
mod explanation;
mod features;
mod layer;
mod maps;
mod passes;
mod polynomial;
mod product;
mod pruning;
mod reverse;
mod scale_flow;
mod second;
mod shift;
mod spectrum;
#[cfg(test)]
mod tests;

pub use coefficients::{CoefficientExpansion, MAX_PIXELS, ThirdOrder};
pub use derivatives::Progress;
pub use eigen::{EigenDigits, SecondOrder, SecondOrderRun, strongest};
pub use eigen_accuracy::{EigenAccuracy, mean_shares};
pub use error::PolynomialError;
pub use explanation::{ExplanationRun, Question};
pub use layer::{ClusterLayer, ClusterShape, MapShape};
pub use polynomial::PolynomialNetwork;
pub use pruning::PrunedNetwork;
pub use scale_flow::UniformMap;
pub use spectrum::SpectrumMeasurement;
