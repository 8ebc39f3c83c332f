//! A tree in which neighbours merge, scale by scale, until one is left.

use crate::app::distil::place::{LEVELS, PER_CLASS};

/// Scale transformations of every tree here.
pub const SCALES: usize = 3;
/// Variables at scale 0: of the article's Fig. 1, and images of a class at level 2 of the distillation.
pub const LEAVES: [usize; 2] = [PAIRS.count(0), DISTILLED.count(0)];

/// How many of a scale become one of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tree {
    /// `merged[scale]` of scale `scale` become one of `scale + 1`.
    pub merged: [usize; SCALES],
}

/// Two and two, as in Fig. 1 and Fig. 4(c).
pub const PAIRS: Tree = Tree { merged: [2; SCALES] };
/// The last three levels of Fig. 7.
pub const DISTILLED: Tree = Tree {
    merged: [
        PER_CLASS[LEVELS - 3] / PER_CLASS[LEVELS - 2],
        PER_CLASS[LEVELS - 2] / PER_CLASS[LEVELS - 1],
        PER_CLASS[LEVELS - 1] / PER_CLASS[LEVELS],
    ],
};

impl Tree {
    /// Variables of scale 0 in one variable of a scale.
    pub const fn span(self, scale: usize) -> usize {
        let (mut span, mut below) = (1, 0);
        while below < scale {
            span *= self.merged[below];
            below += 1;
        }
        span
    }

    /// Variables at a scale.
    pub const fn count(self, scale: usize) -> usize {
        self.span(SCALES) / self.span(scale)
    }

    /// The variable of a scale that a variable of scale 0 has become part of.
    pub const fn above(self, leaf: usize, scale: usize) -> usize {
        leaf / self.span(scale)
    }

    /// Which of its siblings a variable is.
    pub const fn place(self, leaf: usize, scale: usize) -> usize {
        self.above(leaf, scale) % self.merged[if scale < SCALES { scale } else { SCALES - 1 }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_those_of_the_article() {
        // Fig. 1: eight sites, four, two and one isometries. Fig. 7: 100, 20, 4 and 1 images of each class.
        assert_eq!([0, 1, 2, 3].map(|scale| PAIRS.count(scale)), [8, 4, 2, 1]);
        assert_eq!([0, 1, 2, 3].map(|scale| DISTILLED.count(scale)), [100, 20, 4, 1]);
        assert_eq!(DISTILLED.merged, [5, 5, 4]);
    }

    #[test]
    fn the_way_up_is_the_same_whether_taken_at_once_or_step_by_step() {
        for tree in [PAIRS, DISTILLED] {
            for leaf in 0..tree.count(0) {
                let mut at = leaf;
                for scale in 0..SCALES {
                    assert_eq!(tree.place(leaf, scale), at % tree.merged[scale]);
                    at /= tree.merged[scale];
                    assert_eq!(tree.above(leaf, scale + 1), at);
                }
                assert_eq!(at, 0);
            }
        }
    }
}
