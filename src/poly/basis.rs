//! One polynomial of `s` on [0, 1] in different bases: powers, Chebyshev and Legendre polynomials.
//!
//! A change of basis is exact up to rounding. All polynomials of the three bases are 1 at `s = 1`, so the sum of the
//! coefficients is the value there in each of them, and a truncation leaves the coefficients below it as they are.

use crate::config::Basis;

/// Coefficients in a basis from as many of the powers of `s`.
pub fn from_powers(basis: Basis, powers: &[f64]) -> Vec<f64> {
    // Horner's scheme: multiply what is there by s, then add the next coefficient to the constant.
    let mut result = vec![0.0; powers.len()];
    for (known, &power) in powers.iter().rev().enumerate() {
        result = times_s(basis, &result, known);
        if let Some(constant) = result.first_mut() {
            *constant += power;
        }
    }
    result
}

/// `s` times a polynomial whose first `len` coefficients differ from 0.
fn times_s(basis: Basis, coefficients: &[f64], len: usize) -> Vec<f64> {
    let mut result = vec![0.0; coefficients.len()];
    for (k, &value) in coefficients.iter().enumerate().take(len) {
        let n = k as f64;
        // s p_k = below p_(k-1) + same p_k + above p_(k+1), with s = (1 + x) / 2 and the recurrences of T_k and P_k in x.
        let (below, same, above) = match (basis, k) {
            (Basis::Powers, _) => (0.0, 0.0, 1.0),
            (Basis::Chebyshev, 0) => (0.0, 0.5, 0.5),
            (Basis::Chebyshev, _) => (0.25, 0.5, 0.25),
            (Basis::Legendre, _) => (0.5 * n / (2.0 * n + 1.0), 0.5, 0.5 * (n + 1.0) / (2.0 * n + 1.0)),
        };
        for (place, factor) in [(k.checked_sub(1), below), (Some(k), same), (Some(k + 1), above)] {
            if let Some(target) = place.and_then(|place| result.get_mut(place)) {
                *target += factor * value;
            }
        }
    }
    result
}

/// The values of the first `count` polynomials of a basis at `s`.
pub fn values_at(basis: Basis, s: f64, count: usize) -> Vec<f64> {
    let x = 2.0 * s - 1.0;
    let mut values = Vec::with_capacity(count);
    for k in 0..count {
        let n = k as f64;
        values.push(match (basis, k) {
            (_, 0) => 1.0,
            (Basis::Powers, _) => s * values[k - 1],
            (Basis::Chebyshev | Basis::Legendre, 1) => x,
            (Basis::Chebyshev, _) => 2.0 * x * values[k - 1] - values[k - 2],
            (Basis::Legendre, _) => ((2.0 * n - 1.0) * x * values[k - 1] - (n - 1.0) * values[k - 2]) / n,
        });
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
        }
    }

    /// Shifted polynomials from tables (Abramowitz and Stegun 22.3, moved to [0, 1]): written in the powers of s, each
    /// must come out as itself alone.
    #[test]
    fn tabulated_polynomials_come_out_as_themselves() {
        let chebyshev: [&[f64]; 5] =
            [&[1.0], &[-1.0, 2.0], &[1.0, -8.0, 8.0], &[-1.0, 18.0, -48.0, 32.0], &[1.0, -32.0, 160.0, -256.0, 128.0]];
        let legendre: [&[f64]; 5] =
            [&[1.0], &[-1.0, 2.0], &[1.0, -6.0, 6.0], &[-1.0, 12.0, -30.0, 20.0], &[1.0, -20.0, 90.0, -140.0, 70.0]];
        for (basis, table) in [(Basis::Chebyshev, chebyshev), (Basis::Legendre, legendre)] {
            for (degree, powers) in table.into_iter().enumerate() {
                let mut unit = vec![0.0; degree + 1];
                unit[degree] = 1.0;
                assert_close(&from_powers(basis, powers), &unit, 1e-12);
            }
        }
    }

    #[test]
    fn a_change_of_basis_changes_no_value() {
        // Orders that cancel as those of a trained network about the black image do.
        let powers: Vec<f64> = (0..=16).map(|n| 1500.0 * f64::from((n * 37) % 19 - 9) / 9.0).collect();
        let size = powers.iter().map(|value| value.abs()).sum::<f64>();
        for basis in Basis::ALL {
            let coefficients = from_powers(basis, &powers);
            for s in [0.0, 0.1, 0.5, 0.77, 1.0] {
                let horner = powers.iter().rev().fold(0.0, |sum, power| sum * s + power);
                let values = values_at(basis, s, powers.len());
                let sum: f64 = coefficients.iter().zip(values).map(|(a, b)| a * b).sum();
                assert!((sum - horner).abs() <= 1e-13 * size, "{basis:?} at {s}: {sum} is not {horner}");
            }
            let total: f64 = coefficients.iter().sum();
            assert!((total - powers.iter().sum::<f64>()).abs() <= 1e-13 * size);
        }
        assert_eq!(from_powers(Basis::Chebyshev, &[]), Vec::<f64>::new());
    }
}
