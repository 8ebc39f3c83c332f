//! Functions in programming languages: tables and one loop, so that compilers cope with tens of thousands of terms.
//!
//! Every row is a number times variables. With symbols the function also takes a list `c` of the coefficients, and one
//! term gives a row for each of its products; numbers from the count of variables upwards stand for entries of `c`.
//!
//! About a point other than black, the function still takes x, and subtracts a table of x0 from it.

use super::{Number, Terms, Value};
use crate::poly::Monomial;
use std::fmt::{self, Write};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Rust,
    Python,
    C,
}

/// The tables, as they stand in the program.
#[derive(Debug, Default)]
pub(super) struct Table {
    numbers: Entries,
    /// For every row the end of its factors.
    ends: Entries,
    /// Variables and coefficients, repeated for powers.
    factors: Entries,
}

/// Lines of ten entries each.
#[derive(Debug, Default)]
struct Entries {
    text: String,
    count: usize,
}

impl Entries {
    fn push(&mut self, entry: impl fmt::Display) {
        let before = if !self.count.is_multiple_of(10) {
            ""
        } else if self.count == 0 {
            "       "
        } else {
            "\n       "
        };
        // Writing into a string cannot fail.
        let _ = write!(self.text, "{before} {entry},");
        self.count += 1;
    }
}

/// The table of x0, where there is one.
fn point(terms: &Terms) -> Option<Entries> {
    let mut entries = Entries::default();
    for value in terms.about.as_ref()?.image() {
        entries.push(format_args!("{value:?}"));
    }
    Some(entries)
}

impl Table {
    /// Adds the rows of a term.
    pub fn add(&mut self, terms: &Terms, monomial: &Monomial, value: &Value) {
        match value {
            Value::Number(number) => self.add_row(literal(*number), monomial.factors(), &[], terms.variables),
            Value::Symbols(sum) => {
                for (product, factor) in sum.terms() {
                    self.add_row(format!("{factor}.0"), monomial.factors(), product.factors(), terms.variables);
                }
            }
        }
    }

    fn add_row(&mut self, number: String, variables: &[(u32, u32)], symbols: &[(u32, u32)], first_symbol: usize) {
        self.numbers.push(number);
        for (symbol, power) in symbols {
            (0..*power).for_each(|_| self.factors.push(first_symbol + *symbol as usize));
        }
        for (variable, power) in variables {
            (0..*power).for_each(|_| self.factors.push(*variable));
        }
        self.ends.push(self.factors.count);
    }

    /// Neither Rust nor C should get empty tables.
    fn close(&mut self) {
        if self.numbers.count == 0 {
            self.add_row("0.0".into(), &[], &[], 0);
        }
        if self.factors.count == 0 {
            self.factors.push(0);
        }
    }
}

/// Understood by all three languages; the nearest floating-point number is what they read.
fn literal(number: Number) -> String {
    match number {
        Number::Exact(value) if value.denominator() == 1 => format!("{}.0", value.numerator()),
        Number::Exact(value) => format!("{}.0/{}.0", value.numerator(), value.denominator()),
        Number::Float(value) => format!("{value:?}"),
    }
}

/// Writes the program with the rows that were added.
pub(super) fn write(out: &mut dyn Write, terms: &Terms, mut table: Table, language: Language) -> fmt::Result {
    table.close();
    let comment = match language {
        Language::Rust => "///",
        Language::Python => "#",
        Language::C => "//",
    };
    write_description(out, terms, comment)?;
    match language {
        Language::Rust => write_rust(out, terms, &table),
        Language::Python => write_python(out, terms, &table),
        Language::C => write_c(out, terms, &table),
    }
}

fn write_description(out: &mut dyn Write, terms: &Terms, comment: &str) -> fmt::Result {
    let total = terms.list.len() + terms.omitted;
    writeln!(out, "{comment} A polynomial of {total} terms in {} variables.", terms.variables)?;
    if terms.omitted > 0 {
        writeln!(out, "{comment} ONLY ITS FIRST {} TERMS are here.", terms.list.len())?;
    }
    if let Some(about) = &terms.about {
        writeln!(out, "{comment} They are what is left of `x` without x0: {}.", about.words())?;
    }
    if !terms.symbols.is_empty() {
        writeln!(out, "{comment} `c` are the coefficients, in this order:")?;
        for names in terms.symbols.chunks(8) {
            let names: Vec<String> = names.iter().map(crate::poly::Symbol::identifier).collect();
            writeln!(out, "{comment} {}", names.join(", "))?;
        }
    }
    Ok(())
}

fn write_rust(out: &mut dyn Write, terms: &Terms, table: &Table) -> fmt::Result {
    let variables = terms.variables;
    let symbols = terms.symbols.len();
    let parameters = if symbols > 0 { format!("c: &[f64; {symbols}], ") } else { String::new() };
    writeln!(out, "pub fn polynomial({parameters}x: &[f64; {variables}]) -> f64 {{")?;
    writeln!(out, "    static NUMBERS: [f64; {}] = [", table.numbers.count)?;
    writeln!(out, "{}", table.numbers.text)?;
    writeln!(out, "    ];\n    static ENDS: [u32; {}] = [", table.ends.count)?;
    writeln!(out, "{}", table.ends.text)?;
    writeln!(out, "    ];\n    static FACTORS: [u32; {}] = [", table.factors.count)?;
    writeln!(out, "{}", table.factors.text)?;
    let point = point(terms);
    if let Some(point) = &point {
        writeln!(out, "    ];\n    static X0: [f64; {}] = [\n{}", point.count, point.text)?;
    }
    let variable = if point.is_some() { "x[i] - X0[i]" } else { "x[i]" };
    let factor = if symbols > 0 {
        format!("if i < {variables} {{ {variable} }} else {{ c[i - {variables}] }}")
    } else {
        variable.to_owned()
    };
    out.write_str("    ];\n    let (mut value, mut begin) = (0.0, 0);\n")?;
    out.write_str("    for (number, end) in NUMBERS.iter().zip(ENDS) {\n        let mut product = *number;\n")?;
    out.write_str("        for factor in &FACTORS[begin..end as usize] {\n            let i = *factor as usize;\n")?;
    writeln!(out, "            product *= {factor};\n        }}")?;
    out.write_str("        value += product;\n        begin = end as usize;\n    }\n    value\n}\n")
}

fn write_python(out: &mut dyn Write, terms: &Terms, table: &Table) -> fmt::Result {
    let symbols = terms.symbols.len();
    writeln!(out, "_NUMBERS = [")?;
    writeln!(out, "{}", table.numbers.text)?;
    writeln!(out, "]\n_ENDS = [")?;
    writeln!(out, "{}", table.ends.text)?;
    writeln!(out, "]\n_FACTORS = [")?;
    writeln!(out, "{}", table.factors.text)?;
    let point = point(terms);
    if let Some(point) = &point {
        writeln!(out, "]\n_X0 = [\n{}", point.text)?;
    }
    let parameters = if symbols > 0 { "c, x" } else { "x" };
    let variables = if point.is_some() { "[value - zero for value, zero in zip(x, _X0)]" } else { "list(x)" };
    let values = if symbols > 0 { format!("{variables} + list(c)") } else { variables.to_owned() };
    let check = if symbols > 0 {
        format!("len(x) == {} and len(c) == {symbols}", terms.variables)
    } else {
        format!("len(x) == {}", terms.variables)
    };
    writeln!(out, "]\n\n\ndef polynomial({parameters}):\n    assert {check}\n    values = {values}")?;
    out.write_str("    value, begin = 0.0, 0\n    for product, end in zip(_NUMBERS, _ENDS):\n")?;
    out.write_str("        for factor in _FACTORS[begin:end]:\n            product *= values[factor]\n")?;
    out.write_str("        value += product\n        begin = end\n    return value\n")
}

fn write_c(out: &mut dyn Write, terms: &Terms, table: &Table) -> fmt::Result {
    let variables = terms.variables;
    let symbols = terms.symbols.len();
    let parameters = if symbols > 0 { format!("const double c[{symbols}], ") } else { String::new() };
    writeln!(out, "double polynomial({parameters}const double x[{variables}])\n{{")?;
    writeln!(out, "    static const double numbers[{}] = {{", table.numbers.count)?;
    writeln!(out, "{}", table.numbers.text)?;
    writeln!(out, "    }};\n    static const unsigned long ends[{}] = {{", table.ends.count)?;
    writeln!(out, "{}", table.ends.text)?;
    writeln!(out, "    }};\n    static const unsigned long factors[{}] = {{", table.factors.count)?;
    writeln!(out, "{}", table.factors.text)?;
    let point = point(terms);
    if let Some(point) = &point {
        writeln!(out, "    }};\n    static const double x0[{}] = {{\n{}", point.count, point.text)?;
    }
    let variable = if point.is_some() { "x[factors[at]] - x0[factors[at]]" } else { "x[factors[at]]" };
    let factor = if symbols > 0 {
        format!("factors[at] < {variables} ? {variable} : c[factors[at] - {variables}]")
    } else {
        variable.to_owned()
    };
    out.write_str("    };\n    double value = 0.0;\n    unsigned long row, at = 0;\n")?;
    writeln!(out, "    for (row = 0; row < {}; row++) {{", table.numbers.count)?;
    out.write_str("        double product = numbers[row];\n        for (; at < ends[row]; at++)\n")?;
    writeln!(out, "            product *= {factor};")?;
    out.write_str("        value += product;\n    }\n    return value;\n}\n")
}
