//! `taylornet expand eigen-digits`: the second order of a trained network as a sum of squares, as pictures and as a file.

use super::eigen_sheet::sheet;
use super::measure::Trained;
use super::point::{self, PointName};
use crate::cli::data::{Part, mnist};
use crate::cli::files::{self, write_atomically};
use crate::cli::provenance::Provenance;
use crate::cli::report::{print_json, print_line};
use crate::cli::{CliError, Context, evaluate, manifest};
use crate::config::ExpansionPoint;
use crate::engine::data::ImageSet;
use crate::engine::eigen::to_bytes;
use crate::poly::network::{MAX_PIXELS, PolynomialError, strongest};
use crate::protocol::{EigenImages, EigenReport};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Key of the results in the manifest.
const MANIFEST_KEY: &str = "eigen_digits";
/// Eigen-digits of each sign and class in a shipped file.
const SHIPPED: usize = 16;
/// Training images over which what an eigen-digit says is averaged.
const AVERAGED: usize = 10_000;

/// Arguments of `taylornet expand eigen-digits`.
#[derive(Debug, clap::Args)]
pub struct EigenArguments {
    /// Network, such as taylornet-7.
    #[arg(long)]
    model: String,
    /// Image x0 to expand about: black, mean (of the training images), mean-CLASS, reference-LEVEL-CLASS-INDEX, or the
    /// PNG file of a 28x28 image.
    #[arg(long, value_name = "POINT", default_value = "mean", value_parser = point::parse)]
    about: PointName,
    /// Only this class.
    #[arg(long)]
    class: Option<usize>,
    /// Eigen-digits of each sign on a sheet.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=49))]
    count: u16,
    /// Folder for the sheets, one SVG for each class.
    #[arg(long, default_value = "target/eigen")]
    out: PathBuf,
    /// How many of them the accuracy of order 2 needs, on all test images.
    #[arg(long)]
    accuracy: bool,
    /// Write what is shipped: that accuracy into the manifest, and for 28x28 the file with the strongest 16 of each sign.
    #[arg(long, conflicts_with_all = ["class", "out"])]
    ship: bool,
    /// Folder with the weights; manifest and folder of the shipped files lie in its parent.
    #[arg(long, default_value = "assets/models")]
    weights: PathBuf,
}

/// The entry in the manifest.
#[derive(Debug, Serialize)]
struct EigenEntry {
    #[serde(flatten)]
    report: EigenReport,
    #[serde(flatten)]
    file: Option<FileEntry>,
    #[serde(flatten)]
    provenance: Provenance,
}

/// The file that is shipped.
#[derive(Debug, Serialize)]
struct FileEntry {
    /// Relative to the manifest.
    file: String,
    /// Its SHA-256.
    sha256: String,
    /// Its size.
    bytes: usize,
}

/// Runs the command.
pub(super) fn run(arguments: &EigenArguments, context: &Context) -> Result<(), CliError> {
    let started = Instant::now();
    let path = arguments.weights.join(format!("{}.safetensors", arguments.model));
    let trained = Trained::new(&evaluate::load(&path)?, context)?.about(arguments.about.image(None)?)?;
    let network = trained.polynomial.clone();
    let classes = network.classes();
    if let Some(class) = arguments.class.filter(|&class| class >= classes) {
        return Err(PolynomialError::Class { class, classes }.into());
    }
    let second = trained.second_order()?;
    let digits = trained.eigen_digits(&second)?;
    if arguments.ship {
        let report = trained.eigen_accuracy(second, digits.clone(), both(context)?.each_ref())?;
        let is_large = network.pixels() > MAX_PIXELS;
        let images = is_large.then(|| strongest(&network, &digits, SHIPPED, 0));
        return arguments.ship(&path, report, images, started, context);
    }
    let images = strongest(&network, &digits, arguments.count.into(), 0);
    for class in (0..classes).filter(|class| arguments.class.is_none_or(|only| only == *class)) {
        let name = format!("{}-about-{}-class-{class}.svg", network.name(), network.expansion_point());
        let path = arguments.out.join(name);
        write_atomically(&path, sheet(&images, class).as_bytes())?;
        if !context.json {
            print_line(path.display())?;
        }
    }
    if arguments.accuracy {
        show(&trained.eigen_accuracy(second, digits, both(context)?.each_ref())?, context)?;
    }
    Ok(())
}

/// Training images over which what an eigen-digit says is averaged, and all test images.
fn both(context: &Context) -> Result<[ImageSet; 2], CliError> {
    let training = mnist(&context.data, Part::Train)?.images;
    Ok([training.take(AVERAGED), mnist(&context.data, Part::Test)?.images])
}

impl EigenArguments {
    fn ship(
        &self,
        weights: &Path,
        report: EigenReport,
        images: Option<EigenImages>,
        started: Instant,
        context: &Context,
    ) -> Result<(), CliError> {
        show(&report, context)?;
        let assets = self.weights.parent().unwrap_or(Path::new("."));
        let file = images
            .map(|images| {
                let sha256 = files::sha256(&files::read(weights, "")?);
                let bytes = to_bytes(&images, &sha256)?;
                let file = format!("eigen/{}.safetensors", self.model);
                write_atomically(&assets.join(&file), &bytes)?;
                Ok::<_, CliError>(FileEntry { file, sha256: files::sha256(&bytes), bytes: bytes.len() })
            })
            .transpose()?;
        let entry =
            EigenEntry { provenance: Provenance::new(self.command(report.about), started, context), report, file };
        manifest::record_in(&assets.join("manifest.json"), MANIFEST_KEY, &self.model, &entry)
    }

    fn command(&self, about: ExpansionPoint) -> String {
        let mut command = format!("taylornet expand eigen-digits --model {} --ship", self.model);
        if about != ExpansionPoint::Mean {
            command.push_str(&format!(" --about {about}"));
        }
        command
    }
}

fn show(report: &EigenReport, context: &Context) -> Result<(), CliError> {
    if context.json {
        return print_json(report);
    }
    print_line(format!("{} about {}, {} test images", report.model, report.about, report.images))?;
    print_line("of each sign  by eigenvalue  by mean share")?;
    for ((kept, accuracy), by_share) in report.kept.iter().zip(&report.accuracy).zip(&report.accuracy_by_share) {
        print_line(format!("{kept:>12}  {:>11.2} %  {:>11.2} %", 100.0 * accuracy, 100.0 * by_share))?;
    }
    print_line(format!("         all  {:>11.2} %", 100.0 * report.all))?;
    print_line(format!("largest difference to order 2: {:.1e}", report.largest_difference))
}
