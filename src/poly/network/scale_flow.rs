//! The flow of a coarse-graining operation that all scales share (Eq. 4): applied again and again, with its fixed points.
//!
//! On a map that is the same everywhere, a cluster holds the same vector `z` four times, so the operation is a map of
//! the channels alone, `z -> c + A z + Q (z * z)` with the sums of its first- and second-order coefficients. Where `z`
//! stays as it is, the Jacobian `A + 2 Q diag(z)` says what becomes of small deviations: along eigenvectors of modulus
//! above 1 they grow (relevant directions in the words of the renormalization group), along the others they die out
//! (irrelevant).

use super::{ClusterLayer, PolynomialError, PolynomialNetwork};
use crate::report::{FixedPoint, ScaleFlow};
use nalgebra::{DMatrix, DVector};

/// Steps of a search for a fixed point, and how near it has to come.
const NEWTON_STEPS: usize = 60;
const TOLERANCE: f64 = 1e-10;
/// A step that has to be shorter than this share of itself leads nowhere.
const SHORTEST: f64 = 1e-3;
/// Starts on both sides of every axis.
const LENGTHS: [f64; 8] = [0.25, -0.25, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0];
/// Fixed points that are kept, the nearest to zero first.
const MOST: usize = 6;
/// Paths in the picture, and the most steps of each.
const WAYS: usize = 24;
const STEPS: usize = 24;
/// A path ends where it is this many times as far away as the farthest start.
const ESCAPED: f64 = 4.0;

/// An operation on maps that are the same everywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct UniformMap {
    constant: DVector<f64>,
    linear: DMatrix<f64>,
    square: DMatrix<f64>,
}

impl UniformMap {
    /// The operation of all levels of a network.
    ///
    /// # Errors
    /// [`PolynomialError::NotShared`] where the levels have coefficients of their own, or are fewer than two.
    pub fn of(network: &PolynomialNetwork) -> Result<Self, PolynomialError> {
        let mut levels = network.layers().iter().filter(|layer| layer.name.ends_with(".cg"));
        let not_shared = || PolynomialError::NotShared { name: network.name().to_owned() };
        let (first, second) = (levels.next().ok_or_else(not_shared)?, levels.next().ok_or_else(not_shared)?);
        let is_same = |other: &ClusterLayer| {
            first.weight == other.weight && first.bias == other.bias && first.order == other.order
        };
        let is_possible = first.order == 2 && first.input[2] == first.output[2] && !first.is_untied();
        if !is_possible || !is_same(second) || !levels.all(is_same) {
            return Err(not_shared());
        }
        let channels = first.output[2];
        let mut map = Self {
            constant: DVector::from_column_slice(&first.bias[..channels]),
            linear: DMatrix::zeros(channels, channels),
            square: DMatrix::zeros(channels, channels),
        };
        for (monomial, &degree) in first.degrees.iter().enumerate() {
            let sum = if degree == 1 { &mut map.linear } else { &mut map.square };
            for channel in 0..channels {
                let row = &first.weight[(monomial * channels + channel) * channels..][..channels];
                row.iter().enumerate().for_each(|(out, weight)| sum[(out, channel)] += weight);
            }
        }
        Ok(map)
    }

    /// Number of channels.
    pub fn channels(&self) -> usize {
        self.constant.len()
    }

    /// Applies the operation once.
    pub fn apply(&self, z: &DVector<f64>) -> DVector<f64> {
        &self.constant + &self.linear * z + &self.square * z.component_mul(z)
    }

    /// Its derivative.
    pub fn jacobian(&self, z: &DVector<f64>) -> DMatrix<f64> {
        let mut jacobian = self.square.clone();
        for (mut column, value) in jacobian.column_iter_mut().zip(z.iter()) {
            column *= 2.0 * value;
        }
        jacobian + &self.linear
    }

    /// From a start to a fixed point by damped Newton steps; nothing where they end elsewhere.
    fn fixed_point(&self, start: DVector<f64>) -> Option<DVector<f64>> {
        let rest = |z: &DVector<f64>| self.apply(z) - z;
        let (mut z, one) = (start, DMatrix::identity(self.channels(), self.channels()));
        for _ in 0..NEWTON_STEPS {
            let residual = rest(&z);
            let size = residual.norm();
            if size < TOLERANCE {
                return Some(z);
            }
            let step = (self.jacobian(&z) - &one).lu().solve(&-residual)?;
            let mut share = 1.0;
            while rest(&(&z + &step * share)).norm() >= size {
                share *= 0.5;
                if share < SHORTEST {
                    return None;
                }
            }
            z += step * share;
        }
        None
    }

    /// Different fixed points, the nearest to zero first: those found from zero and from both sides of every axis.
    pub fn fixed_points(&self) -> Vec<DVector<f64>> {
        let axis =
            |at: usize, length: f64| DVector::from_fn(self.channels(), |row, _| if row == at { length } else { 0.0 });
        let starts = (0..self.channels()).flat_map(|at| LENGTHS.map(|length| axis(at, length)));
        let starts = std::iter::once(DVector::zeros(self.channels())).chain(starts);
        let mut found: Vec<DVector<f64>> = Vec::new();
        for start in starts {
            let Some(point) = self.fixed_point(start) else { continue };
            if found.iter().all(|other| (other - &point).norm() > 1e-6 * (1.0 + point.norm())) {
                found.push(point);
            }
        }
        found.sort_by(|one, other| one.norm().total_cmp(&other.norm()));
        found.truncate(MOST);
        found
    }

    /// Fixed points and the flow about the one nearest to zero, in the plane of a relevant and an irrelevant direction.
    ///
    /// # Errors
    /// [`PolynomialError::NoFixedPoint`] where the search finds none.
    pub fn flow(&self, name: &str, step: u32) -> Result<ScaleFlow, PolynomialError> {
        let points = self.fixed_points();
        let Some(first) = points.first() else { return Err(PolynomialError::NoFixedPoint { name: name.to_owned() }) };
        let described = |point: &DVector<f64>| {
            let mut moduli: Vec<f64> =
                self.jacobian(point).complex_eigenvalues().iter().map(|value| value.norm()).collect();
            moduli.sort_by(|one, other| other.total_cmp(one));
            let relevant = moduli.iter().filter(|&&modulus| modulus > 1.0).count() as u32;
            FixedPoint { length: point.norm(), moduli: moduli.into(), relevant }
        };
        let plane = self.plane(first);
        let ways = plane.as_ref().map(|plane| self.ways(first, plane)).unwrap_or_default();
        Ok(ScaleFlow {
            model: name.to_owned(),
            step,
            channels: self.channels() as u32,
            points: points.iter().map(described).collect(),
            eigenvalues: plane.map(|plane| plane.map(|direction| direction.value)),
            ways: ways.into_iter().map(Into::into).collect(),
        })
    }

    /// A relevant and an irrelevant direction: of the real eigenvalues the one of largest modulus above 1 (a negative one
    /// changes sides with every step) and the one nearest to 1/2.
    fn plane(&self, point: &DVector<f64>) -> Option<[Direction; 2]> {
        let jacobian = self.jacobian(point);
        let real: Vec<f64> =
            jacobian.complex_eigenvalues().iter().filter(|value| value.im.abs() < 1e-9).map(|value| value.re).collect();
        let size = |one: &f64, other: &f64| one.abs().total_cmp(&other.abs());
        let relevant = real.iter().copied().filter(|value| value.abs() > 1.0).max_by(size)?;
        let irrelevant = real.iter().copied().filter(|value| value.abs() < 1.0);
        let far = |value: &f64| (value - 0.5).abs();
        let irrelevant = irrelevant.min_by(|one, other| far(one).total_cmp(&far(other)))?;
        Some([Direction::of(&jacobian, relevant)?, Direction::of(&jacobian, irrelevant)?])
    }

    /// Paths from all around the fixed point, as coordinates along both directions, one pair after another.
    fn ways(&self, point: &DVector<f64>, plane: &[Direction; 2]) -> Vec<Vec<f64>> {
        let radius = 0.05 * (1.0 + point.norm());
        let way = |number: usize| {
            let angle = std::f64::consts::TAU * number as f64 / WAYS as f64;
            // Long along the direction that shrinks, short along the one that grows.
            let [x, y] = [0.02 * angle.cos(), angle.sin()].map(|share| share * radius);
            let mut z = point + &plane[0].vector * x + &plane[1].vector * y;
            let mut way = Vec::new();
            for _ in 0..STEPS {
                let delta = &z - point;
                let [x, y] = [0, 1].map(|axis: usize| plane[axis].along(&delta) / radius);
                if !x.is_finite() || x.hypot(y) > ESCAPED {
                    break;
                }
                way.extend([x, y]);
                z = self.apply(&z);
            }
            way
        };
        (0..WAYS).map(way).collect()
    }
}

/// A direction that the Jacobian only stretches.
#[derive(Debug, Clone, PartialEq)]
struct Direction {
    value: f64,
    /// Of length 1.
    vector: DVector<f64>,
    /// Reads the share of this direction off a deviation.
    reader: DVector<f64>,
}

impl Direction {
    /// Right and left eigenvector of a real eigenvalue.
    fn of(jacobian: &DMatrix<f64>, value: f64) -> Option<Self> {
        let vector = null_vector(jacobian.clone(), value)?;
        let left = null_vector(jacobian.transpose(), value)?;
        let scale = left.dot(&vector);
        (scale.abs() > 1e-9).then(|| Self { value, reader: left / scale, vector })
    }

    fn along(&self, delta: &DVector<f64>) -> f64 {
        self.reader.dot(delta)
    }
}

/// The vector of length 1 that `matrix - value` takes nearest to zero.
fn null_vector(mut matrix: DMatrix<f64>, value: f64) -> Option<DVector<f64>> {
    for at in 0..matrix.nrows() {
        matrix[(at, at)] -= value;
    }
    let decomposed = matrix.svd(false, true);
    let (at, _) = decomposed.singular_values.argmin();
    Some(decomposed.v_t?.row(at).transpose())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poly::network::ClusterShape;

    /// Two channels, two levels: `x -> 0.25 + 0.5 x + x^2 / 4`, `y -> 3 y` at the point of the second test.
    fn map() -> UniformMap {
        UniformMap {
            constant: DVector::from_vec(vec![0.25, 0.0]),
            linear: DMatrix::from_row_slice(2, 2, &[0.5, 0.0, 0.0, 3.0]),
            square: DMatrix::from_row_slice(2, 2, &[0.25, 0.0, 0.0, 1.0]),
        }
    }

    #[test]
    fn fixed_points_are_the_roots_and_the_jacobian_says_what_grows() {
        // x = 0.25 + 0.5 x + 0.25 x^2 has the double root 1; y = 3 y + y^2 has 0 and -2. A double root is not found
        // to ten digits, so the constant is lowered: x^2 - 2 x + 0.84 = 0 has 0.6 and 1.4. No axis leads to (1.4, -2).
        let mut map = map();
        map.constant[0] = 0.21;
        let points = map.fixed_points();
        let expected = [[0.6, 0.0], [1.4, 0.0], [0.6, -2.0]];
        assert_eq!(points.len(), expected.len());
        for (found, expected) in points.iter().zip(expected) {
            assert!((found[0] - expected[0]).abs() < 1e-8 && (found[1] - expected[1]).abs() < 1e-8, "{found}");
        }
        let flow = map.flow("toy", 0).unwrap();
        let moduli: Vec<Vec<f64>> = flow.points.iter().map(|point| point.moduli.to_vec()).collect();
        // 0.5 + x / 2 and 3 + 2 y.
        let expected = [[3.0, 0.8], [3.0, 1.2], [1.0, 0.8]];
        for (found, expected) in moduli.iter().zip(expected) {
            assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6), "{found:?}");
        }
        assert_eq!(flow.points[0].relevant, 1);
        let [relevant, irrelevant] = flow.eigenvalues.unwrap();
        assert!((relevant - 3.0).abs() < 1e-8 && (irrelevant - 0.8).abs() < 1e-8);
        // Along the direction that grows, a short path triples at first.
        let first = flow.ways[0].to_vec();
        assert!((first[2] / first[0] - 3.0).abs() < 0.1, "{first:?}");
    }

    #[test]
    fn a_uniform_map_of_a_layer_is_the_layer_on_equal_taps() {
        let channels = 2;
        let shape = ClusterShape { cluster: [2, 2], stride: [1, 1], dilation: 1, padding: 0, order: 2 };
        let weight: Vec<f64> = (0..14 * channels * channels).map(|at| ((at * 37 % 19) as f64 - 9.0) / 50.0).collect();
        let layer = |number: usize, side: usize, weight: &[f64]| {
            let name = format!("blocks.{number}.cg");
            ClusterLayer::new(&name, [side, side, channels], channels, shape, weight.to_vec(), vec![0.1, -0.2]).unwrap()
        };
        let head = ClusterShape { cluster: [1, 1], stride: [1, 1], dilation: 1, padding: 0, order: 1 };
        let head = ClusterLayer::new("head", [1, 1, channels], channels, head, vec![1.0, 0.0, 0.0, 1.0], vec![0.0; 2])
            .unwrap();
        let layers = vec![layer(0, 3, &weight), layer(1, 2, &weight), head.clone()];
        let network = PolynomialNetwork::new("toy", layers, vec![0, 1]).unwrap();
        let map = UniformMap::of(&network).unwrap();
        let z = DVector::from_vec(vec![0.3, -0.7]);
        let twice = map.apply(&map.apply(&z));
        let logits = network.logits(&[0.3, -0.7].repeat(9)).unwrap();
        assert!((0..2).all(|at| (logits[at] - twice[at]).abs() < 1e-12), "{logits:?} {twice}");

        let mut other = weight.clone();
        other[5] += 0.5;
        let layers = vec![layer(0, 3, &weight), layer(1, 2, &other), head];
        let network = PolynomialNetwork::new("toy", layers, vec![0, 1]).unwrap();
        assert!(matches!(UniformMap::of(&network), Err(PolynomialError::NotShared { .. })));
    }
}
