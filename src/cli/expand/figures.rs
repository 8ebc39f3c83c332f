//! `taylornet expand figures`: reports of the shipped networks for the manifest, and figures as files.

use super::chart::{Chart, Series};
use super::measure::Trained;
use super::point::PointName;
use crate::cli::data::{Part, mnist};
use crate::cli::files::write_atomically;
use crate::cli::provenance::Provenance;
use crate::cli::report::print_line;
use crate::cli::{CliError, Context, evaluate, manifest};
use crate::config::{ExpansionPoint, MNIST, NetworkConfig};
use crate::engine::data::ImageSet;
use crate::number;
use crate::poly::interaction::interactions;
use crate::protocol::{InteractionReport, PruningReport, SpectrumReport};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Key of the reports in the manifest.
const MANIFEST_KEY: &str = "polynomial";
/// Shares of the terms that are kept.
const KEPT: [f64; 14] = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.0];

/// Arguments of `taylornet expand figures`.
#[derive(Debug, clap::Args)]
pub struct FigureArguments {
    /// Folder for the figures.
    #[arg(long, default_value = "assets/figures")]
    out: PathBuf,
    /// Folder with the weights; the manifest lies in its parent.
    #[arg(long, default_value = "assets/models")]
    weights: PathBuf,
    /// Only these networks; the reports of all others stay as they are.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Use the first N test images only.
    #[arg(long)]
    images: Option<usize>,
}

/// The entry in the manifest.
#[derive(Debug, Serialize, Deserialize)]
struct PolynomialEntry {
    spectra: Vec<SpectrumReport>,
    pruning: Vec<PruningReport>,
    interactions: Vec<InteractionReport>,
    #[serde(flatten)]
    provenance: Provenance,
}

/// Runs the command.
pub(super) fn run(arguments: &FigureArguments, context: &Context) -> Result<(), CliError> {
    let started = Instant::now();
    let test = mnist(&context.data, Part::Test)?.images;
    let count = arguments.images.map_or(test.len(), |count| count.clamp(1, test.len()));
    let mut entry = PolynomialEntry {
        spectra: Vec::new(),
        pruning: Vec::new(),
        interactions: Vec::new(),
        provenance: Provenance { duration_secs: 0.0, ..Provenance::new(command(arguments), started, context) },
    };
    let test = test.take(count);
    let path = arguments.weights.parent().map(|parent| parent.join("manifest.json")).unwrap_or_default();
    let is_chosen = |name: &str| arguments.only.is_empty() || arguments.only.iter().any(|chosen| chosen == name);
    if !arguments.only.is_empty() {
        entry.keep_others(&path, is_chosen)?;
    }
    for name in NetworkConfig::names_of(&MNIST).filter(|name| is_product(name) && is_chosen(name)) {
        let path = arguments.weights.join(format!("{name}.safetensors"));
        if path.exists() {
            let file = evaluate::load(&path)?;
            for point in [ExpansionPoint::Black, ExpansionPoint::Mean] {
                let trained = Trained::new(&file, context)?.about(PointName::Named(point).image(None)?)?;
                entry.add(&trained, &test)?;
            }
        }
    }
    entry.provenance.duration_secs += started.elapsed().as_secs_f64();
    for (name, svg) in entry.figures() {
        write_atomically(&arguments.out.join(format!("{name}.svg")), svg.as_bytes())?;
    }
    manifest::record_other(&path, MANIFEST_KEY, &entry)?;
    print_line(format!("{} spectra, {:.0} s", entry.spectra.len(), entry.provenance.duration_secs))
}

/// Whether it multiplies pixels with each other: networks with activations or without products are left out. The
/// direct expansion of first order is kept, as the first of its figure.
fn is_product(name: &str) -> bool {
    is_direct(name) || NetworkConfig::named(name).is_ok_and(|network| network.degree().is_some_and(|degree| degree > 1))
}

fn is_direct(name: &str) -> bool {
    matches!(NetworkConfig::named(name), Ok(NetworkConfig::Direct(_)))
}

fn command(arguments: &FigureArguments) -> String {
    let mut command = "taylornet expand figures".to_owned();
    if let Some(images) = arguments.images {
        command.push_str(&format!(" --images {images}"));
    }
    command
}

impl PolynomialEntry {
    /// Takes over what the manifest has of networks that are not chosen, and the time that they took.
    fn keep_others(&mut self, manifest: &Path, is_chosen: impl Fn(&str) -> bool) -> Result<(), CliError> {
        let Some(known) = manifest::load(manifest)?.other.remove(MANIFEST_KEY) else { return Ok(()) };
        let known: Self = serde_json::from_value(known)?;
        self.spectra = known.spectra.into_iter().filter(|report| !is_chosen(&report.model)).collect();
        self.pruning = known.pruning.into_iter().filter(|report| !is_chosen(&report.model)).collect();
        self.interactions = known.interactions.into_iter().filter(|report| !is_chosen(&report.model)).collect();
        self.provenance.duration_secs = known.provenance.duration_secs;
        Ok(())
    }

    fn add(&mut self, trained: &Trained, test: &ImageSet) -> Result<(), CliError> {
        let network = &trained.polynomial;
        let about = network.expansion_point();
        self.spectra.push(trained.spectrum(test)?);
        let direct = network.layers().len() == 1;
        if direct && about != ExpansionPoint::Black {
            // About the black image, `taylornet prune` has measured them, with the engine.
            self.pruning.push(trained.pruning(number::to_u32(network.degree()), &KEPT, test)?);
        }
        // All second-order terms for small images only.
        if network.pixels() <= crate::poly::network::MAX_PIXELS && network.degree() > 1 {
            let coefficients = trained.coefficients(2, None)?;
            let second = coefficients.second.as_deref().unwrap_or_default();
            self.interactions.extend(interactions(network.name(), about, coefficients.side as usize, second));
            if !direct {
                for order in [1, 2, 3] {
                    self.pruning.push(trained.pruning(order, &KEPT, test)?);
                }
            }
        }
        Ok(())
    }

    /// Names and pictures.
    fn figures(&self) -> Vec<(String, String)> {
        let mut figures = Vec::new();
        let (direct, deep): (Vec<_>, Vec<_>) = self.spectra.iter().partition(|report| is_direct(&report.model));
        // A direct expansion has the same accuracy about every image.
        let direct: Vec<_> = direct.into_iter().filter(|report| report.about == ExpansionPoint::Black).collect();
        if !direct.is_empty() {
            figures.push(("fig2-direct-accuracy".to_owned(), direct_accuracy(&direct)));
        }
        for report in deep {
            figures.push((format!("truncation-{}", place(&report.model, report.about)), truncation(report)));
            figures.push((format!("spectrum-{}", place(&report.model, report.about)), spectrum(report)));
        }
        for report in &self.interactions {
            figures.push((format!("fig3a-{}", place(&report.model, report.about)), interaction_counts(report)));
            figures.push((format!("fig3b-{}", place(&report.model, report.about)), interaction_ratios(report)));
        }
        figures
    }
}

/// Name of a network as part of a file name, with the point about which it is expanded, unless that is the black image.
fn place(model: &str, about: ExpansionPoint) -> String {
    if about == ExpansionPoint::Black { model.to_owned() } else { format!("{model}-about-{about}") }
}

/// Fig. 2: accuracy of direct expansions by order.
fn direct_accuracy(reports: &[&SpectrumReport]) -> String {
    let accuracies: Vec<f64> = reports.iter().map(|report| 100.0 * report.network_accuracy).collect();
    let lowest = accuracies.iter().copied().fold(100.0, f64::min);
    Chart {
        title: "Direct Taylor expansion on 7x7 images (Fig. 2)".into(),
        x_label: "order".into(),
        y_label: "test accuracy in %".into(),
        places: reports.iter().map(|report| report.degree.to_string()).collect(),
        range: [(lowest / 5.0).floor() * 5.0, 100.0],
    }
    .lines(&[Series { name: String::new(), values: accuracies }])
}

/// Accuracy of the exact truncations.
fn truncation(report: &SpectrumReport) -> String {
    Chart {
        title: format!("{}: accuracy of the exact truncation", report.model),
        x_label: "highest order that is kept".into(),
        y_label: "test accuracy in %".into(),
        places: (0..=report.degree).map(|order| order.to_string()).collect(),
        range: [0.0, 100.0],
    }
    .lines(&[Series {
        name: String::new(),
        values: report.truncation_accuracy.iter().map(|value| 100.0 * value).collect(),
    }])
}

/// Size of the contributions of every order, on a logarithmic axis.
fn spectrum(report: &SpectrumReport) -> String {
    let classes = report.mean_absolute.len().max(1) as f64;
    let orders = 0..=report.degree as usize;
    let mean = |order: usize| report.mean_absolute.iter().map(|series| series[order]).sum::<f64>() / classes;
    let values: Vec<f64> = orders.map(|order| mean(order).log10()).collect();
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let range = [finite().fold(0.0, f64::min).floor(), finite().fold(0.0, f64::max).ceil().max(1.0)];
    Chart {
        title: format!("{}: order spectrum", report.model),
        x_label: "order".into(),
        y_label: "log10 of the mean absolute contribution".into(),
        places: (0..=report.degree).map(|order| order.to_string()).collect(),
        range,
    }
    .lines(&[Series { name: String::new(), values }])
}

fn distances(report: &InteractionReport) -> Vec<String> {
    report.distances.iter().map(|distance| format!("{distance:.2}")).collect()
}

/// Fig. 3(a): how many coefficients of each level there are at each distance.
fn interaction_counts(report: &InteractionReport) -> String {
    let series = report.counts.iter().enumerate().map(|(level, counts)| Series {
        name: format!("L{}", level + 1),
        values: counts.iter().map(|&count| f64::from(count)).collect(),
    });
    let series: Vec<Series> = series.collect();
    let total = |place: usize| series.iter().map(|series| series.values[place]).sum::<f64>();
    let most = (0..report.distances.len()).map(total).fold(1.0, f64::max);
    Chart {
        title: format!("{}: quadratic coefficients by distance (Fig. 3a)", report.model),
        x_label: "distance of the pixels".into(),
        y_label: "number of coefficients".into(),
        places: distances(report),
        range: [0.0, (most / 100.0).ceil() * 100.0],
    }
    .stacked_bars(&series)
}

/// Fig. 3(b): the share of every distance in each level.
fn interaction_ratios(report: &InteractionReport) -> String {
    let series = report.counts.iter().enumerate().map(|(level, counts)| {
        let total = f64::from(counts.iter().sum::<u32>()).max(1.0);
        let values = counts.iter().map(|&count| f64::from(count) / total).collect();
        Series { name: format!("L{}", level + 1), values }
    });
    let series: Vec<Series> = series.collect();
    let most = series.iter().flat_map(|series| &series.values).copied().fold(0.01, f64::max);
    Chart {
        title: format!("{}: share of each distance in a level (Fig. 3b)", report.model),
        x_label: "distance of the pixels".into(),
        y_label: "share of the level's coefficients".into(),
        places: distances(report),
        range: [0.0, (most * 20.0).ceil() / 20.0],
    }
    .lines(&series)
}
