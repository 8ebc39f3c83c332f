//! What the similarities say, in words.

use crate::app::format;
use crate::protocol::Similarity;

/// What the references of a level are; without their number where that is not known yet.
pub fn level_title(level: u32, per_class: Option<u32>) -> String {
    let count = per_class.map_or(format::NONE.to_owned(), |count| format::count(count as usize));
    match level {
        0 => format!("0 · the first {count} originals per class"),
        _ => format!("{level} · {count} per class"),
    }
}

/// The closest reference and the runner-up: "Closest to 7 (0.93), then 9 (0.71)." `None` for an empty drawing.
pub fn sentence(similarity: &Similarity) -> Option<String> {
    let mut order: Vec<(usize, f32)> =
        similarity.closest.iter().enumerate().filter_map(|(class, closest)| Some((class, closest.cosine?))).collect();
    order.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let [(first, cosine), (second, runner_up), ..] = order[..] else { return None };
    let number = |cosine: f32| format::fixed(cosine.into(), 3);
    Some(format!("Closest to {first} ({}), then {second} ({}).", number(cosine), number(runner_up)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::EMBEDDERS;
    use crate::protocol::{ClosestReference, Raster};

    #[test]
    fn the_two_closest_are_named() {
        let image = Raster { width: 0, height: 0, pixels: Vec::new() };
        let closest = |cosine| ClosestReference { reference: 0, cosine, image: image.clone() };
        let mut similarity = Similarity {
            embedder: EMBEDDERS[0].into(),
            level: 5,
            per_class: 1,
            closest: [0.25, 0.5, -0.125].map(|cosine| closest(Some(cosine))).into(),
            winner: Some(1),
            compute_ms: 3.0,
        };
        assert_eq!(sentence(&similarity).as_deref(), Some("Closest to 1 (0.500), then 0 (0.250)."));
        similarity.closest = vec![closest(None); 10];
        assert_eq!(sentence(&similarity), None);
    }

    #[test]
    fn levels_have_their_number_of_references() {
        assert_eq!(level_title(1, Some(600)), "1 · 600 per class");
        assert_eq!(level_title(0, None), "0 · the first – originals per class");
    }
}
