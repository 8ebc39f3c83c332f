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

/// Each variable is a formula of its own, so that a line may break between them.
fn variable(notation: Notation, scale: usize, index: usize) -> String {
    let (name, scale, index) = (notation.variable, scale + notation.first, index + 1);
    format!("<math><msubsup><mi>{name}</mi><mn>{index}</mn><mtext>({scale})</mtext></msubsup></math>")
}

/// The map to a scale.
fn of(notation: Notation, scale: usize) -> String {
    format!("<math><msup><mi>{}</mi><mtext>({})</mtext></msup></math>", notation.map, scale + notation.first)
}

fn nested(tree: Tree, notation: Notation, scale: usize, index: usize) -> String {
    let Some(below) = scale.checked_sub(1) else { return variable(notation, 0, index) };
    let merged = tree.merged[below];
    let child = |place: usize| nested(tree, notation, below, index * merged + place);
    let between = if merged > 2 { ", …, " } else { ", " };
    // Of many groups the first says what the others are like.
    let last = if merged > 2 && below > 0 { format!("{}(…)", of(notation, below)) } else { child(merged - 1) };
    // Zero-width spaces: the line may break there.
    format!("{}(\u{200b}{}{between}{last})", of(notation, scale), child(0))
}

#[cfg(test)]
mod tests {
    use super::super::tree::{DISTILLED, PAIRS};
    use super::*;

    /// `σ_2^(1)` for what is written as MathML.
    fn plain(html: &str) -> String {
        let mut out = html.replace('\u{200b}', "");
        // In a variable the lower index comes first.
        for (tag, text) in [("</mi><mn>", "_"), ("</mn><mtext>", "^"), ("</mi><mtext>", "^")] {
            out = out.replace(tag, text);
        }
        let mut inside = false;
        out.retain(|letter| {
            let tag = inside || letter == '<';
            inside = tag && letter != '>';
            !tag
        });
        out
    }

    #[test]
    fn isometries_are_nested_as_in_fig_1() {
        let notation = Notation { map: "U", variable: "σ", first: 0 };
        assert_eq!(plain(&written(PAIRS, notation, 0, 4)), "σ_5^(0)");
        assert_eq!(plain(&written(PAIRS, notation, 1, 1)), "σ_2^(1) = U^(1)(σ_3^(0), σ_4^(0))");
        assert_eq!(
            plain(&written(PAIRS, notation, 2, 1)),
            "σ_2^(2) = U^(2)(U^(1)(σ_5^(0), σ_6^(0)), U^(1)(σ_7^(0), σ_8^(0)))"
        );
        let whole = plain(&written(PAIRS, notation, 3, 0));
        assert_eq!(["U^(1)", "U^(2)", "U^(3)"].map(|map| whole.matches(map).count()), [4, 2, 1]);
    }

    #[test]
    fn of_many_the_first_and_the_last_are_written() {
        let notation = Notation { map: "D", variable: "Y", first: 2 };
        assert_eq!(plain(&written(DISTILLED, notation, 1, 3)), "Y_4^(3) = D^(3)(Y_16^(2), …, Y_20^(2))");
        let two = plain(&written(DISTILLED, notation, 2, 0));
        assert_eq!(two, "Y_1^(4) = D^(4)(D^(3)(Y_1^(2), …, Y_5^(2)), …, D^(3)(…))");
    }
}
