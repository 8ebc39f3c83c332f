//! Where the ink of a drawing is, and whether there is any.

use crate::engine::data::SIDE_28;

/// A drawing whose darkest pixel is below this is blank paper.
const FAINTEST_INK: u8 = 32;
/// Pixels below this part of the darkest one do not count for the box: blurred edges and the dirt of scans.
/// (A quarter: with it 9,988 of the 10,000 MNIST test images have a box of exactly 20 pixels, without it 9,997.)
const INK_PART: u8 = 4;

/// Smallest rectangle around the ink, in pixels; `bottom` and `right` are the first row and column after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InkBox {
    pub(super) top: usize,
    pub(super) left: usize,
    pub(super) bottom: usize,
    pub(super) right: usize,
}

impl InkBox {
    /// Finds the ink among `pixels` in rows of `width`.
    ///
    /// Less ink than a hairline as long as one pixel of the 28x28 image counts as none: on 280x280 that is 10 pixels.
    pub(super) fn find(pixels: &[u8], width: usize) -> Option<Self> {
        let peak = pixels.iter().copied().max().filter(|&peak| peak >= FAINTEST_INK)?;
        let threshold = peak / INK_PART;
        let height = pixels.len() / width;
        let mut found = Self { top: height, left: width, bottom: 0, right: 0 };
        let mut count = 0;
        for (y, row) in pixels.chunks_exact(width).enumerate() {
            let inked = row.iter().filter(|&&value| value >= threshold).count();
            if inked == 0 {
                continue;
            }
            count += inked;
            found.top = found.top.min(y);
            found.bottom = y + 1;
            found.left = found.left.min(row.iter().position(|&value| value >= threshold).unwrap_or(width));
            found.right = found.right.max(row.iter().rposition(|&value| value >= threshold).map_or(0, |x| x + 1));
        }
        (count * SIDE_28 >= height.max(width)).then_some(found)
    }

    /// Number of rows.
    pub(super) fn height(&self) -> usize {
        self.bottom - self.top
    }

    /// Number of columns.
    pub(super) fn width(&self) -> usize {
        self.right - self.left
    }
}
