//! The terms of a stack at hand: looked up, filtered, and written row by row when a row is shown.

use crate::app::format;
use crate::config::StackConfig;
use crate::number;
use crate::poly::write::{
    self, Style, Value, VariableNames, monomial_mathml, monomial_text, product_mathml, value_mathml,
};
use crate::poly::{Expansion, Monomial, StackError, SymbolTable};
use crate::protocol::StackExpansion;
use std::cmp::Ordering;
use std::ops::Range;

/// Products of coefficients that a row of the list shows.
const PRODUCTS_IN_ROW: usize = 2;
/// How the variables of a stack are named: as in Fig. 4.
pub const NAMES: VariableNames = VariableNames::Numbered;

/// An expansion with the names of its coefficients.
#[derive(Debug, Clone, PartialEq)]
pub struct Expanded {
    /// What was expanded.
    pub stack: StackConfig,
    /// Its coefficients.
    pub table: SymbolTable,
    /// Its terms, by degree and then in lexicographic order, largest first.
    pub expansion: Expansion,
    /// Time it took, in milliseconds.
    pub compute_ms: f64,
    /// First term of every degree, and the number of terms at the end.
    starts: Vec<usize>,
}

/// Some of the terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Terms that follow each other.
    Range(Range<usize>),
    /// Terms in ascending order.
    List(Vec<u32>),
}

impl Selection {
    /// Number of terms.
    pub fn len(&self) -> usize {
        match self {
            Self::Range(range) => range.len(),
            Self::List(list) => list.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The term in a row.
    pub fn term(&self, row: usize) -> Option<usize> {
        match self {
            Self::Range(range) => (row < range.len()).then(|| range.start + row),
            Self::List(list) => list.get(row).map(|&term| term as usize),
        }
    }

    /// The row of a term.
    pub fn row(&self, term: usize) -> Option<usize> {
        match self {
            Self::Range(range) => range.contains(&term).then(|| term - range.start),
            Self::List(list) => list.binary_search(&(u32::try_from(term).ok()?)).ok(),
        }
    }
}

impl Expanded {
    /// Puts an expansion and the names of its coefficients together.
    ///
    /// # Errors
    /// [`StackError`], if the stack is not possible.
    pub fn new(stack: StackConfig, expansion: Expansion, compute_ms: f64) -> Result<Self, StackError> {
        let table = SymbolTable::new(&stack)?;
        let degree = table.geometry().degree();
        let mut starts = vec![0; degree + 2];
        for term in 0..expansion.terms() {
            starts[(degree_of(expansion.exponents_of(term)) + 1).min(degree + 1)] += 1;
        }
        for degree in 1..starts.len() {
            starts[degree] += starts[degree - 1];
        }
        Ok(Self { stack, table, expansion, compute_ms, starts })
    }

    /// From the worker's answer.
    ///
    /// # Errors
    /// [`StackError`], if the answer does not fit its own stack.
    pub fn from_report(report: &StackExpansion) -> Result<Self, StackError> {
        let expansion = Expansion {
            variables: report.variables as usize,
            exponents: report.exponents.clone(),
            paths: report.paths.to_vec(),
        };
        Self::new(report.stack.clone(), expansion, report.compute_ms)
    }

    /// Number of terms.
    pub fn terms(&self) -> usize {
        self.expansion.terms()
    }

    /// Number of variables.
    pub fn variables(&self) -> usize {
        self.expansion.variables
    }

    /// The term with these exponents.
    pub fn find(&self, exponents: &[u8]) -> Option<usize> {
        if exponents.len() != self.variables() {
            return None;
        }
        let Range { start, end } = self.of_degree(degree_of(exponents));
        // Largest first within a degree.
        let (mut low, mut high) = (start, end);
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.expansion.exponents_of(middle).cmp(exponents) {
                Ordering::Greater => low = middle + 1,
                Ordering::Less => high = middle,
                Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// The term of a monomial of the address: variables, from 0, with their exponents.
    pub fn find_factors(&self, factors: &[(usize, u8)]) -> Option<usize> {
        let mut exponents = vec![0; self.variables()];
        for &(variable, exponent) in factors {
            *exponents.get_mut(variable)? = exponent;
        }
        self.find(&exponents)
    }

    /// A term as variables, from 0, with their exponents.
    pub fn factors(&self, term: usize) -> Vec<(usize, u8)> {
        let exponents = self.expansion.exponents_of(term).iter().copied().enumerate();
        exponents.filter(|&(_, exponent)| exponent > 0).collect()
    }

    /// All terms with the variable and of the degree, where these are given.
    pub fn select(&self, uses: Option<usize>, degree: Option<usize>) -> Selection {
        let range = degree.map_or(0..self.terms(), |degree| self.of_degree(degree));
        match uses.filter(|&variable| variable < self.variables()) {
            None => Selection::Range(range),
            Some(variable) => {
                let has = |term: &usize| self.expansion.exponents_of(*term)[variable] > 0;
                Selection::List(range.filter(has).map(number::to_u32).collect())
            }
        }
    }

    fn of_degree(&self, degree: usize) -> Range<usize> {
        match self.starts.get(degree..degree + 2) {
            Some(ends) => ends[0]..ends[1],
            None => 0..0,
        }
    }

    /// The monomial as a formula (a `math` element).
    pub fn monomial(&self, term: usize) -> String {
        math(&monomial_mathml(&Monomial::from_exponents(self.expansion.exponents_of(term)), NAMES))
    }

    /// The monomial in plain text: `x1^2*x3`.
    pub fn monomial_text(&self, term: usize) -> String {
        monomial_text(&Monomial::from_exponents(self.expansion.exponents_of(term)), NAMES)
    }

    /// The coefficient as a formula (a `math` element): the first of its products, or its number.
    pub fn coefficient(&self, term: usize, numbers: Option<&[f64]>) -> String {
        let exponents = self.expansion.exponents_of(term);
        match numbers {
            Some(numbers) => self
                .table
                .coefficient_of(numbers, exponents)
                .map_or_else(|_| math("<mtext>–</mtext>"), |value| math(&number_mathml(value))),
            None => self.symbols(term),
        }
    }

    fn symbols(&self, term: usize) -> String {
        let Ok(composition) = self.table.compose(self.expansion.exponents_of(term), PRODUCTS_IN_ROW) else {
            return math(&format!("<mtext>{} products</mtext>", format::significant(self.paths(term), 3)));
        };
        let products =
            composition.products.iter().map(|product| product_mathml(product.multiplicity, &product.symbols));
        let mut sum = products.collect::<Vec<_>>().join("<mo>+</mo>");
        if !composition.complete {
            sum.push_str("<mo>+</mo><mo>&#x22EF;</mo>");
        }
        math(&sum)
    }

    /// Number of paths of a term.
    pub fn paths(&self, term: usize) -> f64 {
        self.expansion.paths[term]
    }
}

/// A number inside a `math` element, with its sign.
pub fn number_mathml(value: f64) -> String {
    let sign = if value < 0.0 { "&#x2212;" } else { "+" };
    let style = Style { digits: Some(4), ..Style::default() };
    format!("<mrow><mo form=\"prefix\">{sign}</mo>{}</mrow>", value_mathml(&Value::from(value.abs()), &[], &style))
}

/// A `math` element in the line.
pub fn math(inside: &str) -> String {
    format!("<math><mrow>{inside}</mrow></math>")
}

/// Plain name of a variable, from 0.
pub fn variable_name(variable: usize) -> String {
    write::VariableNames::Numbered.plain(variable)
}

fn degree_of(exponents: &[u8]) -> usize {
    exponents.iter().map(|&exponent| usize::from(exponent)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poly::{Budget, Expander};

    fn expanded(cluster: [usize; 2], orders: &[usize]) -> Expanded {
        let stack = StackConfig { cluster, orders: orders.to_vec(), ..StackConfig::default() };
        let expansion = Expander::new(&stack, Budget::default()).unwrap().finish();
        Expanded::new(stack, expansion, 0.0).unwrap()
    }

    #[test]
    fn every_term_is_found_and_absent_ones_are_not() {
        let expanded = expanded([2, 2], &[2, 2]);
        for term in 0..expanded.terms() {
            assert_eq!(expanded.find_factors(&expanded.factors(term)), Some(term));
        }
        // x1^3 x5 (another cluster) needs three factors.
        assert_eq!(expanded.find_factors(&[(0, 3), (2, 1)]), None);
        assert_eq!(expanded.find_factors(&[(99, 1)]), None);
        assert_eq!(expanded.find(&[1]), None);
    }

    #[test]
    fn filters_agree_with_looking_at_every_term() {
        let expanded = expanded([1, 2], &[2, 2]);
        assert_eq!(expanded.select(None, None), Selection::Range(0..54));
        assert_eq!(expanded.select(None, Some(3)).len(), 20);
        assert_eq!(expanded.select(None, Some(9)).len(), 0);
        let with = expanded.select(Some(0), None);
        let naive = (0..54).filter(|&term| expanded.factors(term).iter().any(|factor| factor.0 == 0));
        assert!(naive.eq((0..with.len()).map(|row| with.term(row).unwrap())));
        assert!((0..with.len()).all(|row| with.row(with.term(row).unwrap()) == Some(row)));
        assert_eq!(with.row(0), None);
        assert_eq!(with.term(54), None);
    }

    #[test]
    fn rows_are_written_as_formulas() {
        let expanded = expanded([1, 2], &[2, 2]);
        let term = expanded.find_factors(&[(0, 2), (2, 1)]).unwrap();
        assert_eq!(expanded.monomial_text(term), "x1^2*x3");
        assert!(expanded.monomial(term).starts_with("<math><mrow><msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>"));
        assert_eq!(expanded.coefficient(term, None).matches("<mi>c</mi>").count(), 3);
        let ones = vec![1.0; expanded.table.len()];
        // With ones for all coefficients a coefficient is its number of paths.
        assert!(
            expanded.coefficient(0, Some(&ones)).contains("<mn>6</mn>"),
            "{}",
            expanded.coefficient(0, Some(&ones))
        );
        assert!((expanded.paths(0) - 6.0).abs() < 1e-12);
        assert!(expanded.coefficient(0, None).contains("&#x22EF;"));
    }
}
