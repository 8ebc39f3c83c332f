//! Where each parameter lies in a file with weights, and in which numbers.

use super::{Precision, WeightsError};
use crate::config::{NetworkConfig, Sharing};
use crate::engine::network::Network;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

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

/// Which of our axes `[sets, features, channels, out]` the file has, and in which order.
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

    /// For every place in the file, the index in our vector.
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

    /// Values of our vector as the file stores them.
    pub fn stored(&self, values: &[f32], precision: Precision) -> Stored {
        let values = self.to_file(values);
        match (precision, self.order) {
            (Precision::Single, _) | (Precision::Byte, Order::Same) => {
                let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
                Stored { kind: Dtype::F32, bytes, scales: None }
            }
            (Precision::Half, _) => {
                let bytes = values.iter().flat_map(|value| half::f16::from_f32(*value).to_le_bytes()).collect();
                Stored { kind: Dtype::F16, bytes, scales: None }
            }
            (Precision::Byte, Order::Reversed) => {
                let outputs: Vec<_> = values.chunks_exact(self.values_per_output()).map(in_8_bits).collect();
                let scales = outputs.iter().map(|(scale, _)| *scale).collect();
                let bytes = outputs.into_iter().flat_map(|(_, bytes)| bytes).collect();
                Stored { kind: Dtype::I8, bytes, scales: Some(scales) }
            }
        }
    }

    /// Features times channels: how many numbers share a scale.
    fn values_per_output(&self) -> usize {
        self.axes[1] * self.axes[2]
    }

    /// Makes the values of the first layer, in the order of the file, take pixels that are `scale` times smaller: a
    /// coefficient of a monomial of degree n becomes `scale^n` times as large.
    pub fn scale_input(&self, values: &mut [f32], network: &Network, scale: f32) {
        match (network.config(), self.name.as_str()) {
            (NetworkConfig::Direct(config), "cg.weight") => {
                let degrees = degrees(config.input.len(), config.order);
                for (index, value) in values.iter_mut().enumerate() {
                    *value *= scale.powi(degrees[index % degrees.len()]);
                }
            }
            (NetworkConfig::TaylorNet(_), "blocks.0.conv.weight") | (NetworkConfig::ResNet(_), "stem.conv.weight") => {
                for value in values {
                    *value *= scale;
                }
            }
            (NetworkConfig::TaylorNet(_) | NetworkConfig::ResNet(_) | NetworkConfig::Direct(_), _) => {}
        }
    }

    /// Values in the order of the file, checked for shape and type.
    pub fn read(&self, file: &SafeTensors) -> Result<Vec<f32>, WeightsError> {
        let view = tensor_of(file, &self.name, &self.shape)?;
        let scales = if view.dtype() == Dtype::I8 {
            let name = scale_name(&self.name);
            let scales = tensor_of(file, &name, &[self.len() / self.values_per_output()])?;
            let stored = Stored { kind: scales.dtype(), bytes: scales.data().to_vec(), scales: None };
            Some(stored.read().ok_or_else(|| wrong_kind(&name, scales.dtype()))?)
        } else {
            None
        };
        let stored = Stored { kind: view.dtype(), bytes: view.data().to_vec(), scales };
        stored.read().ok_or_else(|| wrong_kind(&self.name, view.dtype()))
    }
}

/// A tensor as the file stores it, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Type of its numbers.
    pub kind: Dtype,
    /// The numbers.
    pub bytes: Vec<u8>,
    /// For whole numbers from -127 to 127: what those of each output are multiplied by.
    pub scales: Option<Vec<f32>>,
}

impl Stored {
    /// The numbers, and the scales where there are any: everything that must be finite.
    pub fn values(&self) -> Vec<f32> {
        self.read().unwrap_or_default()
    }

    /// The numbers; `None` for types that we do not read.
    fn read(&self) -> Option<Vec<f32>> {
        let bytes = &self.bytes;
        match (self.kind, &self.scales) {
            (Dtype::F32, None) => Some(bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect()),
            (Dtype::F16, None) => {
                Some(bytes.as_chunks::<2>().0.iter().map(|b| half::f16::from_le_bytes(*b).to_f32()).collect())
            }
            (Dtype::I8, Some(scales)) => {
                let outputs = bytes.chunks_exact((bytes.len() / scales.len().max(1)).max(1)).zip(scales);
                Some(outputs.flat_map(|(row, scale)| row.iter().map(move |b| f32::from(*b as i8) * scale)).collect())
            }
            _ => None,
        }
    }
}

/// Numbers as multiples from -127 to 127 of a scale, which is 0 where all of them are.
fn in_8_bits(values: &[f32]) -> (f32, Vec<u8>) {
    // A number that is not finite makes the scale not finite, which is refused afterwards.
    let finite = values.iter().all(|value| value.is_finite());
    let largest =
        if finite { values.iter().fold(0.0, |largest: f32, value| largest.max(value.abs())) } else { f32::NAN };
    let scale = largest / 127.0;
    let step = |value: &f32| if scale > 0.0 { (value / scale).round() as i8 as u8 } else { 0 };
    (scale, values.iter().map(step).collect())
}

/// Degree of every distinct monomial of some variables up to an order, in the order of the file.
fn degrees(variables: usize, order: usize) -> Vec<i32> {
    let (mut degrees, mut count) = (Vec::new(), 1);
    for degree in 1..=order {
        // C(variables + degree - 1, degree) monomials have this degree.
        count = count * (variables + degree - 1) / degree;
        degrees.resize(degrees.len() + count, degree as i32);
    }
    degrees
}

/// Name of the tensor with the scales of a tensor of 8 bits.
pub fn scale_name(tensor: &str) -> String {
    format!("{tensor}.scale")
}

fn tensor_of<'a>(file: &SafeTensors<'a>, name: &str, shape: &[usize]) -> Result<TensorView<'a>, WeightsError> {
    let wrong = |found: String| WeightsError::Tensor { tensor: name.to_owned(), found, expected: format!("{shape:?}") };
    let view = file.tensor(name).map_err(|_| wrong("missing".into()))?;
    if view.shape() == shape { Ok(view) } else { Err(wrong(format!("{:?}", view.shape()))) }
}

fn wrong_kind(name: &str, kind: Dtype) -> WeightsError {
    let expected = "F32, F16 or I8 with scales".to_owned();
    WeightsError::Tensor { tensor: name.to_owned(), found: format!("of type {kind:?}"), expected }
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
