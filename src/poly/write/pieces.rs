//! A polynomial written piece by piece: long ones must not hold up the page that asked for them.

use super::code::{self, Language, Table};
use super::latex::Latex;
use super::mathml::MathMl;
use super::notation::{Notation, write_end, write_signed_term};
use super::text::Text;
use super::{Format, Style, Terms, list};
use std::fmt::{self, Write};

/// Terms in a piece: at most a few milliseconds.
const PIECE: usize = 64;

/// The writer of one polynomial.
#[derive(Debug)]
pub struct Pieces<'a> {
    terms: &'a Terms,
    format: Format,
    style: Style,
    /// Terms that are done with.
    done: usize,
    /// Whether one has been written; formulas leave out those that vanish.
    any: bool,
    /// Of programs, which can only be written at the end.
    table: Table,
}

impl<'a> Pieces<'a> {
    /// Nothing is written yet.
    pub fn new(terms: &'a Terms, format: Format, style: &Style) -> Self {
        let mut style = style.clone();
        style.deltas = terms.about.is_some();
        if format == Format::Csv {
            // All digits: tables are read by programs.
            style.digits = None;
        }
        Self { terms, format, style, done: 0, any: false, table: Table::default() }
    }

    /// Number of terms that are done with.
    pub fn done(&self) -> usize {
        self.done
    }

    /// Writes the next piece; false after the last one.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn step(&mut self, out: &mut dyn Write) -> Result<bool, fmt::Error> {
        let style = self.style.clone();
        match self.format {
            Format::Text => self.formula(out, &Text { style: &style }, ["", ""])?,
            Format::Latex => self.formula(out, &Latex { style: &style }, ["", ""])?,
            Format::MathMl => self.formula(out, &MathMl { style: &style }, [MATHML_BEGIN, "</mrow></math>"])?,
            Format::Rust => self.program(out, Language::Rust)?,
            Format::Python => self.program(out, Language::Python)?,
            Format::C => self.program(out, Language::C)?,
            Format::Csv => self.lines(out, &style)?,
        }
        Ok(self.done < self.terms.list.len())
    }

    /// The terms of this piece, which are then done with; and whether they are the last ones.
    fn take(&mut self) -> (&'a [(crate::poly::Monomial, super::Value)], bool) {
        let rest = &self.terms.list[self.done..];
        let taken = &rest[..rest.len().min(PIECE)];
        self.done += taken.len();
        (taken, taken.len() == rest.len())
    }

    fn formula(&mut self, out: &mut dyn Write, notation: &impl Notation, [begin, end]: [&str; 2]) -> fmt::Result {
        if self.done == 0 {
            out.write_str(begin)?;
            if let Some(about) = &self.terms.about {
                notation.begin_about(out, about)?;
            }
            if let Some(name) = &self.style.left_side {
                notation.left_side(out, name)?;
            }
        }
        let (taken, last) = self.take();
        for term in taken.iter().filter(|(_, value)| !value.is_zero()) {
            write_signed_term(notation, out, term, &self.terms.symbols, !self.any)?;
            self.any = true;
        }
        if last {
            write_end(notation, out, self.terms.omitted, !self.any)?;
            if let Some(about) = &self.terms.about {
                notation.end_about(out, about)?;
            }
            out.write_str(end)?;
        }
        Ok(())
    }

    fn lines(&mut self, out: &mut dyn Write, style: &Style) -> fmt::Result {
        if self.done == 0 {
            list::write_head(out, self.terms, style)?;
        }
        let (taken, last) = self.take();
        taken.iter().try_for_each(|term| list::write_line(out, self.terms, term, style))?;
        if last { list::write_end(out, self.terms) } else { Ok(()) }
    }

    fn program(&mut self, out: &mut dyn Write, language: Language) -> fmt::Result {
        let (taken, last) = self.take();
        for (monomial, value) in taken.iter().filter(|(_, value)| !value.is_zero()) {
            self.table.add(self.terms, monomial, value);
        }
        if last { code::write(out, self.terms, std::mem::take(&mut self.table), language) } else { Ok(()) }
    }
}

const MATHML_BEGIN: &str = "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\"><mrow>";
