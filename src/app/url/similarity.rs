//! The references of the Draw room in the address.

use super::Put;
use super::values::{assign, clamped};
use crate::config::{EMBEDDERS, Partition, TOP_LEVEL};
use crate::number;

/// What a drawing is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferenceState {
    /// Level of the references, 0 to [`TOP_LEVEL`].
    pub level: u32,
    /// One of [`EMBEDDERS`].
    pub embedder: &'static str,
    /// Which of the shipped distillations they are of.
    pub partition: Partition,
}

impl Default for ReferenceState {
    fn default() -> Self {
        Self { level: TOP_LEVEL.into(), embedder: EMBEDDERS[0], partition: Partition::ALL[0] }
    }
}

impl ReferenceState {
    /// Sets one key. `None` where it is another one, false where the value had to be clamped or ignored.
    pub(super) fn apply(&mut self, key: &str, value: &str) -> Option<bool> {
        Some(match key {
            "references" => clamped(value, 0, TOP_LEVEL.into(), |level| self.level = number::to_u32(level)),
            "reference-groups" => assign(&mut self.partition, Partition::from_key(value)),
            "embedder" => assign(&mut self.embedder, embedder(value)),
            _ => return None,
        })
    }

    /// Writes what differs from the default.
    pub(super) fn write(&self, put: Put) {
        let plain = Self::default();
        put(self.level != plain.level, "references", self.level.to_string());
        put(self.partition != plain.partition, "reference-groups", self.partition.key().into());
        put(self.embedder != plain.embedder, "embedder", self.embedder.into());
    }
}

/// The embedder of that name.
pub fn embedder(name: &str) -> Option<&'static str> {
    EMBEDDERS.into_iter().find(|&embedder| embedder == name)
}
