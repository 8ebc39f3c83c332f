//! `taylornet expand`: polynomials on the command line.

mod stack;
mod stack_report;

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
}

/// Runs the command.
///
/// # Errors
/// [`CliError`], which says what to do next.
pub(super) fn run(arguments: &ExpandArguments, context: &Context) -> Result<(), CliError> {
    match &arguments.what {
        Subject::Stack(arguments) => stack::run(arguments, context),
    }
}
