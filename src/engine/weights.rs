//! Weights for use: the folded network as a standard safetensors file, in the layout that the README documents.
//!
//! Inside, features of a cluster are ordered monomial by monomial, channels last; in the file, channel by channel, as
//! the formulas read. This module is the only place that knows both.

use super::network::Network;
use super::train::{PIXEL_OFFSET, PIXEL_SCALE};
use crate::config::{NetworkConfig, Sharing};
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use thiserror::Error;

const METADATA_KEY: &str = "taylornet";
/// Version of the layout; raised when old files cannot be read any more.
const FORMAT: u32 = 1;

/// A folded network with its weights.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightsFile {
    /// Name for people, e.g. `taylornet-28`.
    pub name: String,
    /// The network, without normalisation.
    pub network: NetworkConfig,
    /// Its parameters in the order of its layout.
    pub parameters: Vec<f32>,
}

/// Why a file with weights cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WeightsError {
    /// Not a safetensors file, or a truncated one.
    #[error("the file is no complete safetensors file ({0}); download or save it again")]
    Damaged(String),
    /// A safetensors file from elsewhere.
    #[error(
        "the file does not describe its network (metadata entry 'taylornet' is missing or unreadable: {0}); open a file saved by the explorer or by `taylornet train`"
    )]
    NoDescription(String),
    /// A file of a later version.
    #[error("the file has format {0}, newer than this program; update the program")]
    Newer(u32),
    /// A tensor that the network needs is missing or has another shape.
    #[error(
        "tensor '{tensor}' is {found}, but the network that the file describes needs {expected}; the file is damaged or of another architecture"
    )]
    Tensor {
        /// Its name.
        tensor: String,
        /// What was found.
        found: String,
        /// What is needed.
        expected: String,
    },
    /// A weight is not a finite number.
    #[error("tensor '{tensor}' contains a value that is not finite; train again with a smaller learning rate")]
    NotFinite {
        /// Its name.
        tensor: String,
    },
    /// The network still has normalisation layers.
    #[error("the network has normalisation that is not folded; fold it before saving")]
    NotFolded,
}

/// The JSON in the file's metadata.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Description {
    format: u32,
    name: String,
    network: NetworkConfig,
    pixel_scale: f32,
    pixel_offset: f32,
}

impl WeightsFile {
    /// Folds a network and puts it into a file.
    pub fn folded(name: &str, network: &Network, parameters: &[f32], statistics: &[f32]) -> Self {
        let (network, parameters) = network.folded(parameters, statistics);
        Self { name: name.to_owned(), network: network.config().clone(), parameters }
    }

    /// As bytes of a safetensors file.
    ///
    /// # Errors
    /// [`WeightsError`] where the network is not folded or a value is not finite.
    pub fn to_bytes(&self) -> Result<Vec<u8>, WeightsError> {
        let network = Network::new(&self.network).map_err(damaged)?;
        if !network.initial_statistics().is_empty() {
            return Err(WeightsError::NotFolded);
        }
        let mut start = 0;
        let mut tensors = Vec::new();
        for part in parts(&network) {
            let values = &self.parameters[start..start + part.len()];
            start += part.len();
            check_finite(&part.name, values)?;
            tensors.push((part.name.clone(), part.shape.clone(), part.to_file(values)));
        }
        let description = Description {
            format: FORMAT,
            name: self.name.clone(),
            network: self.network.clone(),
            pixel_scale: PIXEL_SCALE,
            pixel_offset: PIXEL_OFFSET,
        };
        let text = serde_json::to_string(&description).map_err(damaged)?;
        let views = tensors.iter().map(|(name, shape, values)| {
            let view = TensorView::new(Dtype::F32, shape.clone(), bytemuck::cast_slice(values)).map_err(damaged)?;
            Ok((name.as_str(), view))
        });
        let views = views.collect::<Result<Vec<_>, WeightsError>>()?;
        serialize(views, Some(HashMap::from([(METADATA_KEY.to_owned(), text)]))).map_err(damaged)
    }

    /// From the bytes of a safetensors file, with every tensor checked.
    ///
    /// # Errors
    /// [`WeightsError`] says what is wrong with the file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WeightsError> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
        let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
        let text = header.metadata().as_ref().and_then(|entries| entries.get(METADATA_KEY));
        let text = text.ok_or_else(|| WeightsError::NoDescription("no such entry".into()))?;
        let description: Description =
            serde_json::from_str(text).map_err(|error| WeightsError::NoDescription(error.to_string()))?;
        if description.format > FORMAT {
            return Err(WeightsError::Newer(description.format));
        }
        let network =
            Network::new(&description.network).map_err(|error| WeightsError::NoDescription(error.to_string()))?;
        if !network.initial_statistics().is_empty() {
            return Err(WeightsError::NotFolded);
        }
        let mut parameters = Vec::with_capacity(network.layout().len());
        for part in parts(&network) {
            let values = part.read(&file)?;
            check_finite(&part.name, &values)?;
            parameters.extend(part.values_of_file(&values));
        }
        Ok(Self { name: description.name, network: description.network, parameters })
    }
}

/// How one parameter lies in the file.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    name: String,
    /// Shape in the file.
    shape: Vec<usize>,
    /// Our axes and their sizes, `[sets, features, channels, out]`; unused axes have size 1.
    axes: [usize; 4],
    order: Order,
}

/// Which of our axes `[sets, features, channels, out]` the file has in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// As they are: biases.
    Same,
    /// `[sets, out, channels, features]`: convolutions, CG operations and the head.
    Reversed,
}

impl Part {
    fn len(&self) -> usize {
        self.axes.iter().product()
    }

    /// For every place in the file the index in our vector.
    fn places(&self) -> Vec<usize> {
        let [sets, features, channels, out] = self.axes;
        match self.order {
            Order::Same => (0..self.len()).collect(),
            Order::Reversed => {
                let mut places = Vec::with_capacity(self.len());
                for set in 0..sets {
                    for target in 0..out {
                        for channel in 0..channels {
                            let index = |f: usize| ((set * features + f) * channels + channel) * out + target;
                            places.extend((0..features).map(index));
                        }
                    }
                }
                places
            }
        }
    }

    fn to_file(&self, values: &[f32]) -> Vec<f32> {
        self.places().into_iter().map(|place| values[place]).collect()
    }

    fn values_of_file(&self, stored: &[f32]) -> Vec<f32> {
        let mut values = vec![0.0; self.len()];
        for (place, value) in self.places().into_iter().zip(stored) {
            values[place] = *value;
        }
        values
    }

    fn read(&self, file: &SafeTensors) -> Result<Vec<f32>, WeightsError> {
        let wrong = |found: String| WeightsError::Tensor {
            tensor: self.name.clone(),
            found,
            expected: format!("{:?}", self.shape),
        };
        let view = file.tensor(&self.name).map_err(|_| wrong("missing".into()))?;
        if view.shape() != self.shape {
            return Err(wrong(format!("{:?}", view.shape())));
        }
        match view.dtype() {
            Dtype::F32 => Ok(bytemuck::pod_collect_to_vec(view.data())),
            Dtype::F16 => {
                Ok(view.data().as_chunks::<2>().0.iter().map(|b| half::f16::from_le_bytes(*b).to_f32()).collect())
            }
            other => Err(wrong(format!("of type {other:?}"))),
        }
    }
}

/// How the parameters of a folded network lie in a file.
fn parts(network: &Network) -> Vec<Part> {
    let mut channels_in = network.config().input().channels;
    let mut parts = Vec::new();
    for spec in network.layout().specs() {
        let (name, shape) = (spec.name.clone(), &spec.shape);
        if name.ends_with(".bias") {
            let (sets, out) = (spec.len() / shape[shape.len() - 1], shape[shape.len() - 1]);
            parts.push(Part { name, shape: shape.clone(), axes: [sets, 1, 1, out], order: Order::Same });
            continue;
        }
        let out = shape[shape.len() - 1];
        let input = channels_of(network.config(), &name).unwrap_or(channels_in);
        let sets = if shape.len() == 3 { shape[0] } else { 1 };
        let features = shape[shape.len() - 2] / input;
        let file_shape = if name == "head.weight" {
            vec![out, input * features]
        } else if name.ends_with(".conv.weight") {
            let side = features.isqrt();
            vec![out, input, side, side]
        } else if sets_of(network.config(), &name) {
            vec![sets, out, input, features]
        } else {
            vec![out, input, features]
        };
        parts.push(Part { name, shape: file_shape, axes: [sets, features, input, out], order: Order::Reversed });
        channels_in = out;
    }
    parts
}

/// Channels that enter a layer, where they are not those that left the layer before it in the file.
fn channels_of(network: &NetworkConfig, name: &str) -> Option<usize> {
    match network {
        NetworkConfig::TaylorNet(_) | NetworkConfig::Direct(_) => None,
        NetworkConfig::ResNet(config) => {
            // The shortcut of a stage comes after its second convolution, but takes what its first one takes.
            let stage: usize = name.strip_suffix(".shortcut.conv.weight")?.split('.').nth(1)?.parse().ok()?;
            Some(config.widths[stage.saturating_sub(1)])
        }
    }
}

fn sets_of(network: &NetworkConfig, name: &str) -> bool {
    let NetworkConfig::TaylorNet(config) = network else { return false };
    let block = name.split('.').nth(1).and_then(|block| block.parse::<usize>().ok());
    block.and_then(|block| config.blocks.get(block)).is_some_and(|block| block.cg.sharing == Sharing::Untied)
}

fn check_finite(name: &str, values: &[f32]) -> Result<(), WeightsError> {
    if values.iter().all(|value| value.is_finite()) {
        Ok(())
    } else {
        Err(WeightsError::NotFinite { tensor: name.to_owned() })
    }
}

fn damaged(error: impl std::fmt::Display) -> WeightsError {
    WeightsError::Damaged(error.to_string())
}

#[cfg(test)]
mod tests;
