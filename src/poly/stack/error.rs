//! What can be wrong with a stack, with what to change.

use super::Count;
use crate::poly::AlgebraError;
use thiserror::Error;

/// Why a stack cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StackError {
    /// The cluster is too small or too large.
    #[error("a cluster of {rows}x{columns} is not possible: choose 1 to 4 rows and columns and at least two values")]
    Cluster {
        /// Rows of the cluster.
        rows: usize,
        /// Columns of the cluster.
        columns: usize,
    },
    /// No or too many levels.
    #[error("a stack of {levels} levels is not possible: give one order for each of 1 to 8 levels")]
    Levels {
        /// Number of orders given.
        levels: usize,
    },
    /// The order of a level is out of range.
    #[error("order {order} of level {level} is not possible: choose 1 to 4")]
    Order {
        /// The level, from 1.
        level: usize,
        /// The order given.
        order: usize,
    },
    /// One set of coefficients for levels of different orders.
    #[error(
        "one set of coefficients for all levels needs one order throughout: make the orders equal, or share the coefficients of each level only"
    )]
    SharedOrders,
    /// Exponents would not fit into a byte.
    #[error("the polynomial would have degree {degree}, and 255 is the most: use fewer levels or lower orders")]
    Degree {
        /// Product of the orders.
        degree: usize,
    },
    /// The result would be larger than allowed.
    #[error(
        "the polynomial has {terms} terms ({megabytes} MB), and at most {most_terms} terms ({most_megabytes} MB) are expanded: {advice}"
    )]
    TooLarge {
        /// Number of terms that it has.
        terms: Count,
        /// Memory for them in millions of bytes.
        megabytes: Count,
        /// Number of terms allowed.
        most_terms: Count,
        /// Memory allowed, in millions of bytes.
        most_megabytes: Count,
        /// What would fit.
        advice: String,
    },
    /// A monomial or a point does not have one number for each variable.
    #[error("this stack has {expected} variables, and {given} were given: give one exponent or value for each")]
    Exponents {
        /// Number of variables.
        expected: Count,
        /// Number of exponents or values.
        given: usize,
    },
    /// There is not one value for each coefficient.
    #[error("this stack has {expected} coefficients, not {given}")]
    Coefficients {
        /// Number of coefficients.
        expected: usize,
        /// Number of values.
        given: usize,
    },
    /// The stack is too large to name its coefficients.
    #[error(
        "this stack has {coefficients} coefficients, too many to write them one by one: share them, or use fewer levels"
    )]
    TooManyCoefficients {
        /// Number of coefficients.
        coefficients: Count,
    },
    /// A monomial is too large for its coefficient to be taken apart.
    #[error(
        "this monomial has {divisors} divisors in one cluster, too many to take its coefficient apart: choose one of lower degree"
    )]
    TooManyDivisors {
        /// Number of divisors.
        divisors: usize,
    },
    /// A coefficient is too long to be written.
    #[error(
        "the coefficient of one term is a sum over {paths} paths, too many to write: choose numbers instead of symbols, or fewer terms"
    )]
    TooManyPaths {
        /// Number of paths.
        paths: Count,
    },
    /// The picture would be too wide.
    #[error(
        "a stack of {variables} variables is too wide to draw: use fewer levels or smaller clusters, at most 256 variables"
    )]
    TooManyToDraw {
        /// Number of variables.
        variables: Count,
    },
    /// An exact calculation cannot go on.
    #[error(transparent)]
    Algebra(#[from] AlgebraError),
}
