//! A forward pass that is as plain as the formulas, to compare with.

use crate::config::{BlockConfig, CLASSES, LayerOperation, NetworkConfig};
use crate::engine::network::Network;
use crate::engine::weights::WeightsFile;

/// The folded network in the most literal way, in f64, from the tensors' definitions: no code in common with the passes.
pub struct NaiveNetwork {
    /// Height and width of the input.
    side: usize,
    blocks: Vec<NaiveBlock>,
    head: Affine,
}

/// One convolution and the operation after it.
struct NaiveBlock {
    config: BlockConfig,
    conv: Affine,
    cg: Affine,
}

/// Weights [inputs, outputs] and the bias [outputs].
struct Affine {
    weight: Vec<f64>,
    bias: Vec<f64>,
}

/// Values [side, side, channels].
struct Maps {
    side: isize,
    channels: usize,
    values: Vec<f64>,
}

impl Affine {
    fn of(file: &WeightsFile, network: &Network, name: &str) -> Self {
        let tensor = |kind: &str| {
            let range = network.layout().range(&format!("{name}.{kind}")).unwrap();
            file.parameters[range].iter().map(|&value| f64::from(value)).collect()
        };
        Self { weight: tensor("weight"), bias: tensor("bias") }
    }

    /// Adds what the input contributes to all outputs.
    fn add(&self, input: usize, value: f64, outputs: &mut [f64]) {
        let row = &self.weight[input * outputs.len()..][..outputs.len()];
        for (output, weight) in outputs.iter_mut().zip(row) {
            *output += weight * value;
        }
    }
}

impl Maps {
    /// The value at a place, 0 outside.
    fn get(&self, y: isize, x: isize, c: usize) -> f64 {
        let inside = (0..self.side).contains(&y) && (0..self.side).contains(&x);
        if inside { self.values[((y * self.side + x) as usize) * self.channels + c] } else { 0.0 }
    }
}

impl NaiveBlock {
    /// 3x3, padding 1.
    fn convolution(&self, maps: &Maps) -> Maps {
        let mut values = Vec::new();
        for (y, x) in (0..maps.side).flat_map(|y| (0..maps.side).map(move |x| (y, x))) {
            let mut row = self.conv.bias.clone();
            for (tap, c) in (0..9).flat_map(|tap| (0..maps.channels).map(move |c| (tap, c))) {
                let value = maps.get(y + tap as isize / 3 - 1, x + tap as isize % 3 - 1, c);
                self.conv.add(tap * maps.channels + c, value, &mut row);
            }
            values.extend(row);
        }
        Maps { side: maps.side, channels: self.config.channels, values }
    }

    /// Eq. 2 of the article on clusters of 2x2, or its first-order part alone.
    fn coarse_graining(&self, maps: &Maps) -> Maps {
        let (stride, dilation) = (self.config.cg.stride[0] as isize, self.config.cg.dilation as isize);
        let side = (maps.side - dilation - 1) / stride + 1;
        let mut values = Vec::new();
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let mut row = self.cg.bias.clone();
            for c in 0..maps.channels {
                let taps: Vec<f64> = (0..4)
                    .map(|tap| maps.get(y * stride + tap / 2 * dilation, x * stride + tap % 2 * dilation, c))
                    .collect();
                let products = (0..4).flat_map(|i| (i..4).map(move |j| (i, j))).map(|(i, j)| taps[i] * taps[j]);
                let monomials: Vec<f64> = match self.config.operation {
                    LayerOperation::Cg => taps.iter().copied().chain(products).collect(),
                    LayerOperation::Conv => taps.clone(),
                };
                for (index, &monomial) in monomials.iter().enumerate() {
                    self.cg.add(index * maps.channels + c, monomial, &mut row);
                }
            }
            values.extend(row);
        }
        Maps { side, channels: self.config.channels, values }
    }
}

impl NaiveNetwork {
    /// Reads the tensors of a folded TaylorNet.
    pub fn of_file(file: &WeightsFile) -> Self {
        let NetworkConfig::TaylorNet(config) = &file.network else { panic!("a TaylorNet") };
        let network = Network::new(&file.network).unwrap();
        let affine = |name: &str| Affine::of(file, &network, name);
        let blocks = config.blocks.iter().enumerate().map(|(index, block)| NaiveBlock {
            config: *block,
            conv: affine(&format!("blocks.{index}.conv")),
            cg: affine(&format!("blocks.{index}.cg")),
        });
        Self { side: config.input.height, blocks: blocks.collect(), head: affine("head") }
    }

    /// Scores of all classes for an image [side, side].
    pub fn forward(&self, image: &[f64]) -> Vec<f64> {
        let mut maps = Maps { side: self.side as isize, channels: 1, values: image.to_vec() };
        for block in &self.blocks {
            maps = block.coarse_graining(&block.convolution(&maps));
        }
        let mut logits = self.head.bias.clone();
        assert_eq!(logits.len(), CLASSES);
        for (index, &value) in maps.values.iter().enumerate() {
            self.head.add(index, value, &mut logits);
        }
        logits
    }
}
