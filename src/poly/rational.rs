//! Exact fractions of 128-bit numbers; what does not fit is an error, never a wrong number.

use super::{AlgebraError, Coefficient};
use std::fmt;

/// A fraction in lowest terms with a positive denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rational {
    numerator: i128,
    denominator: i128,
}

impl Rational {
    /// 1/8.
    pub const EIGHTH: Self = Self { numerator: 1, denominator: 8 };

    /// `numerator / denominator`.
    ///
    /// # Errors
    /// [`AlgebraError`], if the denominator is 0 or a number does not fit.
    pub fn new(numerator: i128, denominator: i128) -> Result<Self, AlgebraError> {
        if denominator == 0 {
            return Err(AlgebraError::ZeroDenominator);
        }
        let divisor = common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).map_err(|_| AlgebraError::Overflow)?;
        let sign = denominator.signum();
        let scaled = |value: i128| (value / divisor).checked_mul(sign).ok_or(AlgebraError::Overflow);
        Ok(Self { numerator: scaled(numerator)?, denominator: scaled(denominator)? })
    }

    /// Upper number, with the sign.
    pub fn numerator(&self) -> i128 {
        self.numerator
    }

    /// Lower number, at least 1.
    pub fn denominator(&self) -> i128 {
        self.denominator
    }

    /// The nearest floating-point number, up to rounding.
    pub fn to_f64(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

impl From<i64> for Rational {
    fn from(value: i64) -> Self {
        Self { numerator: value.into(), denominator: 1 }
    }
}

impl fmt::Display for Rational {
    /// `-3/4`, or `2` without a denominator.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator {
            1 => write!(out, "{}", self.numerator),
            denominator => write!(out, "{}/{denominator}", self.numerator),
        }
    }
}

impl Coefficient for Rational {
    fn zero() -> Self {
        Self::from(0)
    }

    fn one() -> Self {
        Self::from(1)
    }

    fn whole(value: u32) -> Result<Self, AlgebraError> {
        Ok(Self::from(i64::from(value)))
    }

    fn is_zero(&self) -> bool {
        self.numerator == 0
    }

    fn plus(&self, other: &Self) -> Result<Self, AlgebraError> {
        // Over the least common denominator, so that numbers stay small.
        let divisor = common_divisor(self.denominator.unsigned_abs(), other.denominator.unsigned_abs()).cast_signed();
        let (own, others) = (other.denominator / divisor, self.denominator / divisor);
        let one = self.numerator.checked_mul(own).ok_or(AlgebraError::Overflow)?;
        let two = other.numerator.checked_mul(others).ok_or(AlgebraError::Overflow)?;
        let denominator = self.denominator.checked_mul(own).ok_or(AlgebraError::Overflow)?;
        Self::new(one.checked_add(two).ok_or(AlgebraError::Overflow)?, denominator)
    }

    fn times(&self, other: &Self) -> Result<Self, AlgebraError> {
        // Reduced crosswise first, so that numbers stay small.
        let one = Self::new(self.numerator, other.denominator)?;
        let two = Self::new(other.numerator, self.denominator)?;
        let product = |a: i128, b: i128| a.checked_mul(b).ok_or(AlgebraError::Overflow);
        Self::new(product(one.numerator, two.numerator)?, product(one.denominator, two.denominator)?)
    }
}

fn common_divisor(one: u128, other: u128) -> u128 {
    if other == 0 { one.max(1) } else { common_divisor(other, one % other) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fraction(numerator: i128, denominator: i128) -> Rational {
        Rational::new(numerator, denominator).unwrap()
    }

    #[test]
    fn fractions_are_kept_in_lowest_terms() {
        assert_eq!(fraction(6, -8).to_string(), "-3/4");
        assert_eq!(fraction(0, -7), Rational::zero());
        assert_eq!(fraction(1, 6).plus(&fraction(1, 10)), Ok(fraction(4, 15)));
        assert_eq!(fraction(-2, 3).times(&fraction(9, 4)), Ok(fraction(-3, 2)));
        assert_eq!(Rational::new(1, 0), Err(AlgebraError::ZeroDenominator));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let large = fraction(i128::MAX, 3);
        assert_eq!(large.times(&large), Err(AlgebraError::Overflow));
        assert_eq!(fraction(i128::MAX, 1).plus(&Rational::one()), Err(AlgebraError::Overflow));
        assert_eq!(Rational::new(i128::MIN, -1), Err(AlgebraError::Overflow));
        assert_eq!(fraction(i128::MAX, 5).times(&fraction(5, i128::MAX)), Ok(Rational::one()));
    }
}
