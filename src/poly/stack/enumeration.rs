//! The monomials of one local Taylor polynomial, each exactly once and with its number of paths.
//!
//! A monomial of z is one monomial from each of the m values of its cluster, of total cost at most the order n. Its number
//! of paths is the sum over all local monomials `y_1^a_1 … y_m^a_m` with `a_1 + … + a_m <= n`, of the product of the numbers of
//! paths to its parts in `y_i^a_i`: a convolution that grows by one factor for every value, so nothing is ever looked up.

use super::powers::Powers;

/// A walk through all combinations, which can be interrupted.
#[derive(Debug)]
pub(super) struct Enumeration {
    taps: usize,
    order: usize,
    powers: Powers,
    /// Chosen row of each value so far; the last one is the next to try.
    chosen: Vec<usize>,
    /// Cost that is still allowed before each value.
    left: Vec<usize>,
    /// `[value][k]`: number of paths to the parts before this value with k local factors in all.
    before: Vec<Vec<f64>>,
}

impl Enumeration {
    /// Of the local polynomial of order `powers.most` in `taps` values.
    pub fn new(taps: usize, powers: Powers) -> Self {
        let order = powers.most;
        let mut none = vec![0.0; order + 1];
        none[0] = 1.0;
        let mut before = vec![vec![0.0; order + 1]; taps + 1];
        before[0] = none;
        Self { taps, order, powers, chosen: vec![0], left: vec![order; taps + 1], before }
    }

    /// Appends at most `terms` monomials (`taps * variables` exponents each, in the order of the tree) and their
    /// numbers of paths; returns whether these were the last.
    pub fn step(&mut self, terms: usize, exponents: &mut Vec<u8>, paths: &mut Vec<f64>) -> bool {
        let mut made = 0;
        while let Some(&row) = self.chosen.last() {
            if made == terms {
                return false;
            }
            let value = self.chosen.len() - 1;
            // Rows are sorted by cost: when one is too costly, so are all after it.
            if row >= self.powers.rows() || self.powers.costs[row] > self.left[value] {
                self.chosen.pop();
                if let Some(before) = self.chosen.last_mut() {
                    *before += 1;
                }
                continue;
            }
            self.extend_paths(value, row);
            if value + 1 < self.taps {
                self.left[value + 1] = self.left[value] - self.powers.costs[row];
                self.chosen.push(0);
                continue;
            }
            for row in &self.chosen {
                exponents.extend_from_slice(self.powers.row_exponents(*row));
            }
            paths.push(self.before[self.taps].iter().sum());
            self.chosen[value] += 1;
            made += 1;
        }
        true
    }

    fn extend_paths(&mut self, value: usize, row: usize) {
        let own = self.powers.row_paths(row);
        let (head, tail) = self.before.split_at_mut(value + 1);
        let (before, after) = (&head[value], &mut tail[0]);
        for (factors, sum) in after.iter_mut().enumerate().take(self.order + 1) {
            *sum = (0..=factors).map(|own_factors| own[own_factors] * before[factors - own_factors]).sum();
        }
    }
}
