//! LaTeX that needs no package.

use super::notation::{Notation, decimal};
use super::{About, Number, Style, about};
use crate::poly::Symbol;
use std::fmt::{self, Write};

/// The letter of what is left of a variable without the expansion point.
pub(super) const DELTA: &str = "\\delta";

pub(super) struct Latex<'a> {
    pub style: &'a Style,
}

impl Notation for Latex<'_> {
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
        " "
    }

    fn brackets(&self) -> [&'static str; 2] {
        ["\\left(", "\\right)"]
    }

    fn around_term(&self) -> [&'static str; 2] {
        // Lines of a bearable length: TeX takes a line break for a space.
        ["", "\n"]
    }

    fn magnitude(&self, out: &mut dyn Write, number: Number) -> fmt::Result {
        match number {
            Number::Exact(value) if value.denominator() == 1 => write!(out, "{}", value.numerator().unsigned_abs()),
            Number::Exact(value) => {
                write!(out, "\\frac{{{}}}{{{}}}", value.numerator().unsigned_abs(), value.denominator())
            }
            Number::Float(value) => match decimal(value, self.style.digits) {
                (digits, 0) => out.write_str(&digits),
                (digits, exponent) => write!(out, "{digits} \\times 10^{{{exponent}}}"),
            },
        }
    }

    fn symbol(&self, out: &mut dyn Write, symbol: &Symbol, power: u32) -> fmt::Result {
        match power {
            1 => out.write_str(&symbol.latex()),
            // The superscript is taken.
            _ => write!(out, "\\left({}\\right)^{{{power}}}", symbol.latex()),
        }
    }

    fn variable(&self, out: &mut dyn Write, variable: u32, power: u32) -> fmt::Result {
        let indices: Vec<String> = self.style.names.indices(variable).iter().map(usize::to_string).collect();
        let letter = if self.style.deltas { DELTA } else { "x" };
        write!(out, "{letter}_{{{}}}", indices.join(","))?;
        if power == 1 { Ok(()) } else { write!(out, "^{{{power}}}") }
    }

    fn left_side(&self, out: &mut dyn Write, name: &str) -> fmt::Result {
        write!(out, "{name} = ")
    }

    fn omitted(&self, out: &mut dyn Write, terms: usize) -> fmt::Result {
        write!(out, " + \\cdots \\text{{ ({terms} more terms)}}")
    }

    fn begin_about(&self, out: &mut dyn Write, about: &About) -> fmt::Result {
        about::write_comments(out, about, self.style, DELTA, ["% ", ""])
    }
}
