//! Which rows of a long list stand in the document, and where the keys lead.

use crate::number;

/// Height of a row in CSS pixels; the same in the style sheet.
pub const ROW_PX: f64 = 36.0;
/// Rows kept above and below what is seen, so that scrolling by the wheel shows no gaps.
const OVERSCAN: usize = 8;

/// First row in the document and how many, for a list scrolled by `top_px` in a box of `height_px`.
pub fn visible(top_px: f64, height_px: f64, rows: usize) -> (usize, usize) {
    let first = number::whole::<usize>((top_px.max(0.0) / ROW_PX).floor());
    let first = first.saturating_sub(OVERSCAN).min(rows);
    let shown = number::whole::<usize>((height_px.max(0.0) / ROW_PX).ceil()) + 1 + 2 * OVERSCAN;
    (first, shown.min(rows - first))
}

/// Where the list must be scrolled to so that a row is in sight; `None` where it is already.
pub fn scrolled_to(row: usize, top_px: f64, height_px: f64) -> Option<f64> {
    let begin = row as f64 * ROW_PX;
    let end = begin + ROW_PX;
    if begin < top_px {
        Some(begin)
    } else if end > top_px + height_px {
        Some(end - height_px)
    } else {
        None
    }
}

/// The row that a key leads to. Without a row the first key enters at the row on top.
pub fn moved(row: Option<usize>, key: &str, rows: usize, height_px: f64, top_px: f64) -> Option<usize> {
    let last = rows.checked_sub(1)?;
    let page = number::whole::<usize>((height_px / ROW_PX).floor()).saturating_sub(1).max(1);
    let Some(row) = row else {
        let top = number::whole::<usize>((top_px / ROW_PX).ceil()).min(last);
        return match key {
            "ArrowDown" | "ArrowUp" | "PageDown" | "PageUp" => Some(top),
            "Home" => Some(0),
            "End" => Some(last),
            _ => None,
        };
    };
    Some(match key {
        "ArrowDown" => (row + 1).min(last),
        "ArrowUp" => row.saturating_sub(1),
        "PageDown" => (row + page).min(last),
        "PageUp" => row.saturating_sub(page),
        "Home" => 0,
        "End" => last,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_holds_what_is_seen_and_little_more() {
        for rows in [0, 1, 5, 54, 397_306] {
            for top in [-50.0, 0.0, 17.0, 360.0, 1e5, 1e9] {
                let (first, shown) = visible(top, 400.0, rows);
                assert!(first + shown <= rows && shown < 32, "{rows} {top}: {first} {shown}");
            }
        }
        let (first, shown) = visible(3_600.0, 360.0, 1_000);
        assert!(first <= 100 && first + shown >= 110);
        // At the very end the last row is there.
        let (first, shown) = visible(397_306.0 * ROW_PX - 400.0, 400.0, 397_306);
        assert_eq!(first + shown, 397_306);
    }

    #[test]
    fn a_row_is_brought_into_sight_and_not_further() {
        assert_eq!(scrolled_to(3, 0.0, 400.0), None);
        assert_eq!(scrolled_to(3, 200.0, 400.0), Some(3.0 * ROW_PX));
        assert_eq!(scrolled_to(50, 0.0, 400.0), Some(51.0 * ROW_PX - 400.0));
    }

    #[test]
    fn keys_stay_inside() {
        assert_eq!(moved(Some(0), "ArrowUp", 54, 400.0, 0.0), Some(0));
        assert_eq!(moved(Some(50), "PageDown", 54, 400.0, 0.0), Some(53));
        assert_eq!(moved(Some(20), "PageUp", 54, 396.0, 0.0), Some(10));
        assert_eq!(moved(None, "ArrowDown", 54, 400.0, 72.0), Some(2));
        assert_eq!(moved(None, "End", 54, 400.0, 0.0), Some(53));
        assert_eq!(moved(Some(3), "a", 54, 400.0, 0.0), None);
        assert_eq!(moved(None, "Home", 0, 400.0, 0.0), None);
    }
}
