//! Settings of a stack of coarse-graining operations on a handful of variables (Fig. 4 of the article).

use serde::{Deserialize, Serialize};

/// Which clusters of a stack have the same coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StackSharing {
    /// Every cluster has its own.
    #[default]
    Separate,
    /// All clusters of a level have the same (translation invariance).
    Level,
    /// All clusters of all levels have the same (translation and scale invariance); needs one order throughout.
    All,
}

/// A tree of coarse-graining operations without overlap: `cluster[0] * cluster[1]` values become one, level by level,
/// until one value is left. Channels are not counted: every value is a single number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StackConfig {
    /// Rows and columns of a cluster, 1..=4 each and at least two values.
    pub cluster: [usize; 2],
    /// Order of the local Taylor polynomial of each level, from the variables upwards, 1..=4 each.
    pub orders: Vec<usize>,
    /// Sharing of coefficients.
    pub sharing: StackSharing,
}

impl Default for StackConfig {
    /// Fig. 4(c) of the article: four variables in two clusters, two levels of second order.
    fn default() -> Self {
        Self { cluster: [1, 2], orders: vec![2, 2], sharing: StackSharing::Separate }
    }
}

impl StackConfig {
    /// Number of values in a cluster.
    pub fn taps(&self) -> usize {
        self.cluster[0] * self.cluster[1]
    }

    /// Rows and columns of the variables: `cluster[axis] ^ levels`; `None` where that is beyond all bounds.
    pub fn grid(&self) -> Option<[usize; 2]> {
        let levels = u32::try_from(self.orders.len()).ok()?;
        Some([self.cluster[0].checked_pow(levels)?, self.cluster[1].checked_pow(levels)?])
    }
}
