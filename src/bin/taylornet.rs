//! The command-line program.

use clap::Parser;
use mimalloc::MiMalloc;
use std::process::ExitCode;
use taylornet_explorer::cli;

/// Keeps freed memory at hand: a training step allocates the same large buffers again and again.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match cli::run(cli::Arguments::parse()) {
        Ok(()) | Err(cli::CliError::OutputClosed) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
