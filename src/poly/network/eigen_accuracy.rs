//! How many eigen-digits the accuracy of order 2 needs.

use super::PolynomialError;
use super::eigen::{EigenDigits, SecondOrder};
use super::polynomial::PolynomialNetwork;
use super::product::{Matrix, multiply};
use super::spectrum::largest;
use crate::protocol::EigenReport;
use std::sync::Arc;

/// Eigen-digits of each sign that are kept, one after the other; in the end all.
const KEPT: [usize; 10] = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256];

/// The accuracy of constant, gradient and the strongest eigen-digits of each sign, measured block by block.
#[derive(Debug, Clone)]
pub struct EigenAccuracy {
    network: Arc<PolynomialNetwork>,
    second: Arc<SecondOrder>,
    digits: Vec<EigenDigits>,
    images: u32,
    right: Vec<u32>,
    largest_difference: f64,
}

impl EigenAccuracy {
    /// Starts with the eigen-digits of every class.
    ///
    /// # Errors
    /// [`PolynomialError::Size`] where they do not belong to the network.
    pub fn new(
        network: Arc<PolynomialNetwork>,
        second: Arc<SecondOrder>,
        digits: Vec<EigenDigits>,
    ) -> Result<Self, PolynomialError> {
        let sizes = [
            ("eigen-digits", digits.len(), network.classes()),
            ("the second order", second.pixels(), network.pixels()),
        ];
        for (what, found, expected) in sizes {
            if found != expected {
                return Err(PolynomialError::Size { what: what.into(), found, expected });
            }
        }
        Ok(Self { network, second, digits, images: 0, right: vec![0; KEPT.len() + 1], largest_difference: 0.0 })
    }

    /// Adds images `[n][row][column][channel]` with pixels from 0 to 1, and their labels.
    ///
    /// # Errors
    /// [`PolynomialError::Size`] where the two do not go together.
    pub fn add(&mut self, images: &[f32], labels: &[u8]) -> Result<(), PolynomialError> {
        let images: Vec<f64> = images.iter().copied().map(f64::from).collect();
        let (count, pixels, classes) = (self.network.points(&images)?, self.network.pixels(), self.network.classes());
        if labels.len() != count {
            return Err(PolynomialError::Size { what: "labels".into(), found: labels.len(), expected: count });
        }
        let moved = self.network.displacements(&images);
        let moved = Matrix::new(&moved, count, pixels);
        let mut linear = vec![0.0; count * classes];
        let gradient = Matrix::new(&self.second.gradient, classes, pixels);
        multiply(&mut linear, moved, gradient.transposed(), false);
        // [kept][image][class]
        let mut scores = vec![0.0; self.right.len() * count * classes];
        let mut projections = vec![0.0; count * pixels];
        for (class, digits) in self.digits.iter().enumerate() {
            multiply(&mut projections, moved, Matrix::new(&digits.vectors, pixels, pixels).transposed(), false);
            for (image, projections) in projections.chunks_exact(pixels).enumerate() {
                let low = self.second.constant[class] + linear[image * classes + class];
                for (place, sum) in sums(&digits.values, projections).into_iter().enumerate() {
                    scores[(place * count + image) * classes + class] = low + sum;
                }
            }
        }
        for (right, scores) in self.right.iter_mut().zip(scores.chunks_exact(count * classes)) {
            let scores = scores.chunks_exact(classes).zip(labels);
            *right += scores.filter(|(row, label)| largest(row.iter().copied()) == usize::from(**label)).count() as u32;
        }
        self.compare(&images[..pixels])?;
        self.images += count as u32;
        Ok(())
    }

    /// All eigen-digits against the coefficient of `t^2` on the line to an image.
    fn compare(&mut self, image: &[f64]) -> Result<(), PolynomialError> {
        let delta = self.network.displacements(image);
        let expected: Vec<f64> = self.network.spectrum(image)?.iter().map(|orders| orders[2]).collect();
        let scale = expected.iter().fold(f64::MIN_POSITIVE, |scale, value| scale.max(value.abs()));
        for (digits, expected) in self.digits.iter().zip(&expected) {
            let difference = (digits.shares(&delta).iter().sum::<f64>() - expected).abs() / scale;
            self.largest_difference = self.largest_difference.max(difference);
        }
        Ok(())
    }

    /// The report; `step` is that of the run, 0 for shipped networks.
    ///
    /// # Errors
    /// [`PolynomialError::NoImages`] before the first image.
    pub fn finish(self, step: u32) -> Result<EigenReport, PolynomialError> {
        if self.images == 0 {
            return Err(PolynomialError::NoImages);
        }
        let accuracy = |right: u32| f64::from(right) / f64::from(self.images);
        Ok(EigenReport {
            model: self.network.name().to_owned(),
            step,
            about: self.network.expansion_point(),
            images: self.images,
            kept: KEPT.iter().map(|&kept| kept as u32).collect(),
            accuracy: self.right[..KEPT.len()].iter().copied().map(accuracy).collect(),
            all: accuracy(self.right[KEPT.len()]),
            largest_difference: self.largest_difference,
        })
    }
}

/// Sums of the strongest of each sign for every number of [`KEPT`], and of all; `values` in descending order.
fn sums(values: &[f64], projections: &[f64]) -> Vec<f64> {
    let share = |index: usize| values[index] * projections[index] * projections[index];
    let positive = values.partition_point(|value| *value > 0.0);
    let negative = values.len() - values.partition_point(|value| *value >= 0.0);
    let kept = |count: usize| {
        let strongest = (0..count.min(positive)).chain(values.len() - count.min(negative)..values.len());
        strongest.map(share).sum()
    };
    KEPT.iter().map(|&count| kept(count)).chain([(0..values.len()).map(share).sum()]).collect()
}
