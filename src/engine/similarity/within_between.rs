//! How alike embeddings are within and between the classes (Fig. S5 and S6).

use super::Embeddings;
use super::references::inverse_length;
use crate::config::CLASSES;
use serde::{Deserialize, Serialize};

/// Mean cosines over all pairs of different images, from the sums of the classes, never pair by pair: with unit vectors
/// e and their sum S over n images, the sum over ordered pairs is |S|^2 - sum |e|^2 within a class and the product of the sums between
/// two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassSimilarity {
    /// Mean over the classes of the mean over the pairs of a class; none where no class has two images.
    pub within: Option<f64>,
    /// Mean over the pairs of different classes of the mean over the pairs of their images.
    pub between: Option<f64>,
    /// `[class]`; none for a class of fewer than two images.
    pub within_class: [Option<f64>; CLASSES],
}

impl ClassSimilarity {
    /// Of a set of embeddings.
    pub fn of(embeddings: &Embeddings) -> Self {
        let mut squares = [0.0; CLASSES];
        for (row, class) in embeddings.rows() {
            // 1, or 0 for a vector of zeros.
            squares[usize::from(class)] += if inverse_length(row) > 0.0 { 1.0 } else { 0.0 };
        }
        let sums = embeddings.class_sums(inverse_length);
        let product = |a: usize, b: usize| sums[a].0.iter().zip(&sums[b].0).map(|(a, b)| a * b).sum::<f64>();
        let within_class = std::array::from_fn(|class| {
            let count = sums[class].1 as f64;
            (count >= 2.0).then(|| (product(class, class) - squares[class]) / (count * (count - 1.0)))
        });
        let present: Vec<usize> = (0..CLASSES).filter(|&class| sums[class].1 > 0).collect();
        let pairs = present.iter().flat_map(|&a| present.iter().filter(move |&&b| b > a).map(move |&b| (a, b)));
        let between: Vec<f64> = pairs.map(|(a, b)| product(a, b) / (sums[a].1 as f64 * sums[b].1 as f64)).collect();
        let found: Vec<f64> = within_class.iter().flatten().copied().collect();
        Self { within: mean(&found), between: mean(&between), within_class }
    }
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
