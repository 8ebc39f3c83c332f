//! Sparse polynomials in any number of variables, over any kind of coefficient.

use super::{AlgebraError, Coefficient, Monomial};
use std::collections::BTreeMap;

/// A sum of terms in the order of [`Monomial`]; terms that vanish are not kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Polynomial<C> {
    terms: BTreeMap<Monomial, C>,
}

/// A polynomial in coefficient symbols: their numbers are its variables.
pub type Symbolic = Polynomial<i128>;

impl<C: Coefficient> Polynomial<C> {
    /// Without variables.
    pub fn constant(value: C) -> Self {
        Self::from_term(Monomial::one(), value)
    }

    /// A single variable, counted from 0.
    pub fn variable(variable: usize) -> Self {
        Self::from_term(Monomial::variable(variable), C::one())
    }

    /// A single term.
    pub fn from_term(monomial: Monomial, coefficient: C) -> Self {
        let mut terms = BTreeMap::new();
        if !coefficient.is_zero() {
            terms.insert(monomial, coefficient);
        }
        Self { terms }
    }

    /// A sum of terms; equal monomials are added up.
    ///
    /// # Errors
    /// [`AlgebraError::Overflow`], if an exact number becomes too large.
    pub fn from_terms(terms: impl IntoIterator<Item = (Monomial, C)>) -> Result<Self, AlgebraError> {
        let mut sum = Self::zero();
        for (monomial, coefficient) in terms {
            sum.add_term(monomial, coefficient)?;
        }
        Ok(sum)
    }

    fn add_term(&mut self, monomial: Monomial, coefficient: C) -> Result<(), AlgebraError> {
        if let Some(present) = self.terms.get_mut(&monomial) {
            *present = present.plus(&coefficient)?;
            if present.is_zero() {
                self.terms.remove(&monomial);
            }
        } else if !coefficient.is_zero() {
            self.terms.insert(monomial, coefficient);
        }
        Ok(())
    }

    /// Terms with their coefficients, in order.
    pub fn terms(&self) -> impl ExactSizeIterator<Item = (&Monomial, &C)> {
        self.terms.iter()
    }

    /// Number of terms.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there is no term: the polynomial 0.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Coefficient of a monomial; 0 where it does not occur.
    pub fn coefficient(&self, monomial: &Monomial) -> C {
        self.terms.get(monomial).cloned().unwrap_or_else(C::zero)
    }

    /// Highest degree of a term; 0 for the polynomial 0.
    pub fn degree(&self) -> u32 {
        self.terms.keys().map(Monomial::degree).max().unwrap_or(0)
    }

    /// Variables that occur, ascending.
    pub fn variables(&self) -> Vec<usize> {
        let mut variables: Vec<usize> =
            self.terms.keys().flat_map(|monomial| monomial.factors().iter().map(|(v, _)| *v as usize)).collect();
        variables.sort_unstable();
        variables.dedup();
        variables
    }

    /// The terms of one degree.
    #[must_use]
    pub fn homogeneous_part(&self, degree: u32) -> Self {
        let terms = self.terms.iter().filter(|(monomial, _)| monomial.degree() == degree);
        Self { terms: terms.map(|(monomial, coefficient)| (monomial.clone(), coefficient.clone())).collect() }
    }

    /// Product without the terms that are no divisors of the monomial with the exponents `bound`.
    ///
    /// # Errors
    /// [`AlgebraError::Overflow`], if an exact number becomes too large.
    pub fn times_within(&self, other: &Self, bound: &[u8]) -> Result<Self, AlgebraError> {
        self.product(other, |monomial| monomial.divides(bound))
    }

    fn product(&self, other: &Self, keep: impl Fn(&Monomial) -> bool) -> Result<Self, AlgebraError> {
        let mut product = Self::zero();
        for (one, coefficient) in &self.terms {
            for (two, other_coefficient) in &other.terms {
                let monomial = one.times(two);
                if keep(&monomial) {
                    product.add_term(monomial, coefficient.times(other_coefficient)?)?;
                }
            }
        }
        Ok(product)
    }

    /// Derivative with respect to a variable.
    ///
    /// # Errors
    /// [`AlgebraError::Overflow`], if an exact number becomes too large.
    pub fn derivative(&self, variable: usize) -> Result<Self, AlgebraError> {
        let mut derivative = Self::zero();
        for (monomial, coefficient) in &self.terms {
            if let Some((lower, exponent)) = monomial.without_one(variable) {
                derivative.add_term(lower, coefficient.times(&C::whole(exponent)?)?)?;
            }
        }
        Ok(derivative)
    }

    /// Value at a point.
    ///
    /// # Errors
    /// [`AlgebraError`], if the point has too few values or an exact number becomes too large.
    pub fn evaluate(&self, point: &[C]) -> Result<C, AlgebraError> {
        self.substitute_in(point, Ok)
    }

    /// Every variable replaced by a polynomial.
    ///
    /// # Errors
    /// [`AlgebraError`], if there are too few polynomials or an exact number becomes too large.
    pub fn substitute(&self, values: &[Self]) -> Result<Self, AlgebraError> {
        self.substitute_in(values, |coefficient| Ok(Self::constant(coefficient)))
    }

    /// Every variable replaced by a value of a ring that holds the coefficients too.
    ///
    /// # Errors
    /// [`AlgebraError`], if there are too few values, an exact number becomes too large, or `embed` fails.
    pub fn substitute_in<R: Coefficient>(
        &self,
        values: &[R],
        embed: impl Fn(C) -> Result<R, AlgebraError>,
    ) -> Result<R, AlgebraError> {
        let mut sum = R::zero();
        for (monomial, coefficient) in &self.terms {
            let mut product = embed(coefficient.clone())?;
            for (variable, exponent) in monomial.factors() {
                let value = values.get(*variable as usize);
                let value = value.ok_or(AlgebraError::NoValue { variable: *variable as usize + 1 })?;
                product = product.times(&value.power(*exponent)?)?;
            }
            sum = sum.plus(&product)?;
        }
        Ok(sum)
    }

    /// The same terms with other coefficients.
    ///
    /// # Errors
    /// Those of `convert`.
    pub fn map<D: Coefficient, E>(&self, convert: impl Fn(&C) -> Result<D, E>) -> Result<Polynomial<D>, E> {
        let converted = self.terms.iter().map(|(monomial, value)| Ok((monomial.clone(), convert(value)?)));
        let mut terms = converted.collect::<Result<BTreeMap<_, _>, E>>()?;
        terms.retain(|_, value| !value.is_zero());
        Ok(Polynomial { terms })
    }
}

/// Polynomials are coefficients of other polynomials: that is how symbolic coefficients work.
impl<C: Coefficient> Coefficient for Polynomial<C> {
    fn zero() -> Self {
        Self { terms: BTreeMap::new() }
    }

    fn one() -> Self {
        Self::constant(C::one())
    }

    fn whole(value: u32) -> Result<Self, AlgebraError> {
        Ok(Self::constant(C::whole(value)?))
    }

    fn is_zero(&self) -> bool {
        self.is_empty()
    }

    fn plus(&self, other: &Self) -> Result<Self, AlgebraError> {
        let (large, small) = if self.len() < other.len() { (other, self) } else { (self, other) };
        let mut sum = large.clone();
        for (monomial, coefficient) in &small.terms {
            sum.add_term(monomial.clone(), coefficient.clone())?;
        }
        Ok(sum)
    }

    fn times(&self, other: &Self) -> Result<Self, AlgebraError> {
        self.product(other, |_| true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rational;
    use super::*;

    fn x(variable: usize) -> Symbolic {
        Polynomial::variable(variable)
    }

    fn whole(value: i128) -> Symbolic {
        Polynomial::constant(value)
    }

    #[test]
    fn the_binomial_theorem() {
        let sum = x(0).plus(&x(1)).unwrap();
        let cube = sum.power(3).unwrap();
        let coefficients: Vec<i128> = cube.terms().map(|(_, coefficient)| *coefficient).collect();
        assert_eq!(coefficients, [1, 3, 3, 1]);
        assert_eq!((cube.degree(), cube.variables()), (3, vec![0, 1]));
        // d/dx (x + y)^3 = 3 (x + y)^2
        assert_eq!(cube.derivative(0).unwrap(), sum.power(2).unwrap().times(&whole(3)).unwrap());
        // At (x, y) -> (y, -x) and back.
        let turned = cube.substitute(&[x(1), x(0).times(&whole(-1)).unwrap()]).unwrap();
        assert_eq!(turned.evaluate(&[5, 7]), Ok((7 - 5_i128).pow(3)));
        assert_eq!(turned.evaluate(&[5]), Err(AlgebraError::NoValue { variable: 2 }));
    }

    #[test]
    fn terms_that_vanish_are_dropped() {
        let difference = x(0).plus(&x(0).times(&whole(-1)).unwrap()).unwrap();
        assert!(difference.is_zero() && difference.degree() == 0);
        let square = x(0).plus(&whole(1)).unwrap().power(2).unwrap();
        assert_eq!(square.homogeneous_part(1), x(0).times(&whole(2)).unwrap());
        assert_eq!(square.times_within(&square, &[1]).unwrap().len(), 2);
    }

    #[test]
    fn a_product_is_the_same_in_any_grouping() {
        let third = |n| Rational::new(n, 3).unwrap();
        let p = |seed: i128| {
            let terms = (0..5_u8).map(|k| (Monomial::from_exponents(&[k % 3, k / 2]), third(seed * i128::from(k) - 4)));
            Polynomial::from_terms(terms).unwrap()
        };
        let (a, b, c) = (p(1), p(3), p(7));
        let left = a.times(&b).unwrap().times(&c).unwrap();
        assert_eq!(left, a.times(&b.times(&c).unwrap()).unwrap());
        let distributed = a.times(&b).unwrap().plus(&a.times(&c).unwrap()).unwrap();
        assert_eq!(a.times(&b.plus(&c).unwrap()).unwrap(), distributed);
        let point = [third(5), third(-2)];
        let product = [&a, &b, &c].into_iter().map(|p| p.evaluate(&point).unwrap());
        assert_eq!(left.evaluate(&point), Ok(product.fold(Rational::one(), |x, y| x.times(&y).unwrap())));
    }
}
