//! `taylornet expand network`: the exact polynomial of a trained network.

use super::measure::Trained;
use super::tables;
use crate::cli::data::{Part, mnist};
use crate::cli::files::{self, write_atomically};
use crate::cli::report::{print_json, print_line};
use crate::cli::{CliError, Context, evaluate};
use crate::config::ImageShape;
use crate::engine::data::{ImageSet, PngColour, SIDE_28, decode_png};
use crate::engine::drawing::{ink_of_picture, normalize};
use crate::poly::cluster_monomials::MonomialTable;
use crate::poly::interaction::interactions;
use crate::poly::network::PolynomialNetwork;
use crate::poly::write::{self, Format, Style, Terms, VariableNames};
use crate::poly::{Monomial, Polynomial};
use crate::protocol::{Coefficients, Explanation, PruningReport, SpectrumReport};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Arguments of `taylornet expand network`.
#[derive(Debug, clap::Args)]
pub struct NetworkArguments {
    /// File with weights.
    file: PathBuf,
    /// Contributions of the Taylor orders, and the accuracy of the exact truncation at each.
    #[arg(long)]
    spectrum: bool,
    /// Coefficients up to this order: 1, or 2 (all on at most 64 pixels); with --pixel also 3.
    #[arg(long, value_name = "ORDER")]
    coefficients: Option<u32>,
    /// Only products with this pixel: row and column from 0, such as 3,4.
    #[arg(long, value_name = "R,C", value_parser = place, requires = "coefficients")]
    pixel: Option<[usize; 2]>,
    /// Strength of the second-order coefficients against the distance of their pixels (Fig. 3).
    #[arg(long)]
    interactions: bool,
    /// Why the network says what it says about this PNG picture of a digit.
    #[arg(long, value_name = "PNG")]
    explain: Option<PathBuf>,
    /// The picture is a data set image: 28x28, light on dark, already centred.
    #[arg(long, requires = "explain")]
    as_is: bool,
    /// Class to explain, or whose coefficients are written as a formula; without it the most probable one.
    #[arg(long)]
    class: Option<usize>,
    /// Class whose polynomial is subtracted.
    #[arg(long)]
    against: Option<usize>,
    /// With --explain also the strongest pairs.
    #[arg(long, requires = "explain")]
    pairs: bool,
    /// Accuracy when only the largest coefficients up to this order are kept: 1, 2 or 3; for a direct expansion its own.
    #[arg(long, value_name = "ORDER")]
    prune: Option<u32>,
    /// Shares to keep.
    #[arg(long, value_delimiter = ',', default_value = "1,0.5,0.3,0.1,0.05,0.01", requires = "prune")]
    kept: Vec<f64>,
    /// Number of test images, from the first.
    #[arg(long, default_value_t = 1000)]
    images: usize,
    /// How results are written; formulas and programs are for --coefficients only.
    #[arg(long)]
    format: Option<FormatName>,
    /// Folder for the results instead of the screen.
    #[arg(long)]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FormatName {
    Json,
    Csv,
    Text,
    Latex,
    Mathml,
    Rust,
    Python,
    C,
}

fn place(text: &str) -> Result<[usize; 2], String> {
    let parts = text.split_once(',').and_then(|(row, column)| Some([row.parse().ok()?, column.parse().ok()?]));
    parts.ok_or_else(|| "give row and column, such as 3,4".to_owned())
}

#[derive(Serialize)]
struct Summary<'a> {
    name: &'a str,
    degree: usize,
    pixels: usize,
    layers: usize,
    constant: Vec<f64>,
}

/// Runs the command.
pub(super) fn run(arguments: &NetworkArguments, context: &Context) -> Result<(), CliError> {
    let trained = Trained::new(&evaluate::load(&arguments.file)?, context)?;
    let results = Results { arguments, context, network: &trained.polynomial };
    let mut asked = false;
    if arguments.spectrum || arguments.prune.is_some() {
        let images = mnist(&context.data, Part::Test)?.images.take(arguments.images.max(1));
        if arguments.spectrum {
            let report = trained.spectrum(&images)?;
            results.put("spectrum", &report, tables::spectrum, |report| spectrum_lines(report))?;
        }
        if let Some(order) = arguments.prune {
            let report = trained.pruning(order, &arguments.kept, &images)?;
            results.put("pruning", &report, tables::pruning, |report| pruning_lines(report))?;
        }
        asked = true;
    }
    if let Some(order) = arguments.coefficients {
        let [height, width, _] = trained.polynomial.input();
        // A pixel outside is refused by the expansion.
        let pixel =
            arguments.pixel.map(|[row, column]| if column < width { row * width + column } else { height * width });
        results.coefficients(&trained.coefficients(order, pixel)?)?;
        asked = true;
    }
    if arguments.interactions {
        let second = trained.coefficients(2, None)?;
        let report = interactions(&second.model, second.side as usize, second.second.as_deref().unwrap_or_default());
        if let Some(report) = report {
            results.put("interactions", &report, tables::interactions, tables::interactions)?;
        }
        asked = true;
    }
    if let Some(path) = &arguments.explain {
        let image = picture(path, arguments.as_is)?;
        let report = trained.explanation(&image, (arguments.class, arguments.against), arguments.pairs)?;
        results.put("explanation", &report, tables::explanation, |report| explanation_lines(report))?;
        asked = true;
    }
    if asked { Ok(()) } else { summary(&trained.polynomial, context) }
}

fn summary(network: &PolynomialNetwork, context: &Context) -> Result<(), CliError> {
    let constant = network.logits(&vec![0.0; network.pixels()])?;
    let (name, degree, pixels) = (network.name(), network.degree(), network.pixels());
    let layers = network.layers().len();
    if context.json {
        return print_json(&Summary { name, degree, pixels, layers, constant });
    }
    print_line(format!(
        "{name}: a polynomial of degree {degree} in {pixels} pixels for each of {} classes",
        constant.len()
    ))?;
    print_line("Ask for --spectrum, --coefficients, --interactions, --explain or --prune.")
}

/// A picture as an image of the data set.
fn picture(path: &Path, as_is: bool) -> Result<ImageSet, CliError> {
    let picture = decode_png(&path.display().to_string(), &files::read(path, "")?, PngColour::Grey)?;
    let pixels = if as_is {
        picture.pixels
    } else {
        let image = normalize(&ink_of_picture(&picture))?;
        image.ok_or_else(|| CliError::EmptyPicture { path: path.to_owned() })?.to_vec()
    };
    let shape = ImageShape { channels: 1, height: SIDE_28, width: SIDE_28 };
    Ok(ImageSet::new(shape, pixels, vec![0])?)
}

/// Where results go.
struct Results<'a> {
    arguments: &'a NetworkArguments,
    context: &'a Context,
    network: &'a PolynomialNetwork,
}

impl Results<'_> {
    fn put<R: Serialize>(
        &self,
        what: &str,
        report: &R,
        csv: impl Fn(&R) -> String,
        people: impl Fn(&R) -> String,
    ) -> Result<(), CliError> {
        let format = match self.arguments.format {
            Some(FormatName::Csv) => FormatName::Csv,
            Some(_) => FormatName::Json,
            None if self.context.json || self.arguments.out.is_some() => FormatName::Json,
            None => return print_line(people(report).trim_end()),
        };
        if format == FormatName::Csv {
            return self.write(what, "csv", csv(report));
        }
        self.write(what, "json", serde_json::to_string(report)?)
    }

    fn write(&self, what: &str, extension: &str, text: String) -> Result<(), CliError> {
        match &self.arguments.out {
            Some(folder) => {
                let path = folder.join(format!("{}-{what}.{extension}", self.network.name()));
                write_atomically(&path, text.as_bytes())
            }
            None => print_line(text.trim_end()),
        }
    }

    fn coefficients(&self, report: &Coefficients) -> Result<(), CliError> {
        let (format, extension) = match self.arguments.format {
            None | Some(FormatName::Json | FormatName::Csv) => {
                return self.put("coefficients", report, tables::coefficients, coefficient_lines);
            }
            Some(FormatName::Text) => (Format::Text, "txt"),
            Some(FormatName::Latex) => (Format::Latex, "tex"),
            Some(FormatName::Mathml) => (Format::MathMl, "mml"),
            Some(FormatName::Rust) => (Format::Rust, "rs"),
            Some(FormatName::Python) => (Format::Python, "py"),
            Some(FormatName::C) => (Format::C, "c"),
        };
        let class = self.arguments.class.unwrap_or(0).min(report.constant.len().saturating_sub(1));
        let polynomial = low_orders(report, class, self.arguments.against)?;
        let pixels = self.network.pixels();
        let terms = Terms::of_polynomial(&polynomial, pixels, usize::MAX);
        let left_side = Some(match self.arguments.against {
            Some(against) => format!("f_{{{class}}} - f_{{{against}}}"),
            None => format!("f_{{{class}}}"),
        });
        let names = VariableNames::Grid { columns: self.network.input()[1] };
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = write::write(&mut text, &terms, format, &Style { names, left_side, digits: None });
        self.write("coefficients", extension, text)
    }
}

/// The constant and the first- and second-order terms of a class, or of the difference of two.
fn low_orders(report: &Coefficients, class: usize, against: Option<usize>) -> Result<Polynomial<f64>, CliError> {
    let pixels = (report.side * report.side) as usize;
    let table = MonomialTable::new(pixels, if report.second.is_some() { 2 } else { 1 });
    let pairs = table.len() - pixels;
    let of_class = |class: usize, index: Option<usize>| match index {
        None => report.constant[class],
        Some(index) if index < pixels => report.first[class * pixels + index],
        Some(index) => report.second.as_ref().map_or(0.0, |second| second[class * pairs + index - pixels]),
    };
    let against = against.filter(|&against| against < report.constant.len());
    let value = |index| of_class(class, index) - against.map_or(0.0, |against| of_class(against, index));
    let terms = (0..table.len()).map(|index| {
        let mut exponents = vec![0; pixels];
        table.factors(index).into_iter().for_each(|pixel| exponents[pixel] += 1);
        (Monomial::from_exponents(&exponents), value(Some(index)))
    });
    let terms = std::iter::once((Monomial::one(), value(None))).chain(terms);
    Ok(Polynomial::from_terms(terms).map_err(crate::poly::StackError::from)?)
}

fn spectrum_lines(report: &SpectrumReport) -> String {
    let SpectrumReport { model, images, network_accuracy, largest_difference, .. } = report;
    let mut text = format!(
        "{model}: {:.2} % of {images} test images; sum over orders against logits: at most {largest_difference:.1e}\n",
        100.0 * network_accuracy
    );
    for (order, accuracy) in report.truncation_accuracy.iter().enumerate() {
        let classes = report.mean_absolute.len().max(1) as f64;
        let size = report.mean_absolute.iter().map(|series| series[order]).sum::<f64>() / classes;
        text.push_str(&format!("  order {order:2}: {:6.2} % when cut there, mean size {size:.4}\n", 100.0 * accuracy));
    }
    text
}

fn pruning_lines(report: &PruningReport) -> String {
    let PruningReport { model, order, terms, images, .. } = report;
    let mut text = format!("{model}: {terms} terms per class up to order {order}, {images} test images\n");
    for (index, (kept, accuracy)) in report.kept.iter().zip(&report.accuracy).enumerate() {
        text.push_str(&format!("  {:5.1} % kept: {:.2} %", 100.0 * kept, 100.0 * accuracy));
        if let Some(accuracy) = report.accuracy_with_rest.get(index) {
            text.push_str(&format!(", with all higher orders {:.2} %", 100.0 * accuracy));
        }
        text.push('\n');
    }
    text
}

fn coefficient_lines(report: &Coefficients) -> String {
    let largest = |values: &[f64]| values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    let mut text = format!("{}: constants {:.4?}\n", report.model, &report.constant[..]);
    text.push_str(&format!("  {} of first order, at most {:.4}\n", report.first.len(), largest(&report.first)));
    for (order, values) in
        report.second.iter().map(|second| (2, second)).chain(report.slice.iter().map(|s| (s.order, &s.values)))
    {
        text.push_str(&format!("  {} of order {order}, at most {:.4}\n", values.len(), largest(values)));
    }
    text.push_str(&format!(
        "  {:.0} ms; --format csv or json lists them, latex and others write a formula\n",
        report.compute_ms
    ));
    text
}

fn explanation_lines(report: &Explanation) -> String {
    let Explanation { model, class, network, polynomial, .. } = report;
    let against = report.against.map(|against| format!(" against {against}")).unwrap_or_default();
    let mut text = format!("{model}: {class}{against}, network {network:.5}, sum over orders {polynomial:.5}\n");
    for (order, value) in report.orders.iter().enumerate() {
        text.push_str(&format!("  order {order:2}: {value:10.4}\n"));
    }
    for pair in report.pairs.iter().flat_map(|pairs| &pairs.strongest).take(10) {
        text.push_str(&format!("  cells {} and {}: {:.4}\n", pair.one, pair.other, pair.value));
    }
    text
}
