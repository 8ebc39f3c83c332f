//! The numbers that polynomials may have as coefficients: floating-point, integer, rational, and polynomials again.

use std::fmt::Debug;
use thiserror::Error;

/// Why an exact calculation cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AlgebraError {
    /// A whole number does not fit into 128 bits.
    #[error("an exact number has more than 38 digits: use smaller or floating-point coefficients")]
    Overflow,
    /// A fraction without a value.
    #[error("a fraction has the denominator 0: give another one")]
    ZeroDenominator,
    /// A point or a substitution with too few values.
    #[error("there is no value for variable number {variable}: give one for each")]
    NoValue {
        /// The variable, from 1.
        variable: usize,
    },
}

/// A commutative ring; what a polynomial does with its coefficients.
pub trait Coefficient: Clone + PartialEq + Debug {
    /// Neutral element of addition.
    fn zero() -> Self;

    /// Neutral element of multiplication.
    fn one() -> Self;

    /// A whole number.
    ///
    /// # Errors
    /// [`AlgebraError::Overflow`], if it is too large.
    fn whole(value: u32) -> Result<Self, AlgebraError>;

    /// Whether this is zero, so that its term vanishes.
    fn is_zero(&self) -> bool;

    /// Sum.
    ///
    /// # Errors
    /// [`AlgebraError::Overflow`], if an exact number becomes too large.
    fn plus(&self, other: &Self) -> Result<Self, AlgebraError>;

    /// Product.
    ///
    /// # Errors
    /// [`AlgebraError::Overflow`], if an exact number becomes too large.
    fn times(&self, other: &Self) -> Result<Self, AlgebraError>;

    /// Product of equal factors.
    ///
    /// # Errors
    /// [`AlgebraError::Overflow`], if an exact number becomes too large.
    fn power(&self, exponent: u32) -> Result<Self, AlgebraError> {
        (0..exponent).try_fold(Self::one(), |product, _| product.times(self))
    }
}

impl Coefficient for f64 {
    fn zero() -> Self {
        0.0
    }

    fn one() -> Self {
        1.0
    }

    fn whole(value: u32) -> Result<Self, AlgebraError> {
        Ok(value.into())
    }

    fn is_zero(&self) -> bool {
        *self == 0.0
    }

    fn plus(&self, other: &Self) -> Result<Self, AlgebraError> {
        Ok(self + other)
    }

    fn times(&self, other: &Self) -> Result<Self, AlgebraError> {
        Ok(self * other)
    }
}

impl Coefficient for i128 {
    fn zero() -> Self {
        0
    }

    fn one() -> Self {
        1
    }

    fn whole(value: u32) -> Result<Self, AlgebraError> {
        Ok(value.into())
    }

    fn is_zero(&self) -> bool {
        *self == 0
    }

    fn plus(&self, other: &Self) -> Result<Self, AlgebraError> {
        self.checked_add(*other).ok_or(AlgebraError::Overflow)
    }

    fn times(&self, other: &Self) -> Result<Self, AlgebraError> {
        self.checked_mul(*other).ok_or(AlgebraError::Overflow)
    }
}
