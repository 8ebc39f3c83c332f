//! Which image of which level: the address of an image in the tree of Fig. 7.

use crate::app::format;
use crate::config::CLASSES;

/// Levels above the original digits.
pub const LEVELS: usize = 5;
/// Images of a class at each level; at level 0 the bound of a position in the training set.
pub const PER_CLASS: [usize; LEVELS + 1] = [60_000, 600, 100, 20, 4, 1];

/// An image of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// 0 for an original digit.
    pub level: usize,
    /// The digit.
    pub class: usize,
    /// Its number among the images of its class; at level 0 its position in the training set.
    pub subset: usize,
}

impl Default for Place {
    /// The top of the tree of zeros.
    fn default() -> Self {
        Self { level: LEVELS, class: 0, subset: 0 }
    }
}

impl Place {
    /// Name in the address: `level.class.subset`.
    pub fn key(self) -> String {
        format!("{}.{}.{}", self.level, self.class, self.subset)
    }

    /// The place of that name, if there can be one.
    pub fn from_key(key: &str) -> Option<Self> {
        let mut parts = key.splitn(3, '.').map(|part| part.parse::<usize>().ok());
        let (level, class, subset) = (parts.next()??, parts.next()??, parts.next()??);
        let possible = level <= LEVELS && class < CLASSES && subset < PER_CLASS[level.min(LEVELS)];
        possible.then_some(Self { level, class, subset })
    }

    /// For people: which digit, and which of how many.
    pub fn name(self) -> String {
        let Self { level, class, subset } = self;
        match level {
            0 => format!("{class}, training image {}", format::count(subset)),
            LEVELS => format!("{class}, level {level}"),
            _ => format!("{class}, level {level}, image {} of {}", subset + 1, PER_CLASS[level]),
        }
    }
}

/// The group of a level that stands where group `first` of another level stood, counted from the beginning of a page.
pub fn carried(first: usize, from: usize, to: usize, page: usize) -> usize {
    let count = |level: usize| PER_CLASS[level.clamp(1, LEVELS)];
    first * count(to) / count(from) / page * page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_the_way_through_its_key() {
        for place in [Place::default(), Place { level: 0, class: 9, subset: 59_999 }] {
            assert_eq!(Place::from_key(&place.key()), Some(place));
        }
        for broken in ["", "1", "1.2", "1.2.", "1.2.3.4", "6.0.0", "1.10.0", "1.0.600", "-1.0.0", "a.b.c"] {
            assert_eq!(Place::from_key(broken), None, "{broken}");
        }
    }

    #[test]
    fn levels_are_those_of_the_shipped_settings() {
        assert_eq!(PER_CLASS[1..], crate::config::DistillationConfig::mnist().per_class);
    }

    #[test]
    fn stepping_keeps_the_place_among_the_groups() {
        assert_eq!(carried(300, 1, 2, 6), 48);
        assert_eq!(carried(48, 2, 1, 6), 288);
        assert_eq!(carried(599, 1, 5, 6), 0);
        assert_eq!(carried(12, 0, 1, 6), 12);
    }
}
