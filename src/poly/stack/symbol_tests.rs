//! Coefficients found in four ways: by paths, one by one, by multiplying out, and by evaluating the network itself.

use super::tests::{expanded, stack};
use super::*;
use crate::config::{StackConfig, StackSharing};
use crate::poly::{Coefficient, Monomial, Polynomial, Rational, Symbolic};

const SHARINGS: [StackSharing; 3] = [StackSharing::Separate, StackSharing::Level, StackSharing::All];

/// Small stacks of all kinds, those with different orders without sharing over the levels.
fn stacks() -> Vec<StackConfig> {
    let shapes: [([usize; 2], &[usize]); 7] = [
        ([1, 2], &[2, 2]),
        ([1, 2], &[3, 1]),
        ([2, 1], &[1, 3]),
        ([1, 3], &[2, 1]),
        ([2, 2], &[2]),
        ([1, 2], &[1, 2, 1]),
        ([1, 2], &[2, 1, 2]),
    ];
    let all = shapes
        .iter()
        .flat_map(|(cluster, orders)| SHARINGS.map(|sharing| StackConfig { sharing, ..stack(*cluster, orders) }));
    all.filter(|stack| Geometry::new(stack).is_ok()).collect()
}

#[test]
fn the_article_s_example() {
    // x1^2 x3 in Fig. 4(c).
    let composition = compose(&StackConfig::default(), &[2, 0, 1, 0], 100).unwrap();
    assert!(composition.complete);
    assert_eq!((composition.total, composition.paths.len()), (Count::new(1), 1));
    let names: Vec<String> = composition.products[0].symbols.iter().map(|(symbol, _)| symbol.identifier()).collect();
    assert_eq!(names, ["c1_2_11_k1", "c1_1_1_k2", "c2_2_12"]);
    // x1^2: y1^2 with two linear terms, with a constant and a quadratic one (twice), y1 alone, and y1 y2 with the other's constant.
    let square = compose(&StackConfig::default(), &[2, 0, 0, 0], 100).unwrap();
    assert_eq!((square.total, square.paths.len()), (Count::new(5), 4));
    assert_eq!(square.paths.iter().map(|path| path.multiplicity).max(), Some(2));
    let absent = compose(&StackConfig::default(), &[3, 0, 1, 0], 100).unwrap();
    assert_eq!((absent.total, absent.paths.len(), absent.complete), (Count::ZERO, 0, true));
}

#[test]
fn a_part_of_the_paths_is_told_as_such() {
    let constant = compose(&stack([2, 2], &[2, 2]), &[0; 16], 5).unwrap();
    // 1 + 4 + 10 local terms with constants only.
    assert_eq!((constant.total, constant.paths.len(), constant.complete), (Count::new(15), 5, false));
    assert!(matches!(compose(&StackConfig::default(), &[1, 2], 5), Err(StackError::Exponents { .. })));
}

#[test]
fn paths_are_the_coefficients_of_the_expansion() {
    for stack in stacks() {
        let table = SymbolTable::new(&stack).unwrap();
        let symbols: Vec<Symbolic> = (0..table.len()).map(Polynomial::variable).collect();
        let whole = table.expand(&symbols).unwrap();
        let expansion = expanded(&stack);
        assert_eq!(whole.len(), expansion.terms(), "{stack:?}");
        for (term, (monomial, coefficient)) in whole.terms().enumerate() {
            let exponents = expansion.exponents_of(term);
            assert_eq!(*monomial, Monomial::from_exponents(exponents), "{stack:?}");
            let composition = table.compose(exponents, 100_000).unwrap();
            assert!(composition.complete);
            assert_eq!(composition.symbolic().unwrap(), *coefficient, "{stack:?} {exponents:?}");
            assert_eq!(table.coefficient_of(&symbols, exponents).unwrap(), *coefficient);
            let paths: i128 = coefficient.terms().map(|(_, multiplicity)| multiplicity).sum();
            assert!((expansion.paths[term] - paths as f64).abs() < 0.5);
        }
    }
}

#[test]
fn expanded_and_nested_have_the_same_value() {
    for (seed, stack) in (1..).zip(stacks()) {
        let table = SymbolTable::new(&stack).unwrap();
        let coefficients = seeded_numbers(seed, table.len());
        let expansion = table.expand(&coefficients).unwrap();
        let variables = table.geometry().grid(0).iter().product();
        for place in 0..3 {
            let point = seeded_numbers(1000 + place, variables);
            let nested = table.evaluate(&coefficients, &point).unwrap();
            assert_eq!(expansion.evaluate(&point).unwrap(), nested, "{stack:?}");
            let float = table.evaluate(&numbers_of(&coefficients), &numbers_of(&point)).unwrap();
            assert!((float - nested.to_f64()).abs() <= 1e-12 * nested.to_f64().abs().max(1.0), "{stack:?}");
        }
    }
}

#[test]
fn symbols_with_values_are_the_numeric_expansion() {
    let stack = StackConfig { sharing: StackSharing::All, ..stack([1, 2], &[2, 2]) };
    let table = SymbolTable::new(&stack).unwrap();
    let symbols: Vec<Symbolic> = (0..table.len()).map(Polynomial::variable).collect();
    let numbers = seeded_numbers(7, table.len());
    let integer = |value: &i128| Rational::new(*value, 1);
    let substituted = table.expand(&symbols).unwrap().map(|coefficient| coefficient.map(integer)?.evaluate(&numbers));
    assert_eq!(substituted.unwrap(), table.expand(&numbers).unwrap());
    assert!(numbers.iter().all(|number| !number.is_zero()));
}
