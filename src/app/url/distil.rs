//! The Distil room in the address.

use super::Put;
use super::values::{assign, clamped, flag};
use crate::app::distil::place::{LEVELS, PER_CLASS, Place};
use crate::config::{CLASSES, Partition};

/// Settings of the Distil room.
#[derive(Debug, Clone, PartialEq)]
pub struct DistilState {
    /// Level of the images on show; 0 for the original digits.
    pub level: usize,
    /// Only images of this class.
    pub class: Option<usize>,
    /// The first group on show.
    pub first: usize,
    /// Whether the difference from the level below is shown in place of the images.
    pub difference: bool,
    /// The image whose origin is unfolded.
    pub chosen: Place,
    /// Which images form a group.
    pub partition: Partition,
}

impl Default for DistilState {
    /// The ten images in which everything ends.
    fn default() -> Self {
        Self {
            level: LEVELS,
            class: None,
            first: 0,
            difference: false,
            chosen: Place::default(),
            partition: Partition::ALL[0],
        }
    }
}

impl DistilState {
    /// Sets one key. `None` where it is not of this room, false where the value had to be clamped or ignored.
    pub(super) fn apply(&mut self, key: &str, value: &str) -> Option<bool> {
        Some(match key {
            "shown" => clamped(value, 0, LEVELS, |level| self.level = level),
            "only" => clamped(value, 0, CLASSES - 1, |class| self.class = Some(class)),
            "from" => clamped(value, 0, PER_CLASS[1] - 1, |first| self.first = first),
            "change" => assign(&mut self.difference, flag(value)),
            "groups" => assign(&mut self.partition, Partition::from_key(value)),
            "image" => assign(&mut self.chosen, Place::from_key(value)),
            _ => return None,
        })
    }

    /// Writes what differs from the defaults.
    pub(super) fn write(&self, put: Put<'_>) {
        let plain = Self::default();
        put(self.level != plain.level, "shown", self.level.to_string());
        put(self.class.is_some(), "only", self.class.unwrap_or_default().to_string());
        put(self.first != plain.first, "from", self.first.to_string());
        put(self.difference, "change", "1".into());
        put(self.partition != plain.partition, "groups", self.partition.key().into());
        put(self.chosen != plain.chosen, "image", self.chosen.key());
    }
}
