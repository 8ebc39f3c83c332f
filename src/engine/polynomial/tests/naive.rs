//! A forward pass that is as plain as the formulas, to compare with.

use crate::config::{CLASSES, LayerOperation, NetworkConfig};
use crate::engine::network::Network;
use crate::engine::weights::WeightsFile;

/// The folded network in the most literal way, in f64, from the tensors' definitions: no code in common with the passes.
pub fn naive_forward(file: &WeightsFile, image: &[f64]) -> Vec<f64> {
    let NetworkConfig::TaylorNet(config) = &file.network else { panic!("a TaylorNet") };
    let network = Network::new(&file.network).unwrap();
    let tensor = |name: &str| -> Vec<f64> {
        let range = network.layout().range(name).unwrap();
        file.parameters[range].iter().map(|&value| f64::from(value)).collect()
    };
    let (mut side, mut channels, mut maps) = (config.input.height as isize, 1, image.to_vec());
    for (index, block) in config.blocks.iter().enumerate() {
        let get = |maps: &[f64], side: isize, channels: usize, y: isize, x: isize, c: usize| {
            let inside = (0..side).contains(&y) && (0..side).contains(&x);
            if inside { maps[((y * side + x) as usize) * channels + c] } else { 0.0 }
        };
        let (weight, bias) =
            (tensor(&format!("blocks.{index}.conv.weight")), tensor(&format!("blocks.{index}.conv.bias")));
        let mut next = Vec::new();
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let mut row = bias.clone();
            for (tap, c) in (0..9).flat_map(|tap| (0..channels).map(move |c| (tap, c))) {
                let value = get(&maps, side, channels, y + tap as isize / 3 - 1, x + tap as isize % 3 - 1, c);
                for (out, sum) in row.iter_mut().enumerate() {
                    *sum += weight[(tap * channels + c) * block.channels + out] * value;
                }
            }
            next.extend(row);
        }
        (maps, channels) = (next, block.channels);
        let (weight, bias) = (tensor(&format!("blocks.{index}.cg.weight")), tensor(&format!("blocks.{index}.cg.bias")));
        let (stride, dilation) = (block.cg.stride[0] as isize, block.cg.dilation as isize);
        let out_side = (side - dilation - 1) / stride + 1;
        let mut next = Vec::new();
        for (y, x) in (0..out_side).flat_map(|y| (0..out_side).map(move |x| (y, x))) {
            let mut row = bias.clone();
            for c in 0..channels {
                let taps: Vec<f64> = (0..4)
                    .map(|tap| {
                        get(&maps, side, channels, y * stride + tap / 2 * dilation, x * stride + tap % 2 * dilation, c)
                    })
                    .collect();
                let products = (0..4).flat_map(|i| (i..4).map(move |j| (i, j))).map(|(i, j)| taps[i] * taps[j]);
                let monomials: Vec<f64> = match block.operation {
                    LayerOperation::Cg => taps.iter().copied().chain(products).collect(),
                    LayerOperation::Conv => taps.clone(),
                };
                for (index, monomial) in monomials.iter().enumerate() {
                    for (out, sum) in row.iter_mut().enumerate() {
                        *sum += weight[(index * channels + c) * block.channels + out] * monomial;
                    }
                }
            }
            next.extend(row);
        }
        (maps, side) = (next, out_side);
    }
    let (weight, mut logits) = (tensor("head.weight"), tensor("head.bias"));
    for (index, value) in maps.iter().enumerate() {
        for (class, logit) in logits.iter_mut().enumerate() {
            *logit += weight[index * CLASSES + class] * value;
        }
    }
    logits
}
