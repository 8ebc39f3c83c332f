//! How many eigen-digits the accuracy of order 2 needs.

use super::PolynomialError;
use super::eigen::{EigenDigits, SecondOrder};
use super::polynomial::PolynomialNetwork;
use super::product::{Matrix, multiply};
use super::spectrum::largest;
use crate::report::EigenReport;
use std::sync::Arc;

/// Eigen-digits of each sign that are kept, one after the other; in the end all.
const KEPT: [usize; 10] = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256];

/// The accuracy of constant, gradient and the strongest eigen-digits of each sign, measured block by block.
#[derive(Debug, Clone)]
pub struct EigenAccuracy {
    network: Arc<PolynomialNetwork>,
    second: Arc<SecondOrder>,
    digits: Vec<EigenDigits>,
    /// `[class]`: by eigenvalue, and by what they say on average.
    rankings: Vec<[Ranking; 2]>,
    images: u32,
    /// `[ranking][kept]`, all last.
    right: Vec<u32>,
    largest_difference: f64,
}

impl EigenAccuracy {
    /// Starts with the eigen-digits of every class and what they say on average ([`mean_shares`]).
    ///
    /// # Errors
    /// [`PolynomialError::Size`] where they do not belong to the network.
    pub fn new(
        network: Arc<PolynomialNetwork>,
        second: Arc<SecondOrder>,
        digits: Vec<EigenDigits>,
        mean_shares: &[Vec<f64>],
    ) -> Result<Self, PolynomialError> {
        let sizes = [
            ("eigen-digits", digits.len(), network.classes()),
            ("mean shares", mean_shares.len(), digits.len()),
            ("the second order", second.pixels(), network.pixels()),
        ];
        for (what, found, expected) in sizes {
            if found != expected {
                return Err(PolynomialError::Size { what: what.into(), found, expected });
            }
        }
        let rankings = digits.iter().zip(mean_shares);
        let rankings = rankings.map(|(digits, shares)| [Ranking::of(&digits.values), Ranking::of(shares)]).collect();
        let right = vec![0; 2 * (KEPT.len() + 1)];
        Ok(Self { network, second, digits, rankings, images: 0, right, largest_difference: 0.0 })
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
        // [ranking][kept][image][class]
        let mut scores = vec![0.0; self.right.len() * count * classes];
        let mut projections = vec![0.0; count * pixels];
        for (class, (digits, rankings)) in self.digits.iter().zip(&self.rankings).enumerate() {
            multiply(&mut projections, moved, Matrix::new(&digits.vectors, pixels, pixels).transposed(), false);
            for (image, projections) in projections.chunks_exact(pixels).enumerate() {
                let low = self.second.constant[class] + linear[image * classes + class];
                let sums = rankings.iter().flat_map(|ranking| ranking.sums(&digits.values, projections));
                for (place, sum) in sums.enumerate() {
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
            accuracy_by_share: self.right[KEPT.len() + 1..][..KEPT.len()].iter().copied().map(accuracy).collect(),
            all: accuracy(self.right[KEPT.len()]),
            largest_difference: self.largest_difference,
        })
    }
}

/// What every eigen-digit says on average over images `[n][row][column][channel]`: `[class][k]`,
/// `lambda_k mean (v_k . delta)^2`. A large eigenvalue counts for nothing where images never differ from the point.
///
/// # Errors
/// [`PolynomialError::Size`] where these are no whole images.
pub fn mean_shares(
    network: &PolynomialNetwork,
    digits: &[EigenDigits],
    images: &[f32],
) -> Result<Vec<Vec<f64>>, PolynomialError> {
    let images: Vec<f64> = images.iter().copied().map(f64::from).collect();
    let (count, pixels) = (network.points(&images)?, network.pixels());
    let moved = network.displacements(&images);
    let mut projections = vec![0.0; count * pixels];
    let mut of_class = |digits: &EigenDigits| {
        let vectors = Matrix::new(&digits.vectors, pixels, pixels).transposed();
        multiply(&mut projections, Matrix::new(&moved, count, pixels), vectors, false);
        let mut sums = vec![0.0; pixels];
        for row in projections.chunks_exact(pixels) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value * value);
        }
        sums.iter().zip(&digits.values).map(|(sum, value)| value * sum / count as f64).collect()
    };
    Ok(digits.iter().map(&mut of_class).collect())
}

/// Places of the eigen-digits of a class in the order in which they are kept: those that speak for it, those against.
#[derive(Debug, Clone)]
struct Ranking([Vec<usize>; 2]);

impl Ranking {
    /// By weights with the sign of the eigenvalue, the strongest first.
    fn of(weights: &[f64]) -> Self {
        Self([1.0, -1.0].map(|sign| {
            let mut places: Vec<usize> = (0..weights.len()).filter(|&place| sign * weights[place] > 0.0).collect();
            places.sort_by(|&a, &b| weights[b].abs().total_cmp(&weights[a].abs()));
            places
        }))
    }

    /// Sums of the first of each sign for every number of [`KEPT`], and of all.
    fn sums(&self, values: &[f64], projections: &[f64]) -> Vec<f64> {
        let share = |index: usize| values[index] * projections[index] * projections[index];
        let kept =
            |count: usize| self.0.iter().flat_map(|places| places.iter().take(count)).map(|&place| share(place)).sum();
        KEPT.iter().map(|&count| kept(count)).chain([(0..values.len()).map(share).sum()]).collect()
    }
}
