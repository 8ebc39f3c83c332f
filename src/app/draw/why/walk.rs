//! The running sum over the orders as a picture: how it walks to the score, beside the same walk about the black image.

use crate::app::format;
use crate::config::Basis;
use crate::poly::basis::from_powers;
use std::fmt::Write as _;

/// Size of the picture, in its own units.
pub const SIZE: [f64; 2] = [280.0, 112.0];
const MARGIN: f64 = 6.0;

/// A walk, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Walk {
    /// The sums after each order, of the point that is chosen.
    pub sums: Vec<f64>,
    /// The line through them.
    pub path: String,
    /// The line of the walk about the black image, which may leave the picture; empty where that is the point.
    pub black: String,
    /// Heights of zero and of the score.
    pub levels: [f64; 2],
    /// Largest distance of the walk about the black image from the score.
    pub black_reach: f64,
    /// The polynomials whose coefficients are summed.
    pub basis: Basis,
    /// How many orders it takes until the sum stays within a tenth of the score.
    pub settled: usize,
}

/// Sums of the coefficients in a basis, one after the other; at the image every polynomial of it is 1.
fn sums(basis: Basis, orders: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    let step = |value: f64| {
        sum += value;
        sum
    };
    from_powers(basis, orders).into_iter().map(step).collect()
}

/// The walk of some contributions of orders, beside those about the black image.
pub fn walk(basis: Basis, orders: &[f64], orders_about_black: &[f64]) -> Walk {
    let own = sums(basis, orders);
    let Some(&score) = own.last() else { return Walk::default() };
    let (low, high) =
        own.iter().fold((score.min(0.0), score.max(0.0)), |(low, high), &sum| (low.min(sum), high.max(sum)));
    let span = (high - low).max(1e-9);
    let y = |value: f64| MARGIN + (high - value) / span * (SIZE[1] - 2.0 * MARGIN);
    let x = |order: usize| MARGIN + order as f64 / (own.len() - 1).max(1) as f64 * (SIZE[0] - 2.0 * MARGIN);
    let line = |sums: &[f64]| {
        let mut path = String::new();
        for (order, &sum) in sums.iter().enumerate() {
            // Far outside, one number is as good as another.
            let _ =
                write!(path, "{}{:.1} {:.1}", if order == 0 { "M" } else { "L" }, x(order), y(sum).clamp(-9e3, 9e3));
        }
        path
    };
    let black = sums(basis, orders_about_black);
    let near = |sum: &f64| (sum - score).abs() <= 0.1 * score.abs();
    Walk {
        path: line(&own),
        black: line(&black),
        levels: [y(0.0), y(score)],
        black_reach: black.iter().map(|sum| (sum - score).abs()).fold(0.0, f64::max),
        settled: own.iter().rposition(|sum| !near(sum)).map_or(0, |last| last + 1),
        basis,
        sums: own,
    }
}

impl Walk {
    /// The picture in one sentence.
    pub fn in_words(&self, about: &str) -> String {
        let (Some(first), Some(score)) = (self.sums.first(), self.sums.last()) else { return String::new() };
        let all = self.sums.len() - 1;
        let what = match self.basis {
            Basis::Powers => "order",
            Basis::Chebyshev | Basis::Legendre => "degree",
        };
        let settled = match self.settled {
            0 => "the constant alone is near it".to_owned(),
            order if order >= all => "only all of them together are near it".to_owned(),
            1 => format!("{what} 1 is enough to be near it"),
            order => format!("{what}s 1 to {order} are enough to be near it"),
        };
        let mut text = format!(
            "About {about} the sum walks from {} to {}; {settled}.",
            format::signed(*first, 1),
            format::signed(*score, 1)
        );
        if !self.black.is_empty() {
            let reach = format::significant(self.black_reach, 2);
            let _ = write!(text, " About the black image (faint) it strays as far as {reach} from the score.");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_sums_up_and_says_when_it_settles() {
        let found = walk(Basis::Powers, &[1.0, 4.0, 6.0, -1.0], &[100.0, -190.0, 50.0, 50.0]);
        assert_eq!(found.sums, [1.0, 5.0, 11.0, 10.0]);
        assert_eq!((found.settled, found.black_reach), (2, 100.0));
        assert!(found.path.starts_with("M6.0 ") && found.path.matches('L').count() == 3);
        // The score lies below the highest point and above zero: y grows downwards.
        assert!(found.levels[1] > MARGIN && found.levels[1] < found.levels[0]);
        let words = found.in_words("the mean image");
        assert!(words.contains("from +1.0 to +10.0; orders 1 to 2 are enough"), "{words}");
        assert!(words.contains("as far as 100"), "{words}");
    }

    #[test]
    fn another_basis_ends_at_the_same_score() {
        let orders = [1.0, 4.0, 6.0, -1.0];
        for basis in Basis::ALL {
            let found = walk(basis, &orders, &[]);
            assert!((found.sums[3] - 10.0).abs() < 1e-12);
            assert!(found.black.is_empty() && found.black_reach == 0.0);
        }
        assert_eq!(walk(Basis::Powers, &[], &[]), Walk::default());
        let constant = walk(Basis::Powers, &[0.0], &[]);
        assert!(!constant.path.contains("NaN") && constant.settled == 0);
    }
}
