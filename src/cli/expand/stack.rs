//! `taylornet expand stack`: a stack of coarse-graining operations, fully expanded.

use super::{CliError, Context};
use crate::config::{StackConfig, StackSharing};
use crate::poly;
use clap::{Args, ValueEnum};

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

/// Runs the command.
pub(super) fn run(arguments: &StackArguments, _context: &Context) -> Result<(), CliError> {
    let stack =
        StackConfig { cluster: arguments.cluster, orders: arguments.orders.clone(), sharing: arguments.sharing.into() };
    let forecast = poly::forecast(&stack)?;
    println!("{} terms over {} paths in {} variables", forecast.terms, forecast.paths, forecast.variables);
    Ok(())
}
