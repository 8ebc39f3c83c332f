//! Which values a cluster takes: the tree of a stack, laid out on a grid.

use super::{Count, StackError};
use crate::config::{StackConfig, StackSharing};

/// Most levels of a stack.
const MOST_LEVELS: usize = 8;
/// Exponents are kept in bytes.
const MOST_DEGREE: usize = 255;

/// The tree of a stack that was found possible. Level 0 is the variables; every value of level `l` comes from one
/// cluster of values of level `l - 1`; the values of a level are counted from 0, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Geometry {
    cluster: [usize; 2],
    orders: Vec<usize>,
    sharing: StackSharing,
}

impl Geometry {
    /// Checks the settings.
    ///
    /// # Errors
    /// [`StackError`], if a setting is out of range.
    pub fn new(stack: &StackConfig) -> Result<Self, StackError> {
        let [rows, columns] = stack.cluster;
        if !(1..=4).contains(&rows) || !(1..=4).contains(&columns) || rows * columns < 2 {
            return Err(StackError::Cluster { rows, columns });
        }
        let levels = stack.orders.len();
        if levels == 0 || levels > MOST_LEVELS {
            return Err(StackError::Levels { levels });
        }
        if let Some(index) = stack.orders.iter().position(|order| !(1..=4).contains(order)) {
            return Err(StackError::Order { level: index + 1, order: stack.orders[index] });
        }
        if stack.sharing == StackSharing::All && stack.orders.iter().any(|order| *order != stack.orders[0]) {
            return Err(StackError::SharedOrders);
        }
        let degree = stack.orders.iter().product();
        if degree > MOST_DEGREE {
            return Err(StackError::Degree { degree });
        }
        Ok(Self { cluster: stack.cluster, orders: stack.orders.clone(), sharing: stack.sharing })
    }

    /// Number of levels.
    pub fn levels(&self) -> usize {
        self.orders.len()
    }

    /// Number of values in a cluster.
    pub fn taps(&self) -> usize {
        self.cluster[0] * self.cluster[1]
    }

    /// Order of the local polynomial that makes the values of `level`, from 1.
    pub fn order(&self, level: usize) -> usize {
        self.orders[level - 1]
    }

    /// Which clusters have the same coefficients.
    pub fn sharing(&self) -> StackSharing {
        self.sharing
    }

    /// Degree of the whole polynomial.
    pub fn degree(&self) -> usize {
        self.orders.iter().product()
    }

    /// Rows and columns of the values of `level`; of the variables for level 0.
    pub fn grid(&self, level: usize) -> [usize; 2] {
        let above = (self.levels() - level) as u32;
        [self.cluster[0].pow(above), self.cluster[1].pow(above)]
    }

    /// Number of values of `level`.
    pub fn values(&self, level: usize) -> Count {
        let [rows, columns] = self.grid(level);
        Count::from(rows) * Count::from(columns)
    }

    /// The values of level `level - 1` in cluster `cluster` of `level`, row by row.
    pub fn inputs(&self, level: usize, cluster: usize) -> Vec<usize> {
        let columns = self.grid(level)[1];
        let [row, column] = [cluster / columns, cluster % columns];
        let columns_below = self.grid(level - 1)[1];
        let [tap_rows, tap_columns] = self.cluster;
        let taps = (0..tap_rows).flat_map(|i| (0..tap_columns).map(move |j| [i, j]));
        taps.map(|[i, j]| (row * tap_rows + i) * columns_below + column * tap_columns + j).collect()
    }

    /// The value of `level` whose cluster contains value `input` of the level below.
    pub fn cluster_of(&self, level: usize, input: usize) -> usize {
        let columns_below = self.grid(level - 1)[1];
        let [row, column] = [input / columns_below, input % columns_below];
        (row / self.cluster[0]) * self.grid(level)[1] + column / self.cluster[1]
    }

    /// The variables that value `value` of `level` depends on, in the order of the tree: cluster after cluster.
    pub fn receptive_field(&self, level: usize, value: usize) -> Vec<usize> {
        if level == 0 {
            return vec![value];
        }
        self.inputs(level, value).into_iter().flat_map(|input| self.receptive_field(level - 1, input)).collect()
    }

    /// The variables in the order of the tree; its inverse puts them on the grid.
    pub(super) fn tree_order(&self) -> Vec<usize> {
        self.receptive_field(self.levels(), 0)
    }
}
