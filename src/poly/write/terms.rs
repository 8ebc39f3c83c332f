//! The terms that are written: a whole polynomial or its beginning, with numbers or symbols as coefficients.

use super::About;
use crate::poly::{Coefficient, Expansion, Monomial, Polynomial, Rational, StackError, Symbol, SymbolTable, Symbolic};

/// Most paths of a single coefficient that are written out.
const MOST_PATHS: usize = 100_000;

/// A number, exact or not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// A fraction.
    Exact(Rational),
    /// A floating-point number.
    Float(f64),
}

impl Number {
    pub(super) fn is_negative(self) -> bool {
        match self {
            Self::Exact(value) => value.numerator() < 0,
            Self::Float(value) => value < 0.0,
        }
    }
}

/// A coefficient as it is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Number(Number),
    /// A polynomial in coefficient symbols, which are its variables.
    Symbols(Symbolic),
}

impl Value {
    /// Whether its term vanishes; formulas leave it out.
    pub fn is_zero(&self) -> bool {
        match self {
            Self::Number(Number::Exact(value)) => value.is_zero(),
            Self::Number(Number::Float(value)) => value.is_zero(),
            Self::Symbols(sum) => sum.is_zero(),
        }
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(Number::Float(value))
    }
}

impl From<Rational> for Value {
    fn from(value: Rational) -> Self {
        Self::Number(Number::Exact(value))
    }
}

impl From<Symbolic> for Value {
    fn from(value: Symbolic) -> Self {
        Self::Symbols(value)
    }
}

/// Terms in the order in which they are written.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// Number of variables of the polynomial, including those that do not occur.
    pub variables: usize,
    /// Names of the symbols, by number; empty if all coefficients are numbers.
    pub symbols: Vec<Symbol>,
    /// The terms.
    pub list: Vec<(Monomial, Value)>,
    /// Number of terms that follow and are not written.
    pub omitted: usize,
    /// The point about which they are written, unless it is black: the variables are then what is left of x without it.
    pub about: Option<About>,
}

impl Terms {
    /// The same terms, in what is left of the variables without this point; about black where there is none.
    #[must_use]
    pub fn about(self, about: Option<About>) -> Self {
        Self { about, ..self }
    }

    /// Whether coefficients are fractions; if one is, all are.
    pub(super) fn are_exact(&self) -> bool {
        matches!(self.list.first(), Some((_, Value::Number(Number::Exact(_)))))
    }

    /// The first `most` terms of a polynomial with numbers.
    pub fn of_polynomial<C>(polynomial: &Polynomial<C>, variables: usize, most: usize) -> Self
    where
        C: Coefficient + Into<Value>,
    {
        let terms = polynomial.terms().take(most);
        let list: Vec<_> = terms.map(|(monomial, value)| (monomial.clone(), value.clone().into())).collect();
        let omitted = polynomial.len() - list.len();
        Self { variables, symbols: Vec::new(), list, omitted, about: None }
    }

    /// The first `most` terms of a stack, including those that vanish, with a number for each coefficient if there are
    /// `numbers`, else with symbols.
    ///
    /// # Errors
    /// [`StackError`], if numbers become too large, or coefficients have too many paths to be written.
    pub fn of_stack(
        table: &SymbolTable,
        expansion: &Expansion,
        numbers: Option<&[Rational]>,
        most: usize,
    ) -> Result<Self, StackError> {
        let shown = most.min(expansion.terms());
        // All at once where all of it is wanted, else one by one.
        let whole = match numbers {
            Some(numbers) if shown == expansion.terms() => Some(table.expand(numbers)?),
            Some(_) | None => None,
        };
        let term = |term: usize| -> Result<(Monomial, Value), StackError> {
            let exponents = expansion.exponents_of(term);
            let monomial = Monomial::from_exponents(exponents);
            let value = match (numbers, &whole) {
                (_, Some(whole)) => whole.coefficient(&monomial).into(),
                (Some(numbers), None) => table.coefficient_of(numbers, exponents)?.into(),
                (None, None) => {
                    let composition = table.compose(exponents, MOST_PATHS)?;
                    if !composition.complete {
                        return Err(StackError::TooManyPaths { paths: composition.total });
                    }
                    composition.symbolic()?.into()
                }
            };
            Ok((monomial, value))
        };
        let list = (0..shown).map(term).collect::<Result<_, _>>()?;
        let symbols = match numbers {
            Some(_) => Vec::new(),
            None => (0..table.len()).filter_map(|index| table.symbol(index)).collect(),
        };
        let omitted = expansion.terms() - shown;
        Ok(Self { variables: expansion.variables, symbols, list, omitted, about: None })
    }
}
