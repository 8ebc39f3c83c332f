//! `taylornet expand network`: the exact polynomial of a trained network.

use super::formula::low_orders;
use super::measure::Trained;
use super::network_report::{coefficient_lines, explanation_lines, pruning_lines, spectrum_lines};
use super::point::{self, PointName};
use super::tables;
use crate::cli::data::{Part, mnist};
use crate::cli::files::{self, write_atomically};
use crate::cli::report::{print_json, print_line};
use crate::cli::{CliError, Context, evaluate, own_data};
use crate::config::ImageShape;
use crate::engine::data::{ImageSet, PngColour, SIDE_28, decode_png};
use crate::engine::drawing::{ink_of_picture, normalize};
use crate::poly::interaction::interactions;
use crate::poly::network::PolynomialNetwork;
use crate::poly::write::{self, About, Format, Style, Terms, VariableNames};
use crate::protocol::Coefficients;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Arguments of `taylornet expand network`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct NetworkArguments {
    /// File with weights.
    file: PathBuf,
    /// Image x0 to expand about, in powers of x - x0: black, mean (of the training images), mean-CLASS,
    /// reference-LEVEL-CLASS-INDEX (a distilled image), drawing (the one that is explained), or the PNG file of a 28x28 image.
    #[arg(long, value_name = "POINT", default_value = "mean", value_parser = point::parse)]
    about: PointName,
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
    let explained = arguments.explain.as_deref().map(|path| picture(path, arguments.as_is)).transpose()?;
    let weights = evaluate::load(&arguments.file)?;
    let trained = Trained::new(&weights, context)?;
    let trained = trained.about(arguments.about.image(explained.as_ref())?)?;
    let results = Results { arguments, context, network: &trained.polynomial };
    let mut asked = false;
    if arguments.spectrum || arguments.prune.is_some() {
        let images = if weights.classes.is_empty() {
            mnist(&context.data, Part::Test)?.images
        } else {
            own_data::test_of(&weights, &context.data, false)?
        };
        let images = images.take(arguments.images.max(1));
        if arguments.spectrum {
            let report = trained.spectrum(&images)?;
            results.put("spectrum", &report, tables::spectrum, spectrum_lines)?;
        }
        if let Some(order) = arguments.prune {
            let report = trained.pruning(order, &arguments.kept, &images)?;
            results.put("pruning", &report, tables::pruning, pruning_lines)?;
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
        let report = interactions(
            &second.model,
            second.about,
            second.side as usize,
            second.second.as_deref().unwrap_or_default(),
        );
        if let Some(report) = report {
            results.put("interactions", &report, tables::interactions, tables::interactions)?;
        }
        asked = true;
    }
    if let Some(image) = &explained {
        let report = trained.explanation(image, (arguments.class, arguments.against), arguments.pairs)?;
        results.put("explanation", &report, tables::explanation, explanation_lines)?;
        asked = true;
    }
    if asked { Ok(()) } else { summary(&trained.polynomial, context) }
}

fn summary(network: &PolynomialNetwork, context: &Context) -> Result<(), CliError> {
    let black = vec![0.0; network.pixels()];
    let constant = network.logits(network.point().unwrap_or(&black))?;
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
pub(super) fn picture(path: &Path, as_is: bool) -> Result<ImageSet, CliError> {
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
            return self.write(what, "csv", &csv(report));
        }
        self.write(what, "json", &serde_json::to_string(report)?)
    }

    fn write(&self, what: &str, extension: &str, text: &str) -> Result<(), CliError> {
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
        let about = About::new(report.about, &report.point);
        let terms = Terms::of_polynomial(&polynomial, pixels, usize::MAX).about(about);
        let left_side = Some(match self.arguments.against {
            Some(against) => format!("f_{{{class}}} - f_{{{against}}}"),
            None => format!("f_{{{class}}}"),
        });
        let names = VariableNames::Grid { columns: self.network.input()[1] };
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = write::write(&mut text, &terms, format, &Style { names, left_side, ..Style::default() });
        self.write("coefficients", extension, &text)
    }
}
