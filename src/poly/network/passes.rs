//! Passes upwards through a network that can be cut into steps: values, and derivatives along directions.

use super::features;
use super::layer::ClusterLayer;
use super::maps::Maps;
use super::polynomial::PolynomialNetwork;
use super::product::{Matrix, add, multiply};

/// Multiplications per step: some tens of milliseconds in a browser.
pub const STEP_WORK: usize = 24_000_000;
/// Rows that enter one matrix product, and numbers that they may take.
const BLOCK_ROWS: usize = 64;
const BLOCK_VALUES: usize = 1 << 17;

/// Items (each of `rows` rows) that are worked on at once.
pub(super) fn block(layer: &ClusterLayer, rows: usize) -> usize {
    if layer.is_untied() {
        return 1;
    }
    (BLOCK_ROWS / rows).min(BLOCK_VALUES / (rows * layer.row_len())).max(1)
}

/// Where a pass stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) layer: usize,
    pub(super) item: usize,
}

/// Items of a layer that fit the work left in a step, at least one.
pub(super) fn share(budget: usize, work: usize, left: usize) -> usize {
    (budget / work.max(1)).clamp(1, left)
}

/// Values of a network on lines of images.
#[derive(Debug, Clone)]
pub struct Forward {
    /// Input, then the output of every layer so far; afterwards of all layers.
    pub trace: Vec<Maps>,
    limit: usize,
    cursor: Cursor,
}

impl Forward {
    /// Starts from lines of images, kept up to `t^order`.
    pub fn new(network: &PolynomialNetwork, input: Maps, order: usize) -> Self {
        let mut pass = Self { trace: vec![input], limit: order + 1, cursor: Cursor { layer: 0, item: 0 } };
        pass.open(network);
        pass
    }

    /// Multiplications of the whole pass.
    pub fn work(network: &PolynomialNetwork, input: &Maps, order: usize) -> u64 {
        let mut coefficients = input.coefficients;
        let mut work = 0;
        for layer in network.layers() {
            coefficients = features::coefficients_out(layer, coefficients, order + 1);
            work += (layer.row_work() * input.points * layer.positions() * coefficients) as u64;
        }
        work
    }

    fn open(&mut self, network: &PolynomialNetwork) {
        if let Some(layer) = network.layers().get(self.cursor.layer) {
            let input = &self.trace[self.cursor.layer];
            let coefficients = features::coefficients_out(layer, input.coefficients, self.limit);
            self.trace.push(Maps::zeros(input.points, layer.positions(), coefficients, layer.output[2]));
        }
    }

    /// Goes on by at most about `budget` multiplications; returns how many, 0 at the end.
    pub fn step(&mut self, network: &PolynomialNetwork, budget: usize) -> usize {
        let Some(layer) = network.layers().get(self.cursor.layer) else { return 0 };
        let (inputs, output) = self.trace.split_at_mut(self.cursor.layer + 1);
        let (input, output) = (&inputs[self.cursor.layer], &mut output[0]);
        let items = output.points * output.positions;
        let work = layer.row_work() * output.coefficients;
        let end = self.cursor.item + share(budget, work, items - self.cursor.item);
        let done = (end - self.cursor.item) * work;
        forward_items(layer, input, output, self.cursor.item..end);
        self.cursor.item = end;
        if end == items {
            self.cursor = Cursor { layer: self.cursor.layer + 1, item: 0 };
            self.open(network);
        }
        done
    }

    /// All at once.
    pub fn run(network: &PolynomialNetwork, input: Maps, order: usize) -> Vec<Maps> {
        let mut pass = Self::new(network, input, order);
        while pass.step(network, usize::MAX) > 0 {}
        pass.trace
    }
}

fn forward_items(layer: &ClusterLayer, input: &Maps, output: &mut Maps, items: std::ops::Range<usize>) {
    let (positions, coefficients, out) = (output.positions, output.coefficients, output.channels);
    let len = coefficients * layer.row_len();
    let per_block = block(layer, coefficients).min(items.len());
    let mut rows = vec![0.0; per_block * len];
    for first in items.clone().step_by(per_block) {
        let count = per_block.min(items.end - first);
        for (item, rows) in (first..first + count).zip(rows.chunks_exact_mut(len)) {
            features::fill(layer, input, item / positions, item % positions, rows);
        }
        let position = first % positions;
        let target = &mut output.values[first * coefficients * out..(first + count) * coefficients * out];
        let a = Matrix::new(&rows, count * coefficients, layer.row_len());
        multiply(target, a, Matrix::new(layer.weight_at(position), layer.row_len(), out), false);
        for (item, values) in (first..).zip(target.chunks_exact_mut(coefficients * out)) {
            add(&mut values[..out], layer.bias_at(item % positions));
        }
    }
}

/// Derivatives of every value along directions in the space of images.
#[derive(Debug, Clone)]
pub struct Tangents {
    /// Directions, then the derivatives of every layer's output.
    pub trace: Vec<Maps>,
    /// For every entry of the trace, `[point][position]`: whether anything there can differ from zero.
    pub support: Vec<Vec<bool>>,
    limit: usize,
    cursor: Cursor,
}

impl Tangents {
    /// Starts from directions `[direction][pixel][channel]`; `order` as of the forward pass.
    pub fn new(network: &PolynomialNetwork, directions: Maps, order: usize, values: &[Maps]) -> Self {
        let support = directions.values.chunks_exact(directions.row_len()).map(|row| row.iter().any(|v| *v != 0.0));
        let support = vec![support.collect()];
        let cursor = Cursor { layer: 0, item: 0 };
        let mut pass = Self { trace: vec![directions], support, limit: order + 1, cursor };
        pass.open(network, values);
        pass
    }

    /// Multiplications of the whole pass where nothing is known to be zero.
    pub fn work(network: &PolynomialNetwork, directions: usize, order: usize, input: &Maps) -> u64 {
        let (mut taps, mut coefficients, mut work) = (input.coefficients, 1, 0);
        for layer in network.layers() {
            coefficients = (coefficients + (layer.order - 1) * (taps - 1)).min(order + 1);
            taps = features::coefficients_out(layer, taps, order + 1);
            work += (layer.row_work() * directions * layer.positions() * coefficients) as u64;
        }
        work
    }

    fn open(&mut self, network: &PolynomialNetwork, values: &[Maps]) {
        if let Some(layer) = network.layers().get(self.cursor.layer) {
            let input = &self.trace[self.cursor.layer];
            let taps = values[self.cursor.layer].coefficients;
            let coefficients = (input.coefficients + (layer.order - 1) * (taps - 1)).min(self.limit);
            let points = input.points;
            self.trace.push(Maps::zeros(points, layer.positions(), coefficients, layer.output[2]));
            self.support.push(vec![false; points * layer.positions()]);
        }
    }

    /// Goes on by at most about `budget` multiplications; returns how many, 0 at the end. `values` are those of the
    /// forward pass of one line.
    pub fn step(&mut self, network: &PolynomialNetwork, values: &[Maps], budget: usize) -> usize {
        let Some(layer) = network.layers().get(self.cursor.layer) else { return 0 };
        let output = &self.trace[self.cursor.layer + 1];
        let (items, work) = (output.positions, layer.row_work() * output.coefficients * output.points);
        let end = self.cursor.item + share(budget, work, items - self.cursor.item);
        let done = (end - self.cursor.item) * work;
        for position in self.cursor.item..end {
            self.position(layer, &values[self.cursor.layer], position);
        }
        self.cursor.item = end;
        if end == items {
            self.cursor = Cursor { layer: self.cursor.layer + 1, item: 0 };
            self.open(network, values);
        }
        done
    }

    fn position(&mut self, layer: &ClusterLayer, values: &Maps, position: usize) {
        let (inputs, outputs) = self.trace.split_at_mut(self.cursor.layer + 1);
        let (input, output) = (&inputs[self.cursor.layer], &mut outputs[0]);
        let (coefficients, out) = (output.coefficients, output.channels);
        let active = active(layer, &self.support[self.cursor.layer], input, position);
        let len = coefficients * layer.row_len();
        let mut known = vec![0.0; len];
        features::fill(layer, values, 0, position, &mut known);
        let per_block = (BLOCK_ROWS / coefficients).min(BLOCK_VALUES / len).clamp(1, active.len().max(1));
        let mut rows = vec![0.0; per_block * len];
        let mut result = vec![0.0; per_block * coefficients * out];
        for points in active.chunks(per_block) {
            for (&point, rows) in points.iter().zip(rows.chunks_exact_mut(len)) {
                let taps = values.coefficients.min(coefficients);
                features::fill_tangent(layer, [&known, &known], taps, input, (point, position), rows);
            }
            let a = Matrix::new(&rows, points.len() * coefficients, layer.row_len());
            multiply(&mut result, a, Matrix::new(layer.weight_at(position), layer.row_len(), out), false);
            for (&point, values) in points.iter().zip(result.chunks_exact(coefficients * out)) {
                output.row_mut(point, position).copy_from_slice(values);
                self.support[self.cursor.layer + 1][point * layer.positions() + position] = true;
            }
        }
    }
}

/// Points that are not zero in all taps of a cluster.
pub fn active(layer: &ClusterLayer, support: &[bool], input: &Maps, position: usize) -> Vec<usize> {
    let taps = layer.taps_at(position);
    let touches = |point: usize| taps.iter().flatten().any(|&tap| support[point * input.positions + tap as usize]);
    (0..input.points).filter(|&point| touches(point)).collect()
}
