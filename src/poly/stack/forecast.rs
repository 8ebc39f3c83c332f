//! How large an expansion will be, counted exactly without making it.
//!
//! For one cluster of level l let the cost of a monomial be the least number of factors y (values of that level) whose
//! product contains it. At level 0 the cost is the exponent. A product of k factors of level l + 1 and order n offers
//! k n factors of level l, and constants fill what is not needed, so cost = ceil(sum of the clusters' costs / n).
//! The monomials of a value are those of cost at most 1; counting them by cost and degree is enough.

use super::{Count, Geometry, StackError};
use crate::config::{StackConfig, StackSharing};

/// How large the polynomial of a stack is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// Number of distinct monomials, with the constant.
    pub terms: Count,
    /// The same for every degree, from 0.
    pub terms_by_degree: Vec<Count>,
    /// Number of paths: products of coefficients, with multiplicity, in all terms together.
    pub paths: Count,
    /// Number of variables, which is the receptive field of the last value.
    pub variables: Count,
    /// Highest degree.
    pub degree: usize,
    /// Number of coefficients of the network, as they are shared.
    pub coefficients: Count,
    /// Memory for the expansion in bytes: an exponent is one, a number of paths eight.
    pub bytes: Count,
    /// The same for the values of every level, from the variables (level 0) to the last value.
    pub levels: Vec<LevelForecast>,
}

/// How large the polynomial of a single value of a level is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelForecast {
    /// Number of values of this level.
    pub values: Count,
    /// Number of variables that one value depends on.
    pub receptive_field: Count,
    /// Number of distinct monomials of one value, with the constant.
    pub terms: Count,
    /// The same for every degree, from 0.
    pub terms_by_degree: Vec<Count>,
    /// Number of paths of one value.
    pub paths: Count,
}

/// Counts terms and paths of a stack without expanding it. Instant for every possible stack.
///
/// # Errors
/// [`StackError`], if a setting is out of range.
pub fn forecast(stack: &StackConfig) -> Result<Forecast, StackError> {
    let geometry = Geometry::new(stack)?;
    let taps = geometry.taps();
    let mut paths = Count::new(1);
    let mut table = Table::variable(geometry.degree());
    let mut levels = vec![LevelForecast {
        values: geometry.values(0),
        receptive_field: Count::new(1),
        terms: Count::new(1),
        terms_by_degree: vec![Count::ZERO, Count::new(1)],
        paths,
    }];
    for level in 1..=geometry.levels() {
        let order = geometry.order(level);
        table = table.power(taps).coarse_grained(order);
        paths = (0..=order as u32).map(|degree| Count::monomials_of_degree(taps, degree) * paths.pow(degree)).sum();
        let terms_by_degree = table.terms_by_degree();
        levels.push(LevelForecast {
            values: geometry.values(level),
            receptive_field: Count::from(taps).pow(level as u32),
            terms: terms_by_degree.iter().copied().sum(),
            terms_by_degree,
            paths,
        });
    }
    let last = &levels[levels.len() - 1];
    Ok(Forecast {
        terms: last.terms,
        terms_by_degree: last.terms_by_degree.clone(),
        paths,
        variables: last.receptive_field,
        degree: geometry.degree(),
        coefficients: coefficients(&geometry),
        bytes: last.terms * (last.receptive_field + Count::new(8)),
        levels,
    })
}

/// Number of coefficients of the whole stack.
fn coefficients(geometry: &Geometry) -> Count {
    let of_cluster = |level: usize| -> Count {
        (0..=geometry.order(level) as u32).map(|degree| Count::monomials_of_degree(geometry.taps(), degree)).sum()
    };
    match geometry.sharing() {
        StackSharing::Separate => (1..=geometry.levels()).map(|level| of_cluster(level) * geometry.values(level)).sum(),
        StackSharing::Level => (1..=geometry.levels()).map(of_cluster).sum(),
        StackSharing::All => of_cluster(1),
    }
}

/// Number of monomials of a cluster by cost and degree.
#[derive(Debug, Clone)]
struct Table {
    /// Factors that the levels above can use at most; costlier monomials never show up.
    most_cost: usize,
    most_degree: usize,
    /// `[cost][degree]`.
    counts: Vec<Vec<Count>>,
}

impl Table {
    fn empty(most_cost: usize, most_degree: usize) -> Self {
        Self { most_cost, most_degree, counts: vec![vec![Count::ZERO; most_degree + 1]; most_cost + 1] }
    }

    /// A single variable: x^e costs e factors.
    fn variable(degree: usize) -> Self {
        let mut table = Self::empty(degree, degree);
        (0..=degree).for_each(|exponent| table.counts[exponent][exponent] = Count::new(1));
        table
    }

    /// The monomials of `factors` clusters without common variables.
    fn power(&self, factors: usize) -> Self {
        let mut product = Self::empty(self.most_cost, self.most_degree);
        product.counts[0][0] = Count::new(1);
        let mut square = self.clone();
        let mut rest = factors;
        while rest > 0 {
            if rest % 2 == 1 {
                product = product.times(&square);
            }
            rest /= 2;
            if rest > 0 {
                square = square.times(&square);
            }
        }
        product
    }

    fn entries(&self) -> Vec<(usize, usize, Count)> {
        let rows = self.counts.iter().enumerate();
        let all =
            rows.flat_map(|(cost, row)| row.iter().enumerate().map(move |(degree, count)| (cost, degree, *count)));
        all.filter(|(_, _, count)| *count > Count::ZERO).collect()
    }

    fn times(&self, other: &Self) -> Self {
        let mut product = Self::empty(self.most_cost, self.most_degree);
        let others = other.entries();
        for (cost, degree, count) in self.entries() {
            for (other_cost, other_degree, other_count) in &others {
                let (cost, degree) = (cost + other_cost, degree + other_degree);
                if cost <= self.most_cost && degree <= self.most_degree {
                    let entry = &mut product.counts[cost][degree];
                    *entry = *entry + count * *other_count;
                }
            }
        }
        product
    }

    /// The same monomials in the values of the next level.
    fn coarse_grained(&self, order: usize) -> Self {
        let mut table = Self::empty(self.most_cost / order, self.most_degree);
        for (cost, degree, count) in self.entries() {
            let entry = &mut table.counts[cost.div_ceil(order)][degree];
            *entry = *entry + count;
        }
        table
    }

    /// Monomials of one value: those of at most one factor. Up to the highest degree that occurs.
    fn terms_by_degree(&self) -> Vec<Count> {
        let mut terms: Vec<Count> =
            (0..=self.most_degree).map(|degree| self.counts.iter().take(2).map(|row| row[degree]).sum()).collect();
        while terms.last() == Some(&Count::ZERO) {
            terms.pop();
        }
        terms
    }
}
