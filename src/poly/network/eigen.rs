//! Eigen-digits: the second-order part of each class about the expansion point as a sum of squares.
//!
//! With `delta = x - x0` the second order of class `c` is `delta' Q_c delta`, `Q_c` half the Hessian at `x0`:
//! symmetric, so `delta' Q_c delta = sum over k of lambda_k (v_k . delta)^2` with orthonormal images `v_k`. Each asks
//! how much of one pattern is in the difference from `x0`. (Pearce et al. 2024 draw them for bilinear layers.)

use super::PolynomialError;
use super::coefficients::unit_directions;
use super::derivatives::{Derivatives, Progress, Task};
use super::maps::Maps;
use super::polynomial::PolynomialNetwork;
use crate::report::EigenImages;
use nalgebra::{DMatrix, SymmetricEigen};
use std::sync::Arc;

/// Values of the largest image whose matrices are computed: those of 28x28.
const MAX_VALUES: usize = 784;

/// Everything up to the second order, in the making, step by step.
#[derive(Debug, Clone)]
pub struct SecondOrderRun {
    network: Arc<PolynomialNetwork>,
    derivatives: Derivatives,
}

impl SecondOrderRun {
    /// Starts. On 28x28 images it takes half a gigabyte and, natively, some seconds.
    ///
    /// # Errors
    /// [`PolynomialError::TooLarge`] on more than 784 values, [`PolynomialError::Order`] where there is no second order.
    pub fn new(network: Arc<PolynomialNetwork>) -> Result<Self, PolynomialError> {
        let pixels = network.pixels();
        if pixels > MAX_VALUES {
            let pairs = |count: usize| (count * (count + 1) / 2) as u64;
            return Err(PolynomialError::TooLarge { order: 2, pixels, terms: pairs(pixels), limit: pairs(MAX_VALUES) });
        }
        if network.degree() < 2 {
            return Err(PolynomialError::Order { order: 2, choices: "a network of degree 2 or more" });
        }
        let [height, width, channels] = network.input();
        let classes = network.classes();
        let mut seeds = vec![0.0; classes * classes];
        seeds.iter_mut().step_by(classes + 1).for_each(|seed| *seed = 1.0);
        let line = Maps::line(Some(&vec![0.0; pixels]), None, 1, height * width, channels);
        let second = Some((unit_directions(&network), vec![1.0]));
        let derivatives = Derivatives::new(network.clone(), Task { line, order: 0, seeds, second });
        Ok(Self { network, derivatives })
    }

    /// Goes on for some tens of milliseconds.
    pub fn step(&mut self) -> Progress {
        self.derivatives.step()
    }

    /// The second order; does what is left to do.
    pub fn finish(self) -> SecondOrder {
        let derivatives = self.derivatives.run();
        let (pixels, classes) = (self.network.pixels(), self.network.classes());
        let hessians = derivatives.second().unwrap_or_default().chunks_exact(pixels * pixels);
        // Both halves come from the same sums in another order; rounding apart, they are equal.
        let half = |hessian: &[f64], i: usize, j: usize| 0.25 * (hessian[i * pixels + j] + hessian[j * pixels + i]);
        SecondOrder {
            pixels,
            constant: derivatives.outputs().values[..classes].to_vec(),
            gradient: derivatives.gradients().map(|maps| maps.values.clone()).unwrap_or_default(),
            matrices: hessians.map(|hessian| DMatrix::from_fn(pixels, pixels, |i, j| half(hessian, i, j))).collect(),
        }
    }
}

/// A network up to the second order: `f_c = constant_c + gradient_c . delta + delta' Q_c delta + ...`.
#[derive(Debug, Clone, PartialEq)]
pub struct SecondOrder {
    pixels: usize,
    /// `[class]`
    pub constant: Vec<f64>,
    /// `[class][pixel]`
    pub gradient: Vec<f64>,
    /// `[class]`: `Q_c`
    matrices: Vec<DMatrix<f64>>,
}

impl SecondOrder {
    /// Pixels of an image.
    pub fn pixels(&self) -> usize {
        self.pixels
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.matrices.len()
    }

    /// Eigenvalues and eigenvectors of a class.
    ///
    /// # Errors
    /// [`PolynomialError::Class`] where there is no such class.
    pub fn eigen_digits(&self, class: usize) -> Result<EigenDigits, PolynomialError> {
        let classes = self.classes();
        let matrix = self.matrices.get(class).ok_or(PolynomialError::Class { class, classes })?;
        let SymmetricEigen { eigenvectors, eigenvalues } = matrix.clone().symmetric_eigen();
        let mut order: Vec<usize> = (0..self.pixels).collect();
        order.sort_by(|&a, &b| eigenvalues[b].total_cmp(&eigenvalues[a]));
        let mut vectors = Vec::with_capacity(self.pixels * self.pixels);
        for &index in &order {
            let column = eigenvectors.column(index);
            // v and -v say the same: the strongest pixel is made positive.
            let strongest = column.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs()));
            let sign = strongest.map_or(1.0, f64::signum);
            vectors.extend(column.iter().map(|value| sign * value));
        }
        Ok(EigenDigits { values: order.iter().map(|&index| eigenvalues[index]).collect(), vectors })
    }
}

/// The eigen-digits of one class, the most positive first.
#[derive(Debug, Clone, PartialEq)]
pub struct EigenDigits {
    /// Eigenvalues in descending order: logits per unit of `(v . delta)^2`.
    pub values: Vec<f64>,
    /// `[k][pixel]`: orthonormal.
    pub vectors: Vec<f64>,
}

impl EigenDigits {
    /// Eigenvalue and image of number `rank` (from 0) of those that speak for the class, or against it; the strongest first.
    pub fn strongest(&self, speaks_for: bool, rank: usize) -> Option<(f64, &[f64])> {
        let pixels = self.vectors.len() / self.values.len().max(1);
        let index = if speaks_for { Some(rank) } else { self.values.len().checked_sub(rank + 1) }?;
        let value =
            self.values.get(index).copied().filter(|value| if speaks_for { *value > 0.0 } else { *value < 0.0 })?;
        Some((value, &self.vectors[index * pixels..(index + 1) * pixels]))
    }

    /// `lambda_k (v_k . delta)^2` for every `k`: what each says about an image; together the contribution of order 2.
    pub fn shares(&self, delta: &[f64]) -> Vec<f64> {
        let vectors = self.vectors.chunks_exact(delta.len().max(1));
        self.values.iter().zip(vectors).map(|(value, vector)| share(*value, vector, delta)).collect()
    }
}

/// The strongest `count` eigen-digits of each sign and class, to be shown; `step` is that of the run, 0 for shipped networks.
pub fn strongest(network: &PolynomialNetwork, digits: &[EigenDigits], count: usize, step: u32) -> EigenImages {
    let pixels = network.pixels();
    let (mut values, mut vectors) = (Vec::new(), Vec::new());
    for (digits, speaks_for) in digits.iter().flat_map(|digits| [(digits, true), (digits, false)]) {
        for rank in 0..count {
            let (value, vector) = digits.strongest(speaks_for, rank).unwrap_or((0.0, &[]));
            values.push(value);
            vectors.extend_from_slice(vector);
            vectors.resize(values.len() * pixels, 0.0);
        }
    }
    EigenImages {
        model: network.name().to_owned(),
        step,
        about: network.expansion_point(),
        point: network.point().map_or_else(|| vec![0.0; pixels], <[f64]>::to_vec).into(),
        side: network.input()[0] as u32,
        count: count as u32,
        values: values.into(),
        vectors: vectors.into(),
        image: None,
        compute_ms: 0.0,
    }
}

/// `lambda (v . delta)^2`
fn share(value: f64, vector: &[f64], delta: &[f64]) -> f64 {
    value * vector.iter().zip(delta).map(|(v, d)| v * d).sum::<f64>().powi(2)
}
