//! Filters that are orthogonal to each other, within an embedder and across those drawn after it.

use crate::engine::parameters::{Initial, ParameterLayout, ParameterSpec};
use nalgebra::DMatrix;

/// Embedders in a row whose filters are orthogonal to each other, where the space has room for that many.
const DRAWS: usize = 4;

/// The filters from number `draw * width` on in an endless row, `[fan_in, width]`, each of length `sqrt(gain)`, which
/// is the root mean square length of independent ones. As many neighbours in that row as a patch has values, but at
/// most those of four embedders, are orthogonal to each other.
pub fn filters(fan_in: usize, width: usize, seed: u64, draw: u64, gain: f32) -> Vec<f32> {
    let together = fan_in.min(DRAWS * width);
    let first = draw as usize * width;
    let mut filters = vec![0.0; fan_in * width];
    let mut at = 0;
    while at < width {
        let (frame, from) = ((first + at) / together, (first + at) % together);
        let taken = (together - from).min(width - at);
        let columns = frame_of(fan_in, together, from + taken, seed, frame as u64);
        for row in 0..fan_in {
            for column in 0..taken {
                filters[row * width + at + column] = (columns[(row, from + column)] * f64::from(gain).sqrt()) as f32;
            }
        }
        at += taken;
    }
    filters
}

/// The first columns of frame number `frame`: an orthonormal basis of the span of as many random vectors.
fn frame_of(fan_in: usize, together: usize, columns: usize, seed: u64, frame: u64) -> DMatrix<f64> {
    let initial = Initial::Normal { fan_in: 1, gain: 1.0 };
    // Column by column: those that are not asked for change nothing.
    let layout = ParameterLayout::new(vec![ParameterSpec::new("frame".to_owned(), [together, fan_in], initial)]);
    let seed = seed.wrapping_add(frame.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let values = layout.initial_values(seed);
    let random = values[..fan_in * columns].iter().copied().map(f64::from);
    orthonormal(DMatrix::from_iterator(fan_in, columns, random))
}

/// Orthonormal columns of which the first k span what the first k columns of the matrix span. Found with the factor
/// `L` of its Gram matrix, because that takes only products of matrices: random columns are far from dependent.
fn orthonormal(random: DMatrix<f64>) -> DMatrix<f64> {
    let columns = random.ncols();
    let gram = random.transpose() * &random;
    let inverse =
        gram.cholesky().and_then(|factor| factor.unpack().solve_lower_triangular(&DMatrix::identity(columns, columns)));
    match inverse {
        Some(inverse) => random * inverse.transpose(),
        None => random.qr().q(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(one: &[f32], other: &[f32], width: usize, (a, b): (usize, usize)) -> f64 {
        let column =
            |filters: &[f32], column: usize| filters.iter().skip(column).step_by(width).copied().collect::<Vec<_>>();
        column(one, a).iter().zip(column(other, b)).map(|(one, other)| f64::from(*one) * f64::from(other)).sum()
    }

    #[test]
    fn four_draws_are_orthogonal_where_there_is_room() {
        let (fan_in, width) = (45, 8);
        let draws: Vec<_> = (0..5).map(|draw| filters(fan_in, width, 7, draw, 2.0)).collect();
        for (one, first) in draws[..4].iter().enumerate() {
            for (other, second) in draws[..4].iter().enumerate() {
                for a in 0..width {
                    for b in 0..width {
                        let expected = if (one, a) == (other, b) { 2.0 } else { 0.0 };
                        let found = product(first, second, width, (a, b));
                        assert!((found - expected).abs() < 1e-5, "{one} {other} {a} {b}: {found}");
                    }
                }
            }
        }
        // The fifth is of the next frame.
        assert!(product(&draws[0], &draws[4], width, (0, 0)).abs() > 1e-3);
    }

    #[test]
    fn patches_of_few_values_have_so_many_orthogonal_filters() {
        let (fan_in, width) = (9, 24);
        let drawn = filters(fan_in, width, 1, 0, 2.0);
        for a in 0..width {
            for b in 0..a {
                let found = product(&drawn, &drawn, width, (a, b)).abs();
                assert!(a / fan_in != b / fan_in || found < 1e-5, "{a} {b}: {found}");
            }
        }
    }
}
