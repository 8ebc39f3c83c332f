//! Presentation MathML: what browsers draw and screen readers speak.

use super::notation::{Notation, decimal};
use super::{About, Number, Style, about};
use crate::poly::Symbol;
use std::fmt::{self, Write};

/// The letter of what is left of a variable without the expansion point.
pub(super) const DELTA: &str = "&#x3B4;";

pub(super) struct MathMl<'a> {
    pub style: &'a Style,
}

/// A row of single marks: digits become numbers, the rest operators.
fn write_marks(out: &mut dyn Write, text: &str) -> fmt::Result {
    out.write_str("<mrow>")?;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = rest.find(|mark: char| !mark.is_ascii_digit()).unwrap_or(rest.len());
        if digits > 0 {
            write!(out, "<mn>{}</mn>", &rest[..digits])?;
            rest = &rest[digits..];
        } else {
            // Brackets in an index must not grow.
            let attributes = if first == ',' { " separator=\"true\"" } else { " stretchy=\"false\"" };
            write!(out, "<mo{attributes}>{first}</mo>")?;
            rest = &rest[first.len_utf8()..];
        }
    }
    out.write_str("</mrow>")
}

fn write_symbol(out: &mut dyn Write, symbol: &Symbol) -> fmt::Result {
    let subscript = symbol.subscript();
    out.write_str(if subscript.is_empty() { "<msup><mi>c</mi>" } else { "<msubsup><mi>c</mi>" })?;
    if !subscript.is_empty() {
        write_marks(out, &subscript)?;
    }
    write_marks(out, &format!("({})", symbol.superscript()))?;
    out.write_str(if subscript.is_empty() { "</msup>" } else { "</msubsup>" })
}

impl Notation for MathMl<'_> {
    fn plus(&self) -> &'static str {
        "<mo>+</mo>"
    }

    fn minus(&self) -> &'static str {
        "<mo>&#x2212;</mo>"
    }

    fn negative(&self) -> &'static str {
        "<mo form=\"prefix\">&#x2212;</mo>"
    }

    fn times(&self) -> &'static str {
        // Invisible times: spoken, not drawn.
        "<mo>&#x2062;</mo>"
    }

    fn brackets(&self) -> [&'static str; 2] {
        ["<mrow><mo>(</mo>", "<mo>)</mo></mrow>"]
    }

    fn around_term(&self) -> [&'static str; 2] {
        ["<mrow>", "</mrow>"]
    }

    fn magnitude(&self, out: &mut dyn Write, number: Number) -> fmt::Result {
        match number {
            Number::Exact(value) if value.denominator() == 1 => {
                write!(out, "<mn>{}</mn>", value.numerator().unsigned_abs())
            }
            Number::Exact(value) => {
                let (numerator, denominator) = (value.numerator().unsigned_abs(), value.denominator());
                write!(out, "<mfrac><mn>{numerator}</mn><mn>{denominator}</mn></mfrac>")
            }
            Number::Float(value) => match decimal(value, self.style.digits) {
                (digits, 0) => write!(out, "<mn>{digits}</mn>"),
                (digits, exponent) => {
                    write!(out, "<mn>{digits}</mn><mo>&#xD7;</mo><msup><mn>10</mn>")?;
                    if exponent < 0 {
                        write!(out, "<mrow><mo>&#x2212;</mo><mn>{}</mn></mrow></msup>", -exponent)
                    } else {
                        write!(out, "<mn>{exponent}</mn></msup>")
                    }
                }
            },
        }
    }

    fn symbol(&self, out: &mut dyn Write, symbol: &Symbol, power: u32) -> fmt::Result {
        if power == 1 {
            return write_symbol(out, symbol);
        }
        out.write_str("<msup><mrow><mo>(</mo>")?;
        write_symbol(out, symbol)?;
        write!(out, "<mo>)</mo></mrow><mn>{power}</mn></msup>")
    }

    fn variable(&self, out: &mut dyn Write, variable: u32, power: u32) -> fmt::Result {
        let letter = if self.style.deltas { DELTA } else { "x" };
        write!(out, "<{}><mi>{letter}</mi>", if power == 1 { "msub" } else { "msubsup" })?;
        match self.style.names.indices(variable)[..] {
            [index] => write!(out, "<mn>{index}</mn>")?,
            ref indices => {
                let indices: Vec<String> = indices.iter().map(usize::to_string).collect();
                write_marks(out, &indices.join(","))?;
            }
        }
        if power == 1 { out.write_str("</msub>") } else { write!(out, "<mn>{power}</mn></msubsup>") }
    }

    fn left_side(&self, out: &mut dyn Write, name: &str) -> fmt::Result {
        let name = name.replace('&', "&amp;").replace('<', "&lt;");
        write!(out, "<mi>{name}</mi><mo>=</mo>")
    }

    fn omitted(&self, out: &mut dyn Write, terms: usize) -> fmt::Result {
        write!(out, "<mo>+</mo><mo>&#x22EF;</mo><mtext>({terms} more terms)</mtext>")
    }

    fn begin_about(&self, out: &mut dyn Write, about: &About) -> fmt::Result {
        about::write_comments(out, about, self.style, "\u{3b4}", ["<!-- ", " -->"])
    }
}
