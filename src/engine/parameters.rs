//! The parameters of a network as one vector.
//!
//! All values lie one after the other in a single tensor. The optimiser, the clipping, the checkpoint and the transfer
//! between devices are then one operation each, on any device; the network sees reshaped parts of it.

use burn::tensor::{Device, Tensor, TensorData};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How a parameter starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Initial {
    /// Normally distributed with variance `gain / fan_in`.
    Normal {
        /// Number of values that enter one sum.
        fan_in: usize,
        /// 1 for linear maps, 2 in front of a ReLU.
        gain: f32,
    },
    /// All zero.
    Zeros,
    /// All one.
    Ones,
}

/// Name, shape and start of one parameter tensor.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterSpec {
    /// Name as in files, e.g. `blocks.0.conv.weight`.
    pub name: String,
    /// Shape as the network computes with it (channels last), which is not always that of the files.
    pub shape: Vec<usize>,
    /// Start.
    pub initial: Initial,
}

impl ParameterSpec {
    /// A parameter called `name` of shape `shape`.
    pub fn new(name: impl Into<String>, shape: impl Into<Vec<usize>>, initial: Initial) -> Self {
        Self { name: name.into(), shape: shape.into(), initial }
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// True for a parameter without values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The order of the parameters in the vector.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ParameterLayout {
    specs: Vec<ParameterSpec>,
}

impl ParameterLayout {
    /// A layout of these parameters, in this order.
    pub fn new(specs: Vec<ParameterSpec>) -> Self {
        Self { specs }
    }

    /// The parameters in order.
    pub fn specs(&self) -> &[ParameterSpec] {
        &self.specs
    }

    /// Number of values of the vector.
    pub fn len(&self) -> usize {
        self.specs.iter().map(ParameterSpec::len).sum()
    }

    /// True without parameters.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Part of the vector that belongs to the parameter `name`.
    pub fn range(&self, name: &str) -> Option<std::ops::Range<usize>> {
        let mut start = 0;
        for spec in &self.specs {
            let end = start + spec.len();
            if spec.name == name {
                return Some(start..end);
            }
            start = end;
        }
        None
    }

    /// Start values; the same for a seed on every machine and device.
    pub fn initial_values(&self, seed: u64) -> Vec<f32> {
        let mut values = Vec::with_capacity(self.len());
        for (index, spec) in self.specs.iter().enumerate() {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream(index as u64 + 1);
            match spec.initial {
                Initial::Zeros => values.resize(values.len() + spec.len(), 0.0),
                Initial::Ones => values.resize(values.len() + spec.len(), 1.0),
                Initial::Normal { fan_in, gain } => {
                    let deviation = (gain / fan_in as f32).sqrt();
                    values.extend((0..spec.len()).map(|_| deviation * standard_normal(&mut random)));
                }
            }
        }
        values
    }

    /// Splits the vector into one flat tensor per parameter.
    pub fn split(&self, vector: &Tensor<1>) -> Vec<Tensor<1>> {
        let mut start = 0;
        let part = |spec: &ParameterSpec| {
            let range = start..start + spec.len();
            start = range.end;
            vector.clone().slice(range)
        };
        self.specs.iter().map(part).collect()
    }
}

/// A vector of values on a device.
pub fn vector(values: &[f32], device: &Device) -> Tensor<1> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len()]), device)
}

/// A standard normal number by the Box-Muller transform.
fn standard_normal(random: &mut impl Rng) -> f32 {
    let unit = |bits: u32| (f64::from(bits) + 0.5) / f64::from(u32::MAX).mul_add(1.0, 1.0);
    let (radius, angle) = (unit(random.next_u32()), unit(random.next_u32()));
    ((-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_values_have_the_moments_of_their_distribution() {
        let spec = ParameterSpec::new("w", [200, 100], Initial::Normal { fan_in: 50, gain: 2.0 });
        let values = ParameterLayout::new(vec![spec]).initial_values(3);
        let mean = values.iter().sum::<f32>() / 20_000.0;
        let variance = values.iter().map(|value| value * value).sum::<f32>() / 20_000.0;
        let kurtosis = values.iter().map(|value| value.powi(4)).sum::<f32>() / 20_000.0 / variance.powi(2);
        assert!(mean.abs() < 0.005 && (variance - 0.04).abs() < 0.002, "{mean} {variance}");
        assert!((kurtosis - 3.0).abs() < 0.2, "{kurtosis}");
    }

    #[test]
    fn a_layout_finds_its_parts() {
        let layout = ParameterLayout::new(vec![
            ParameterSpec::new("a", [2, 3], Initial::Ones),
            ParameterSpec::new("b", [4], Initial::Zeros),
        ]);
        assert_eq!((layout.len(), layout.range("b"), layout.range("c")), (10, Some(6..10), None));
        let parts = layout.split(&vector(&layout.initial_values(0), &Device::flex()));
        assert_eq!(parts[1].clone().into_data().try_to_vec::<f32>().unwrap(), vec![0.0; 4]);
    }
}
