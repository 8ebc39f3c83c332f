//! How the coefficient of one monomial is composed: every path through the stack that makes it.

use super::{Count, Place, StackError, Symbol, SymbolTable};
use crate::config::StackConfig;
use crate::poly::{AlgebraError, Coefficient, Monomial, Symbolic};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// The coefficient of one monomial as a sum over paths.
#[derive(Debug, Clone, PartialEq)]
pub struct Composition {
    /// The monomial's exponents.
    pub exponents: Vec<u8>,
    /// Number of all paths, with multiplicity; 0 if the monomial is not in the expansion.
    pub total: Count,
    /// The paths that were asked for.
    pub paths: Vec<Path>,
    /// Whether these are all.
    pub complete: bool,
    /// The same with equal products of symbols merged, which happens where clusters share their coefficients.
    pub products: Vec<Product>,
}

/// One choice of a local monomial in each of the clusters that take part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// In how many ways the factors can be arranged.
    pub multiplicity: u64,
    /// From the last level down to the first.
    pub factors: Vec<PathFactor>,
}

/// A coefficient on a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathFactor {
    /// Where it stands, so that it can be lit up in the drawing.
    pub place: Place,
    /// Number of its symbol in the [`SymbolTable`].
    pub symbol: usize,
    /// How often it occurs.
    pub power: u32,
}

/// A product of coefficients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Whole number before it.
    pub multiplicity: u64,
    /// Symbols with their exponents.
    pub symbols: Vec<(Symbol, u32)>,
}

impl Composition {
    /// The listed products as a polynomial in the symbols of the table.
    ///
    /// # Errors
    /// [`AlgebraError::Overflow`], if a multiplicity becomes too large.
    pub fn symbolic(&self) -> Result<Symbolic, AlgebraError> {
        Symbolic::from_terms(self.paths.iter().map(|path| (path.monomial(), i128::from(path.multiplicity))))
    }
}

impl Path {
    /// Product of its symbols.
    fn monomial(&self) -> Monomial {
        let mut powers = BTreeMap::new();
        for factor in &self.factors {
            *powers.entry(factor.symbol).or_insert(0) += factor.power;
        }
        Monomial::from_factors(powers)
    }
}

/// Takes the coefficient of a monomial apart into at most `most` paths.
///
/// `exponents` has one for each variable, row by row. For example `x1^2 x3` in Fig. 4(c) is made by
/// c^(2,2)_12 c^(1,2)_11 c^(1,1)_1 alone, where the last two stand in different clusters.
///
/// # Errors
/// [`StackError`], if the stack is not possible or the exponents do not fit it.
pub fn compose(stack: &StackConfig, exponents: &[u8], most: usize) -> Result<Composition, StackError> {
    SymbolTable::new(stack)?.compose(exponents, most)
}

impl SymbolTable {
    /// The same as [`compose`] for many monomials of one stack.
    ///
    /// # Errors
    /// [`StackError`], if the exponents do not fit the stack or are too large.
    pub fn compose(&self, exponents: &[u8], most: usize) -> Result<Composition, StackError> {
        let total = self.coefficient_of(&vec![Count::new(1); self.len()], exponents)?;
        let mut walk = Walk { table: self, most, paths: Vec::new() };
        if total > Count::ZERO {
            let levels = self.geometry().levels();
            let root = Task { level: levels, value: 0, power: 1 };
            let _ = walk.follow(exponents, vec![root], &mut Vec::new(), 1);
        }
        let listed: Count = walk.paths.iter().map(|path| Count::new(path.multiplicity.into())).sum();
        let mut composition = Composition {
            exponents: exponents.to_vec(),
            total,
            complete: listed == total,
            paths: walk.paths,
            products: Vec::new(),
        };
        let merged = composition.symbolic()?;
        composition.products = merged
            .terms()
            .map(|(monomial, multiplicity)| Product {
                multiplicity: u64::try_from(*multiplicity).unwrap_or(u64::MAX),
                symbols: self.symbols_of(monomial),
            })
            .collect();
        Ok(composition)
    }

    /// Symbols of a monomial of a [`Symbolic`] polynomial.
    pub fn symbols_of(&self, monomial: &Monomial) -> Vec<(Symbol, u32)> {
        let factors = monomial.factors().iter();
        factors.filter_map(|(index, power)| Some((self.symbol(*index as usize)?, *power))).collect()
    }

    /// Least number of factors of a value whose product contains the monomial's part in its receptive field.
    fn cost(&self, level: usize, value: usize, exponents: &[u8]) -> usize {
        if level == 0 {
            return usize::from(exponents[value]);
        }
        let inputs = self.geometry().inputs(level, value);
        let sum: usize = inputs.into_iter().map(|input| self.cost(level - 1, input, exponents)).sum();
        sum.div_ceil(self.geometry().order(level))
    }
}

/// A power of a value whose local monomials are still to be chosen.
#[derive(Debug, Clone, Copy)]
struct Task {
    level: usize,
    value: usize,
    power: usize,
}

struct Walk<'a> {
    table: &'a SymbolTable,
    most: usize,
    paths: Vec<Path>,
}

/// The choice of the local monomials of one task.
struct Choice<'a> {
    task: Task,
    inputs: &'a [usize],
    /// What each input must contribute at least, and for variables exactly.
    costs: &'a [usize],
    /// Number of factors of each input chosen so far.
    factors: Vec<usize>,
}

impl Choice<'_> {
    /// Whether `left` more local monomials can still provide what is missing.
    fn possible(&self, left: usize, order: usize) -> bool {
        let missing: usize = self.costs.iter().zip(&self.factors).map(|(cost, have)| cost.saturating_sub(*have)).sum();
        let exact = self.task.level > 1 || self.costs.iter().zip(&self.factors).all(|(cost, have)| have <= cost);
        exact && missing <= left * order
    }
}

impl Walk<'_> {
    fn follow(
        &mut self,
        exponents: &[u8],
        mut tasks: Vec<Task>,
        factors: &mut Vec<PathFactor>,
        multiplicity: u64,
    ) -> ControlFlow<()> {
        let Some(task) = tasks.pop() else {
            if self.paths.len() == self.most {
                return ControlFlow::Break(());
            }
            self.paths.push(Path { multiplicity, factors: factors.clone() });
            return ControlFlow::Continue(());
        };
        let inputs = self.table.geometry().inputs(task.level, task.value);
        let costs: Vec<usize> = inputs.iter().map(|input| self.table.cost(task.level - 1, *input, exponents)).collect();
        let none = vec![0; inputs.len()];
        let mut choice = Choice { task, inputs: &inputs, costs: &costs, factors: none };
        self.choose(exponents, &tasks, factors, multiplicity, &mut choice, (0, task.power))
    }

    /// Chooses `left` more local monomials, none before number `first`.
    fn choose(
        &mut self,
        exponents: &[u8],
        tasks: &[Task],
        factors: &mut Vec<PathFactor>,
        multiplicity: u64,
        choice: &mut Choice<'_>,
        (first, left): (usize, usize),
    ) -> ControlFlow<()> {
        let Task { level, value, .. } = choice.task;
        if !choice.possible(left, self.table.geometry().order(level)) {
            return ControlFlow::Continue(());
        }
        if left == 0 {
            let below = choice.inputs.iter().zip(&choice.factors).rev();
            let below = below.filter(|(_, power)| level > 1 && **power > 0);
            let below = below.map(|(input, power)| Task { level: level - 1, value: *input, power: *power });
            return self.follow(exponents, tasks.iter().copied().chain(below).collect(), factors, multiplicity);
        }
        for monomial in first..self.table.local_monomials(level).len() {
            let taps = self.table.local_monomials(level)[monomial].clone();
            for power in 1..=left {
                for tap in &taps {
                    choice.factors[*tap] += power;
                }
                factors.push(PathFactor {
                    place: Place { level, cluster: value, taps: taps.clone() },
                    symbol: self.table.index(level, value, monomial),
                    power: power as u32,
                });
                let ways = multiplicity.saturating_mul(binomial(left as u64, power as u64));
                let next = (monomial + 1, left - power);
                let flow = self.choose(exponents, tasks, factors, ways, choice, next);
                factors.pop();
                for tap in &taps {
                    choice.factors[*tap] -= power;
                }
                flow?;
            }
        }
        ControlFlow::Continue(())
    }
}

fn binomial(n: u64, k: u64) -> u64 {
    (1..=k).fold(1, |product, step| product * (n - k + step) / step)
}

impl Coefficient for Count {
    fn zero() -> Self {
        Self::ZERO
    }

    fn one() -> Self {
        Self::new(1)
    }

    fn whole(value: u32) -> Result<Self, AlgebraError> {
        Ok(Self::new(value.into()))
    }

    fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    fn plus(&self, other: &Self) -> Result<Self, AlgebraError> {
        Ok(*self + *other)
    }

    fn times(&self, other: &Self) -> Result<Self, AlgebraError> {
        Ok(*self * *other)
    }
}
