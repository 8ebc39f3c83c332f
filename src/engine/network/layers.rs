//! The layers that networks are made of.

use super::{Normalization, Pass};
use crate::engine::cluster::{ClusterGeometry, cluster_linear_untied};
use crate::engine::parameters::{Initial, ParameterSpec};
use burn::tensor::Tensor;
use burn::tensor::module::batch_norm;

/// Prefix of the names of coefficients that all levels share.
pub const SHARED: &str = "shared";
/// Added to the variance of a batch before the square root.
pub const NORMALIZATION_EPSILON: f64 = 1e-5;

/// What every layer tells about itself.
pub trait Layer: std::fmt::Debug {
    /// Its parameters in the order in which it takes them.
    fn parameters(&self) -> Vec<ParameterSpec>;

    /// Channels of its batch normalisation, where it has one.
    fn normalized_channels(&self) -> Option<usize> {
        None
    }
}

/// A convolution without activation, followed by batch normalisation where `normalized`.
#[derive(Debug, Clone)]
pub struct Convolution {
    /// Prefix of the parameter names, e.g. `blocks.0`.
    pub name: String,
    /// Kernel, stride and padding.
    pub geometry: ClusterGeometry,
    /// Channels in and out.
    pub channels: [usize; 2],
    /// Whether it has a bias.
    pub bias: bool,
    /// Whether batch normalisation follows.
    pub normalized: bool,
    /// 2 where a ReLU follows, else 1.
    pub gain: f32,
}

impl Layer for Convolution {
    fn parameters(&self) -> Vec<ParameterSpec> {
        let [input, out] = self.channels;
        let fan_in = self.geometry.taps() * input;
        let name = &self.name;
        let mut specs = vec![ParameterSpec::new(
            format!("{name}.conv.weight"),
            [fan_in, out],
            Initial::Normal { fan_in, gain: self.gain },
        )];
        if self.bias {
            specs.push(ParameterSpec::new(format!("{name}.conv.bias"), [out], Initial::Zeros));
        }
        if self.normalized {
            specs.push(ParameterSpec::new(format!("{name}.norm.scale"), [out], Initial::Ones));
            specs.push(ParameterSpec::new(format!("{name}.norm.shift"), [out], Initial::Zeros));
        }
        specs
    }

    fn normalized_channels(&self) -> Option<usize> {
        self.normalized.then_some(self.channels[1])
    }
}

impl Convolution {
    /// `[batch, h, w, c]` to `[batch, oh, ow, out]`.
    pub fn forward(&self, input: Tensor<4>, pass: &mut Pass) -> Tensor<4> {
        let weight = pass.parameter::<2>();
        let bias = self.bias.then(|| pass.parameter::<1>());
        let output = self.linear(input, weight, pass);
        if self.normalized { normalize(output, bias, pass) } else { add_bias(output, bias) }
    }

    /// The convolution alone, without bias.
    pub fn linear(&self, input: Tensor<4>, weight: Tensor<2>, pass: &Pass) -> Tensor<4> {
        let [_, height, width, channels] = input.dims();
        match self.geometry.trimmed([height, width]) {
            Some((geometry, [rows, columns])) => {
                let [high, wide] = self.geometry.cluster;
                let kept = [geometry.taps() * channels, self.channels[1]];
                let taps = weight.reshape([high, wide, channels * self.channels[1]]).slice([rows, columns]);
                pass.cluster_linear(&geometry, input, taps.reshape(kept))
            }
            None => pass.cluster_linear(&self.geometry, input, weight),
        }
    }
}

/// The coarse-graining operation of Eq. (4), or the plain convolution of the ablation.
#[derive(Debug, Clone)]
pub struct CoarseGraining {
    /// Prefix of the parameter names, e.g. `blocks.0`.
    pub name: String,
    /// Cluster and monomials.
    pub geometry: ClusterGeometry,
    /// Channels in and out.
    pub channels: [usize; 2],
    /// Where its coefficients come from.
    pub coefficients: Coefficients,
}

/// Where the coefficients of an operation come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coefficients {
    /// One set of its own.
    Own,
    /// Sets of its own, one for each of this many output positions.
    OfPositions(usize),
    /// One set for all levels, which the first of them has.
    First,
    /// The set that the first level has.
    OfFirst,
}

impl Layer for CoarseGraining {
    fn parameters(&self) -> Vec<ParameterSpec> {
        let [input, out] = self.channels;
        let fan_in = self.geometry.features() * input;
        let (mut weight, mut bias) = (vec![fan_in, out], vec![out]);
        let name = match self.coefficients {
            Coefficients::Own => &self.name,
            Coefficients::OfPositions(positions) => {
                weight.insert(0, positions);
                bias.insert(0, positions);
                &self.name
            }
            Coefficients::First => SHARED,
            Coefficients::OfFirst => return Vec::new(),
        };
        vec![
            ParameterSpec::new(format!("{name}.cg.weight"), weight, Initial::Normal { fan_in, gain: 1.0 }),
            ParameterSpec::new(format!("{name}.cg.bias"), bias, Initial::Zeros),
        ]
    }
}

impl CoarseGraining {
    /// Takes its coefficients, one set for all positions, out of the pass.
    pub fn take(&self, pass: &mut Pass) -> (Tensor<2>, Tensor<1>) {
        match self.coefficients {
            Coefficients::Own | Coefficients::OfPositions(_) => (pass.parameter(), pass.parameter()),
            Coefficients::First => {
                let set = (pass.parameter(), pass.parameter());
                pass.share(set.clone());
                set
            }
            Coefficients::OfFirst => pass.shared(),
        }
    }

    /// `[batch, h, w, c]` to `[batch, oh, ow, out]`.
    pub fn forward(&self, input: Tensor<4>, pass: &mut Pass) -> Tensor<4> {
        if !matches!(self.coefficients, Coefficients::OfPositions(_)) {
            let (weight, bias) = self.take(pass);
            return add_bias(pass.cluster_linear(&self.geometry, input, weight), Some(bias));
        }
        let weight = pass.parameter::<3>();
        let bias = pass.parameter::<2>();
        let output = cluster_linear_untied(&self.geometry, input, weight);
        let [_, height, width, out] = output.dims();
        output + bias.reshape([1, height, width, out])
    }
}

/// The linear layer at the end.
#[derive(Debug, Clone)]
pub struct Head {
    /// Number of values in and classes out.
    pub size: [usize; 2],
}

impl Layer for Head {
    fn parameters(&self) -> Vec<ParameterSpec> {
        let [input, out] = self.size;
        vec![
            ParameterSpec::new("head.weight", [input, out], Initial::Normal { fan_in: input, gain: 1.0 }),
            ParameterSpec::new("head.bias", [out], Initial::Zeros),
        ]
    }
}

impl Head {
    /// `[batch, features]` to `[batch, classes]`.
    pub fn forward(input: Tensor<2>, pass: &mut Pass) -> Tensor<2> {
        let weight = pass.parameter::<2>();
        let bias = pass.parameter::<1>();
        input.matmul(weight) + bias.unsqueeze()
    }
}

fn normalize(maps: Tensor<4>, bias: Option<Tensor<1>>, pass: &mut Pass) -> Tensor<4> {
    let (scale, shift) = (pass.parameter::<1>(), pass.parameter::<1>());
    let shape = maps.dims();
    let channels = shape[3];
    let rows = |maps: Tensor<4>| maps.reshape([shape[0] * shape[1] * shape[2], channels]);
    match pass.normalization().clone() {
        Normalization::Batch => {
            // The mean of the batch takes the bias away again, so only the reported mean needs it.
            let result = pass.batch_normalize(rows(maps), scale, shift, NORMALIZATION_EPSILON);
            let mean = result.mean;
            pass.report(bias.map_or(mean.clone(), |bias| mean + bias.detach()), result.variance);
            result.output.reshape(shape)
        }
        Normalization::Running(statistics) => {
            let [mean, variance] = pass.running(&statistics, channels);
            let output = rows(add_bias(maps, bias));
            batch_norm(output, scale, shift, mean, variance, NORMALIZATION_EPSILON).reshape(shape)
        }
        Normalization::Folded => unreachable!("a folded network has no normalised layers"),
    }
}

fn add_bias(maps: Tensor<4>, bias: Option<Tensor<1>>) -> Tensor<4> {
    match bias {
        Some(bias) => maps + bias.unsqueeze(),
        None => maps,
    }
}
