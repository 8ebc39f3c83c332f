//! The Distil room in the address.

use super::Put;
use super::values::{assign, clamped, flag};
use crate::app::distil::place::{LEVELS, PER_CLASS, Place};
use crate::app::distil::settings::{LiveSettings, Setting, start_from_key, start_key};
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
    /// Whose way the flow picture shows: two different ones.
    pub digits: [usize; 2],
    /// Settings of the live run.
    pub live: LiveSettings,
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
            // Often taken for each other.
            digits: [4, 9],
            live: LiveSettings::default(),
        }
    }
}

impl DistilState {
    /// Chooses one of the two digits of the flow picture; the other one makes room.
    pub fn choose_digit(&mut self, which: usize, digit: usize) {
        if self.digits[1 - which] == digit {
            self.digits[1 - which] = self.digits[which];
        }
        self.digits[which] = digit;
    }

    /// Sets one key. `None` where it is not of this room, false where the value had to be clamped or ignored.
    pub(super) fn apply(&mut self, key: &str, value: &str) -> Option<bool> {
        Some(match key {
            "shown" => clamped(value, 0, LEVELS, |level| self.level = level),
            "only" => clamped(value, 0, CLASSES - 1, |class| self.class = Some(class)),
            "from" => clamped(value, 0, PER_CLASS[1] - 1, |first| self.first = first),
            "change" => assign(&mut self.difference, flag(value)),
            "groups" => assign(&mut self.partition, Partition::from_key(value)),
            "flow" => assign(&mut self.digits, digits(value)),
            "live-loss" => assign(
                &mut self.live.arcface,
                ["euclid", "arcface"].iter().position(|key| *key == value).map(|at| at == 1),
            ),
            "live-start" => {
                let start = start_from_key(value);
                assign(&mut self.live.start, (start_key(start) == value).then_some(Some(start)))
            }
            "live-orthogonal" => assign(&mut self.live.orthogonal, flag(value)),
            "image" => assign(&mut self.chosen, Place::from_key(value)),
            _ => {
                let (setting, _) = Setting::KEYS.into_iter().find(|(_, own)| *own == key)?;
                let number = value.parse::<f64>().ok().filter(|number| number.is_finite());
                assign(&mut self.live.typed[setting as usize], number.map(Some))
            }
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
        put(self.digits != plain.digits, "flow", self.digits.map(|digit| digit.to_string()).concat());
        put(self.live.arcface, "live-loss", "arcface".into());
        put(self.live.start.is_some(), "live-start", self.live.start.map(start_key).unwrap_or_default().into());
        put(self.live.orthogonal, "live-orthogonal", "1".into());
        for (setting, key) in Setting::KEYS {
            let number = self.live.typed[setting as usize];
            put(number.is_some(), key, number.unwrap_or_default().to_string());
        }
        put(self.chosen != plain.chosen, "image", self.chosen.key());
    }
}

/// Two different digits, such as `49`.
fn digits(value: &str) -> Option<[usize; 2]> {
    let mut digits = value.chars().map(|letter| letter.to_digit(10).map(|digit| digit as usize));
    let pair = [digits.next()??, digits.next()??];
    (digits.next().is_none() && pair[0] != pair[1] && pair.iter().all(|&digit| digit < CLASSES)).then_some(pair)
}
