//! `taylornet info`: what a file contains, or which networks there are.

use super::report::{print_json, print_line};
use super::{CliError, Context, evaluate};
use crate::config::NetworkConfig;
use serde::Serialize;
use std::path::PathBuf;

/// Arguments of `info`.
#[derive(Debug, clap::Args)]
pub struct InfoArguments {
    /// Files with weights; without any, the networks known by name are listed.
    files: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Line {
    name: String,
    parameters: usize,
    degree: Option<usize>,
    network: NetworkConfig,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    classes: Vec<String>,
}

/// Runs the command.
pub fn run(arguments: &InfoArguments, context: &Context) -> Result<(), CliError> {
    if arguments.files.is_empty() {
        for name in NetworkConfig::NAMES {
            show(name.to_owned(), NetworkConfig::named(name)?, Vec::new(), context)?;
        }
    }
    for file in &arguments.files {
        let weights = evaluate::load(file)?;
        show(weights.name, weights.network, weights.classes, context)?;
    }
    Ok(())
}

fn show(name: String, network: NetworkConfig, classes: Vec<String>, context: &Context) -> Result<(), CliError> {
    let degree = network.degree();
    let parameters = network.parameters()?;
    if context.json {
        return print_json(&Line { name, parameters, degree, network, classes });
    }
    let input = network.input();
    let kind = degree.map_or("not a polynomial".to_owned(), |degree| format!("polynomial of degree {degree}"));
    print_line(format!(
        "{name}: {parameters} parameters, input {}x{}x{}, {kind}",
        input.height, input.width, input.channels
    ))?;
    if !classes.is_empty() {
        print_line(format!("  classes: {}", classes.join(", ")))?;
    }
    if let NetworkConfig::TaylorNet(config) = &network {
        for (index, (block, size)) in config.blocks.iter().zip(&config.sizes()?[1..]).enumerate() {
            let cg = &block.cg;
            print_line(format!(
                "  level {}: conv 3x3 to {}, {:?} {}x{} stride {} dilation {} order {} -> {}x{}",
                index + 1,
                block.channels,
                block.operation,
                cg.cluster[0],
                cg.cluster[1],
                cg.stride[0],
                cg.dilation,
                cg.order,
                size[0],
                size[1]
            ))?;
        }
    }
    Ok(())
}
