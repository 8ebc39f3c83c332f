//! Second derivatives of the outputs along pairs of directions.
//!
//! For a composition of layers `g_l` the second derivative along `u` and `v` is the sum over layers of
//! `gradient_l . g_l''(u_l, v_l)`, with `u_l, v_l` the derivatives of the layer's input along the two directions. The gradient is
//! one pass downwards, the derivatives one pass upwards per direction, and the sum over positions is a matrix product:
//! no pass per pair.

use super::features;
use super::layer::ClusterLayer;
use super::maps::Maps;
use super::passes::{Tangents, active};
use super::polynomial::PolynomialNetwork;
use super::product::{Matrix, add, multiply};
use super::reverse::{Reverse, feature_gradients};

/// A sum over the coefficients of the second derivatives, as series in `t`.
#[derive(Debug, Clone)]
pub struct Second {
    /// `[class][direction][direction]`
    pub values: Vec<f64>,
    /// Factor of the coefficient of `t^k`.
    functional: Vec<f64>,
    directions: usize,
    layer: usize,
    position: usize,
}

/// What the passes left behind.
#[derive(Debug, Clone, Copy)]
pub struct Traces<'a> {
    /// Of the forward pass of one line.
    pub values: &'a [Maps],
    /// Of the derivatives along the directions.
    pub tangents: &'a Tangents,
    /// Of the gradients of every class.
    pub gradients: &'a Reverse,
}

impl Second {
    /// Starts; `functional[k]` is the factor of the coefficient of `t^k`.
    pub fn new(classes: usize, directions: usize, functional: Vec<f64>) -> Self {
        let values = vec![0.0; classes * directions * directions];
        Self { values, functional, directions, layer: 0, position: 0 }
    }

    /// Multiplications of the whole pass where nothing is known to be zero.
    pub fn work(network: &PolynomialNetwork, traces: Traces) -> u64 {
        let work =
            |index: usize, layer: &ClusterLayer| (position_work(layer, index, traces) * layer.positions()) as u64;
        let layers = network.layers().iter().enumerate().filter(|(_, layer)| layer.order > 1);
        layers.map(|(index, layer)| work(index, layer)).sum()
    }

    /// Goes on by at most about `budget` multiplications; returns how many, 0 at the end.
    pub fn step(&mut self, network: &PolynomialNetwork, traces: Traces, budget: usize) -> usize {
        while network.layers().get(self.layer).is_some_and(|layer| layer.order == 1) {
            self.layer += 1;
        }
        let Some(layer) = network.layers().get(self.layer) else { return 0 };
        let work = position_work(layer, self.layer, traces);
        let end = self.position + (budget / work.max(1)).clamp(1, layer.positions() - self.position);
        let done = (end - self.position) * work;
        for position in self.position..end {
            self.add_position(layer, traces, position);
        }
        self.position = end;
        if end == layer.positions() {
            (self.layer, self.position) = (self.layer + 1, 0);
        }
        done
    }

    fn add_position(&mut self, layer: &ClusterLayer, traces: Traces, position: usize) {
        let (values, moved) = (&traces.values[self.layer], &traces.tangents.trace[self.layer]);
        let above = &traces.gradients.trace[self.layer + 1];
        let active = active(layer, &traces.tangents.support[self.layer], moved, position);
        if active.is_empty() {
            return;
        }
        let limit = self.functional.len();
        let taps = values.coefficients.min(limit);
        let coefficients = (above.coefficients + (layer.order - 2) * (taps - 1)).min(limit);
        let mut known = vec![0.0; coefficients * layer.row_len()];
        if layer.order > 2 {
            features::fill(layer, values, 0, position, &mut known);
        }
        let directions = gather(layer, moved, &active, position);
        let mut gradients = vec![0.0; above.coefficients * layer.row_len()];
        let area = layer.tap_count() * layer.tap_count();
        let mut product = vec![0.0; active.len() * active.len()];
        for class in 0..above.points {
            feature_gradients(layer, above, class * above.positions + position, 1, &mut gradients);
            let mut second = vec![0.0; area * coefficients * layer.input[2]];
            features::add_second(layer, &known, taps, &gradients, &mut second);
            let forms = forms(&second, &self.functional, coefficients, moved.coefficients, area);
            let applied = apply(layer, &forms, &directions, moved.coefficients);
            let len = directions.len() / active.len();
            let (a, b) =
                (Matrix::new(&directions, active.len(), len), Matrix::new(&applied, active.len(), len).transposed());
            multiply(&mut product, a, b, false);
            let start = class * self.directions * self.directions;
            for (row, &one) in product.chunks_exact(active.len()).zip(&active) {
                for (value, &other) in row.iter().zip(&active) {
                    self.values[start + one * self.directions + other] += value;
                }
            }
        }
    }
}

fn position_work(layer: &ClusterLayer, index: usize, traces: Traces) -> usize {
    let moved = &traces.tangents.trace[index];
    let above = &traces.gradients.trace[index + 1];
    let (points, taps) = (moved.points, layer.tap_count());
    let len = moved.coefficients * taps * layer.input[2];
    above.points * (points * len * (points + moved.coefficients * taps) + layer.row_work() * above.coefficients)
}

/// Taps of the active directions: `[direction][tap][coefficient][channel]`.
fn gather(layer: &ClusterLayer, moved: &Maps, active: &[usize], position: usize) -> Vec<f64> {
    let len = moved.row_len();
    let mut values = Vec::with_capacity(active.len() * layer.tap_count() * len);
    for &point in active {
        for place in layer.taps_at(position) {
            match place {
                Some(place) => values.extend_from_slice(moved.row(point, *place as usize)),
                None => values.resize(values.len() + len, 0.0),
            }
        }
    }
    values
}

/// For every sum `s` of two powers the form `sum over k of functional[k + s] * second[k]`: `[s][tap][tap][channel]`.
fn forms(second: &[f64], functional: &[f64], coefficients: usize, moved: usize, area: usize) -> Vec<f64> {
    let channels = second.len() / (area * coefficients);
    let mut forms = vec![0.0; (2 * moved - 1) * area * channels];
    for (power, form) in forms.chunks_exact_mut(area * channels).enumerate() {
        for (pair, target) in form.chunks_exact_mut(channels).enumerate() {
            let series = &second[pair * coefficients * channels..(pair + 1) * coefficients * channels];
            for (k, values) in series.chunks_exact(channels).enumerate() {
                let Some(&factor) = functional.get(k + power) else { break };
                for (target, value) in target.iter_mut().zip(values) {
                    *target += factor * value;
                }
            }
        }
    }
    forms
}

/// The forms applied to every direction, in the layout of [`gather`].
fn apply(layer: &ClusterLayer, forms: &[f64], directions: &[f64], moved: usize) -> Vec<f64> {
    let (taps, channels) = (layer.tap_count(), layer.input[2]);
    let len = taps * moved * channels;
    let mut applied = vec![0.0; directions.len()];
    let mut sum = vec![0.0; channels];
    for (target, values) in applied.chunks_exact_mut(len).zip(directions.chunks_exact(len)) {
        for (place, target) in target.chunks_exact_mut(channels).enumerate() {
            let (a, i) = (place / moved, place % moved);
            sum.fill(0.0);
            for (other, values) in values.chunks_exact(channels).enumerate() {
                let (b, j) = (other / moved, other % moved);
                let form = &forms[(((i + j) * taps + a) * taps + b) * channels..][..channels];
                for ((sum, form), value) in sum.iter_mut().zip(form).zip(values) {
                    *sum += form * value;
                }
            }
            add(target, &sum);
        }
    }
    applied
}
