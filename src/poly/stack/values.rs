//! Stacks with values for their coefficients: evaluated level by level, as the network does it, or multiplied out.

use super::{Geometry, StackError, SymbolTable};
use crate::poly::{AlgebraError, Coefficient, Monomial, Polynomial, Rational};
use std::collections::HashMap;

/// Most divisors of the part of a monomial that lies in one cluster, for its coefficient to be computed.
const MOST_DIVISORS: usize = 20_000;

/// Small reproducible numbers k/8 with |k| <= 16, exact as fractions and in floating point.
///
/// With the same seed a stack always gets the same coefficients; see also [`numbers_of`].
pub fn seeded_numbers(seed: u64, count: usize) -> Vec<Rational> {
    // SplitMix64: few lines, the same on every machine.
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    let draw = |random: u64| {
        // No zeros: every term stays in the picture.
        let magnitude = i64::try_from(random % 16).unwrap_or(0) + 1;
        let signed = if (random >> 32).is_multiple_of(2) { magnitude } else { -magnitude };
        Rational::from(signed).times(&Rational::EIGHTH).unwrap_or(Rational::EIGHTH)
    };
    (0..count).map(|_| draw(next())).collect()
}

/// Floating-point numbers of exact ones.
pub fn numbers_of(values: &[Rational]) -> Vec<f64> {
    values.iter().map(|value| value.to_f64()).collect()
}

impl SymbolTable {
    /// The last value of the network at a point, computed level by level as in Eq. 4.
    ///
    /// `coefficients` has a value for each symbol, `point` one for each variable. In a ring of polynomials this is the
    /// expansion.
    ///
    /// # Errors
    /// [`StackError`], if there are too few values or an exact number becomes too large.
    pub fn evaluate<C: Coefficient>(&self, coefficients: &[C], point: &[C]) -> Result<C, StackError> {
        self.check(coefficients.len(), point.len())?;
        let of_variable = |variable: usize| Ok(point[variable].clone());
        Ok(self.value(self.geometry().levels(), 0, coefficients, &of_variable, &C::times)?)
    }

    /// The whole expansion with these coefficients.
    ///
    /// # Errors
    /// [`StackError`], if there are too few coefficients or an exact number becomes too large.
    pub fn expand<C: Coefficient>(&self, coefficients: &[C]) -> Result<Polynomial<C>, StackError> {
        let variables = receptive_field(self.geometry());
        self.check(coefficients.len(), variables)?;
        let constants: Vec<_> = coefficients.iter().cloned().map(Polynomial::constant).collect();
        let of_variable = |variable: usize| Ok(Polynomial::variable(variable));
        Ok(self.value(self.geometry().levels(), 0, &constants, &of_variable, &Polynomial::times)?)
    }

    /// The coefficient of one monomial in the expansion, without making the rest of it.
    ///
    /// # Errors
    /// [`StackError`], if the exponents do not fit the stack, there are too few coefficients, the monomial has too many
    /// divisors or an exact number becomes too large.
    pub fn coefficient_of<C: Coefficient>(&self, coefficients: &[C], exponents: &[u8]) -> Result<C, StackError> {
        self.check(coefficients.len(), exponents.len())?;
        let geometry = self.geometry();
        let level = geometry.levels();
        let mut parts = Vec::new();
        let constants: Vec<_> = coefficients.iter().cloned().map(Polynomial::constant).collect();
        for input in geometry.inputs(level, 0) {
            let mut bound = vec![0; exponents.len()];
            for variable in geometry.receptive_field(level - 1, input) {
                bound[variable] = exponents[variable];
            }
            parts.push(self.powers_within(level - 1, input, &constants, &bound)?);
        }
        let mut sum = C::zero();
        for (index, taps) in self.local_monomials(level).iter().enumerate() {
            let mut product = coefficients[self.index(level, 0, index)].clone();
            for (tap, powers) in parts.iter().enumerate() {
                let power = taps.iter().filter(|other| **other == tap).count();
                product = product.times(&powers[power])?;
            }
            sum = sum.plus(&product)?;
        }
        Ok(sum)
    }

    /// Coefficient of the monomial with the exponents `bound` in the powers of a value, from 0 to the order above.
    fn powers_within<C: Coefficient>(
        &self,
        level: usize,
        input: usize,
        constants: &[Polynomial<C>],
        bound: &[u8],
    ) -> Result<Vec<C>, StackError> {
        let divisors = bound.iter().fold(1_usize, |count, exponent| count.saturating_mul(usize::from(*exponent) + 1));
        if divisors > MOST_DIVISORS {
            return Err(StackError::TooManyDivisors { divisors });
        }
        let multiply = |one: &Polynomial<C>, two: &Polynomial<C>| one.times_within(two, bound);
        let of_variable = |variable: usize| {
            Ok(if bound[variable] == 0 { Polynomial::zero() } else { Polynomial::variable(variable) })
        };
        let value = self.value(level, input, constants, &of_variable, &multiply)?;
        let whole = Monomial::from_exponents(bound);
        let mut power = Polynomial::one();
        let mut coefficients = vec![power.coefficient(&whole)];
        for _ in 0..self.geometry().order(level + 1) {
            power = multiply(&power, &value)?;
            coefficients.push(power.coefficient(&whole));
        }
        Ok(coefficients)
    }

    /// One value of a level (Eq. 4) in any ring.
    fn value<R: Coefficient>(
        &self,
        level: usize,
        cluster: usize,
        coefficients: &[R],
        of_variable: &impl Fn(usize) -> Result<R, AlgebraError>,
        multiply: &impl Fn(&R, &R) -> Result<R, AlgebraError>,
    ) -> Result<R, AlgebraError> {
        if level == 0 {
            return of_variable(cluster);
        }
        let inputs = self.geometry().inputs(level, cluster);
        let inputs = inputs.into_iter().map(|input| self.value(level - 1, input, coefficients, of_variable, multiply));
        let inputs = inputs.collect::<Result<Vec<R>, _>>()?;
        let local = self.local_monomials(level);
        // Products by the list of their values: each is one factor longer than one before it.
        let mut products = HashMap::from([(&[][..], R::one())]);
        let mut sum = R::zero();
        for (index, taps) in local.iter().enumerate() {
            if let Some((last, shorter)) = taps.split_last() {
                let product = match products.get(shorter) {
                    Some(shorter) => multiply(shorter, &inputs[*last])?,
                    None => R::zero(),
                };
                products.insert(taps, product);
            }
            let product = multiply(&coefficients[self.index(level, cluster, index)], &products[&taps[..]])?;
            sum = sum.plus(&product)?;
        }
        Ok(sum)
    }

    fn check(&self, coefficients: usize, variables: usize) -> Result<(), StackError> {
        if coefficients != self.len() {
            return Err(StackError::Coefficients { expected: self.len(), given: coefficients });
        }
        if variables != receptive_field(self.geometry()) {
            return Err(StackError::Exponents { expected: self.geometry().values(0), given: variables });
        }
        Ok(())
    }
}

fn receptive_field(geometry: &Geometry) -> usize {
    geometry.grid(0).iter().product()
}
