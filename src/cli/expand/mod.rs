//! `taylornet expand`: polynomials on the command line.

mod chart;
mod eigen;
mod eigen_sheet;
mod figures;
mod formula;
mod measure;
mod network;
mod network_report;
mod point;
mod stack;
mod stack_report;
mod tables;

pub(super) use measure::Trained;
pub(super) use point::PointName;

use super::{CliError, Context};
use clap::{Args, Subcommand};

/// Arguments of `taylornet expand`.
#[derive(Debug, Args)]
pub struct ExpandArguments {
    #[command(subcommand)]
    what: Subject,
}

#[derive(Debug, Subcommand)]
enum Subject {
    /// The polynomial that stacked coarse-graining operations expand to (Fig. 4 of the article).
    Stack(stack::StackArguments),
    /// The exact polynomial of a trained network: order spectrum, coefficients, explanations, pruning.
    Network(network::NetworkArguments),
    /// The second order of a trained network as a sum of squares: eigenvectors as images.
    EigenDigits(eigen::EigenArguments),
    /// The mean images about which networks are expanded, as a file.
    Points(point::PointArguments),
    /// The figures and reports of the shipped networks: Fig. 2 and 3, order spectra, pruning.
    Figures(figures::FigureArguments),
}

/// Runs the command.
///
/// # Errors
/// [`CliError`], which says what to do next.
pub(super) fn run(arguments: &ExpandArguments, context: &Context) -> Result<(), CliError> {
    match &arguments.what {
        Subject::Stack(arguments) => stack::run(arguments, context),
        Subject::Network(arguments) => network::run(arguments, context),
        Subject::EigenDigits(arguments) => eigen::run(arguments, context),
        Subject::Points(arguments) => point::run(arguments, context),
        Subject::Figures(arguments) => figures::run(arguments, context),
    }
}
