//! The powers of a value that the next level multiplies: which monomials they contain, and over how many paths.

use crate::poly::ranking::sorted_by;
use std::collections::HashMap;

/// Monomials of a value y and of its powers up to the order of the level above.
#[derive(Debug, Clone)]
pub(super) struct Powers {
    /// Number of variables that y depends on.
    pub variables: usize,
    /// Highest power.
    pub most: usize,
    /// `rows * variables`, sorted by cost.
    pub exponents: Vec<u8>,
    /// For every row the least power that contains it.
    pub costs: Vec<usize>,
    /// `rows * (most + 1)`: number of paths to the row in y^0, y^1, …
    pub paths: Vec<f64>,
}

impl Powers {
    /// Of a single variable.
    pub fn of_variable(most: usize) -> Self {
        let mut paths = vec![0.0; (most + 1) * (most + 1)];
        (0..=most).for_each(|power| paths[power * (most + 1) + power] = 1.0);
        Self { variables: 1, most, exponents: (0..=most as u8).collect(), costs: (0..=most).collect(), paths }
    }

    pub fn rows(&self) -> usize {
        self.costs.len()
    }

    pub fn row_exponents(&self, row: usize) -> &[u8] {
        &self.exponents[row * self.variables..(row + 1) * self.variables]
    }

    pub fn row_paths(&self, row: usize) -> &[f64] {
        &self.paths[row * (self.most + 1)..(row + 1) * (self.most + 1)]
    }
}

/// Multiplies a value by itself, a bounded number of products at a time.
#[derive(Debug)]
pub(super) struct PowersInTheMaking {
    variables: usize,
    most: usize,
    /// The value itself: `rows * variables` and one number for every row.
    value: (Vec<u8>, Vec<f64>),
    /// Rows known so far, in the order in which they showed up.
    rows: HashMap<Box<[u8]>, usize>,
    exponents: Vec<u8>,
    paths: Vec<f64>,
    /// The power that is being made and the rows of the one before.
    power: usize,
    before: Vec<usize>,
    /// Next of them.
    next: usize,
}

impl PowersInTheMaking {
    pub fn new(variables: usize, most: usize, exponents: Vec<u8>, paths: Vec<f64>) -> Self {
        let mut this = Self {
            variables,
            most,
            value: (Vec::new(), Vec::new()),
            rows: HashMap::new(),
            exponents: Vec::new(),
            paths: Vec::new(),
            power: 2,
            before: Vec::new(),
            next: 0,
        };
        this.add(&vec![0; variables], 0, 1.0);
        for (row, count) in exponents.chunks_exact(variables).zip(&paths) {
            this.add(row, 1, *count);
        }
        this.value = (exponents, paths);
        this.before = this.rows_of(1);
        this
    }

    fn add(&mut self, row: &[u8], power: usize, count: f64) {
        let index = if let Some(index) = self.rows.get(row) {
            *index
        } else {
            let index = self.rows.len();
            self.rows.insert(row.into(), index);
            self.exponents.extend_from_slice(row);
            self.paths.resize(self.paths.len() + self.most + 1, 0.0);
            index
        };
        self.paths[index * (self.most + 1) + power] += count;
    }

    fn rows_of(&self, power: usize) -> Vec<usize> {
        (0..self.rows.len()).filter(|row| self.paths[row * (self.most + 1) + power] > 0.0).collect()
    }

    /// Makes about `products` more products; returns whether all are made.
    pub fn step(&mut self, products: usize) -> bool {
        let mut left = products;
        while self.power <= self.most {
            let Some(&before) = self.before.get(self.next) else {
                self.before = self.rows_of(self.power);
                self.power += 1;
                self.next = 0;
                continue;
            };
            if left == 0 {
                return false;
            }
            self.multiply(before);
            self.next += 1;
            left = left.saturating_sub(self.value.1.len());
        }
        true
    }

    fn multiply(&mut self, before: usize) {
        let factor = self.exponents[before * self.variables..(before + 1) * self.variables].to_vec();
        let count = self.paths[before * (self.most + 1) + self.power - 1];
        let (exponents, paths) = std::mem::take(&mut self.value);
        let mut product = vec![0; self.variables];
        for (row, other) in exponents.chunks_exact(self.variables).zip(&paths) {
            for (sum, (one, two)) in product.iter_mut().zip(factor.iter().zip(row)) {
                *sum = one + two;
            }
            self.add(&product, self.power, count * other);
        }
        self.value = (exponents, paths);
    }

    /// Sorts the rows by cost, so that whoever runs through them can stop early.
    pub fn finish(self) -> Powers {
        let width = self.most + 1;
        let cost = |row: &usize| (0..=self.most).find(|power| self.paths[row * width + power] > 0.0).unwrap_or(0);
        let order: Vec<usize> = (0..self.rows.len()).collect();
        let order = sorted_by(&order, |row| cost(row) as f64);
        let gather = |row: &usize| self.exponents[row * self.variables..(row + 1) * self.variables].iter().copied();
        Powers {
            variables: self.variables,
            most: self.most,
            exponents: order.iter().flat_map(gather).collect(),
            costs: order.iter().map(cost).collect(),
            paths: order.iter().flat_map(|row| self.paths[row * width..(row + 1) * width].iter().copied()).collect(),
        }
    }
}
