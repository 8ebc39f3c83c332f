//! The native program: trains the shipped weights, evaluates them and classifies pictures.
//!
//! A thin shell around the engine: arguments, files, progress bars and the manifest live here.

mod bench;
mod bench_distillation;
mod bench_peak;
mod bench_polynomial;
mod bench_scaling;
mod classify_by_reference;
mod data;
mod device;
mod distil;
mod distilled;
mod error;
mod evaluate;
mod expand;
mod files;
mod info;
mod manifest;
mod memory;
mod own_data;
mod predict;
mod provenance;
mod prune;
mod prune_tries;
mod remote;
mod report;
mod selftest;
mod ship;
mod similarity_controls;
mod train;

pub use error::CliError;

use crate::config::NetworkConfig;
use clap::{Parser, Subcommand};
use device::OpenDevice;
use std::path::PathBuf;
use std::time::Duration;

/// Networks that are polynomials: train them, evaluate them, use them.
#[derive(Debug, Parser)]
#[command(name = "taylornet", version)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Print results and progress as one JSON object per line.
    #[arg(long, global = true)]
    json: bool,
    /// Where to compute: cpu, vulkan, cuda or remote:HOST:PORT (all but the first where the program was built with
    /// them). `distil` takes it several times.
    #[arg(long, global = true, default_value = "cpu")]
    device: Vec<device::DeviceName>,
    /// Seconds after which a device that says nothing is given up: a machine that hangs closes no connection.
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..))]
    give_up_after: u64,
    /// Folder with the data sets, filled by `cargo xtask data`; or, for train and evaluate, a data set of your own: a folder
    /// of pictures (PNG, JPEG, WebP) for each class, or IDX files.
    #[arg(long, global = true, default_value = own_data::SHIPPED)]
    data: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Train a network and write its weights and its entry in the manifest.
    Train(train::TrainArguments),
    /// Accuracy of weights on the test images.
    Evaluate(evaluate::EvaluateArguments),
    /// Write networks as the polynomials that they are.
    Expand(expand::ExpandArguments),
    /// Accuracy of direct expansions when only their largest coefficients are kept, into the manifest.
    Prune(prune::PruneArguments),
    /// Distil a data set into ever fewer images per class, level by level, and write them.
    Distil(distil::DistilArguments),
    /// What a distillation has done: losses, similarities, accuracies, into the manifest.
    DistilReport(distil::report::ReportArguments),
    /// What the images of a distillation are worth without a trained network, beside controls, into the manifest.
    DistilMeasures(distil::measures::MeasureArguments),
    /// How far a distillation moves the classes at each level, beside what Eq. (5) says, into the manifest.
    DistilFlow(distil::flow::FlowArguments),
    /// Random networks with orthogonal filters against independent ones: noise and loss reached, into the manifest.
    DistilEmbedders(distil::embedders::EmbedderArguments),
    /// Lend this machine's device to other runs (`--device remote:HOST:PORT`).
    ServeDevice(remote::ServeArguments),
    /// Classify a picture of a digit.
    Predict(predict::PredictArguments),
    /// Classify pictures by their similarity to distilled references.
    ClassifyByReference(classify_by_reference::ClassifyArguments),
    /// What a file with weights contains, or which networks there are.
    Info(info::InfoArguments),
    /// Forward and backward pass of a small fixed network, to compare machines and devices.
    Selftest,
    /// Duration of a training step, of exact polynomials, or of distillation.
    Bench(bench::BenchArguments),
}

/// Runs the program.
///
/// # Errors
/// [`CliError`], which says what to do next.
pub fn run(arguments: Arguments) -> Result<(), CliError> {
    let context = Context::open(&arguments)?;
    match arguments.command {
        Command::Train(arguments) => train::run(&arguments, &context),
        Command::Evaluate(arguments) => evaluate::run(&arguments, &context),
        Command::Expand(arguments) => expand::run(&arguments, &context),
        Command::Prune(arguments) => prune::run(&arguments, &context),
        Command::Distil(arguments) => distil::run(&arguments, &context),
        Command::DistilReport(arguments) => distil::report::run(&arguments, &context),
        Command::DistilMeasures(arguments) => distil::measures::run(&arguments, &context),
        Command::DistilEmbedders(arguments) => distil::embedders::run(&arguments, &context),
        Command::DistilFlow(arguments) => distil::flow::run(&arguments, &context),
        Command::ServeDevice(arguments) => remote::serve(&arguments, &context),
        Command::Predict(arguments) => predict::run(&arguments, &context),
        Command::ClassifyByReference(arguments) => classify_by_reference::run(&arguments, &context),
        Command::Info(arguments) => info::run(&arguments, &context),
        Command::Selftest => selftest::run(&context),
        Command::Bench(arguments) => bench::run(&arguments, &context),
    }
}

/// What `--model` takes.
fn model_help() -> String {
    format!("Network: one of {}", NetworkConfig::NAMES.join(", "))
}

/// What all commands share.
#[derive(Debug)]
struct Context {
    json: bool,
    /// The first of the devices.
    device: burn::tensor::Device,
    device_name: String,
    /// All devices; more than one only where the command can use them.
    devices: Vec<OpenDevice>,
    /// A device that says nothing for this long while it has work is given up.
    give_up_after: Duration,
    data: PathBuf,
}

impl Context {
    fn open(arguments: &Arguments) -> Result<Self, CliError> {
        let give_up_after = Duration::from_secs(arguments.give_up_after);
        let devices =
            arguments.device.iter().map(|device| device.open(give_up_after)).collect::<Result<Vec<_>, _>>()?;
        let first = match devices.as_slice() {
            [first] => first.clone(),
            [first, ..] if matches!(arguments.command, Command::Distil(_)) => first.clone(),
            _ => return Err(CliError::OneDevice { devices: devices.len() }),
        };
        let data = arguments.data.clone();
        let OpenDevice { name: device_name, device } = first;
        Ok(Self { json: arguments.json, device, device_name, devices, give_up_after, data })
    }
}
