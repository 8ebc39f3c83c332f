//! Coefficients of second order against the distance of the two pixels, in five levels of strength (Fig. 3).

use super::expansion::pairs;
use crate::protocol::InteractionReport;

/// Number of levels L1 to L5.
pub const LEVELS: usize = 5;

/// Sorts the coefficients of all products of two different pixels into five equal groups, once by value and once by
/// absolute value, and counts each group at each distance. `values` holds one list per class, in lexicographic order of
/// the pairs `i <= j`; squares have no distance and are left out.
pub fn interactions(model: &str, side: usize, values: &[Vec<f64>]) -> InteractionReport {
    let mut all: Vec<(usize, f64)> = Vec::new();
    for class in values {
        for ((i, j), &value) in pairs(side * side).zip(class) {
            if i != j {
                all.push((squared_distance(i, j, side), value));
            }
        }
    }
    let mut squares: Vec<usize> = all.iter().map(|(square, _)| *square).collect();
    squares.sort_unstable();
    squares.dedup();
    let place = |square: usize| squares.partition_point(|&other| other < square);
    let mut sums = vec![(0.0, 0_u32); squares.len()];
    for (square, value) in &all {
        let sum = &mut sums[place(*square)];
        *sum = (sum.0 + value.abs(), sum.1 + 1);
    }
    let mut count = |key: fn(f64) -> f64| {
        all.sort_by(|one, other| key(one.1).total_cmp(&key(other.1)));
        let mut counts = vec![vec![0; squares.len()]; LEVELS];
        for (rank, (square, _)) in all.iter().enumerate() {
            counts[rank * LEVELS / all.len()][place(*square)] += 1;
        }
        counts
    };
    let (counts, counts_absolute) = (count(|value| value), count(f64::abs));
    InteractionReport {
        model: model.to_owned(),
        distances: squares.iter().map(|&square| (square as f64).sqrt()).collect(),
        counts,
        counts_absolute,
        mean_absolute: sums.iter().map(|(sum, count)| sum / f64::from(*count)).collect(),
    }
}

fn squared_distance(i: usize, j: usize, side: usize) -> usize {
    let (rows, columns) = ((i / side).abs_diff(j / side), (i % side).abs_diff(j % side));
    rows * rows + columns * columns
}

/// `[distance][level]`: what share of the coefficients at a distance each level holds (Fig. 3(a)).
pub fn shares_at_distance(counts: &[Vec<u32>]) -> Vec<Vec<f64>> {
    let distances = counts.first().map_or(0, Vec::len);
    (0..distances)
        .map(|at| {
            let total: u32 = counts.iter().map(|level| level[at]).sum();
            counts.iter().map(|level| f64::from(level[at]) / f64::from(total.max(1))).collect()
        })
        .collect()
}

/// `[level][distance]`: what share of a level's coefficients lies at each distance (Fig. 3(b)).
pub fn shares_of_level(counts: &[Vec<u32>]) -> Vec<Vec<f64>> {
    let share = |level: &Vec<u32>| {
        let total = f64::from(level.iter().sum::<u32>().max(1));
        level.iter().map(|&count| f64::from(count) / total).collect()
    };
    counts.iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> InteractionReport {
        // 3 by 3 pixels; the coefficient falls with the distance and changes its sign from pair to pair.
        let values: Vec<f64> = pairs(9)
            .enumerate()
            .map(|(index, (i, j))| {
                let sign = if index % 2 == 0 { 1.0 } else { -1.0 };
                sign / (1.0 + squared_distance(i, j, 3) as f64) + 1e-6 * index as f64
            })
            .collect();
        interactions("test", 3, &[values])
    }

    #[test]
    fn all_pairs_but_squares_are_counted_once() {
        let report = report();
        assert_eq!(report.distances.len(), 5, "1, √2, 2, √5, √8");
        assert!((report.distances[1] - 2_f64.sqrt()).abs() < 1e-12);
        for counts in [&report.counts, &report.counts_absolute] {
            assert_eq!(counts.iter().flatten().sum::<u32>(), 36);
            let sizes: Vec<u32> = counts.iter().map(|level| level.iter().sum()).collect();
            assert!(sizes.iter().all(|size| (7..=8).contains(size)), "{sizes:?}");
        }
        // Pairs of neighbours among 3 by 3: 12; across the corners: 2.
        let at = |place: usize| report.counts.iter().map(|level| level[place]).sum::<u32>();
        assert_eq!((at(0), at(4)), (12, 2));
    }

    #[test]
    fn the_strongest_are_the_nearest() {
        let report = report();
        assert_eq!(report.counts_absolute[4].iter().skip(1).sum::<u32>(), 0, "{:?}", report.counts_absolute);
        assert!(report.mean_absolute.windows(2).all(|pair| pair[0] > pair[1]));
        assert!(report.counts[0][0] > 0 && report.counts[4][0] > 0, "by value both ends are strong");
    }

    #[test]
    fn shares_sum_to_one() {
        let report = report();
        for row in shares_at_distance(&report.counts).iter().chain(&shares_of_level(&report.counts)) {
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        assert!(shares_at_distance(&[]).is_empty());
    }
}
