//! Small networks and their full expansion, term by term.

use super::super::{ClusterLayer, ClusterShape, PolynomialNetwork};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Numbers that look random.
pub struct Random(u64);

impl Random {
    /// A sequence of its own for every seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x1234_5678))
    }

    /// Between 0 and 1.
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 31)
    }
}

/// A network of these layers (shape, channels, coefficients of its own per position) with weights that look random.
pub fn network(seed: u64, input: [usize; 3], layers: &[(ClusterShape, usize, bool)]) -> Arc<PolynomialNetwork> {
    let mut random = Random::new(seed);
    let mut shape = input;
    let mut result = Vec::new();
    for (index, &(cluster, out, untied)) in layers.iter().enumerate() {
        let taps = cluster.cluster[0] * cluster.cluster[1];
        let len = crate::config::monomial_count(taps, cluster.order) * shape[2] * out;
        let side = |axis: usize| {
            let span = cluster.dilation * (cluster.cluster[axis] - 1) + 1;
            (shape[axis] + 2 * cluster.padding - span) / cluster.stride[axis] + 1
        };
        let sets = if untied { side(0) * side(1) } else { 1 };
        let mut numbers = |count: usize| (0..count).map(|_| random.next() - 0.5).collect::<Vec<f64>>();
        let (weight, bias) = (numbers(sets * len), numbers(sets * out));
        let layer = ClusterLayer::new(&format!("layer {index}"), shape, out, cluster, weight, bias).unwrap();
        shape = layer.output;
        result.push(layer);
    }
    Arc::new(PolynomialNetwork::new("small", result, vec![1]).unwrap())
}

/// Exponents of the pixels and the coefficient.
type Terms = BTreeMap<Vec<u8>, f64>;

/// The polynomials of all classes, multiplied out.
pub struct Naive(Vec<Terms>);

fn product(a: &Terms, b: &Terms) -> Terms {
    let mut result = Terms::new();
    for (e, x) in a {
        for (f, y) in b {
            let exponents = e.iter().zip(f).map(|(e, f)| e + f).collect();
            *result.entry(exponents).or_default() += x * y;
        }
    }
    result
}

fn power(exponents: &[u8], image: &[f64]) -> f64 {
    exponents.iter().zip(image).map(|(&exponent, value)| value.powi(exponent.into())).product()
}

impl Naive {
    /// Multiplies a network out.
    pub fn of(network: &PolynomialNetwork) -> Self {
        let pixels = network.pixels();
        let variable = |pixel: usize| (0..pixels).map(|other| u8::from(other == pixel)).collect::<Vec<u8>>();
        let mut values: Vec<Terms> = (0..pixels).map(|pixel| Terms::from([(variable(pixel), 1.0)])).collect();
        for layer in network.layers() {
            let [channels, out] = [layer.input[2], layer.output[2]];
            let mut next = Vec::new();
            for position in 0..layer.positions() {
                let mut sums: Vec<Terms> =
                    layer.bias_at(position).iter().map(|&bias| Terms::from([(vec![0; pixels], bias)])).collect();
                for index in 0..layer.monomials.len() {
                    for channel in 0..channels {
                        let mut monomial = Terms::from([(vec![0; pixels], 1.0)]);
                        for tap in layer.monomials.factors(index) {
                            monomial = match layer.taps_at(position)[tap] {
                                Some(place) => product(&monomial, &values[place as usize * channels + channel]),
                                None => Terms::new(),
                            };
                        }
                        for (target, sum) in sums.iter_mut().enumerate() {
                            let weight = layer.weight_at(position)[(index * channels + channel) * out + target];
                            for (exponents, value) in &monomial {
                                *sum.entry(exponents.clone()).or_default() += weight * value;
                            }
                        }
                    }
                }
                next.extend(sums);
            }
            values = next;
        }
        Self(values)
    }

    /// The same polynomials in the powers of `x - point`, pixel by pixel: `x^n` becomes the sum over k of
    /// `C(n, k) point^(n - k) d^k`.
    pub fn shifted(&self, point: &[f64]) -> Self {
        let mut terms = self.0.clone();
        for (pixel, &value) in point.iter().enumerate() {
            for terms in &mut terms {
                let mut moved = Terms::new();
                for (exponents, coefficient) in &*terms {
                    let n = exponents[pixel];
                    let mut choose = 1.0;
                    for k in 0..=n {
                        let mut exponents = exponents.clone();
                        exponents[pixel] = k;
                        *moved.entry(exponents).or_default() +=
                            coefficient * choose * value.powi(i32::from(n) - i32::from(k));
                        choose = choose * f64::from(n - k) / f64::from(k + 1);
                    }
                }
                *terms = moved;
            }
        }
        Self(terms)
    }

    /// Coefficient of the product of these pixels.
    pub fn coefficient(&self, class: usize, factors: &[usize]) -> f64 {
        let some = self.0[class].keys().next().map_or(0, Vec::len);
        let mut exponents = vec![0; some];
        for &factor in factors {
            exponents[factor] += 1;
        }
        self.0[class].get(&exponents).copied().unwrap_or_default()
    }

    /// Value of all terms of one degree.
    pub fn order_value(&self, class: usize, order: usize, image: &[f64]) -> f64 {
        let degree = |exponents: &[u8]| exponents.iter().map(|&e| usize::from(e)).sum::<usize>();
        let terms = self.0[class].iter().filter(|(exponents, _)| degree(exponents) == order);
        terms.map(|(exponents, value)| value * power(exponents, image)).sum()
    }

    /// Value of all terms.
    pub fn value(&self, class: usize, image: &[f64]) -> f64 {
        self.0[class].iter().map(|(exponents, value)| value * power(exponents, image)).sum()
    }

    /// For `f_a - f_b` the shares `[order - 1][pixel]` of the pixels and `[pixel][pixel]` of the ordered pairs.
    pub fn shares(&self, [a, b]: [usize; 2], image: &[f64], degree: usize) -> (Vec<f64>, Vec<f64>) {
        let pixels = image.len();
        let (mut single, mut pairs) = (vec![0.0; degree * pixels], vec![0.0; pixels * pixels]);
        for (class, sign) in [(a, 1.0), (b, -1.0)] {
            for (exponents, value) in &self.0[class] {
                let value = sign * value * power(exponents, image);
                let factors: Vec<usize> =
                    exponents.iter().enumerate().flat_map(|(pixel, &e)| vec![pixel; e.into()]).collect();
                let count = factors.len();
                for (place, &i) in factors.iter().enumerate() {
                    single[(count - 1) * pixels + i] += value / count as f64;
                    let others = factors.iter().enumerate().filter(|(other, _)| *other != place);
                    others.for_each(|(_, &j)| pairs[i * pixels + j] += value / (count * (count - 1)) as f64);
                }
            }
        }
        (single, pairs)
    }

    /// Only the given share of the terms besides the constant, the largest of every class.
    pub fn pruned(&self, share: f64) -> Self {
        let keep = |terms: &Terms| {
            let mut ranked: Vec<_> = terms.iter().filter(|(e, _)| e.iter().any(|&e| e > 0)).collect();
            ranked.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
            let count = (share * ranked.len() as f64).round() as usize;
            let constant = terms.iter().filter(|(e, _)| e.iter().all(|&e| e == 0));
            ranked.into_iter().take(count).chain(constant).map(|(e, v)| (e.clone(), *v)).collect()
        };
        Self(self.0.iter().map(keep).collect())
    }
}
