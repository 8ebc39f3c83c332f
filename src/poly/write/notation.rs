//! What all formulas have in common: signs, factors that are left out, brackets, and the end of a shortened sum.

use super::{About, Number, Value};
use crate::poly::{Monomial, Symbol, Symbolic};
use std::fmt::{self, Write};

/// How the parts of a formula look.
pub(super) trait Notation {
    fn plus(&self) -> &'static str;
    fn minus(&self) -> &'static str;
    /// A minus sign before the first term.
    fn negative(&self) -> &'static str;
    fn times(&self) -> &'static str;
    fn brackets(&self) -> [&'static str; 2];
    /// What stands around a term, so that it can be told from its neighbours.
    fn around_term(&self) -> [&'static str; 2];
    /// Absolute value of a number.
    fn magnitude(&self, out: &mut dyn Write, number: Number) -> fmt::Result;
    fn symbol(&self, out: &mut dyn Write, symbol: &Symbol, power: u32) -> fmt::Result;
    fn variable(&self, out: &mut dyn Write, variable: u32, power: u32) -> fmt::Result;
    fn left_side(&self, out: &mut dyn Write, name: &str) -> fmt::Result;
    /// "and 12 more terms".
    fn omitted(&self, out: &mut dyn Write, terms: usize) -> fmt::Result;
    /// What the variables are, before the polynomial.
    fn begin_about(&self, _out: &mut dyn Write, _about: &About) -> fmt::Result {
        Ok(())
    }
    /// The same after it.
    fn end_about(&self, _out: &mut dyn Write, _about: &About) -> fmt::Result {
        Ok(())
    }
}

/// A term of a sum with its sign; `first` is whether no other stands before it.
pub(super) fn write_signed_term(
    notation: &impl Notation,
    out: &mut dyn Write,
    (monomial, value): &(Monomial, Value),
    symbols: &[Symbol],
    first: bool,
) -> fmt::Result {
    out.write_str(sign(notation, first, is_negative(value)))?;
    let [open, close] = notation.around_term();
    out.write_str(open)?;
    write_term(notation, out, monomial, value, symbols)?;
    out.write_str(close)
}

/// What stands after the last term; `empty` is whether there is none.
pub(super) fn write_end(notation: &impl Notation, out: &mut dyn Write, omitted: usize, empty: bool) -> fmt::Result {
    if empty {
        notation.magnitude(out, whole(0))?;
    }
    if omitted > 0 { notation.omitted(out, omitted) } else { Ok(()) }
}

fn sign(notation: &impl Notation, first: bool, negative: bool) -> &'static str {
    match (first, negative) {
        (true, false) => "",
        (true, true) => notation.negative(),
        (false, false) => notation.plus(),
        (false, true) => notation.minus(),
    }
}

/// Whether a minus sign goes before the term, with the absolute value after it.
fn is_negative(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_negative(),
        Value::Symbols(symbols) => symbols.len() == 1 && symbols.terms().all(|(_, factor)| *factor < 0),
    }
}

/// A term without its sign.
fn write_term(
    notation: &impl Notation,
    out: &mut dyn Write,
    monomial: &Monomial,
    value: &Value,
    symbols: &[Symbol],
) -> fmt::Result {
    let mut factors = Factors { notation, out, first: true };
    match value {
        Value::Number(number) => {
            if !is_one(*number) || monomial.degree() == 0 {
                factors.next(|out| notation.magnitude(out, *number))?;
            }
        }
        Value::Symbols(sum) if sum.len() == 1 => {
            for (product, factor) in sum.terms() {
                factors.symbols(factor.unsigned_abs(), product, symbols, monomial.degree() == 0)?;
            }
        }
        Value::Symbols(sum) => {
            let [open, close] = if monomial.degree() > 0 { notation.brackets() } else { [""; 2] };
            factors.next(|out| {
                out.write_str(open)?;
                write_sum(notation, out, sum, symbols)?;
                out.write_str(close)
            })?;
        }
    }
    factors.variables(monomial)
}

/// Factors with multiplication signs between them.
struct Factors<'a, N> {
    notation: &'a N,
    out: &'a mut dyn Write,
    first: bool,
}

impl<N: Notation> Factors<'_, N> {
    fn next(&mut self, write: impl FnOnce(&mut dyn Write) -> fmt::Result) -> fmt::Result {
        if !std::mem::take(&mut self.first) {
            self.out.write_str(self.notation.times())?;
        }
        write(self.out)
    }

    /// A product of symbols; the number before it is left out if it is 1, unless nothing else would be left.
    fn symbols(&mut self, factor: u128, product: &Monomial, symbols: &[Symbol], alone: bool) -> fmt::Result {
        let notation = self.notation;
        if factor != 1 || (alone && product.degree() == 0) {
            self.next(|out| notation.magnitude(out, whole(factor)))?;
        }
        for (index, power) in product.factors() {
            if let Some(symbol) = symbols.get(*index as usize) {
                self.next(|out| notation.symbol(out, symbol, *power))?;
            }
        }
        Ok(())
    }

    fn variables(&mut self, monomial: &Monomial) -> fmt::Result {
        let notation = self.notation;
        for (variable, power) in monomial.factors() {
            self.next(|out| notation.variable(out, *variable, *power))?;
        }
        Ok(())
    }
}

fn whole(value: u128) -> Number {
    i64::try_from(value).map_or(Number::Float(value as f64), |value| Number::Exact(value.into()))
}

fn is_one(number: Number) -> bool {
    match number {
        Number::Exact(value) => value.numerator().unsigned_abs() == 1 && value.denominator() == 1,
        Number::Float(value) => value.abs().to_bits() == 1.0_f64.to_bits(),
    }
}

fn write_sum(notation: &impl Notation, out: &mut dyn Write, sum: &Symbolic, symbols: &[Symbol]) -> fmt::Result {
    if sum.is_empty() {
        return notation.magnitude(out, whole(0));
    }
    for (index, (product, factor)) in sum.terms().enumerate() {
        out.write_str(sign(notation, index == 0, *factor < 0))?;
        let mut factors = Factors { notation, out: &mut *out, first: true };
        factors.symbols(factor.unsigned_abs(), product, symbols, true)?;
    }
    Ok(())
}

pub(super) fn write_value(
    notation: &impl Notation,
    out: &mut dyn Write,
    value: &Value,
    symbols: &[Symbol],
) -> fmt::Result {
    match value {
        Value::Number(number) => {
            out.write_str(sign(notation, true, number.is_negative()))?;
            notation.magnitude(out, *number)
        }
        Value::Symbols(sum) => write_sum(notation, out, sum, symbols),
    }
}

pub(super) fn write_monomial(notation: &impl Notation, out: &mut dyn Write, monomial: &Monomial) -> fmt::Result {
    if monomial.degree() == 0 {
        return notation.magnitude(out, whole(1));
    }
    Factors { notation, out, first: true }.variables(monomial)
}

pub(super) fn write_product(
    notation: &impl Notation,
    out: &mut dyn Write,
    multiplicity: u64,
    product: &[(Symbol, u32)],
) -> fmt::Result {
    let mut factors = Factors { notation, out, first: true };
    if multiplicity != 1 || product.is_empty() {
        factors.next(|out| notation.magnitude(out, whole(multiplicity.into())))?;
    }
    for (symbol, power) in product {
        factors.next(|out| notation.symbol(out, symbol, *power))?;
    }
    Ok(())
}

/// The decimal digits of an absolute value and a power of ten, if it needs one: (`1.5`, -7).
pub(super) fn decimal(value: f64, digits: Option<usize>) -> (String, i32) {
    let value = value.abs();
    let scientific = match digits {
        Some(digits) => format!("{value:.*e}", digits.max(1) - 1),
        None => format!("{value:e}"),
    };
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return (scientific, 0) };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if value != 0.0 && !(-5..=6).contains(&exponent) {
        return (mantissa.to_owned(), exponent);
    }
    let rounded: f64 = scientific.parse().unwrap_or(value);
    (format!("{rounded}"), 0)
}
