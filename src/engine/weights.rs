//! Weights for use: the folded network as a standard safetensors file, in the layout that the README documents.
//!
//! Inside, features of a cluster are ordered monomial by monomial, channels last; in the file, channel by channel, as
//! the formulas read. Its module `layout` is the only place that knows both.

mod layout;

use super::network::Network;
use super::preparation::{PIXEL_OFFSET, PIXEL_SCALE};
use crate::config::{DataSet, NetworkConfig};
use layout::{parts, scale_name};
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
    /// What its classes are called; empty where they are those of a data set of the catalogue.
    pub classes: Vec<String>,
}

/// Type of the numbers in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// 32 bits.
    #[default]
    Single,
    /// 16 bits, three decimal digits; for the many small coefficients of a direct expansion.
    Half,
    /// 8 bits with one scale for each output; biases have 32 bits. For networks that would be slow to download.
    Byte,
}

impl Precision {
    /// All, the most exact first.
    pub const ALL: [Self; 3] = [Self::Single, Self::Half, Self::Byte];

    /// Bits of a weight.
    pub fn bits(self) -> usize {
        match self {
            Self::Single => 32,
            Self::Half => 16,
            Self::Byte => 8,
        }
    }

    /// The precision in which a network is shipped: the most exact one whose file stays below 8 MB, else 8 bits.
    pub fn shipped(network: &Network) -> Self {
        const MAX_BITS: usize = 8 * 8_000_000;
        let is_small = |precision: &Self| network.layout().len() * precision.bits() <= MAX_BITS;
        Self::ALL.into_iter().find(is_small).unwrap_or(Self::Byte)
    }
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
    /// The network takes its pixels with an offset.
    #[error(
        "the network takes pixels with an offset ({offset}), but only networks whose input is 0 for a black pixel can be used; fold the offset into the first layer or train without it"
    )]
    PixelOffset {
        /// What is added to a scaled pixel.
        offset: String,
    },
    /// The scale of the pixels is no positive number.
    #[error("the network multiplies its pixels by {scale}, which is no positive number; the file is damaged")]
    PixelScale {
        /// What a pixel from 0 to 255 is multiplied by.
        scale: String,
    },
    /// The file is smaller than the network that it describes.
    #[error(
        "the file has {bytes} bytes, but describes a network of {parameters} parameters; the file is damaged or its description is wrong"
    )]
    TooSmall {
        /// Size of the file.
        bytes: usize,
        /// Parameters of the network.
        parameters: usize,
    },
    /// Names and outputs do not belong together.
    #[error("the file names {named} classes, but its network has {outputs} outputs; the file is damaged")]
    ClassNames {
        /// Names in the description.
        named: usize,
        /// Outputs of the network.
        outputs: usize,
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    classes: Vec<String>,
}

impl Description {
    /// How many times larger than ours the input of the described network is for the same picture.
    fn relative_scale(&self) -> Result<f32, WeightsError> {
        // Zero padding stands for black in both only without an offset.
        if self.pixel_offset != PIXEL_OFFSET {
            return Err(WeightsError::PixelOffset { offset: self.pixel_offset.to_string() });
        }
        if !(self.pixel_scale.is_finite() && self.pixel_scale > 0.0) {
            return Err(WeightsError::PixelScale { scale: self.pixel_scale.to_string() });
        }
        Ok(self.pixel_scale / PIXEL_SCALE)
    }
}

impl WeightsFile {
    /// Folds a network and puts it into a file.
    pub fn folded(name: &str, network: &Network, parameters: &[f32], statistics: &[f32]) -> Self {
        let (network, parameters) = network.folded(parameters, statistics);
        Self { name: name.to_owned(), network: network.config().clone(), parameters, classes: Vec::new() }
    }

    /// What its classes are called: by its own names, or by those of the data set that its input comes from.
    pub fn class_names(&self) -> Vec<String> {
        if self.classes.is_empty() {
            DataSet::of_input(self.network.input()).classes.map(str::to_owned).to_vec()
        } else {
            self.classes.clone()
        }
    }

    /// As bytes of a safetensors file, in single precision.
    ///
    /// # Errors
    /// As [`Self::to_bytes_in`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, WeightsError> {
        self.to_bytes_in(Precision::Single)
    }

    /// As bytes of a safetensors file.
    ///
    /// # Errors
    /// [`WeightsError`] where the network is not folded or a value is not finite in that precision.
    pub fn to_bytes_in(&self, precision: Precision) -> Result<Vec<u8>, WeightsError> {
        let network = Network::new(&self.network).map_err(damaged)?;
        if !network.initial_statistics().is_empty() {
            return Err(WeightsError::NotFolded);
        }
        let mut start = 0;
        let mut tensors = Vec::new();
        for part in parts(&network) {
            let values = &self.parameters[start..start + part.len()];
            start += part.len();
            let stored = part.stored(values, precision);
            check_finite(&part.name, &stored.values())?;
            tensors.push((part.name.clone(), part.shape.clone(), stored.kind, stored.bytes));
            if let Some(scales) = stored.scales {
                let bytes = scales.iter().flat_map(|scale| scale.to_le_bytes()).collect();
                tensors.push((scale_name(&part.name), vec![scales.len()], Dtype::F32, bytes));
            }
        }
        let description = Description {
            format: FORMAT,
            name: self.name.clone(),
            network: self.network.clone(),
            pixel_scale: PIXEL_SCALE,
            pixel_offset: PIXEL_OFFSET,
            classes: self.classes.clone(),
        };
        let text = serde_json::to_string(&description).map_err(damaged)?;
        let views = tensors.iter().map(|(name, shape, kind, bytes)| {
            let view = TensorView::new(*kind, shape.clone(), bytes).map_err(damaged)?;
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
        let undescribed = |error: crate::config::ConfigError| WeightsError::NoDescription(error.to_string());
        // Before anything is allocated: a number takes at least a byte.
        let count = description.network.parameters().map_err(undescribed)?;
        if count > bytes.len() {
            return Err(WeightsError::TooSmall { bytes: bytes.len(), parameters: count });
        }
        let network = Network::new(&description.network).map_err(undescribed)?;
        let scale = description.relative_scale()?;
        let (named, outputs) = (description.classes.len(), description.network.classes());
        if named != 0 && named != outputs {
            return Err(WeightsError::ClassNames { named, outputs });
        }
        if !network.initial_statistics().is_empty() {
            return Err(WeightsError::NotFolded);
        }
        let mut parameters = Vec::with_capacity(network.layout().len());
        for part in parts(&network) {
            let mut values = part.read(&file)?;
            part.scale_input(&mut values, &network, scale);
            check_finite(&part.name, &values)?;
            parameters.extend(part.values_of_file(&values));
        }
        let Description { name, network, classes, .. } = description;
        Ok(Self { name, network, parameters, classes })
    }
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
