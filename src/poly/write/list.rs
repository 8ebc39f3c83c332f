//! Comma-separated values: one line for a term, one column for the exponent of a variable.

use super::notation::write_value;
use super::text::Text;
use super::{Style, Terms};
use std::fmt::{self, Write};

pub(super) fn write(out: &mut dyn Write, terms: &Terms, style: &Style) -> fmt::Result {
    // All digits: tables are read by programs.
    let exact = Style { digits: None, ..style.clone() };
    out.write_str("coefficient,degree")?;
    for variable in 0..terms.variables {
        write!(out, ",{}", style.names.plain(variable))?;
    }
    out.write_str("\n")?;
    for (monomial, value) in &terms.list {
        // No quotes are needed: coefficients contain no commas.
        write_value(&Text { style: &exact }, out, value, &terms.symbols)?;
        write!(out, ",{}", monomial.degree())?;
        for variable in 0..terms.variables {
            write!(out, ",{}", monomial.exponent(variable))?;
        }
        out.write_str("\n")?;
    }
    Ok(())
}
