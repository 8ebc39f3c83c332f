//! Comma-separated values: one line for a term, one column for the exponent of a variable.
//!
//! Spreadsheets take `3/8` for a day in March: where coefficients are fractions, their column has the decimal number, and
//! two more have numerator and denominator.

use super::notation::write_value;
use super::text::Text;
use super::{Number, Style, Terms, Value, about};
use crate::poly::Monomial;
use std::fmt::{self, Write};

pub(super) fn write_head(out: &mut dyn Write, terms: &Terms, style: &Style) -> fmt::Result {
    let fraction = if terms.are_exact() { ",numerator,denominator" } else { "" };
    write!(out, "coefficient{fraction},degree")?;
    for variable in 0..terms.variables {
        write!(out, ",{}", style.plain(variable))?;
    }
    out.write_str("\n")
}

pub(super) fn write_line(
    out: &mut dyn Write,
    terms: &Terms,
    (monomial, value): &(Monomial, Value),
    style: &Style,
) -> fmt::Result {
    // No quotes are needed: coefficients contain no commas.
    match value {
        Value::Number(Number::Exact(value)) => {
            write!(out, "{},{},{}", value.to_f64(), value.numerator(), value.denominator())?;
        }
        Value::Number(Number::Float(_)) | Value::Symbols(_) => {
            write_value(&Text { style }, out, value, &terms.symbols)?;
        }
    }
    write!(out, ",{}", monomial.degree())?;
    for variable in 0..terms.variables {
        write!(out, ",{}", monomial.exponent(variable))?;
    }
    out.write_str("\n")
}

/// After the last term: the expansion point, where there is one.
pub(super) fn write_end(out: &mut dyn Write, terms: &Terms) -> fmt::Result {
    match &terms.about {
        Some(about) => about::write_line(out, terms, about),
        None => Ok(()),
    }
}
