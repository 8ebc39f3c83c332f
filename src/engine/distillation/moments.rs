//! How far the classes lie from each other, and the images of a class from each other, in pixels or in an embedding.

use crate::config::CLASSES;

/// Sums over images, class by class, to which ever more images are added.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassMoments {
    length: usize,
    counts: [usize; CLASSES],
    /// `[classes, length]`.
    sums: Vec<f64>,
    /// Sum of the squared lengths of all vectors of a class.
    squares: [f64; CLASSES],
}

impl ClassMoments {
    /// No images yet; each is a vector of `length` numbers.
    pub fn new(length: usize) -> Self {
        Self { length, counts: [0; CLASSES], sums: vec![0.0; CLASSES * length], squares: [0.0; CLASSES] }
    }

    /// Adds the vector of an image of a class; further numbers are not read.
    pub fn add(&mut self, class: u8, vector: impl IntoIterator<Item = f64>) {
        let class = usize::from(class);
        let sums = &mut self.sums[class * self.length..][..self.length];
        self.counts[class] += 1;
        for (sum, value) in sums.iter_mut().zip(vector) {
            *sum += value;
            self.squares[class] += value * value;
        }
    }

    fn mean(&self, class: usize) -> impl Iterator<Item = f64> {
        let count = self.counts[class].max(1) as f64;
        self.sums[class * self.length..][..self.length].iter().map(move |sum| sum / count)
    }

    /// Root mean square distance of the mean of a class from the mean of those means: what Eq. (5) enlarges.
    pub fn distance(&self) -> f64 {
        let mut centre = vec![0.0; self.length];
        for class in 0..CLASSES {
            centre.iter_mut().zip(self.mean(class)).for_each(|(sum, value)| *sum += value / CLASSES as f64);
        }
        let squared = |class| self.mean(class).zip(&centre).map(|(own, centre)| (own - centre).powi(2)).sum::<f64>();
        ((0..CLASSES).map(squared).sum::<f64>() / CLASSES as f64).sqrt()
    }

    /// Root mean square distance of an image from the mean of its class; every class counts the same.
    pub fn spread(&self) -> f64 {
        let variance = |class: usize| {
            let mean_square = self.squares[class] / self.counts[class].max(1) as f64;
            (mean_square - self.mean(class).map(|value| value * value).sum::<f64>()).max(0.0)
        };
        ((0..CLASSES).map(variance).sum::<f64>() / CLASSES as f64).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_and_spread_are_those_of_points_on_a_line() {
        let mut moments = ClassMoments::new(2);
        for class in 0..CLASSES as u8 {
            // Means at 0, 1, ..., 9 on the first axis; two images each, 3 apart on the second.
            moments.add(class, [f64::from(class), 1.5]);
            moments.add(class, [f64::from(class), -1.5]);
        }
        // Variance of 0..9.
        assert!((moments.distance() - 8.25_f64.sqrt()).abs() < 1e-12);
        assert!((moments.spread() - 1.5).abs() < 1e-12);
    }

    #[test]
    fn no_images_have_no_distances() {
        let moments = ClassMoments::new(3);
        assert!(moments.distance().abs() < 1e-300 && moments.spread().abs() < 1e-300);
    }
}
