//! The coefficients of a stack: where they stand, which of them are shared, and how they are written.

use super::{Geometry, StackError};
use crate::config::{StackConfig, StackSharing};
use std::fmt::Write as _;

/// Where a coefficient stands: c^(level, sigma)_ij of one cluster in Eq. 4 of the article.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Level of the value that the cluster makes, from 1.
    pub level: usize,
    /// Number of that value, from 0, row by row.
    pub cluster: usize,
    /// Values of the cluster that it multiplies, from 0, ascending and repeated for powers; none for the constant.
    pub taps: Vec<usize>,
}

/// A coefficient as it is written: without the level or the cluster where these share it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol {
    /// Level from 1; `None` where all levels share it.
    pub level: Option<usize>,
    /// Number of the cluster from 0; `None` where all clusters share it, or where there is but one.
    pub cluster: Option<usize>,
    /// Values of the cluster that it multiplies, as in [`Place`].
    pub taps: Vec<usize>,
}

impl Symbol {
    /// Order of the local term.
    pub fn sigma(&self) -> usize {
        self.taps.len()
    }

    /// Indices as in Eq. 4, counted from 1; with commas where one has two digits.
    pub fn indices(&self) -> String {
        let separator = if self.taps.iter().any(|tap| *tap >= 9) { "," } else { "" };
        self.taps.iter().map(|tap| (tap + 1).to_string()).collect::<Vec<_>>().join(separator)
    }

    /// A name for programs and for plain text: `c1_2_11_k2` is c^(1,2)_11 of cluster 2.
    pub fn identifier(&self) -> String {
        let mut name = String::from("c");
        if let Some(level) = self.level {
            let _ = write!(name, "{level}_");
        }
        let _ = write!(name, "{}", self.sigma());
        if !self.taps.is_empty() {
            let _ = write!(name, "_{}", self.indices().replace(',', "_"));
        }
        if let Some(cluster) = self.cluster {
            let _ = write!(name, "_k{}", cluster + 1);
        }
        name
    }

    /// As in Eq. 4, with the cluster in brackets: `c^{(1,2)}_{11[2]}`.
    pub fn latex(&self) -> String {
        let mut text = format!("c^{{({})}}", self.superscript());
        let subscript = self.subscript();
        if !subscript.is_empty() {
            let _ = write!(text, "_{{{subscript}}}");
        }
        text
    }

    /// `level,sigma`.
    pub(in crate::poly) fn superscript(&self) -> String {
        self.level.map_or_else(|| self.sigma().to_string(), |level| format!("{level},{}", self.sigma()))
    }

    /// Indices, and the cluster in brackets.
    pub(in crate::poly) fn subscript(&self) -> String {
        let mut text = self.indices();
        if let Some(cluster) = self.cluster {
            let _ = write!(text, "[{}]", cluster + 1);
        }
        text
    }
}

/// All coefficients of a stack, numbered: level by level, cluster by cluster, local monomial by local monomial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SymbolTable {
    geometry: Geometry,
    /// `[level - 1]`: local monomials by degree, then lexicographic, as in a layer's weights.
    local: Vec<Vec<Vec<usize>>>,
    /// `[level - 1]`: number of the level's first symbol, and how many clusters have their own.
    levels: Vec<(usize, usize)>,
    symbols: usize,
}

/// Most symbols that are written out one by one.
const MOST_SYMBOLS: usize = 1 << 20;

impl SymbolTable {
    /// The coefficients of a stack.
    ///
    /// # Errors
    /// [`StackError`], if a setting is out of range or there are more than a million coefficients.
    pub fn new(stack: &StackConfig) -> Result<Self, StackError> {
        let geometry = Geometry::new(stack)?;
        let size = super::forecast(stack)?;
        let values = geometry.values(0);
        if size.coefficients.to_f64() > MOST_SYMBOLS as f64 || values.to_f64() > MOST_SYMBOLS as f64 {
            return Err(StackError::TooManyCoefficients { coefficients: size.coefficients });
        }
        let local: Vec<_> =
            (1..=geometry.levels()).map(|level| local_monomials(geometry.taps(), geometry.order(level))).collect();
        let mut symbols = 0;
        let mut levels = Vec::new();
        for (index, monomials) in local.iter().enumerate() {
            let [rows, columns] = geometry.grid(index + 1);
            let (first, clusters) = match geometry.sharing() {
                StackSharing::Separate => (symbols, rows * columns),
                StackSharing::Level => (symbols, 1),
                StackSharing::All => (0, 1),
            };
            symbols = symbols.max(first + clusters * monomials.len());
            levels.push((first, clusters));
        }
        Ok(Self { geometry, local, levels, symbols })
    }

    /// The tree.
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// Number of coefficients.
    pub fn len(&self) -> usize {
        self.symbols
    }

    /// Whether there is none; there always is one.
    pub fn is_empty(&self) -> bool {
        self.symbols == 0
    }

    /// Local monomials of a level, from 1: by degree, then lexicographic.
    pub fn local_monomials(&self, level: usize) -> &[Vec<usize>] {
        &self.local[level - 1]
    }

    /// Number of the symbol of a local monomial, which is given by its number.
    pub fn index(&self, level: usize, cluster: usize, monomial: usize) -> usize {
        let (first, clusters) = self.levels[level - 1];
        first + (cluster % clusters) * self.local[level - 1].len() + monomial
    }

    /// A symbol by its number; `None` beyond the last.
    pub fn symbol(&self, index: usize) -> Option<Symbol> {
        let level = (1..=self.geometry.levels()).rev().find(|level| self.levels[level - 1].0 <= index)?;
        let (first, clusters) = self.levels[level - 1];
        let local = &self.local[level - 1];
        let (cluster, monomial) = ((index - first) / local.len(), (index - first) % local.len());
        let one_level = self.geometry.sharing() == StackSharing::All && self.geometry.levels() > 1;
        (cluster < clusters).then(|| Symbol {
            level: (!one_level).then_some(level),
            cluster: (clusters > 1).then_some(cluster),
            taps: local[monomial].clone(),
        })
    }
}

/// Monomials of `taps` values up to `order` as ascending lists of values: [], [0], [1], [0, 0], [0, 1], …
fn local_monomials(taps: usize, order: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    let mut first = 0;
    for _ in 0..order {
        let last = all.len();
        for index in first..last {
            let least = all[index].last().copied().unwrap_or(0);
            for tap in least..taps {
                let longer = all[index].iter().copied().chain([tap]).collect();
                all.push(longer);
            }
        }
        first = last;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::tests::stack;
    use super::*;

    #[test]
    fn names_say_level_order_indices_and_cluster() {
        let table = SymbolTable::new(&stack([1, 2], &[2, 2])).unwrap();
        assert_eq!(table.len(), 18);
        let names: Vec<String> = (0..table.len()).map(|index| table.symbol(index).unwrap().identifier()).collect();
        assert_eq!(names[0], "c1_0_k1");
        assert_eq!(names[9], "c1_2_11_k2");
        assert_eq!(names[16], "c2_2_12");
        assert_eq!(table.symbol(9).unwrap().latex(), "c^{(1,2)}_{11[2]}");
        assert_eq!(table.symbol(12).unwrap().latex(), "c^{(2,0)}");
        assert_eq!(table.symbol(18), None);
        let distinct: std::collections::HashSet<_> = names.iter().collect();
        assert_eq!(distinct.len(), names.len());
    }

    #[test]
    fn sharing_merges_symbols() {
        let with = |sharing| SymbolTable::new(&StackConfig { sharing, ..stack([2, 2], &[2, 2]) }).unwrap();
        let level = with(StackSharing::Level);
        assert_eq!((level.len(), level.index(1, 3, 7), level.index(2, 0, 0)), (30, 7, 15));
        assert_eq!(level.symbol(20).unwrap().identifier(), "c2_2_11");
        let all = with(StackSharing::All);
        assert_eq!((all.len(), all.index(2, 0, 7)), (15, 7));
        assert_eq!(all.symbol(5).unwrap().latex(), "c^{(2)}_{11}");
    }
}
