//! Products of powers of variables, in the order in which they are printed.

use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A product of powers of variables, kept as the variables that occur. Sorted by degree, then in lexicographic order of
/// the exponents, largest first: 1, x1, x2, x1^2, x1 x2, x2^2, …
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Monomial {
    /// Variables, counted from 0 and ascending, with their exponents, all at least 1.
    factors: Vec<(u32, u32)>,
}

impl Monomial {
    /// The monomial of the constant.
    pub fn one() -> Self {
        Self::default()
    }

    /// A single variable, counted from 0.
    pub fn variable(variable: usize) -> Self {
        Self { factors: vec![(variable as u32, 1)] }
    }

    /// From the exponents of all variables.
    pub fn from_exponents(exponents: &[u8]) -> Self {
        let all = exponents.iter().enumerate().map(|(variable, exponent)| (variable as u32, u32::from(*exponent)));
        Self { factors: all.filter(|(_, exponent)| *exponent > 0).collect() }
    }

    /// From variables, counted from 0, with their exponents.
    pub fn from_factors(factors: BTreeMap<usize, u32>) -> Self {
        let factors = factors.into_iter().filter(|(_, exponent)| *exponent > 0);
        Self { factors: factors.map(|(variable, exponent)| (variable as u32, exponent)).collect() }
    }

    /// Variables, counted from 0 and ascending, with their exponents.
    pub fn factors(&self) -> &[(u32, u32)] {
        &self.factors
    }

    /// Sum of the exponents.
    pub fn degree(&self) -> u32 {
        self.factors.iter().map(|(_, exponent)| exponent).sum()
    }

    /// Exponent of a variable.
    pub fn exponent(&self, variable: usize) -> u32 {
        let at = self.factors.binary_search_by_key(&(variable as u32), |(variable, _)| *variable);
        at.map_or(0, |index| self.factors[index].1)
    }

    /// Product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let mut factors = Vec::with_capacity(self.factors.len() + other.factors.len());
        let (mut one, mut two) = (self.factors.iter().peekable(), other.factors.iter().peekable());
        loop {
            let next = match (one.peek(), two.peek()) {
                (Some(a), Some(b)) if a.0 == b.0 => {
                    let sum = (a.0, a.1 + b.1);
                    one.next();
                    two.next();
                    sum
                }
                (Some(a), Some(b)) if b.0 < a.0 => {
                    let factor = **b;
                    two.next();
                    factor
                }
                (Some(a), _) => {
                    let factor = **a;
                    one.next();
                    factor
                }
                (None, Some(b)) => {
                    let factor = **b;
                    two.next();
                    factor
                }
                (None, None) => return Self { factors },
            };
            factors.push(next);
        }
    }

    /// With one factor of a variable less, and the exponent that it had; `None` if it does not occur.
    pub fn without_one(&self, variable: usize) -> Option<(Self, u32)> {
        let index = self.factors.binary_search_by_key(&(variable as u32), |(variable, _)| *variable).ok()?;
        let mut factors = self.factors.clone();
        let exponent = factors[index].1;
        if exponent == 1 {
            factors.remove(index);
        } else {
            factors[index].1 -= 1;
        }
        Some((Self { factors }, exponent))
    }

    /// Whether no exponent is larger than in `bound`, where variables beyond its end have exponent 0.
    pub fn divides(&self, bound: &[u8]) -> bool {
        let most = |variable: u32| bound.get(variable as usize).map_or(0, |exponent| u32::from(*exponent));
        self.factors.iter().all(|(variable, exponent)| *exponent <= most(*variable))
    }
}

impl Ord for Monomial {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_exponents = || {
            let pairs = self.factors.iter().zip(&other.factors);
            // The one with the earlier variable, or more of it, comes first.
            let differing = pairs.map(|(one, two)| one.0.cmp(&two.0).then(two.1.cmp(&one.1)));
            differing.fold(Ordering::Equal, Ordering::then).then(other.factors.len().cmp(&self.factors.len()))
        };
        self.degree().cmp(&other.degree()).then_with(by_exponents)
    }
}

impl PartialOrd for Monomial {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_dense_exponents() {
        let all: Vec<[u8; 3]> = (0..27_u8).map(|code| [code / 9, code / 3 % 3, code % 3]).collect();
        for one in &all {
            for two in &all {
                let degree = |row: &[u8; 3]| row.iter().sum::<u8>();
                let expected = degree(one).cmp(&degree(two)).then(two.cmp(one));
                assert_eq!(Monomial::from_exponents(one).cmp(&Monomial::from_exponents(two)), expected);
                let sum = [one[0] + two[0], one[1] + two[1], one[2] + two[2]];
                let product = Monomial::from_exponents(one).times(&Monomial::from_exponents(two));
                assert_eq!(product, Monomial::from_exponents(&sum));
            }
        }
    }

    #[test]
    fn a_factor_can_be_taken_away() {
        let monomial = Monomial::from_exponents(&[2, 0, 1]);
        assert_eq!(monomial.without_one(0), Some((Monomial::from_exponents(&[1, 0, 1]), 2)));
        assert_eq!(monomial.without_one(2), Some((Monomial::from_exponents(&[2]), 1)));
        assert_eq!(monomial.without_one(1), None);
        assert!(monomial.divides(&[2, 0, 1]) && !monomial.divides(&[2, 0]) && !monomial.divides(&[1, 5, 5]));
    }
}
