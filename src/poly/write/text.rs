//! Plain text that computer-algebra systems read.

use super::notation::{Notation, decimal};
use super::{About, Number, Style, about};
use crate::poly::Symbol;
use std::fmt::{self, Write};

pub(super) struct Text<'a> {
    pub style: &'a Style,
}

fn powered(out: &mut dyn Write, name: &str, power: u32) -> fmt::Result {
    if power == 1 { out.write_str(name) } else { write!(out, "{name}^{power}") }
}

impl Notation for Text<'_> {
    fn plus(&self) -> &'static str {
        " + "
    }

    fn minus(&self) -> &'static str {
        " - "
    }

    fn negative(&self) -> &'static str {
        "-"
    }

    fn times(&self) -> &'static str {
        "*"
    }

    fn brackets(&self) -> [&'static str; 2] {
        ["(", ")"]
    }

    fn around_term(&self) -> [&'static str; 2] {
        [""; 2]
    }

    fn magnitude(&self, out: &mut dyn Write, number: Number) -> fmt::Result {
        match number {
            Number::Exact(value) => out.write_str(value.to_string().trim_start_matches('-')),
            Number::Float(value) => match decimal(value, self.style.digits) {
                (digits, 0) => out.write_str(&digits),
                (digits, exponent) => write!(out, "{digits}e{exponent}"),
            },
        }
    }

    fn symbol(&self, out: &mut dyn Write, symbol: &Symbol, power: u32) -> fmt::Result {
        powered(out, &symbol.identifier(), power)
    }

    fn variable(&self, out: &mut dyn Write, variable: u32, power: u32) -> fmt::Result {
        powered(out, &self.style.plain(variable as usize), power)
    }

    fn left_side(&self, out: &mut dyn Write, name: &str) -> fmt::Result {
        write!(out, "{name} = ")
    }

    fn omitted(&self, out: &mut dyn Write, terms: usize) -> fmt::Result {
        write!(out, " + … ({terms} more terms)")
    }

    fn end_about(&self, out: &mut dyn Write, about: &About) -> fmt::Result {
        about::write_equations(out, about, self.style)
    }
}
