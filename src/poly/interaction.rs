//! Strength of the interaction of two pixels against their distance (Fig. 3 of the article).

use super::ranking::ascending;
use crate::config::ExpansionPoint;
use crate::report::InteractionReport;

/// Groups L1..L5 of equal size.
const LEVELS: usize = 5;

/// Sorts second-order coefficients `[class][pair i <= j]` of a square image into five groups of equal size, in ascending
/// order of value and of absolute value, and counts each group by the distance of the two pixels. All classes are taken
/// together, and squares (distance 0) are among them: our reading, the article does not say.
///
/// Returns `None` where the number of coefficients is not that of such an image.
pub fn interactions(model: &str, about: ExpansionPoint, side: usize, second: &[f64]) -> Option<InteractionReport> {
    let pixels = side * side;
    let pairs = pixels * (pixels + 1) / 2;
    if pairs == 0 || second.is_empty() || !second.len().is_multiple_of(pairs) {
        return None;
    }
    // Squared distances are whole numbers, so equal distances are found equal.
    let squared: Vec<usize> =
        (0..pixels).flat_map(|i| (i..pixels).map(move |j| squared_distance(side, i, j))).collect();
    let mut distances = squared.clone();
    distances.sort_unstable();
    distances.dedup();
    let place = |index: usize| distances.binary_search(&squared[index % pairs]).unwrap_or_default();
    let counts = |key: &dyn Fn(f64) -> f64| {
        let values: Vec<f64> = second.iter().map(|value| key(*value)).collect();
        let ranked = ascending(&values);
        let mut counts = vec![vec![0; distances.len()]; LEVELS];
        for (rank, &index) in ranked.iter().enumerate() {
            counts[rank * LEVELS / ranked.len()][place(index)] += 1;
        }
        counts
    };
    let (mut sums, mut numbers) = (vec![0.0; distances.len()], vec![0.0; distances.len()]);
    for (index, value) in second.iter().enumerate() {
        sums[place(index)] += value.abs();
        numbers[place(index)] += 1.0;
    }
    Some(InteractionReport {
        model: model.to_owned(),
        about,
        counts: counts(&|value| value),
        counts_absolute: counts(&f64::abs),
        mean_absolute: sums.iter().zip(&numbers).map(|(sum, number)| sum / number).collect(),
        distances: distances.iter().map(|&squared| (squared as f64).sqrt()).collect(),
    })
}

fn squared_distance(side: usize, i: usize, j: usize) -> usize {
    let (dy, dx) = ((i / side).abs_diff(j / side), (i % side).abs_diff(j % side));
    dy * dy + dx * dx
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_of_a_2x2_image_are_counted() {
        // Pairs 00 01 02 03 11 12 13 22 23 33 with distances 0 1 1 √2 0 √2 1 0 1 0.
        let second = [-5.0, -4.0, -3.0, -2.0, -1.0, 1.5, 2.5, 3.5, 4.5, 5.5];
        let report = interactions("x", ExpansionPoint::Black, 2, &second).unwrap();
        assert_eq!(report.distances, [0.0, 1.0, 2.0_f64.sqrt()]);
        assert_eq!(report.counts, [[1, 1, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0], [1, 1, 0]]);
        // By absolute value: 1 1.5 | 2 2.5 | 3 3.5 | 4 4.5 | 5 5.5.
        assert_eq!(report.counts_absolute, [[1, 0, 1], [0, 1, 1], [1, 1, 0], [0, 2, 0], [2, 0, 0]]);
        assert_eq!(report.mean_absolute, [15.0 / 4.0, 14.0 / 4.0, 3.5 / 2.0]);
    }

    #[test]
    fn all_1225_pairs_of_49_pixels_are_in_equal_groups() {
        let second: Vec<f64> = (0..12_250).map(|index| f64::from(index * 7919 % 12_251)).collect();
        let report = interactions("x", ExpansionPoint::Black, 7, &second).unwrap();
        assert!(report.counts.iter().all(|counts| counts.iter().sum::<u32>() == 2_450));
        let neighbours: u32 = report.counts.iter().map(|counts| counts[1]).sum();
        assert_eq!(neighbours, 10 * 84);
        assert_eq!(interactions("x", ExpansionPoint::Black, 7, &second[1..]), None);
    }
}
