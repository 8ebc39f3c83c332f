//! The Idea room in the address.

use super::Put;
use super::values::clamped;
use crate::app::idea::{LEAVES, SCALES};
use crate::config::CLASSES;

/// What the three pictures show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdeaState {
    /// The scale, 0 for the variables as they are given.
    pub scale: usize,
    /// The site, from 0, whose way up is followed.
    pub site: usize,
    /// The image of the lowest row, from 0, whose way up is followed.
    pub leaf: usize,
    /// The digit of the images.
    pub digit: usize,
}

impl Default for IdeaState {
    /// One merge done, so that something is seen to have happened.
    fn default() -> Self {
        Self { scale: 1, site: 0, leaf: 0, digit: 7 }
    }
}

impl IdeaState {
    /// Sets one key. `None` where it is not of this room, false where the value had to be clamped or ignored.
    pub(super) fn apply(&mut self, key: &str, value: &str) -> Option<bool> {
        Some(match key {
            "merged" => clamped(value, 0, SCALES, |scale| self.scale = scale),
            "site" => clamped(value, 1, LEAVES[0], |site| self.site = site - 1),
            "leaf" => clamped(value, 1, LEAVES[1], |leaf| self.leaf = leaf - 1),
            "digit" => clamped(value, 0, CLASSES - 1, |digit| self.digit = digit),
            _ => return None,
        })
    }

    /// Writes what differs from the defaults.
    pub(super) fn write(&self, put: Put<'_>) {
        let plain = Self::default();
        put(self.scale != plain.scale, "merged", self.scale.to_string());
        put(self.site != plain.site, "site", (self.site + 1).to_string());
        put(self.leaf != plain.leaf, "leaf", (self.leaf + 1).to_string());
        put(self.digit != plain.digit, "digit", self.digit.to_string());
    }
}
