//! From networks and files to exact polynomials ([`crate::poly::network`]).

use super::data::ImageSet;
use super::network::Network;
use super::preparation::{Movement, Preparation, PreparationError};
use super::weights::WeightsFile;
use crate::config::{CLASSES, ConfigError, ImageShape, LayerOperation, NetworkConfig, TaylorNetConfig};
use crate::poly::network::{ClusterLayer, ClusterShape, PolynomialError, PolynomialNetwork};
use thiserror::Error;

/// Why there is no polynomial for a network.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExpansionError {
    /// The network cannot be expanded, or what was asked for cannot be computed.
    #[error(transparent)]
    Polynomial(#[from] PolynomialError),
    /// The network cannot be built.
    #[error(transparent)]
    Network(#[from] ConfigError),
}

/// The polynomial of a file with weights.
///
/// # Errors
/// [`ExpansionError`] where the network has activations or its weights are damaged.
pub fn polynomial_of(file: &WeightsFile) -> Result<PolynomialNetwork, ExpansionError> {
    polynomial_of_network(&file.name, &Network::new(&file.network)?, &file.parameters, &[])
}

/// The polynomial of a network, with its parameters and (where it is normalised) running statistics, which are folded.
///
/// # Errors
/// As [`polynomial_of`], and [`PolynomialError::NotFolded`] where the statistics are missing.
pub fn polynomial_of_network(
    name: &str,
    network: &Network,
    parameters: &[f32],
    statistics: &[f32],
) -> Result<PolynomialNetwork, ExpansionError> {
    let size = |what: &str, found: usize, expected: usize| {
        let what = format!("{name} ({what})");
        if found == expected { Ok(()) } else { Err(PolynomialError::Size { what, found, expected }) }
    };
    size("parameters", parameters.len(), network.layout().len())?;
    let (found, expected) = (statistics.len(), network.initial_statistics().len());
    if found != expected {
        return Err(PolynomialError::NotFolded { name: name.to_owned(), found, expected }.into());
    }
    let (folded, parameters) = network.folded(parameters, statistics);
    let (folded, parameters) = folded.unmirrored(&parameters);
    let parameters = Parameters { network: &folded, values: &parameters };
    match folded.config() {
        NetworkConfig::TaylorNet(config) => {
            let (layers, levels) = taylornet_layers(config, &parameters)?;
            Ok(PolynomialNetwork::new(name, layers, levels)?)
        }
        NetworkConfig::Direct(config) => {
            let ImageShape { channels, height, width } = config.input;
            let shape = [height, width, channels];
            let layer = parameters.layer("cg", shape, CLASSES, whole(shape, config.order))?;
            Ok(PolynomialNetwork::new(name, vec![layer], Vec::new())?)
        }
        NetworkConfig::ResNet(_) => Err(PolynomialError::Activations { name: name.to_owned() }.into()),
    }
}

/// Parameters of a folded network by name.
struct Parameters<'a> {
    network: &'a Network,
    values: &'a [f32],
}

impl Parameters<'_> {
    fn get(&self, name: &str) -> Vec<f64> {
        let range = self.network.layout().range(name).unwrap_or_default();
        self.values[range].iter().copied().map(f64::from).collect()
    }

    fn layer(
        &self,
        name: &str,
        input: [usize; 3],
        out: usize,
        shape: ClusterShape,
    ) -> Result<ClusterLayer, PolynomialError> {
        let [weight, bias] = ["weight", "bias"].map(|kind| self.get(&format!("{name}.{kind}")));
        ClusterLayer::new(name, input, out, shape, weight, bias)
    }
}

/// Layers, and for every level the number of layers up to its end.
fn taylornet_layers(
    config: &TaylorNetConfig,
    parameters: &Parameters,
) -> Result<(Vec<ClusterLayer>, Vec<usize>), PolynomialError> {
    let ImageShape { channels, height, width } = config.input;
    let mut shape = [height, width, channels];
    let (mut layers, mut levels): (Vec<ClusterLayer>, Vec<usize>) = (Vec::new(), Vec::new());
    for (index, block) in config.blocks.iter().enumerate() {
        let convolution = ClusterShape { cluster: [3, 3], stride: [1, 1], dilation: 1, padding: 1, order: 1 };
        let order = match block.operation {
            LayerOperation::Cg => block.cg.order,
            LayerOperation::Conv => 1,
        };
        let cg = &block.cg;
        let operation =
            ClusterShape { cluster: cg.cluster, stride: cg.stride, dilation: cg.dilation, padding: 0, order };
        for (name, cluster) in [("conv", convolution), ("cg", operation)] {
            let layer = parameters.layer(&format!("blocks.{index}.{name}"), shape, block.channels, cluster)?;
            shape = layer.output;
            layers.push(layer);
        }
        levels.push(layers.len());
    }
    layers.push(parameters.layer("head", shape, config.classes, whole(shape, 1))?);
    Ok((layers, levels))
}

/// One cluster as large as the map.
fn whole([height, width, _]: [usize; 3], order: usize) -> ClusterShape {
    ClusterShape { cluster: [height, width], stride: [1, 1], dilation: 1, padding: 0, order }
}

/// Images of a set as a network gets them: `[n][row][column][channel]`, pixels from 0 to 1.
///
/// # Errors
/// [`PreparationError`] where the shapes do not go together.
pub fn inputs(
    images: &ImageSet,
    range: std::ops::Range<usize>,
    shape: ImageShape,
) -> Result<Vec<f32>, PreparationError> {
    let mut preparation = Preparation::new(images.shape, shape)?;
    let mut values = Vec::with_capacity(range.len() * shape.len());
    for index in range {
        preparation.append(images.image(index), Movement::default(), &mut values)?;
    }
    Ok(values)
}

#[cfg(test)]
mod tests;
