//! Low-order coefficients of a trained network as a sparse polynomial, for the writers.

use crate::cli::CliError;
use crate::poly::cluster_monomials::MonomialTable;
use crate::poly::{Monomial, Polynomial};
use crate::protocol::Coefficients;

/// The constant and the first- and second-order terms of a class, or of the difference of two.
pub fn low_orders(report: &Coefficients, class: usize, against: Option<usize>) -> Result<Polynomial<f64>, CliError> {
    let pixels = (report.side * report.side) as usize;
    let table = MonomialTable::new(pixels, if report.second.is_some() { 2 } else { 1 });
    let pairs = table.len() - pixels;
    let of_class = |class: usize, index: Option<usize>| match index {
        None => report.constant[class],
        Some(index) if index < pixels => report.first[class * pixels + index],
        Some(index) => report.second.as_ref().map_or(0.0, |second| second[class * pairs + index - pixels]),
    };
    let against = against.filter(|&against| against < report.constant.len());
    let value = |index| of_class(class, index) - against.map_or(0.0, |against| of_class(against, index));
    let terms = (0..table.len()).map(|index| {
        let mut exponents = vec![0; pixels];
        table.factors(index).into_iter().for_each(|pixel| exponents[pixel] += 1);
        (Monomial::from_exponents(&exponents), value(Some(index)))
    });
    let terms = std::iter::once((Monomial::one(), value(None))).chain(terms);
    Ok(Polynomial::from_terms(terms).map_err(crate::poly::StackError::from)?)
}
