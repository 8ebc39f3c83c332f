//! The full expansion of a stack, made in small steps so that it can show progress and be cancelled.

use super::enumeration::Enumeration;
use super::powers::{Powers, PowersInTheMaking};
use super::{Count, Forecast, Geometry, StackError, forecast};
use crate::config::StackConfig;

/// Largest expansion that is begun. How long it may take is up to the caller, who can stop between two steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Number of terms.
    pub terms: u64,
    /// Memory for the result in bytes; about three times as much is in use while it is made.
    pub bytes: u64,
}

impl Default for Budget {
    /// What a page scrolls smoothly and a browser tab has room for.
    fn default() -> Self {
        Self { terms: 400_000, bytes: 64_000_000 }
    }
}

impl Budget {
    fn allows(self, forecast: &Forecast) -> bool {
        forecast.terms <= Count::new(self.terms.into()) && forecast.bytes <= Count::new(self.bytes.into())
    }
}

/// How far an expansion has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Parts done: every term is found once and sorted once.
    pub done: u64,
    /// Parts in all.
    pub total: u64,
    /// Whether nothing is left to do.
    pub finished: bool,
}

/// All terms of a stack. They come by degree, then in lexicographic order of their exponents, largest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Expansion {
    /// Number of variables, row by row on the grid.
    pub variables: usize,
    /// `terms * variables`.
    pub exponents: Vec<u8>,
    /// For every term the number of paths (products of coefficients, with multiplicity) that its coefficient sums up.
    pub paths: Vec<f64>,
}

impl Expansion {
    /// Number of terms.
    pub fn terms(&self) -> usize {
        self.paths.len()
    }

    /// Exponents of one term.
    pub fn exponents_of(&self, term: usize) -> &[u8] {
        &self.exponents[term * self.variables..(term + 1) * self.variables]
    }
}

/// Terms or products in one step: a few milliseconds.
const STEP: usize = 4096;

/// An expansion in the making.
#[derive(Debug)]
pub struct Expander {
    geometry: Geometry,
    terms: usize,
    variables: usize,
    /// The level whose local polynomial is being multiplied out.
    level: usize,
    work: Work,
    /// Terms of the value at hand, in the order of the tree; in the end, sorted, those of the result.
    exponents: Vec<u8>,
    paths: Vec<f64>,
    /// Numbers of the terms by degree.
    by_degree: Vec<Vec<u32>>,
    sorted: usize,
}

#[derive(Debug)]
enum Work {
    Enumerate(Enumeration),
    Multiply(PowersInTheMaking),
    /// Terms of a lower degree than this are sorted.
    Sort {
        degree: usize,
    },
}

impl Expander {
    /// Counts first, and begins only what fits the budget.
    ///
    /// # Errors
    /// [`StackError::TooLarge`] with the count and what would fit; others, if a setting is out of range.
    pub fn new(stack: &StackConfig, budget: Budget) -> Result<Self, StackError> {
        let geometry = Geometry::new(stack)?;
        let forecast = forecast(stack)?;
        if !budget.allows(&forecast) {
            return Err(too_large(stack, &forecast, budget));
        }
        let size = |count: Count| count.exact().and_then(|count| usize::try_from(count).ok());
        let (Some(terms), Some(variables)) = (size(forecast.terms), size(forecast.variables)) else {
            return Err(too_large(stack, &forecast, budget));
        };
        let first = Enumeration::new(geometry.taps(), Powers::of_variable(geometry.order(1)));
        Ok(Self {
            geometry,
            terms,
            variables,
            level: 1,
            work: Work::Enumerate(first),
            exponents: Vec::new(),
            paths: Vec::new(),
            by_degree: Vec::new(),
            sorted: 0,
        })
    }

    /// A bounded piece of work, a few milliseconds long.
    pub fn step(&mut self) -> Progress {
        match &mut self.work {
            Work::Enumerate(enumeration) => {
                if enumeration.step(STEP, &mut self.exponents, &mut self.paths) {
                    self.after_enumeration();
                }
            }
            Work::Multiply(powers) => {
                if powers.step(STEP) {
                    self.after_multiplication();
                }
            }
            Work::Sort { degree } => {
                if let Some(terms) = self.by_degree.get_mut(*degree) {
                    let row = |term: &u32| {
                        let begin = *term as usize * self.variables;
                        &self.exponents[begin..begin + self.variables]
                    };
                    terms.sort_unstable_by(|one, other| row(other).cmp(row(one)));
                    self.sorted += terms.len();
                    *degree += 1;
                }
            }
        }
        self.progress()
    }

    /// How far it has got.
    pub fn progress(&self) -> Progress {
        let (found, finished) = match &self.work {
            Work::Enumerate(_) if self.level == self.geometry.levels() => (self.paths.len(), false),
            Work::Enumerate(_) | Work::Multiply(_) => (0, false),
            Work::Sort { degree } => (self.terms, *degree >= self.by_degree.len()),
        };
        Progress { done: (found + self.sorted) as u64, total: 2 * self.terms as u64, finished }
    }

    /// Does what is left to do and hands over the terms.
    pub fn finish(mut self) -> Expansion {
        while !self.step().finished {}
        let mut exponents = Vec::with_capacity(self.exponents.len());
        let mut paths = Vec::with_capacity(self.paths.len());
        for term in self.by_degree.into_iter().flatten() {
            let begin = term as usize * self.variables;
            exponents.extend_from_slice(&self.exponents[begin..begin + self.variables]);
            paths.push(self.paths[term as usize]);
        }
        Expansion { variables: self.variables, exponents, paths }
    }

    fn after_enumeration(&mut self) {
        if self.level < self.geometry.levels() {
            let variables = self.geometry.taps().pow(self.level as u32);
            let (exponents, paths) = (std::mem::take(&mut self.exponents), std::mem::take(&mut self.paths));
            self.level += 1;
            let most = self.geometry.order(self.level);
            self.work = Work::Multiply(PowersInTheMaking::new(variables, most, exponents, paths));
            return;
        }
        self.put_on_grid();
        self.by_degree = vec![Vec::new(); self.geometry.degree() + 1];
        for (term, row) in self.exponents.chunks_exact(self.variables).enumerate() {
            let degree: usize = row.iter().map(|exponent| usize::from(*exponent)).sum();
            self.by_degree[degree].push(term as u32);
        }
        self.work = Work::Sort { degree: 0 };
    }

    fn after_multiplication(&mut self) {
        // The variable's powers are a cheap stand-in while the value moves on.
        let placeholder = Work::Enumerate(Enumeration::new(1, Powers::of_variable(1)));
        if let Work::Multiply(powers) = std::mem::replace(&mut self.work, placeholder) {
            self.work = Work::Enumerate(Enumeration::new(self.geometry.taps(), powers.finish()));
        }
    }

    /// From the order of the tree to rows and columns.
    fn put_on_grid(&mut self) {
        let place = self.geometry.tree_order();
        let mut moved = vec![0; self.variables];
        for row in self.exponents.chunks_exact_mut(self.variables) {
            for (exponent, place) in row.iter().zip(&place) {
                moved[*place] = *exponent;
            }
            row.copy_from_slice(&moved);
        }
    }
}

fn too_large(stack: &StackConfig, forecast: &Forecast, budget: Budget) -> StackError {
    let megabytes = |bytes: Count| bytes.exact().map_or(Count::TOO_MANY, |bytes| Count::new(bytes.div_ceil(1_000_000)));
    StackError::TooLarge {
        terms: forecast.terms,
        megabytes: megabytes(forecast.bytes),
        most_terms: Count::new(budget.terms.into()),
        most_megabytes: megabytes(Count::new(budget.bytes.into())),
        advice: advice(stack, budget),
    }
}

/// The smallest change found that fits: a lower order, one level less, or a smaller cluster.
fn advice(stack: &StackConfig, budget: Budget) -> String {
    let candidates = smaller(stack);
    let fits = candidates.into_iter().filter_map(|(what, stack)| {
        let size = self::forecast(&stack).ok()?;
        budget.allows(&size).then_some((size.terms, what))
    });
    match fits.max_by_key(|(terms, _)| *terms) {
        Some((terms, what)) => format!("choose {what}, which makes {terms}"),
        None => "choose fewer levels, lower orders and a smaller cluster".to_owned(),
    }
}

fn smaller(stack: &StackConfig) -> Vec<(String, StackConfig)> {
    let list = |orders: &[usize]| orders.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    let mut candidates = Vec::new();
    for levels in 1..=stack.orders.len() {
        let mut orders = stack.orders[..levels].to_vec();
        loop {
            let candidate = StackConfig { orders: orders.clone(), ..stack.clone() };
            candidates.push((format!("the orders {}", list(&orders)), candidate));
            // Lower the highest order, the last of them first: that keeps most of the stack.
            let Some(highest) = (0..levels).max_by_key(|level| (orders[*level], *level)) else { break };
            if orders[highest] <= 1 {
                break;
            }
            orders[highest] -= 1;
        }
    }
    for cluster in [[2, 2], [1, 3], [1, 2]] {
        if cluster[0] * cluster[1] < stack.taps() {
            let what = format!("clusters of {}x{}", cluster[0], cluster[1]);
            candidates.push((what, StackConfig { cluster, ..stack.clone() }));
        }
    }
    candidates
}
