//! Which images stand on the page, and where the arrow keys lead among them.

use super::place::{LEVELS, PER_CLASS, Place};
use crate::config::CLASSES;

/// Images in a row.
pub const COLUMNS: usize = 10;
/// Rows of a page.
pub const ROWS: usize = 6;

/// Groups on a page: a row is a group of all classes, or ten groups of one class.
pub const fn page(class: Option<usize>) -> usize {
    match class {
        Some(_) => ROWS * COLUMNS,
        None => ROWS,
    }
}

/// The images on show. The original digits stand by the groups of level 1 that they belong to: the place is that of the
/// group, as if it were of level 1.
pub fn cells(level: usize, class: Option<usize>, first: usize) -> Vec<Place> {
    let level = level.clamp(1, LEVELS);
    let groups = first..(first + page(class)).min(PER_CLASS[level]);
    match class {
        Some(class) => groups.map(|subset| Place { level, class, subset }).collect(),
        None => groups.flat_map(|subset| (0..CLASSES).map(move |class| Place { level, class, subset })).collect(),
    }
}

/// Number of columns for this many images: the images of the last levels are few and large. The style sheet says
/// how large for each number of columns.
pub const fn columns(count: usize) -> usize {
    match count {
        1 => 1,
        2..=4 => 2,
        10 => 5,
        _ => COLUMNS,
    }
}

/// Where a key leads from a cell; `None` for other keys.
pub fn moved(at: usize, key: &str, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    let columns = columns(count);
    Some(match key {
        "ArrowLeft" => at.saturating_sub(1),
        "ArrowRight" => (at + 1).min(last),
        "ArrowUp" => at.checked_sub(columns).unwrap_or(at),
        "ArrowDown" if at + columns <= last => at + columns,
        "ArrowDown" => at,
        "Home" => 0,
        "End" => last,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_image_of_a_level_is_on_exactly_one_page() {
        for class in [None, Some(3)] {
            for (level, &count) in PER_CLASS.iter().enumerate().skip(1) {
                let pages = (0..count).step_by(page(class));
                let all: Vec<Place> = pages.flat_map(|first| cells(level, class, first)).collect();
                let distinct: std::collections::HashSet<_> = all.iter().collect();
                let expected = count * if class.is_some() { 1 } else { CLASSES };
                assert_eq!((all.len(), distinct.len()), (expected, expected));
            }
        }
        assert_eq!(cells(0, None, 6), cells(1, None, 6));
    }

    #[test]
    fn keys_stay_inside() {
        assert_eq!(moved(0, "ArrowLeft", 60), Some(0));
        assert_eq!(moved(57, "ArrowDown", 60), Some(57));
        assert_eq!(moved(47, "ArrowDown", 60), Some(57));
        assert_eq!(moved(7, "ArrowUp", 10), Some(2));
        assert_eq!(moved(0, "ArrowDown", 4), Some(2));
        assert_eq!(moved(3, "End", 60), Some(59));
        assert_eq!(moved(3, "a", 60), None);
        assert_eq!(moved(0, "End", 0), None);
    }
}
