//! Shares of the five levels of strength at each distance, and of the distances in each level (Fig. 3).

/// Number of levels L1 to L5.
pub const LEVELS: usize = 5;

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

/// Left and right end of the column of each distance: halfway to its neighbours, so that the columns fill the axis.
pub fn columns(distances: &[f64]) -> Vec<(f64, f64)> {
    const EDGE: f64 = 0.3;
    let halfway = |one: usize, other: usize| f64::midpoint(distances[one], distances[other]);
    let column = |at: usize| {
        let left = if at == 0 { distances[at] - EDGE } else { halfway(at - 1, at) };
        let right = if at + 1 == distances.len() { distances[at] + EDGE } else { halfway(at, at + 1) };
        (left, right)
    };
    (0..distances.len()).map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poly::interaction::interactions;

    #[test]
    fn shares_sum_to_one_the_way_they_are_drawn() {
        // A 2x2 image: pairs 00 01 02 03 11 12 13 22 23 33.
        let second = [-5.0, -4.0, -3.0, -2.0, -1.0, 1.5, 2.5, 3.5, 4.5, 5.5];
        let report = interactions("test", crate::config::ExpansionPoint::Black, 2, &second).unwrap();
        let at_distance = shares_at_distance(&report.counts);
        assert_eq!(at_distance.len(), report.distances.len());
        // Four pairs are neighbours: one each in L1, L2, L4 and L5.
        assert_eq!(at_distance[1], [0.25, 0.25, 0.0, 0.25, 0.25]);
        let of_level = shares_of_level(&report.counts);
        assert_eq!(of_level[0], [0.5, 0.5, 0.0]);
        for row in at_distance.iter().chain(&of_level) {
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        }
        assert!(shares_at_distance(&[]).is_empty());
    }

    #[test]
    fn columns_touch_and_do_not_overlap() {
        let distances = [0.0, 1.0, 2.0_f64.sqrt(), 2.0];
        let columns = columns(&distances);
        assert!(columns.windows(2).all(|pair| (pair[0].1 - pair[1].0).abs() < 1e-12));
        assert!(columns.iter().zip(&distances).all(|((left, right), at)| left < at && at < right));
    }
}
