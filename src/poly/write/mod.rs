//! Polynomials written for people, for typesetting and for programs.

mod about;
mod code;
mod latex;
mod list;
mod mathml;
mod notation;
mod pieces;
mod terms;
#[cfg(test)]
mod tests;
mod text;

pub use about::About;
pub use pieces::Pieces;
pub use terms::{Number, Terms, Value};

use super::{Monomial, Symbol};
use latex::Latex;
use mathml::MathMl;
use std::fmt::{self, Write};
use text::Text;

/// What a polynomial can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `2*c1_1_1_k1*x1^2 - 3/8`: read by computer-algebra systems.
    Text,
    /// For typesetting.
    Latex,
    /// A `math` element, for browsers and screen readers.
    MathMl,
    /// A function in Rust.
    Rust,
    /// A function in Python.
    Python,
    /// A function in C.
    C,
    /// A table: one line for a term, one column for the exponent of a variable.
    Csv,
}

/// How variables are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum VariableNames {
    /// x1, x2, …, as in the article.
    #[default]
    Numbered,
    /// By row and column, counted from 0: x with the indices r, c, on a grid with this many columns.
    Grid {
        /// Number of columns, at least 1.
        columns: usize,
    },
}

/// How a polynomial is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Style {
    /// Names of the variables; programs always take them as one list, row by row.
    pub names: VariableNames,
    /// Whether the variables are what is left of x without an expansion point: delta instead of x. Set by whatever
    /// writes whole polynomials ([`Terms::about`]).
    pub deltas: bool,
    /// What stands left of the equals sign in formulas, if anything.
    pub left_side: Option<String>,
    /// Significant digits of floating-point numbers in formulas; all that matter if `None`. Programs get all of them.
    pub digits: Option<usize>,
}

/// Writes a polynomial.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, terms: &Terms, format: Format, style: &Style) -> fmt::Result {
    let mut pieces = Pieces::new(terms, format, style);
    while pieces.step(out)? {}
    Ok(())
}

/// A monomial as LaTeX: `x_{1}^{2} x_{3}`, or `1`.
pub fn monomial_latex(monomial: &Monomial, names: VariableNames) -> String {
    let style = Style { names, ..Style::default() };
    alone(|out| notation::write_monomial(&Latex { style: &style }, out, monomial))
}

/// A monomial as the inside of a `math` element.
pub fn monomial_mathml(monomial: &Monomial, names: VariableNames) -> String {
    let style = Style { names, ..Style::default() };
    alone(|out| notation::write_monomial(&MathMl { style: &style }, out, monomial))
}

/// A monomial as plain text: `x1^2*x3`, or `1`.
pub fn monomial_text(monomial: &Monomial, names: VariableNames) -> String {
    let style = Style { names, ..Style::default() };
    alone(|out| notation::write_monomial(&Text { style: &style }, out, monomial))
}

/// A coefficient as the inside of a `math` element.
pub fn value_mathml(value: &Value, symbols: &[Symbol], style: &Style) -> String {
    alone(|out| notation::write_value(&MathMl { style }, out, value, symbols))
}

/// A coefficient as LaTeX.
pub fn value_latex(value: &Value, symbols: &[Symbol], style: &Style) -> String {
    alone(|out| notation::write_value(&Latex { style }, out, value, symbols))
}

/// A coefficient as plain text.
pub fn value_text(value: &Value, symbols: &[Symbol], style: &Style) -> String {
    alone(|out| notation::write_value(&Text { style }, out, value, symbols))
}

/// A product of symbols with a whole number before it, such as a path, as the inside of a `math` element.
pub fn product_mathml(multiplicity: u64, factors: &[(Symbol, u32)]) -> String {
    let style = Style::default();
    alone(|out| notation::write_product(&MathMl { style: &style }, out, multiplicity, factors))
}

/// Writing into a string cannot fail.
fn alone(write: impl FnOnce(&mut String) -> fmt::Result) -> String {
    let mut text = String::new();
    let _ = write(&mut text);
    text
}

impl Style {
    /// The plain name of a variable.
    fn plain(&self, variable: usize) -> String {
        if self.deltas { self.names.delta(variable) } else { self.names.plain(variable) }
    }
}

impl VariableNames {
    /// Indices of a variable, counted from 0 itself.
    fn indices(self, variable: u32) -> Vec<usize> {
        let variable = variable as usize;
        match self {
            Self::Numbered => vec![variable + 1],
            Self::Grid { columns } => vec![variable / columns.max(1), variable % columns.max(1)],
        }
    }

    /// A name for plain text and columns of tables: `x3`, or `x_0_2`.
    pub fn plain(self, variable: usize) -> String {
        self.with_letter('x', variable)
    }

    /// The same of what is left of a variable without the expansion point: `d3`, or `d_0_2`.
    pub fn delta(self, variable: usize) -> String {
        self.with_letter('d', variable)
    }

    fn with_letter(self, letter: char, variable: usize) -> String {
        let indices: Vec<String> = self.indices(variable as u32).iter().map(usize::to_string).collect();
        match self {
            Self::Numbered => format!("{letter}{}", indices.concat()),
            Self::Grid { .. } => format!("{letter}_{}", indices.join("_")),
        }
    }

    /// Number of columns of a grid.
    const fn columns(self) -> Option<usize> {
        match self {
            Self::Numbered | Self::Grid { columns: 0 } => None,
            Self::Grid { columns } => Some(columns),
        }
    }
}
