//! Numbers of terms and paths: exact as long as they are below 10^38, and "more than" beyond.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul};

/// A number of things, exact up to 2^128 - 2; larger ones are all [`Count::TOO_MANY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Count(u128);

impl Count {
    /// None.
    pub const ZERO: Self = Self(0);
    /// More than can be counted here.
    pub const TOO_MANY: Self = Self(u128::MAX);

    /// A number known exactly.
    pub const fn new(value: u128) -> Self {
        Self(value)
    }

    /// The number, if it was counted exactly.
    pub fn exact(self) -> Option<u128> {
        (self != Self::TOO_MANY).then_some(self.0)
    }

    /// The number as far as floating-point numbers hold it; infinite where it was not counted.
    pub fn to_f64(self) -> f64 {
        self.exact().map_or(f64::INFINITY, |value| value as f64)
    }

    /// Product of `exponent` equal factors.
    #[must_use]
    pub fn pow(self, exponent: u32) -> Self {
        Self(self.0.saturating_pow(exponent))
    }

    /// Number of monomials of degree `degree` in `variables` variables: C(variables + degree - 1, degree).
    pub fn monomials_of_degree(variables: usize, degree: u32) -> Self {
        let variables = variables as u128;
        Self((1..=u128::from(degree)).fold(1, |count, step| count * (variables + step - 1) / step))
    }
}

impl From<usize> for Count {
    fn from(value: usize) -> Self {
        Self(value as u128)
    }
}

impl Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Mul for Count {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self(self.0.saturating_mul(other.0))
    }
}

impl Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::ZERO, Self::add)
    }
}

impl fmt::Display for Count {
    /// In groups of three digits: `1,453`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(value) = self.exact() else { return out.write_str("more than 10^38") };
        let digits = value.to_string();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                out.write_str(",")?;
            }
            write!(out, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_and_do_not_overflow() {
        assert_eq!(Count::new(292_825).to_string(), "292,825");
        assert_eq!(Count::new(54).to_string(), "54");
        assert_eq!((Count::TOO_MANY * Count::new(2) + Count::new(1)).to_string(), "more than 10^38");
        // The 22,100 terms of order 3 in 49 pixels (article, Eq. 3).
        let terms: Count = (0..=3).map(|degree| Count::monomials_of_degree(49, degree)).sum();
        assert_eq!(terms, Count::new(22_100));
    }
}
