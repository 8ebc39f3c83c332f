//! The Trained view: the polynomial that a trained network is, its orders, its coefficients and its terms.
//!
//! Coefficients, terms and pictures are plain data and tested natively; the rest stands behind the `app` feature.

pub mod expansion;
pub mod pictures;
