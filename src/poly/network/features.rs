//! The monomials of one cluster and their derivatives, over truncated series.
//!
//! Rows are `[coefficient][monomial][channel]`, so that rows of several clusters make one matrix.

use super::layer::ClusterLayer;
use super::maps::Maps;
use super::product::{Series, add, add_series_product};

/// Coefficients that a monomial of degree `degree` has when every tap has `taps` of them, cut off at `limit`.
fn reach(degree: u8, taps: usize, limit: usize) -> usize {
    (usize::from(degree) * (taps - 1) + 1).min(limit)
}

/// Coefficients of everything that leaves a layer.
pub fn coefficients_out(layer: &ClusterLayer, taps: usize, limit: usize) -> usize {
    reach(layer.order as u8, taps, limit)
}

/// Series of a monomial in a block of rows.
fn entry<'a>(layer: &ClusterLayer, rows: &'a [f64], monomial: usize, len: usize) -> Series<'a> {
    let channels = layer.input[2];
    Series { values: rows, start: monomial * channels, stride: layer.row_len(), len }
}

/// Writes a contiguous series into a block of rows.
fn store(layer: &ClusterLayer, rows: &mut [f64], monomial: usize, values: &[f64]) {
    let channels = layer.input[2];
    for (k, values) in values.chunks_exact(channels).enumerate() {
        let start = k * layer.row_len() + monomial * channels;
        rows[start..start + channels].copy_from_slice(values);
    }
}

/// Copies the taps of a cluster into the first features of zeroed rows.
fn gather(layer: &ClusterLayer, input: &Maps, point: usize, position: usize, rows: &mut [f64]) {
    rows.fill(0.0);
    let limit = rows.len() / layer.row_len();
    for (tap, place) in layer.taps_at(position).iter().enumerate() {
        if let Some(place) = place {
            let values = input.row(point, *place as usize);
            let kept = values.len().min(limit * input.channels);
            store(layer, rows, tap, &values[..kept]);
        }
    }
}

/// All monomials of the cluster at `position`: fills `rows`, `[coefficient][monomial][channel]`.
pub fn fill(layer: &ClusterLayer, input: &Maps, point: usize, position: usize, rows: &mut [f64]) {
    gather(layer, input, point, position, rows);
    let channels = layer.input[2];
    let limit = rows.len() / layer.row_len();
    let taps = input.coefficients.min(limit);
    let mut sum = vec![0.0; limit * channels];
    for (index, monomial) in layer.monomials.entries().iter().enumerate() {
        let Some(rest) = monomial.rest else { continue };
        if limit == 1 {
            let (known, new) = rows.split_at_mut(index * channels);
            let factors = known[monomial.tap * channels..].iter().zip(&known[rest * channels..]);
            for (product, (a, b)) in new[..channels].iter_mut().zip(factors) {
                *product = a * b;
            }
            continue;
        }
        let sum = &mut sum[..reach(layer.degrees[index], taps, limit) * channels];
        sum.fill(0.0);
        let rest_len = reach(layer.degrees[rest], taps, limit);
        add_series_product(sum, entry(layer, rows, monomial.tap, taps), entry(layer, rows, rest, rest_len), channels);
        store(layer, rows, index, sum);
    }
}

/// Derivatives of all monomials along a direction whose taps are in `direction`; `features` are those of [`fill`].
pub fn fill_tangent(
    layer: &ClusterLayer,
    [features, values]: [&[f64]; 2],
    taps: usize,
    direction: &Maps,
    (point, position): (usize, usize),
    rows: &mut [f64],
) {
    gather(layer, direction, point, position, rows);
    let channels = layer.input[2];
    let limit = rows.len() / layer.row_len();
    let moved = direction.coefficients.min(limit);
    let mut sum = vec![0.0; limit * channels];
    for (index, monomial) in layer.monomials.entries().iter().enumerate() {
        let Some(rest) = monomial.rest else { continue };
        sum.fill(0.0);
        let len = reach(layer.degrees[rest], taps, limit);
        // d(x r) = dx r + x dr
        let dx = entry(layer, rows, monomial.tap, moved);
        add_series_product(&mut sum, dx, entry(layer, features, rest, len), channels);
        let dr = entry(layer, rows, rest, limit.min(moved + len - 1));
        add_series_product(&mut sum, entry(layer, values, monomial.tap, taps), dr, channels);
        store(layer, rows, index, &sum);
    }
}

/// Carries gradients of the monomials back to the taps: afterwards the first features of `gradients` are complete.
/// `reached` are the coefficients that `gradients` has so far.
pub fn spread(layer: &ClusterLayer, features: &[f64], taps: usize, gradients: &mut [f64], reached: usize) {
    let channels = layer.input[2];
    let limit = gradients.len() / layer.row_len();
    let known = features.len() / layer.row_len();
    let (mut own, mut sum) = (vec![0.0; limit * channels], vec![0.0; limit * channels]);
    for (index, monomial) in layer.monomials.entries().iter().enumerate().rev() {
        let Some(rest) = monomial.rest else { continue };
        let above = layer.order - usize::from(layer.degrees[index]);
        let len = (reached + above * (taps - 1)).min(limit);
        let own = &mut own[..len * channels];
        for (k, own) in own.chunks_exact_mut(channels).enumerate() {
            let start = k * layer.row_len() + index * channels;
            own.copy_from_slice(&gradients[start..start + channels]);
        }
        let own = Series::new(own, channels);
        let rest_len = reach(layer.degrees[rest], taps, known);
        for (target, factor, factor_len) in [(monomial.tap, rest, rest_len), (rest, monomial.tap, taps.min(known))] {
            let sum_len = (len + factor_len - 1).min(limit);
            let sum = &mut sum[..sum_len * channels];
            sum.fill(0.0);
            add_series_product(sum, own, entry(layer, features, factor, factor_len), channels);
            for (k, sum) in sum.chunks_exact(channels).enumerate() {
                let start = k * layer.row_len() + target * channels;
                add(&mut gradients[start..start + channels], sum);
            }
        }
    }
}

/// Second derivatives of `sum over monomials of gradient * monomial` with respect to two taps:
/// `[tap][tap][coefficient][channel]`, added to `second`.
pub fn add_second(layer: &ClusterLayer, features: &[f64], taps: usize, gradients: &[f64], second: &mut [f64]) {
    let channels = layer.input[2];
    let count = layer.tap_count();
    let limit = second.len() / (count * count * channels);
    let reached = gradients.len() / layer.row_len();
    let known = features.len() / layer.row_len();
    let (mut product, mut next) = (vec![0.0; limit * channels], vec![0.0; limit * channels]);
    for index in count..layer.monomials.len() {
        let factors = layer.monomials.factors(index);
        for i in 0..factors.len() {
            for j in i + 1..factors.len() {
                product.fill(0.0);
                for k in 0..reached.min(limit) {
                    let start = k * layer.row_len() + index * channels;
                    product[k * channels..(k + 1) * channels].copy_from_slice(&gradients[start..start + channels]);
                }
                let others = factors.iter().enumerate().filter(|(place, _)| *place != i && *place != j);
                for (_, &other) in others {
                    next.fill(0.0);
                    let factor = entry(layer, features, other, taps.min(known));
                    add_series_product(&mut next, Series::new(&product, channels), factor, channels);
                    std::mem::swap(&mut product, &mut next);
                }
                for (a, b) in [(factors[i], factors[j]), (factors[j], factors[i])] {
                    let start = (a * count + b) * limit * channels;
                    add(&mut second[start..start + limit * channels], &product);
                }
            }
        }
    }
}
