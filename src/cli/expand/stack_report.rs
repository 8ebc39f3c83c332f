//! What `taylornet expand stack` reports, as text for people and as JSON for programs.

use super::CliError;
use crate::cli::report::{print_json, print_line};
use crate::config::StackConfig;
use crate::poly::write::{Number, Value};
use crate::poly::{Coefficient, Composition, Expansion, Forecast, Rational, Symbol, SymbolTable};
use serde::Serialize;

/// The whole expansion.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    stack: StackConfig,
    terms_total: String,
    paths_total: String,
    terms_by_degree: Vec<String>,
    symbols: Vec<SymbolLine>,
    /// Values of the symbols as fractions.
    numbers: Option<Vec<String>>,
    terms: Vec<TermLine>,
    evaluation: Option<EvaluationLine>,
}

#[derive(Debug, Serialize)]
struct SymbolLine {
    name: String,
    latex: String,
    /// From 1; null where all levels share it.
    level: Option<usize>,
    /// From 0; null where all clusters share it, or where there is but one.
    cluster: Option<usize>,
    /// From 0.
    taps: Vec<usize>,
}

impl From<Symbol> for SymbolLine {
    fn from(symbol: Symbol) -> Self {
        Self {
            name: symbol.identifier(),
            latex: symbol.latex(),
            level: symbol.level,
            cluster: symbol.cluster,
            taps: symbol.taps,
        }
    }
}

/// A term.
#[derive(Debug, Serialize)]
pub(super) struct TermLine {
    exponents: Vec<u8>,
    paths: f64,
    /// As a fraction, if there are numbers.
    coefficient: Option<String>,
    /// As a sum over products.
    products: Option<Vec<ProductLine>>,
}

impl TermLine {
    /// Of the term with this number.
    pub fn new(expansion: &Expansion, term: usize, value: &Value) -> Self {
        let (coefficient, products) = match value {
            Value::Number(Number::Exact(value)) => (Some(value.to_string()), None),
            Value::Number(Number::Float(value)) => (Some(value.to_string()), None),
            Value::Symbols(sum) => {
                let products = sum.terms();
                let products =
                    products.map(|(product, factor)| ProductLine(factor.to_string(), product.factors().to_vec()));
                (None, Some(products.collect()))
            }
        };
        let exponents = expansion.exponents_of(term).to_vec();
        Self { exponents, paths: expansion.paths[term], coefficient, products }
    }
}

/// A whole number, and pairs of a symbol's number and its exponent.
#[derive(Debug, Serialize)]
struct ProductLine(String, Vec<(u32, u32)>);

/// A value, computed in two ways.
#[derive(Debug)]
pub(super) struct Evaluation {
    pub point: Vec<String>,
    /// Level by level, as the network does it.
    pub nested: Rational,
    /// By the expanded polynomial.
    pub expanded: Rational,
}

#[derive(Debug, Serialize)]
struct EvaluationLine {
    point: Vec<String>,
    nested: String,
    expanded: String,
    equal: bool,
}

impl Evaluation {
    /// For people.
    pub fn print(&self) -> Result<(), CliError> {
        print_line(format!("at        {}", self.point.join(", ")))?;
        print_line(format!("network   {} = {:.6}", self.nested, self.nested.to_f64()))?;
        print_line(format!("expanded  {} = {:.6}", self.expanded, self.expanded.to_f64()))?;
        print_line(if self.nested == self.expanded { "equal" } else { "DIFFERENT" })
    }
}

impl Report {
    pub fn new(
        stack: &StackConfig,
        size: &Forecast,
        table: &SymbolTable,
        numbers: Option<&[Rational]>,
        terms: Vec<TermLine>,
        evaluation: Option<Evaluation>,
    ) -> Self {
        let symbols = (0..table.len()).filter_map(|index| table.symbol(index)).map(SymbolLine::from).collect();
        Self {
            stack: stack.clone(),
            terms_total: size.terms.to_string(),
            paths_total: size.paths.to_string(),
            terms_by_degree: size.terms_by_degree.iter().map(ToString::to_string).collect(),
            symbols,
            numbers: numbers.map(|numbers| numbers.iter().map(Rational::to_string).collect()),
            terms,
            evaluation: evaluation.map(|evaluation| EvaluationLine {
                equal: evaluation.nested == evaluation.expanded,
                point: evaluation.point,
                nested: evaluation.nested.to_string(),
                expanded: evaluation.expanded.to_string(),
            }),
        }
    }
}

/// How large the polynomial is.
pub(super) fn print_size(size: &Forecast) -> Result<(), CliError> {
    print_line(format!("{} terms over {} paths, degree {}", size.terms, size.paths, size.degree))?;
    print_line(format!("{} variables, {} coefficients", size.variables, size.coefficients))?;
    print_line(format!("{} bytes when expanded", size.bytes))?;
    print_line("degree: terms")?;
    for (degree, terms) in size.terms_by_degree.iter().enumerate() {
        print_line(format!("{degree:>6}: {terms}"))?;
    }
    print_line("level: values, receptive field, terms of one value")?;
    for (level, one) in size.levels.iter().enumerate() {
        print_line(format!("{level:>5}: {}, {}, {}", one.values, one.receptive_field, one.terms))?;
    }
    Ok(())
}

#[derive(Debug, Serialize)]
struct PathLine {
    multiplicity: u64,
    factors: Vec<FactorLine>,
}

#[derive(Debug, Serialize)]
struct FactorLine {
    level: usize,
    cluster: usize,
    taps: Vec<usize>,
    power: u32,
}

#[derive(Debug, Serialize)]
struct PathsLine {
    exponents: Vec<u8>,
    total: String,
    complete: bool,
    paths: Vec<PathLine>,
}

/// Every path that makes one term.
pub(super) fn print_paths(composition: &Composition, json: bool) -> Result<(), CliError> {
    if json {
        let factors = |path: &crate::poly::Path| {
            let factors = path.factors.iter();
            let lines = factors.map(|factor| FactorLine {
                level: factor.place.level,
                cluster: factor.place.cluster,
                taps: factor.place.taps.clone(),
                power: factor.power,
            });
            lines.collect()
        };
        let paths = composition.paths.iter();
        let paths = paths.map(|path| PathLine { multiplicity: path.multiplicity, factors: factors(path) });
        return print_json(&PathsLine {
            exponents: composition.exponents.clone(),
            total: composition.total.to_string(),
            complete: composition.complete,
            paths: paths.collect(),
        });
    }
    if composition.total.is_zero() {
        return print_line(
            "this term is not in the expansion: its clusters would need more factors than the orders allow",
        );
    }
    print_line(format!("{} paths, counted with multiplicity", composition.total))?;
    for product in &composition.products {
        let factors = product.symbols.iter().map(|(symbol, power)| match power {
            1 => symbol.identifier(),
            _ => format!("{}^{power}", symbol.identifier()),
        });
        print_line(format!("{:>8} {}", product.multiplicity, factors.collect::<Vec<_>>().join("*")))?;
    }
    if !composition.complete {
        print_line("… and more: raise --limit")?;
    }
    Ok(())
}
