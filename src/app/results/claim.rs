//! What the article says of one quantity.

use super::measured::{Group, Unit};

/// A statement of the article that can be compared with a measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// Which measurement answers it, by its key.
    pub key: &'static str,
    /// Where it stands in the table.
    pub group: Group,
    /// What it is about, for people.
    pub name: &'static str,
    /// Figure or place in the article.
    pub place: &'static str,
    /// Unit of the numbers.
    pub unit: Unit,
    /// What is said.
    pub says: Says,
}

/// What is said of a quantity. `step` is the value of the last digit that the article gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Says {
    /// It reaches this; more is better.
    Reaches {
        /// The number.
        value: f64,
        /// Value of its last digit.
        step: f64,
    },
    /// It is this.
    Is {
        /// The number.
        value: f64,
        /// Value of its last digit.
        step: f64,
    },
    /// It rises along a series.
    Rises(&'static str),
    /// It is less than once.
    Weaker(&'static str),
}

impl Says {
    /// The number, where there is one.
    pub const fn value(self) -> Option<f64> {
        match self {
            Self::Reaches { value, .. } | Self::Is { value, .. } => Some(value),
            Self::Rises(_) | Self::Weaker(_) => None,
        }
    }
}
