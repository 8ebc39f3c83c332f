//! The build tool: one command sets up, builds and serves, another one tests.
//!
//! Each step says what it does, is skipped when it is done, and can be repeated. Downloads are verified in a staging
//! folder and then moved into place, so that nothing is ever half installed.

mod advisories;
mod apt;
mod bench;
mod build;
mod crates;
mod data;
mod dist;
mod error;
mod files;
mod media;
mod npm;
mod server;
mod shell;
mod site;
mod suite;
mod tools;
mod wasm_std;
mod weights;

pub use error::XtaskError;

use build::Quality;
use clap::{Args, Parser, Subcommand};
use files::Workspace;
use shell::say;
use site::Site;
use std::path::PathBuf;
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
    /// Install what building needs: the WebAssembly target, wasm-bindgen, wasm-opt
    Setup,
    /// Fetch the data sets
    Data,
    /// Build the static folder dist/, which any web server can host under any path
    Build(BuildArguments),
    /// Set up, build and serve on this machine
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
    /// Compile fast; without optimisation, compression and limits
    #[arg(long)]
    dev: bool,
}

#[derive(Debug, Args)]
struct ServeArguments {
    #[command(flatten)]
    build: BuildArguments,
    /// Port on this machine; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Serve this folder as it is, without building
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Path under which the page appears
    #[arg(long, default_value = "/")]
    prefix: String,
}

impl BuildArguments {
    fn quality(&self) -> Quality {
        if self.dev { Quality::Development } else { Quality::Release }
    }
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
            Self::Data => data::data(workspace),
            Self::Build(arguments) => {
                build::setup(workspace)?;
                data::data(workspace)?;
                build::build(workspace, arguments.quality())
            }
            Self::Serve(arguments) => serve(workspace, arguments),
            Self::Test { only } => suite::test(workspace, &only),
            Self::Bench => bench::bench(workspace),
            Self::Assets => weights::assets(workspace),
        }
    }
}

fn serve(workspace: &Workspace, arguments: ServeArguments) -> Result<(), XtaskError> {
    let folder = if let Some(folder) = arguments.dir {
        folder
    } else {
        build::setup(workspace)?;
        data::data(workspace)?;
        build::build(workspace, arguments.build.quality())?;
        workspace.path("dist")
    };
    let server = server::start(Site::new(&folder, &arguments.prefix), arguments.port)?;
    say("serve", &format!("{}  (stop with Ctrl-C)", server.address));
    server.wait();
    Ok(())
}
