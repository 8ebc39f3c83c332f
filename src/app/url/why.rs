//! What the Draw room is asked about its answer, in the address.

use super::Put;
use super::values::{assign, clamped};
use crate::config::{Basis, CLASSES, ExpansionPoint};
use crate::number;

/// Highest order that is read: far above the degree of any network; those with fewer show all orders.
const MAX_ORDER: usize = 256;
/// In place of a class to subtract.
const NOTHING: &str = "nothing";

/// Which polynomial is subtracted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Against {
    /// That of the second most probable class.
    #[default]
    RunnerUp,
    /// None.
    Nothing,
    /// That of a class.
    Class(u32),
}

/// The question of the Why panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WhyAsked {
    /// The class to explain; `None` for the most probable one.
    pub class: Option<u32>,
    /// The class to subtract.
    pub against: Against,
    /// The order on the map, from 1; `None` for all.
    pub order: Option<usize>,
    /// The image about which it is explained.
    pub about: ExpansionPoint,
    /// In which polynomials the walk of the sum is written.
    pub basis: Basis,
}

impl WhyAsked {
    /// Sets one key. `None` where it is not of this panel, false where the value had to be clamped or ignored.
    pub(super) fn apply(&mut self, key: &str, value: &str) -> Option<bool> {
        Some(match key {
            "why" => clamped(value, 0, CLASSES - 1, |class| self.class = Some(number::to_u32(class))),
            "whynot" if value == NOTHING => assign(&mut self.against, Some(Against::Nothing)),
            "whynot" => clamped(value, 0, CLASSES - 1, |class| self.against = Against::Class(number::to_u32(class))),
            "whyx0" => assign(&mut self.about, value.parse().ok()),
            "whybasis" => assign(&mut self.basis, Basis::from_key(value)),
            "whyorder" => clamped(value, 1, MAX_ORDER, |order| self.order = Some(order)),
            _ => return None,
        })
    }

    /// Writes what differs from the defaults.
    pub(super) fn write(&self, put: Put<'_>) {
        put(self.class.is_some(), "why", self.class.unwrap_or_default().to_string());
        let against = match self.against {
            Against::RunnerUp => String::new(),
            Against::Nothing => NOTHING.into(),
            Against::Class(class) => class.to_string(),
        };
        put(!against.is_empty(), "whynot", against);
        put(self.about != ExpansionPoint::default(), "whyx0", self.about.to_string());
        put(self.basis != Basis::default(), "whybasis", self.basis.key().into());
        put(self.order.is_some(), "whyorder", self.order.unwrap_or_default().to_string());
    }
}
