//! The article's counts, and the forecast against the real expansion.

use super::*;
use crate::config::{StackConfig, StackSharing};

pub(super) fn stack(cluster: [usize; 2], orders: &[usize]) -> StackConfig {
    StackConfig { cluster, orders: orders.to_vec(), sharing: StackSharing::Separate }
}

pub(super) fn expanded(stack: &StackConfig) -> Expansion {
    Expander::new(stack, Budget::default()).unwrap().finish()
}

fn counts(values: &[u128]) -> Vec<Count> {
    values.iter().map(|value| Count::new(*value)).collect()
}

#[test]
fn counts_of_figure_4() {
    let small = forecast(&stack([1, 2], &[2, 2])).unwrap();
    assert_eq!(small.terms, Count::new(54));
    assert_eq!(small.terms_by_degree, counts(&[1, 4, 10, 20, 19]));
    let large = forecast(&stack([2, 2], &[2, 2])).unwrap();
    assert_eq!(large.terms, Count::new(1453));
    assert_eq!(large.terms_by_degree, counts(&[1, 16, 136, 560, 740]));
    assert_eq!(large.variables, Count::new(16));
    // Five clusters of 1 + 4 + 10 coefficients.
    assert_eq!(large.coefficients, Count::new(75));
}

#[test]
fn the_forecast_is_what_the_expansion_has() {
    let cases: [([usize; 2], &[usize]); 14] = [
        ([1, 2], &[2, 2]),
        ([2, 2], &[2, 2]),
        ([1, 2], &[1, 3]),
        ([1, 2], &[3, 1]),
        ([1, 3], &[2, 3]),
        ([2, 1], &[4, 3]),
        ([1, 2], &[2, 2, 2]),
        ([1, 2], &[2, 1, 3]),
        ([1, 2], &[1, 2, 2]),
        ([2, 1], &[3, 2, 2]),
        ([1, 3], &[1, 2, 1]),
        ([3, 4], &[4]),
        ([2, 2], &[1, 3]),
        ([4, 4], &[1, 2]),
    ];
    for (cluster, orders) in cases {
        let stack = stack(cluster, orders);
        let forecast = forecast(&stack).unwrap();
        let expansion = expanded(&stack);
        let mut by_degree = vec![0_u128; forecast.degree + 1];
        for row in expansion.exponents.chunks_exact(expansion.variables) {
            by_degree[row.iter().map(|exponent| usize::from(*exponent)).sum::<usize>()] += 1;
        }
        assert_eq!(forecast.terms_by_degree, counts(&by_degree), "{stack:?}");
        assert_eq!(forecast.terms, Count::from(expansion.terms()), "{stack:?}");
        let paths: f64 = expansion.paths.iter().sum();
        assert!((forecast.paths.to_f64() - paths).abs() < 0.5, "{stack:?}: {} {paths}", forecast.paths);
    }
}

#[test]
fn terms_are_distinct_and_sorted() {
    let expansion = expanded(&stack([2, 2], &[2, 2]));
    let key = |term: usize| {
        let row = expansion.exponents_of(term);
        (row.iter().map(|exponent| u32::from(*exponent)).sum::<u32>(), row.iter().map(|e| 255 - e).collect::<Vec<_>>())
    };
    assert!((1..expansion.terms()).all(|term| key(term - 1) < key(term)));
}

#[test]
fn a_cubic_term_across_clusters_is_absent() {
    let expansion = expanded(&stack([1, 2], &[2, 2]));
    let has = |monomial: [u8; 4]| (0..expansion.terms()).any(|term| expansion.exponents_of(term) == monomial);
    assert!(!has([3, 0, 1, 0]), "x1^3*x3 needs two factors y1 and one y2, three in all");
    // The article names these (below Eq. 4).
    for monomial in [[3, 0, 0, 0], [4, 0, 0, 0], [1, 0, 1, 0], [1, 1, 1, 0], [1, 1, 1, 1]] {
        assert!(has(monomial), "{monomial:?}");
    }
}

#[test]
fn too_large_a_stack_is_refused_with_what_would_fit() {
    let message = Expander::new(&stack([2, 2], &[2, 2, 2]), Budget::default()).unwrap_err().to_string();
    assert!(
        message.contains("13,581,081 terms") && message.contains("choose clusters of 1x3, which makes 397,306"),
        "{message}"
    );
    let huge = stack([4, 4], &[2, 2, 2, 2, 2, 2, 2]);
    assert!(forecast(&huge).unwrap().terms > Count::new(10_u128.pow(37)));
    assert!(Expander::new(&huge, Budget::default()).is_err());
}

#[test]
fn steps_are_small_and_progress_never_goes_back() {
    let mut expander = Expander::new(&stack([1, 3], &[2, 2, 2]), Budget::default()).unwrap();
    let mut before = expander.progress();
    let mut steps = 0;
    while !before.finished {
        let progress = expander.step();
        assert!(progress.done >= before.done && progress.done <= progress.total && progress.total == before.total);
        before = progress;
        steps += 1;
    }
    assert_eq!(before.done, before.total);
    assert!(steps > 100);
    assert_eq!(expander.finish().terms(), 397_306);
}

#[test]
fn impossible_settings_are_refused() {
    assert!(matches!(forecast(&stack([1, 1], &[2])), Err(StackError::Cluster { .. })));
    assert!(matches!(forecast(&stack([5, 1], &[2])), Err(StackError::Cluster { .. })));
    assert!(matches!(forecast(&stack([2, 2], &[])), Err(StackError::Levels { levels: 0 })));
    assert!(matches!(forecast(&stack([2, 2], &[2, 5])), Err(StackError::Order { level: 2, order: 5 })));
    assert!(matches!(forecast(&stack([2, 2], &[4, 4, 4, 4])), Err(StackError::Degree { degree: 256 })));
    let shared = StackConfig { sharing: StackSharing::All, ..stack([2, 2], &[2, 3]) };
    assert_eq!(forecast(&shared), Err(StackError::SharedOrders));
}

#[test]
fn values_are_laid_out_on_the_grid() {
    let geometry = Geometry::new(&stack([2, 2], &[2, 2])).unwrap();
    assert_eq!(geometry.inputs(1, 3), [10, 11, 14, 15]);
    assert_eq!(geometry.receptive_field(2, 0), [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);
}

/// All stacks of up to three levels that are small enough for a test.
#[test]
fn the_forecast_holds_for_every_small_stack() {
    let clusters = (1..=4).flat_map(|rows| (1..=4).map(move |columns| [rows, columns])).filter(|c| c[0] * c[1] > 1);
    let mut compared = 0;
    for cluster in clusters {
        for code in 0..84_usize {
            let orders = match code {
                0..4 => vec![code + 1],
                4..20 => vec![(code - 4) / 4 + 1, (code - 4) % 4 + 1],
                _ => vec![(code - 20) / 16 + 1, (code - 20) / 4 % 4 + 1, (code - 20) % 4 + 1],
            };
            let stack = stack(cluster, &orders);
            let size = forecast(&stack).unwrap();
            if size.terms > Count::new(5000) || size.variables > Count::new(64) {
                continue;
            }
            let expansion = expanded(&stack);
            let rows: std::collections::HashSet<&[u8]> =
                (0..expansion.terms()).map(|term| expansion.exponents_of(term)).collect();
            assert_eq!(size.terms, Count::from(rows.len()), "{stack:?}");
            let paths: f64 = expansion.paths.iter().sum();
            assert!((size.paths.to_f64() - paths).abs() < 0.5, "{stack:?}");
            compared += 1;
        }
    }
    assert!(compared > 150, "{compared}");
}
