//! A mirrored network written out as one stack of twice the width, half of which sees the world in a mirror.

use super::Network;
use crate::config::{LayerOperation, NetworkConfig, Sharing, TaylorNetConfig};
use crate::poly::cluster_monomials::MonomialTable;

/// Channels of an operation.
#[derive(Clone, Copy)]
struct Sizes {
    inputs: usize,
    outputs: usize,
}

impl Network {
    /// The same function without a mirror.
    ///
    /// The network of the image flipped left to right is that of the image with every cluster flipped: its taps change
    /// places, and its maps are flipped themselves. Both halves stand side by side in each level and do not meet before
    /// the last layer, which takes half of each.
    ///
    /// Takes and returns parameter vectors in the order of the layouts of the two networks; networks without a mirror come
    /// back unchanged.
    ///
    /// # Panics
    /// Where the network is normalised: it has to be [folded](Self::folded) first.
    pub fn unmirrored(&self, parameters: &[f32]) -> (Self, Vec<f32>) {
        let NetworkConfig::TaylorNet(config) = self.config() else { return (self.clone(), parameters.to_vec()) };
        if !config.mirrored {
            return (self.clone(), parameters.to_vec());
        }
        assert!(!config.normalization, "a network is folded before its mirror is written out");
        let mut wide = TaylorNetConfig { mirrored: false, ..config.clone() };
        for block in &mut wide.blocks {
            block.channels *= 2;
        }
        let (Ok(sizes), Ok(network)) = (config.sizes(), Self::new(&NetworkConfig::TaylorNet(wide))) else {
            unreachable!("a valid network stays valid at twice its width");
        };
        let part = |name: &str| self.layout().range(name).map_or(&[][..], |range| &parameters[range]);
        let mut result = Vec::with_capacity(network.layout().len());
        for (index, block) in config.blocks.iter().enumerate() {
            let channels = block.channels;
            let inputs = if index == 0 { config.input.channels } else { config.blocks[index - 1].channels };
            let turned = turned_features(&MonomialTable::new(9, 1), 3);
            let weight = part(&format!("blocks.{index}.conv.weight"));
            let sizes_of = Sizes { inputs, outputs: channels };
            // The first convolution sees one image with both halves.
            result.extend(beside(weight, sizes_of, &[0], &turned, index > 0));
            result.extend(part(&format!("blocks.{index}.conv.bias")).repeat(2));

            let order = if block.operation == LayerOperation::Cg { block.cg.order } else { 1 };
            let turned = turned_features(&MonomialTable::new(block.cg.taps(), order), block.cg.cluster[1]);
            let [_, width] = sizes[index + 1];
            let sets = if block.cg.sharing == Sharing::Untied { sizes[index + 1][0] * width } else { 1 };
            let places: Vec<usize> =
                (0..sets).map(|set| if sets == 1 { 0 } else { turned_column(set, width) }).collect();
            let sizes_of = Sizes { inputs: channels, outputs: channels };
            let weight = part(&format!("blocks.{index}.cg.weight"));
            result.extend(beside(weight, sizes_of, &places, &turned, true));
            let bias = part(&format!("blocks.{index}.cg.bias"));
            for (own, &place) in bias.chunks_exact(channels).zip(&places) {
                result.extend_from_slice(own);
                result.extend_from_slice(&bias[place * channels..][..channels]);
            }
        }
        let (width, channels) = (sizes[sizes.len() - 1][1], config.blocks[config.blocks.len() - 1].channels);
        let head = part("head.weight");
        let (bias, rows) = (part("head.bias"), channels * part("head.bias").len());
        for (place, own) in head.chunks_exact(rows).enumerate() {
            let other = &head[turned_column(place, width) * rows..][..rows];
            result.extend(own.iter().chain(other).map(|value| 0.5 * value));
        }
        result.extend_from_slice(bias);
        (network, result)
    }
}

/// Index of a position `row * width + column` after its row has been reversed.
fn turned_column(position: usize, width: usize) -> usize {
    let column = position % width;
    position - column + (width - 1 - column)
}

/// For every feature of a cluster with rows of `width` taps, the feature that it becomes in the mirror.
fn turned_features(table: &MonomialTable, width: usize) -> Vec<usize> {
    let factors: Vec<Vec<usize>> = (0..table.len()).map(|index| table.factors(index)).collect();
    let turned = factors.iter().map(|taps| {
        let mut taps: Vec<usize> = taps.iter().map(|&tap| turned_column(tap, width)).collect();
        taps.sort_unstable();
        factors.iter().position(|other| *other == taps).unwrap_or_default()
    });
    turned.collect()
}

/// Two operations side by side, `[sets, features * inputs, outputs]` to `[sets, features * (2) inputs, 2 outputs]`: the
/// second one is the first in the mirror, and has inputs of its own unless both take the same.
fn beside(weight: &[f32], sizes: Sizes, places: &[usize], turned: &[usize], own_inputs: bool) -> Vec<f32> {
    let Sizes { inputs, outputs } = sizes;
    let row = |set: usize, feature: usize, input: usize| {
        &weight[((set * turned.len() + feature) * inputs + input) * outputs..][..outputs]
    };
    let nothing = vec![0.0; outputs];
    let mut result = Vec::with_capacity(weight.len() * if own_inputs { 4 } else { 2 });
    for (set, &place) in places.iter().enumerate() {
        for (feature, &other) in turned.iter().enumerate() {
            let mirrored = |input: usize| row(place, other, input);
            for input in 0..inputs {
                result.extend_from_slice(row(set, feature, input));
                result.extend_from_slice(if own_inputs { &nothing } else { mirrored(input) });
            }
            for input in (0..inputs).filter(|_| own_inputs) {
                result.extend_from_slice(&nothing);
                result.extend_from_slice(mirrored(input));
            }
        }
    }
    result
}
