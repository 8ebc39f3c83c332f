//! How the number of terms grows with levels and orders: counted, not expanded.

use crate::config::{StackConfig, StackSharing};
use crate::poly::forecast;

/// Most levels that are compared.
pub const LEVELS: usize = 5;
/// Highest order that is compared.
pub const ORDERS: usize = 3;

/// Terms of stacks of one cluster and one order throughout, with 1, 2, … levels.
#[derive(Debug, Clone, PartialEq)]
pub struct Growth {
    /// The order of all levels.
    pub order: usize,
    /// Number of terms for every number of levels, from 1; ends where the degree is beyond all bounds.
    pub terms: Vec<f64>,
}

/// Counts for the orders 1 to [`ORDERS`].
pub fn growth(cluster: [usize; 2]) -> Vec<Growth> {
    let of_order = |order: usize| {
        let terms = (1..=LEVELS).map_while(|levels| {
            let stack = StackConfig { cluster, orders: vec![order; levels], sharing: StackSharing::Separate };
            forecast(&stack).ok().map(|size| size.terms.to_f64()).filter(|terms| terms.is_finite())
        });
        Growth { order, terms: terms.collect() }
    };
    (1..=ORDERS).map(of_order).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_article_s_stacks_are_on_the_curves() {
        let pairs = growth([1, 2]);
        assert_eq!(pairs.iter().map(|curve| curve.order).collect::<Vec<_>>(), [1, 2, 3]);
        assert!((pairs[1].terms[1] - 54.0).abs() < 0.5);
        assert!((growth([2, 2])[1].terms[1] - 1_453.0).abs() < 0.5);
        // In first order everything stays linear: a constant and 2^levels variables.
        assert!(
            pairs[0]
                .terms
                .iter()
                .zip([3.0, 5.0, 9.0, 17.0, 33.0])
                .all(|(count, expected)| (count - expected).abs() < 0.5)
        );
        assert!(pairs.iter().all(|curve| curve.terms.windows(2).all(|pair| pair[1] > pair[0])));
    }
}
