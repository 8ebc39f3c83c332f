//! The distinct monomials of a cluster, in the order in which weights are stored.

/// A monomial as the product of a tap and an earlier monomial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Monomial {
    /// Smallest tap index of the product.
    pub tap: usize,
    /// Index of the product of the other taps; `None` for a single tap.
    pub rest: Option<usize>,
}

/// All monomials of degree 1..=order: the taps row by row, then the products `x_i x_j` with `i <= j` in
/// lexicographic order, then those of three and four taps likewise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonomialTable {
    taps: usize,
    order: usize,
    entries: Vec<Monomial>,
}

impl MonomialTable {
    /// Monomials of `taps` variables up to degree `order`.
    pub fn new(taps: usize, order: usize) -> Self {
        let mut entries: Vec<Monomial> = (0..taps).map(|tap| Monomial { tap, rest: None }).collect();
        // (first entry, number of entries) of the previous degree
        let mut previous = 0..entries.len();
        for _ in 1..order {
            let start = entries.len();
            for tap in 0..taps {
                // x_tap times every monomial of one degree less whose smallest tap is not smaller.
                for rest in previous.clone() {
                    if entries[rest].tap >= tap {
                        entries.push(Monomial { tap, rest: Some(rest) });
                    }
                }
            }
            previous = start..entries.len();
        }
        Self { taps, order, entries }
    }

    /// Number of monomials.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True for a table without monomials.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Number of variables.
    pub fn taps(&self) -> usize {
        self.taps
    }

    /// Largest degree.
    pub fn order(&self) -> usize {
        self.order
    }

    /// True where every monomial is a single tap: a plain convolution.
    pub fn is_linear(&self) -> bool {
        self.entries.len() == self.taps
    }

    /// The monomials in order.
    pub fn entries(&self) -> &[Monomial] {
        &self.entries
    }

    /// The taps whose product monomial `index` is, ascending.
    pub fn factors(&self, index: usize) -> Vec<usize> {
        let mut factors = Vec::new();
        let mut next = Some(index);
        while let Some(entry) = next.map(|index| self.entries[index]) {
            factors.push(entry.tap);
            next = entry.rest;
        }
        factors
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::monomial_count;

    #[test]
    fn a_2x2_cluster_of_second_order_is_in_the_documented_order() {
        let table = MonomialTable::new(4, 2);
        let factors: Vec<_> = (0..table.len()).map(|index| table.factors(index)).collect();
        let expected: Vec<Vec<usize>> = vec![
            vec![0],
            vec![1],
            vec![2],
            vec![3],
            vec![0, 0],
            vec![0, 1],
            vec![0, 2],
            vec![0, 3],
            vec![1, 1],
            vec![1, 2],
            vec![1, 3],
            vec![2, 2],
            vec![2, 3],
            vec![3, 3],
        ];
        assert_eq!(factors, expected);
    }

    #[test]
    fn every_order_has_each_monomial_once_and_sorted() {
        for taps in [1, 2, 4, 6, 9] {
            for order in 1..=4 {
                let table = MonomialTable::new(taps, order);
                assert_eq!(table.len(), monomial_count(taps, order));
                let keys: Vec<_> = (0..table.len()).map(|i| table.factors(i)).map(|f| (f.len(), f)).collect();
                assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "taps {taps} order {order}");
                assert!(keys.iter().all(|(_, factors)| factors.is_sorted()));
            }
        }
    }
}
