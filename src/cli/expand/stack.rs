//! `taylornet expand stack`: a stack of coarse-graining operations, fully expanded.

use super::stack_report::{Evaluation, Report, TermLine};
use super::{CliError, Context};
use crate::cli::files::write_atomically;
use crate::cli::report::{print_json, print_line};
use crate::config::{StackConfig, StackSharing};
use crate::poly::write::{self, Format, Style, Terms, VariableNames};
use crate::poly::{
    Budget, Expander, Expansion, Forecast, Polynomial, Rational, SymbolTable, forecast, parse_monomial, parse_number,
    seeded_numbers,
};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Arguments of `taylornet expand stack`.
#[derive(Debug, Args)]
pub struct StackArguments {
    /// Rows and columns of a cluster.
    #[arg(long, default_value = "1x2", value_parser = cluster)]
    cluster: [usize; 2],
    /// Order of the local polynomial of each level, from the variables upwards.
    #[arg(long, default_value = "2,2", value_delimiter = ',')]
    orders: Vec<usize>,
    /// Which clusters have the same coefficients.
    #[arg(long, default_value = "separate")]
    sharing: SharingName,
    /// Write the polynomial; without it only its size is printed.
    #[arg(long)]
    format: Option<FormatName>,
    /// File for the polynomial instead of the screen.
    #[arg(long, requires = "format")]
    out: Option<PathBuf>,
    /// Number of terms to write, from the first.
    #[arg(long)]
    limit: Option<usize>,
    /// Every path that makes one term, such as "x1^2*x3".
    #[arg(long, conflicts_with = "format")]
    monomial: Option<String>,
    /// Reproducible numbers k/8 from this seed instead of symbols.
    #[arg(long)]
    numbers: Option<u64>,
    /// Compute the value at a point level by level and from the expanded polynomial; numbers like 1,-0.5,1/3, or none
    /// for reproducible ones.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "")]
    evaluate: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SharingName {
    /// Every cluster has its own.
    Separate,
    /// All clusters of a level have the same.
    Level,
    /// All clusters of all levels have the same.
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatName {
    Text,
    Latex,
    Mathml,
    Rust,
    Python,
    C,
    Csv,
    /// A picture of the stack.
    Svg,
}

impl FormatName {
    /// `None` for the picture.
    fn of_polynomial(self) -> Option<Format> {
        match self {
            Self::Text => Some(Format::Text),
            Self::Latex => Some(Format::Latex),
            Self::Mathml => Some(Format::MathMl),
            Self::Rust => Some(Format::Rust),
            Self::Python => Some(Format::Python),
            Self::C => Some(Format::C),
            Self::Csv => Some(Format::Csv),
            Self::Svg => None,
        }
    }
}

impl From<SharingName> for StackSharing {
    fn from(name: SharingName) -> Self {
        match name {
            SharingName::Separate => Self::Separate,
            SharingName::Level => Self::Level,
            SharingName::All => Self::All,
        }
    }
}

fn cluster(text: &str) -> Result<[usize; 2], String> {
    let parts = text.split_once('x').and_then(|(rows, columns)| Some([rows.parse().ok()?, columns.parse().ok()?]));
    parts.ok_or_else(|| "give rows and columns, such as 2x2".to_owned())
}

/// Seed of the point at which a polynomial is evaluated.
const SEED_OF_POINT: u64 = 1;
/// Paths of one term that are listed.
const MOST_PATHS: usize = 1000;

/// Runs the command.
pub(super) fn run(arguments: &StackArguments, context: &Context) -> Result<(), CliError> {
    let stack =
        StackConfig { cluster: arguments.cluster, orders: arguments.orders.clone(), sharing: arguments.sharing.into() };
    let size = forecast(&stack)?;
    if let Some(monomial) = &arguments.monomial {
        return show_paths(&stack, &size, monomial, arguments, context);
    }
    let wants_terms = context.json || arguments.format.is_some() || arguments.evaluate.is_some();
    if !wants_terms {
        return super::stack_report::print_size(&size);
    }
    if arguments.format == Some(FormatName::Svg) {
        return put(arguments, &crate::poly::draw_stack(&stack)?);
    }
    let expansion = Expander::new(&stack, Budget::default())?.finish();
    let work = Work::new(&stack, size, expansion, arguments)?;
    if let Some(format) = arguments.format.and_then(FormatName::of_polynomial) {
        return put(arguments, &work.written(format)?);
    }
    if context.json {
        return print_json(&work.report()?);
    }
    match work.evaluate()? {
        Some(evaluation) => evaluation.print(),
        None => Ok(()),
    }
}

/// Everything that the outputs are made of.
struct Work<'a> {
    arguments: &'a StackArguments,
    stack: StackConfig,
    size: Forecast,
    table: SymbolTable,
    expansion: Expansion,
    /// Values of the symbols, if numbers were asked for.
    numbers: Option<Vec<Rational>>,
}

impl<'a> Work<'a> {
    fn new(
        stack: &StackConfig,
        size: Forecast,
        expansion: Expansion,
        arguments: &'a StackArguments,
    ) -> Result<Self, CliError> {
        let table = SymbolTable::new(stack)?;
        // A value needs numbers.
        let seed = arguments.numbers.or(arguments.evaluate.as_ref().map(|_| 0));
        let numbers = seed.map(|seed| seeded_numbers(seed, table.len()));
        Ok(Self { arguments, stack: stack.clone(), size, table, expansion, numbers })
    }

    fn limit(&self) -> usize {
        self.arguments.limit.unwrap_or(usize::MAX)
    }

    fn written(&self, format: Format) -> Result<String, CliError> {
        let terms = Terms::of_stack(&self.table, &self.expansion, self.numbers.as_deref(), self.limit())?;
        let style = Style { left_side: Some("z".to_owned()), ..Style::default() };
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = write::write(&mut text, &terms, format, &style);
        Ok(text)
    }

    fn evaluate(&self) -> Result<Option<Evaluation>, CliError> {
        let (Some(point), Some(numbers)) = (&self.arguments.evaluate, &self.numbers) else { return Ok(None) };
        let point = if point.is_empty() {
            seeded_numbers(SEED_OF_POINT, self.expansion.variables)
        } else {
            point.split(',').map(parse_number).collect::<Result<_, _>>()?
        };
        let nested = self.table.evaluate(numbers, &point)?;
        let polynomial: Polynomial<Rational> = self.table.expand(numbers)?;
        let expanded = polynomial.evaluate(&point).map_err(crate::poly::StackError::from)?;
        Ok(Some(Evaluation { point: point.iter().map(Rational::to_string).collect(), nested, expanded }))
    }

    fn report(&self) -> Result<Report, CliError> {
        let terms = Terms::of_stack(&self.table, &self.expansion, self.numbers.as_deref(), self.limit())?;
        let lines = terms.list.iter().enumerate();
        let lines = lines.map(|(term, (_, value))| TermLine::new(&self.expansion, term, value)).collect();
        Ok(Report::new(&self.stack, &self.size, &self.table, self.numbers.as_deref(), lines, self.evaluate()?))
    }
}

fn show_paths(
    stack: &StackConfig,
    size: &Forecast,
    monomial: &str,
    arguments: &StackArguments,
    context: &Context,
) -> Result<(), CliError> {
    let table = SymbolTable::new(stack)?;
    let variables = size.variables.exact().and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX);
    let exponents = parse_monomial(monomial, variables, VariableNames::Numbered)?;
    let composition = table.compose(&exponents, arguments.limit.unwrap_or(MOST_PATHS))?;
    super::stack_report::print_paths(&composition, context.json)
}

fn put(arguments: &StackArguments, text: &str) -> Result<(), CliError> {
    match &arguments.out {
        Some(path) => write_atomically(path, text.as_bytes()),
        None => print_line(text.trim_end()),
    }
}
