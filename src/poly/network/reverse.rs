//! The pass downwards: gradients of the outputs with respect to every value, in steps.

use super::features;
use super::layer::ClusterLayer;
use super::maps::Maps;
use super::passes::{Cursor, block, share};
use super::polynomial::PolynomialNetwork;
use super::product::{Matrix, add, multiply};

/// Gradients of combinations of the outputs with respect to every value.
#[derive(Debug, Clone)]
pub struct Reverse {
    /// As the trace of the forward pass; complete from its end down to where the pass stands.
    pub trace: Vec<Maps>,
    limit: usize,
    cursor: Cursor,
}

impl Reverse {
    /// Starts from `seeds` `[point][class]`: gradients of `sum over classes of seed * output`.
    pub fn new(network: &PolynomialNetwork, seeds: &[f64], order: usize, values: &[Maps]) -> Self {
        let classes = network.classes();
        let mut seed = Maps::zeros(seeds.len() / classes, 1, 1, classes);
        seed.values.copy_from_slice(seeds);
        let mut trace = vec![seed];
        for (layer, values) in network.layers().iter().zip(values).rev() {
            let above = trace[trace.len() - 1].coefficients;
            let coefficients = (above + (layer.order - 1) * (values.coefficients - 1)).min(order + 1);
            let points = seeds.len() / classes;
            trace.push(Maps::zeros(points, layer.input_positions(), coefficients, layer.input[2]));
        }
        trace.reverse();
        let cursor = Cursor { layer: network.layers().len(), item: 0 };
        Self { trace, limit: order + 1, cursor }
    }

    /// Multiplications of the whole pass.
    pub fn work(&self, network: &PolynomialNetwork) -> u64 {
        let layers = network.layers().iter().zip(&self.trace[1..]);
        layers
            .map(|(layer, above)| (layer.row_work() * layer.positions() * above.coefficients * above.points) as u64)
            .sum()
    }

    /// Goes on by at most about `budget` multiplications; returns how many, 0 at the end.
    pub fn step(&mut self, network: &PolynomialNetwork, values: &[Maps], budget: usize) -> usize {
        let Some(index) = self.cursor.layer.checked_sub(1) else { return 0 };
        let layer = &network.layers()[index];
        let (below, above) = self.trace.split_at_mut(index + 1);
        let (below, above) = (&mut below[index], &above[0]);
        let items = above.points * above.positions;
        let work = layer.row_work() * above.coefficients;
        let end = self.cursor.item + share(budget, work, items - self.cursor.item);
        let done = (end - self.cursor.item) * work;
        reverse_items(layer, &values[index], above, below, self.cursor.item..end);
        self.cursor.item = end;
        if end == items {
            self.cursor = Cursor { layer: index, item: 0 };
        }
        debug_assert!(below.coefficients <= self.limit);
        done
    }
}

/// Gradients of the features of consecutive outputs: `[item][coefficient][monomial * channels]`.
pub fn feature_gradients(layer: &ClusterLayer, above: &Maps, first: usize, count: usize, target: &mut [f64]) {
    let rows = count * above.coefficients;
    let out = above.channels;
    let values = &above.values[first * above.coefficients * out..][..rows * out];
    let weight = Matrix::new(layer.weight_at(first % above.positions), layer.row_len(), out);
    multiply(target, Matrix::new(values, rows, out), weight.transposed(), false);
}

fn reverse_items(layer: &ClusterLayer, values: &Maps, above: &Maps, below: &mut Maps, items: std::ops::Range<usize>) {
    let len = above.coefficients * layer.row_len();
    let per_block = block(layer, above.coefficients).min(items.len());
    let mut gradients = vec![0.0; per_block * len];
    // Only monomials below the highest degree are factors of a derivative.
    let known = ((layer.order - 1) * (values.coefficients - 1) + 1).min(below.coefficients);
    let mut features = vec![0.0; known * layer.row_len()];
    let mut spread = vec![0.0; below.coefficients * layer.row_len()];
    for first in items.clone().step_by(per_block) {
        let count = per_block.min(items.end - first);
        feature_gradients(layer, above, first, count, &mut gradients);
        for (item, own) in (first..first + count).zip(gradients.chunks_exact(len)) {
            let (point, position) = (item / above.positions, item % above.positions);
            if layer.order == 1 {
                scatter(layer, own, below, point, position);
                continue;
            }
            features::fill(layer, values, point, position, &mut features);
            spread[..len].copy_from_slice(own);
            spread[len..].fill(0.0);
            features::spread(layer, &features, values.coefficients.min(known), &mut spread, above.coefficients);
            scatter(layer, &spread, below, point, position);
        }
    }
}

/// Adds the gradients of the taps to those of the input.
fn scatter(layer: &ClusterLayer, gradients: &[f64], below: &mut Maps, point: usize, position: usize) {
    let channels = layer.input[2];
    for (tap, place) in layer.taps_at(position).iter().enumerate() {
        let Some(place) = place else { continue };
        let target = below.row_mut(point, *place as usize);
        for (k, row) in gradients.chunks_exact(layer.row_len()).enumerate() {
            add(&mut target[k * channels..(k + 1) * channels], &row[tap * channels..(tap + 1) * channels]);
        }
    }
}
