//! A layer about another point: its input is what is left of the old one without that point.

use super::layer::ClusterLayer;
use crate::poly::cluster_monomials::MonomialTable;
use std::collections::HashMap;

impl ClusterLayer {
    /// The layer `g(d) = f(point + d)` for maps `[row][column][channel]`. A linear map gets another bias at every position;
    /// products of taps become sums of products, `(p + d)(q + e) = p q + p e + q d + d e`, with coefficients of their own
    /// at every position.
    pub(super) fn about(&self, point: &[f64]) -> Self {
        if point.iter().all(|value| *value == 0.0) {
            return self.clone();
        }
        let shifts = Shifts::new(&self.monomials);
        let mut layer = Self { bias: Vec::new(), ..self.clone() };
        if self.order > 1 {
            layer.weight = Vec::with_capacity(self.positions() * self.row_len() * self.output[2]);
        }
        for position in 0..self.positions() {
            let (weight, bias) = self.moved_set(point, position, &shifts);
            if self.order > 1 {
                layer.weight.extend(weight);
            }
            layer.bias.extend(bias);
        }
        layer
    }

    /// Weights and bias of an output position about a point.
    fn moved_set(&self, point: &[f64], position: usize, shifts: &Shifts) -> (Vec<f64>, Vec<f64>) {
        let (channels, out) = (self.input[2], self.output[2]);
        let old = self.weight_at(position);
        let mut bias = self.bias_at(position).to_vec();
        let mut weight = if self.order > 1 { vec![0.0; old.len()] } else { Vec::new() };
        let mut taps = vec![0.0; self.tap_count()];
        for channel in 0..channels {
            for (value, place) in taps.iter_mut().zip(self.taps_at(position)) {
                *value = place.map_or(0.0, |place| point[place as usize * channels + channel]);
            }
            for index in 0..self.monomials.len() {
                let row = |index: usize| (index * channels + channel) * out;
                let old = &old[row(index)..row(index) + out];
                shifts.each(index, &taps, |left, factor| {
                    let target = match left {
                        Some(_) if self.order == 1 => return,
                        Some(left) => &mut weight[row(left)..row(left) + out],
                        None => &mut bias,
                    };
                    target.iter_mut().zip(old).for_each(|(target, old)| *target += factor * old);
                });
            }
        }
        (weight, bias)
    }
}

/// What products of sums become.
struct Shifts<'a> {
    monomials: &'a MonomialTable,
    /// Index of a monomial by its factors, ascending.
    places: HashMap<Vec<usize>, usize>,
}

impl<'a> Shifts<'a> {
    fn new(monomials: &'a MonomialTable) -> Self {
        let places = (0..monomials.len()).map(|index| (monomials.factors(index), index)).collect();
        Self { monomials, places }
    }

    /// For every choice of factors that stay: the monomial that is left (`None` for no factor), and the product of the
    /// values of the others.
    fn each(&self, index: usize, values: &[f64], mut found: impl FnMut(Option<usize>, f64)) {
        let factors = self.monomials.factors(index);
        let mut left = Vec::with_capacity(factors.len());
        for choice in 0..1_u32 << factors.len() {
            left.clear();
            let mut product = 1.0;
            for (place, &tap) in factors.iter().enumerate() {
                if choice >> place & 1 == 1 {
                    left.push(tap);
                } else {
                    product *= values[tap];
                }
            }
            if product != 0.0 {
                found(if left.is_empty() { None } else { self.places.get(&left).copied() }, product);
            }
        }
    }
}
