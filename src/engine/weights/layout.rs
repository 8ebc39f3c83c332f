//! Where each parameter lies in a file with weights, and in which numbers.

use super::{Precision, WeightsError};
use crate::config::{NetworkConfig, Sharing};
use crate::engine::network::Network;
use safetensors::tensor::{Dtype, SafeTensors};

/// How one parameter lies in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Name in the file.
    pub name: String,
    /// Shape in the file.
    pub shape: Vec<usize>,
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
    /// Number of values.
    pub fn len(&self) -> usize {
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

    /// Values of our vector in the order of the file.
    pub fn to_file(&self, values: &[f32]) -> Vec<f32> {
        self.places().into_iter().map(|place| values[place]).collect()
    }

    /// Values of the file in the order of our vector.
    pub fn values_of_file(&self, stored: &[f32]) -> Vec<f32> {
        let mut values = vec![0.0; self.len()];
        for (place, value) in self.places().into_iter().zip(stored) {
            values[place] = *value;
        }
        values
    }

    /// Values in the order of the file, checked for shape and type.
    pub fn read(&self, file: &SafeTensors) -> Result<Vec<f32>, WeightsError> {
        let wrong = |found: String| WeightsError::Tensor {
            tensor: self.name.clone(),
            found,
            expected: format!("{:?}", self.shape),
        };
        let view = file.tensor(&self.name).map_err(|_| wrong("missing".into()))?;
        if view.shape() != self.shape {
            return Err(wrong(format!("{:?}", view.shape())));
        }
        decoded(view.data(), view.dtype()).ok_or_else(|| wrong(format!("of type {:?}", view.dtype())))
    }
}

/// Numbers as bytes of a file, and their type.
pub fn encoded(values: &[f32], precision: Precision) -> (Dtype, Vec<u8>) {
    match precision {
        Precision::Single => (Dtype::F32, values.iter().flat_map(|value| value.to_le_bytes()).collect()),
        Precision::Half => {
            (Dtype::F16, values.iter().flat_map(|value| half::f16::from_f32(*value).to_le_bytes()).collect())
        }
    }
}

/// Bytes of a file as numbers; `None` for types that we do not read.
pub fn decoded(bytes: &[u8], kind: Dtype) -> Option<Vec<f32>> {
    match kind {
        Dtype::F32 => Some(bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect()),
        Dtype::F16 => Some(bytes.as_chunks::<2>().0.iter().map(|b| half::f16::from_le_bytes(*b).to_f32()).collect()),
        _ => None,
    }
}

/// How the parameters of a folded network lie in a file.
pub fn parts(network: &Network) -> Vec<Part> {
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
