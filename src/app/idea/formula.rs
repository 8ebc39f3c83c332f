//! A variable written as what it was made of: the same tree for isometries, CG operations and distillations.

use super::tree::Tree;

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notation {
    /// The map of a scale transformation.
    pub map: &'static str,
    /// A variable.
    pub variable: &'static str,
    /// What scale 0 is called.
    pub first: usize,
}

/// A variable of a scale as HTML: `σ⁽¹⁾₁ = U⁽¹⁾(σ₁, σ₂)`. Of more than two that merge the first and the last are written.
pub fn written(tree: Tree, notation: Notation, scale: usize, index: usize) -> String {
    let left = variable(notation, scale, index);
    if scale == 0 { left } else { format!("{left} = {}", nested(tree, notation, scale, index)) }
}

fn variable(notation: Notation, scale: usize, index: usize) -> String {
    format!("<i>{}</i><sup>({})</sup><sub>{}</sub>", notation.variable, scale + notation.first, index + 1)
}

fn nested(tree: Tree, notation: Notation, scale: usize, index: usize) -> String {
    let Some(below) = scale.checked_sub(1) else { return variable(notation, 0, index) };
    let merged = tree.merged[below];
    let child = |place: usize| nested(tree, notation, below, index * merged + place);
    let between = if merged > 2 { ", …, " } else { ", " };
    // Zero-width spaces: the line may break there.
    format!("<i>{}</i><sup>({})</sup>(\u{200b}{}{between}{})", notation.map, scale + notation.first, child(0), child(merged - 1))
}

#[cfg(test)]
mod tests {
    use super::super::tree::{DISTILLED, PAIRS};
    use super::*;

    fn plain(html: &str) -> String {
        let mut out = html.replace("<sup>", "^").replace("<sub>", "_").replace('\u{200b}', "");
        for tag in ["<i>", "</i>", "</sup>", "</sub>"] {
            out = out.replace(tag, "");
        }
        out
    }

    #[test]
    fn isometries_are_nested_as_in_fig_1() {
        let notation = Notation { map: "U", variable: "σ", first: 0 };
        assert_eq!(plain(&written(PAIRS, notation, 0, 4)), "σ^(0)_5");
        assert_eq!(plain(&written(PAIRS, notation, 1, 1)), "σ^(1)_2 = U^(1)(σ^(0)_3, σ^(0)_4)");
        assert_eq!(
            plain(&written(PAIRS, notation, 2, 1)),
            "σ^(2)_2 = U^(2)(U^(1)(σ^(0)_5, σ^(0)_6), U^(1)(σ^(0)_7, σ^(0)_8))"
        );
        let whole = plain(&written(PAIRS, notation, 3, 0));
        assert_eq!(["U^(1)", "U^(2)", "U^(3)"].map(|map| whole.matches(map).count()), [4, 2, 1]);
    }

    #[test]
    fn of_many_the_first_and_the_last_are_written() {
        let notation = Notation { map: "D", variable: "Y", first: 2 };
        assert_eq!(plain(&written(DISTILLED, notation, 1, 3)), "Y^(3)_4 = D^(3)(Y^(2)_16, …, Y^(2)_20)");
    }
}
