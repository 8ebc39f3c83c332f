//! Comma-separated values: one line for a term, one column for the exponent of a variable.

use super::notation::write_value;
use super::text::Text;
use super::{Style, Terms, Value};
use crate::poly::Monomial;
use std::fmt::{self, Write};

pub(super) fn write_head(out: &mut dyn Write, terms: &Terms, style: &Style) -> fmt::Result {
    out.write_str("coefficient,degree")?;
    for variable in 0..terms.variables {
        write!(out, ",{}", style.names.plain(variable))?;
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
    write_value(&Text { style }, out, value, &terms.symbols)?;
    write!(out, ",{}", monomial.degree())?;
    for variable in 0..terms.variables {
        write!(out, ",{}", monomial.exponent(variable))?;
    }
    out.write_str("\n")
}
