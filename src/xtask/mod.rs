//! The build tool: one command sets up, builds and serves, another one tests.
//!
//! Each step says what it does, is skipped when it is done, and can be repeated. Downloads are verified in a staging
//! folder and then moved into place, so that nothing is ever half installed.

mod advisories;
mod apt;
mod bench;
mod build;
mod cargo;
mod crates;
mod data;
mod dist;
mod error;
mod files;
mod inputs;
mod live;
mod media;
mod npm;
mod offline;
mod package;
mod quality;
mod serve;
mod server;
mod shell;
mod site;
mod split;
mod stage;
mod suite;
mod tools;
mod wasm_std;
mod watch;
mod weights;

pub use error::XtaskError;

use crate::config::DataSet;
use clap::{Args, Parser, Subcommand};
use files::Workspace;
use quality::Quality;
use serve::ServeArguments;
use std::process::ExitCode;
use suite::Step;

/// Builds, serves and tests the TaylorNet Explorer.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Install what building needs: the WebAssembly target, wasm-opt
    Setup,
    /// Fetch data sets
    Data {
        /// Only these: mnist, cifar-10
        #[arg(value_parser = data_set)]
        names: Vec<&'static DataSet>,
    },
    /// Build the static folder dist/, which any web server can host under any path
    Build(BuildArguments),
    /// Set up, build in minutes, and serve on this machine
    Serve(ServeArguments),
    /// Set up and run everything that must pass
    Test {
        /// Only these steps
        #[arg(long, value_delimiter = ',')]
        only: Vec<Step>,
    },
    /// Measure training steps, load times, sizes and drawing latency
    Bench,
    /// Train the shipped networks again (hours)
    Assets,
}

#[derive(Debug, Args)]
struct BuildArguments {
    /// As `serve` builds it: quickly, into target/xtask/quick/dist, without wasm-opt, compression and limits
    #[arg(long)]
    quick: bool,
}

fn data_set(name: &str) -> Result<&'static DataSet, String> {
    let choices = DataSet::ALL.map(|set| set.name).join(", ");
    DataSet::find(name).ok_or_else(|| format!("there is no such data set; choose from {choices}"))
}

/// Does what the command line asks.
pub fn run() -> ExitCode {
    let workspace = Workspace::here();
    match Arguments::parse().command.run(&workspace) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

impl Task {
    fn run(self, workspace: &Workspace) -> Result<(), XtaskError> {
        match self {
            Self::Setup => build::setup(workspace),
            Self::Data { names } if names.is_empty() => data::data(workspace, &DataSet::ALL),
            Self::Data { names } => data::data(workspace, &names),
            Self::Build(arguments) => {
                let quality = if arguments.quick { Quality::Quick } else { Quality::Shipped };
                build::build(workspace, quality, true)
            }
            Self::Serve(arguments) => serve::serve(workspace, arguments),
            Self::Test { only } => suite::test(workspace, &only),
            Self::Bench => bench::bench(workspace),
            Self::Assets => weights::assets(workspace),
        }
    }
}
