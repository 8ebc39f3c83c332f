//! Exact truncations of a TaylorNet about an image, beside the whole: for networks whose low orders are meant to
//! classify.
//!
//! On the line `x0 + s (x - x0)` every value of a network is a polynomial in `s`, and the truncation of order `k` is
//! the sum of its coefficients up to `s^k`. They are carried side by side. A linear map acts on each of them; a cluster
//! operation is evaluated at a few `s` and its coefficients are interpolated, so the fused operation does all the work.
//! Normalisation is one affine map for all, taken from the whole, so it folds as ever.

use super::layers::{CoarseGraining, Convolution, NORMALIZATION_EPSILON};
use super::{Normalization, Pass};
use burn::tensor::Tensor;

/// Values on a line of images.
#[derive(Debug)]
pub struct Line {
    /// At the images themselves, `[batch, height, width, channels]`; `None` while nothing is cut off: then it is the
    /// sum of the others.
    pub whole: Option<Tensor<4>>,
    /// Coefficient of `s^0`, the same for all images: `[1, height, width, channels]`.
    pub constant: Tensor<4>,
    /// Coefficients of `s^1`, `s^2`, … as far as they are kept and can differ from zero, `[batch, height, width, channels]`.
    pub orders: Vec<Tensor<4>>,
}

impl Line {
    /// From a point `[1, height, width, channels]` to images `[batch, height, width, channels]`.
    pub fn new(point: Tensor<4>, images: Tensor<4>) -> Self {
        Self { orders: vec![images - point.clone()], whole: None, constant: point }
    }

    /// All maps after one application of `apply` to them together.
    fn map(self, apply: impl FnOnce(Tensor<4>) -> Tensor<4>) -> Self {
        let is_cut = self.whole.is_some();
        let maps = [self.constant].into_iter().chain(self.orders).chain(self.whole).collect();
        let mut maps = together(maps, apply);
        let whole = if is_cut { maps.pop() } else { None };
        Self { whole, constant: maps.remove(0), orders: maps }
    }

    /// A convolution and the normalisation behind it, where there is one.
    pub fn convolve(self, layer: &Convolution, pass: &mut Pass) -> Self {
        let weight = pass.parameter::<2>();
        let bias = layer.bias.then(|| pass.parameter::<1>());
        let line = self.map(|maps| layer.linear(maps, weight, pass));
        if layer.normalized { line.normalize(bias, pass) } else { line.shifted(bias) }
    }

    /// The bias belongs to the whole and to order 0.
    fn shifted(self, bias: Option<Tensor<1>>) -> Self {
        let Some(bias) = bias.map(Tensor::unsqueeze::<4>) else { return self };
        let whole = self.whole.map(|whole| whole + bias.clone());
        Self { whole, constant: self.constant + bias, orders: self.orders }
    }

    fn normalize(self, bias: Option<Tensor<1>>, pass: &mut Pass) -> Self {
        let (scale, shift) = (pass.parameter::<1>(), pass.parameter::<1>());
        let sum = || self.orders.iter().fold(self.constant.clone(), |sum, maps| sum + maps.clone());
        let values = self.whole.clone().unwrap_or_else(sum);
        let shape = values.dims();
        let (rows, channels) = (shape[0] * shape[1] * shape[2], shape[3]);
        // Without the bias, which the mean would take away again.
        let (mean, variance) = match pass.normalization().clone() {
            Normalization::Batch => {
                let values = values.reshape([rows, channels]);
                let mean = values.clone().mean_dim(0);
                let variance = (values - mean.clone()).square().mean_dim(0);
                let told = mean.clone().detach().reshape([channels]);
                let told = bias.map_or(told.clone(), |bias| told + bias.detach());
                pass.report(told, variance.clone().detach().reshape([channels]));
                (mean, variance)
            }
            Normalization::Running(statistics) => {
                let [mean, variance] = pass.running(&statistics, channels);
                let mean = bias.map_or(mean.clone(), |bias| mean - bias);
                (mean.reshape([1, channels]), variance.reshape([1, channels]))
            }
            Normalization::Folded => unreachable!("a folded network has no normalised layers"),
        };
        let factor = scale.reshape([1, channels]) * variance.add_scalar(NORMALIZATION_EPSILON).sqrt().recip();
        let [mean, factor, shift] =
            [mean, factor, shift.reshape([1, channels])].map(|values| values.reshape([1, 1, 1, channels]));
        let normal = |maps: Tensor<4>| (maps - mean.clone()) * factor.clone() + shift.clone();
        let orders = self.orders.into_iter().map(|maps| maps * factor.clone()).collect();
        Self { whole: self.whole.map(normal), constant: normal(self.constant), orders }
    }

    /// A cluster operation; coefficients above `s^order` are cut off.
    pub fn coarse_grain(self, layer: &CoarseGraining, order: usize, pass: &mut Pass) -> Self {
        let (weight, bias) = layer.take(pass);
        let degree = layer.geometry.monomials.order() * self.orders.len();
        let nodes = Nodes::new(degree.div_ceil(2));
        let mut maps = vec![self.constant.clone()];
        for &height in &nodes.heights {
            let [even, odd] = [0, 1].map(|parity| sum_of_powers(&self.orders, parity, height));
            let even = even.map_or(self.constant.clone(), |even| self.constant.clone() + even);
            // There is a first order, so there is an odd part.
            if let Some(odd) = odd {
                maps.extend([even.clone() + odd.clone(), even - odd]);
            }
        }
        let is_cut = self.whole.is_some();
        maps.extend(self.whole);
        let mut pairs = together(maps, |maps| pass.cluster_linear(&layer.geometry, maps, weight));
        // Until something is cut off, the whole is the value on the line at s = 1.
        let at_images = if is_cut { pairs.pop() } else { nodes.at_one().map(|place| pairs[place + 1].clone()) };
        let whole = at_images.filter(|_| is_cut || degree > order);
        let constant = pairs.remove(0);
        let orders = (1..=degree.min(order)).map(|power| nodes.coefficient(power, &constant, &pairs)).collect();
        Self { whole, constant, orders }.shifted(Some(bias))
    }
}

/// Applies a map to several maps at once, stacked along the batch.
fn together(maps: Vec<Tensor<4>>, apply: impl FnOnce(Tensor<4>) -> Tensor<4>) -> Vec<Tensor<4>> {
    let sizes: Vec<usize> = maps.iter().map(|maps| maps.dims()[0]).collect();
    let result = apply(Tensor::cat(maps, 0));
    let mut start = 0;
    let part = |size: usize| {
        start += size;
        result.clone().narrow(0, start - size, size)
    };
    sizes.into_iter().map(part).collect()
}

/// `sum of height^n * orders[n]` over the powers `n` (from 1) of one parity.
fn sum_of_powers(orders: &[Tensor<4>], parity: usize, height: f64) -> Option<Tensor<4>> {
    let of_parity = orders.iter().enumerate().filter(|(index, _)| (index + 1) % 2 == parity);
    of_parity.map(|(index, maps)| maps.clone().mul_scalar(height.powi(index as i32 + 1))).reduce(|a, b| a + b)
}

/// Pairs `±h` of `s` at which a polynomial is evaluated to find its coefficients.
struct Nodes {
    heights: Vec<f64>,
    /// `[parity][row][pair]`: inverses of the matrices `h_i^(2 j + 2)` and `h_i^(2 j + 1)`.
    inverses: [Vec<Vec<f64>>; 2],
}

impl Nodes {
    fn new(pairs: usize) -> Self {
        // One of them is always 1.
        let spacing = if pairs == 1 { 1.0 } else { 0.5 };
        let heights: Vec<f64> = (1..=pairs).map(|index| index as f64 * spacing).collect();
        let inverses = [2, 1].map(|first| {
            let row = |height: &f64| (0..pairs).map(|j| height.powi(2 * j as i32 + first)).collect();
            inverse(heights.iter().map(row).collect())
        });
        Self { heights, inverses }
    }

    /// Where the value at `s = 1` stands among those of the pairs.
    fn at_one(&self) -> Option<usize> {
        self.heights.iter().position(|height| (height - 1.0).abs() < 1e-9).map(|pair| 2 * pair)
    }

    /// The coefficient of `s^power` from the values at 0 and at `+h, -h` of every pair.
    fn coefficient(&self, power: usize, at_zero: &Tensor<4>, pairs: &[Tensor<4>]) -> Tensor<4> {
        let row = &self.inverses[power % 2][(power - 1) / 2];
        let parts = pairs.chunks_exact(2).zip(row).map(|(pair, &factor)| {
            let (plus, minus) = (pair[0].clone(), pair[1].clone());
            let part = if power % 2 == 1 {
                (plus - minus).mul_scalar(0.5)
            } else {
                (plus + minus).mul_scalar(0.5) - at_zero.clone()
            };
            part.mul_scalar(factor)
        });
        parts.reduce(|a, b| a + b).unwrap_or_else(|| at_zero.zeros_like())
    }
}

/// The inverse of a small matrix with a non-zero determinant, by elimination with pivots.
fn inverse(mut matrix: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let count = matrix.len();
    let mut result: Vec<Vec<f64>> =
        (0..count).map(|i| (0..count).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for column in 0..count {
        let size = |row: &usize| matrix[*row][column].abs();
        let pivot = (column..count).max_by(|a, b| size(a).total_cmp(&size(b))).unwrap_or(column);
        matrix.swap(column, pivot);
        result.swap(column, pivot);
        let factor = matrix[column][column].recip();
        for values in [&mut matrix[column], &mut result[column]] {
            for value in values.iter_mut() {
                *value *= factor;
            }
        }
        for row in (0..count).filter(|&row| row != column) {
            let factor = matrix[row][column];
            for rows in [&mut matrix, &mut result] {
                let source = rows[column].clone();
                for (value, source) in rows[row].iter_mut().zip(source) {
                    *value -= factor * source;
                }
            }
        }
    }
    result
}

#[cfg(test)]
#[path = "nested_tests.rs"]
mod tests;
