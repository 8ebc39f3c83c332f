//! The explanation of an answer in one sentence: which part of the image and which Taylor orders carry it.

use crate::app::format;
use crate::config::ExpansionPoint;
use crate::number;
use crate::protocol::{Explanation, PolynomialCheck};
use std::ops::RangeInclusive;

/// A stretch of orders tells the story if its sum is this share of the whole, at least and at most.
const TELLING: RangeInclusive<f64> = 0.75..=1.25;
/// Names of the nine parts of an image cut into thirds both ways, row by row.
const REGIONS: [&str; 9] = [
    "at the top left",
    "at the top",
    "at the top right",
    "at the left",
    "in the middle",
    "at the right",
    "at the bottom left",
    "at the bottom",
    "at the bottom right",
];

/// The result in plain words.
pub fn sentence(explanation: &Explanation) -> String {
    let total = explanation.network;
    let ahead = total >= 0.0;
    let start = match (explanation.against, ahead) {
        (Some(against), true) => {
            format!("{}, not {against}, by {}", explanation.class, format::signed(total, 1))
        }
        (Some(against), false) => {
            format!("{} is behind {against} by {}", explanation.class, format::fixed(-total, 1))
        }
        (None, _) => format!("{} scores {}", explanation.class, format::signed(total, 1)),
    };
    let place = region(explanation).map_or_else(String::new, |(name, value)| {
        let verdict = if ahead { "speaks for it most" } else { "speaks against it most" };
        // About the black image all that counts is ink; about another one its absence counts as well.
        let what = if explanation.about == ExpansionPoint::Black { "the ink" } else { "what it shows" };
        format!(": {what} {name} {verdict} ({})", format::signed(value, 1))
    });
    format!("{start}{place}; {}.", orders_in_words(explanation))
}

/// The one of these nine parts whose contribution goes furthest the way of the whole, with its sum.
/// `None` where no pixel does.
pub fn region(explanation: &Explanation) -> Option<(&'static str, f64)> {
    let side = explanation.side as usize;
    let sign = if explanation.network >= 0.0 { 1.0 } else { -1.0 };
    let mut sums = [0.0; 9];
    for (pixel, value) in explanation.pixels.iter().enumerate() {
        let third = |at: usize| (6 * at + 3) / (2 * side.max(1));
        sums[third(pixel / side).min(2) * 3 + third(pixel % side).min(2)] += value;
    }
    let (index, &sum) = sums.iter().enumerate().max_by(|(_, a), (_, b)| (sign * **a).total_cmp(&(sign * **b)))?;
    (sign * sum > 0.0).then_some((REGIONS[index], sum))
}

/// The shortest stretch of orders from 1 whose sum is nearly the whole; `None` where none is, because orders cancel.
pub fn telling_orders(explanation: &Explanation) -> Option<(RangeInclusive<usize>, f64)> {
    let orders = &explanation.orders;
    let total = explanation.network;
    let stretches = (1..orders.len()).flat_map(|first| (first..orders.len()).map(move |last| first..=last));
    let sums = stretches.map(|range| (range.clone(), orders[range].iter().sum::<f64>()));
    let telling = sums.filter(|(_, sum)| total != 0.0 && TELLING.contains(&(sum / total)));
    telling.min_by(|(one, a), (other, b)| {
        let length = |range: &RangeInclusive<usize>| range.end() - range.start();
        let miss = |sum: f64| (sum - total).abs();
        length(one).cmp(&length(other)).then(miss(*a).total_cmp(&miss(*b)))
    })
}

fn orders_in_words(explanation: &Explanation) -> String {
    let highest = explanation.orders.len().saturating_sub(1);
    match telling_orders(explanation) {
        Some((range, sum)) if range.start() == range.end() => {
            format!("order {} alone gives {}", range.start(), format::signed(sum, 1))
        }
        Some((range, sum)) if range.end() - range.start() + 1 < highest => {
            format!("orders {} to {} give {}", range.start(), range.end(), format::signed(sum, 1))
        }
        Some(_) | None => "all orders are needed, because they cancel each other in part".into(),
    }
}

/// Whether the sum over all orders is what the network says, up to rounding in 32 bits, and by how much it differs.
///
/// Rounding is relative to the largest number that is added up, not to the sum.
pub fn check(explanation: &Explanation) -> (bool, f64) {
    let difference = (explanation.network - explanation.polynomial).abs();
    let scale =
        explanation.orders.iter().fold(explanation.network.abs().max(1.0), |scale, value| scale.max(value.abs()));
    (difference <= PolynomialCheck::TOLERANCE * scale, difference)
}

/// Contributions of the pixels: of all orders, or of one order from 1.
pub fn pixels(explanation: &Explanation, order: Option<usize>) -> Vec<f32> {
    let count = (explanation.side * explanation.side) as usize;
    let values = match order {
        None => explanation.pixels.get(..count),
        Some(0) => None,
        Some(order) => explanation.pixels_by_order.get((order - 1) * count..order * count),
    };
    values.map_or_else(|| vec![0.0; count], |values| values.iter().map(|&value| number::single(value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explanation(orders: &[f64], pixels: &[f64]) -> Explanation {
        Explanation {
            model: "taylornet-7".into(),
            class: 7,
            against: Some(1),
            network: orders.iter().sum(),
            polynomial: orders.iter().sum(),
            about: ExpansionPoint::Black,
            orders: orders.to_vec(),
            orders_about_black: Vec::new(),
            side: 3,
            image: vec![1.0; 9].into(),
            point: vec![0.0; 9].into(),
            pixels: pixels.to_vec().into(),
            pixels_by_order: [pixels, pixels].concat().into(),
            pairs: None,
            compute_ms: 1.0,
        }
    }

    #[test]
    fn the_sentence_names_place_and_orders() {
        let pixels = [0.1, 1.9, 0.0, 0.0, -0.5, 0.0, 0.0, 2.6 - 1.5, 0.0];
        let mut explained = explanation(&[0.3, 0.1, 1.5, 1.7, 0.5], &pixels);
        assert_eq!(
            sentence(&explained),
            "7, not 1, by +4.1: the ink at the top speaks for it most (+1.9); orders 2 to 3 give +3.2."
        );
        explained.against = None;
        assert!(sentence(&explained).starts_with("7 scores +4.1: "));
    }

    #[test]
    fn a_class_that_is_behind_is_said_to_be() {
        let mut pixels = [0.0; 9];
        pixels[4] = -2.2;
        let text = sentence(&explanation(&[0.0, -2.0, -0.2], &pixels));
        assert_eq!(
            text,
            "7 is behind 1 by 2.2: the ink in the middle speaks against it most (\u{2212}2.2); \
             order 1 alone gives \u{2212}2.0."
        );
    }

    #[test]
    fn orders_that_cancel_are_not_singled_out() {
        let explained = explanation(&[0.0, 90.0, -200.0, 111.0], &[0.0; 9]);
        assert_eq!(region(&explained), None);
        assert!(sentence(&explained).ends_with("all orders are needed, because they cancel each other in part."));
    }

    #[test]
    fn thirds_of_seven_and_of_twenty_eight_are_symmetric() {
        for side in [7_u32, 28] {
            let count = (side * side) as usize;
            let mut explained = explanation(&[0.0, 1.0], &[]);
            explained.side = side;
            for (row, column, name) in [(0, 0, REGIONS[0]), (side / 2, side / 2, REGIONS[4]), (side - 1, 0, REGIONS[6])]
            {
                let mut pixels = vec![0.0; count];
                pixels[(row * side + column) as usize] = 1.0;
                explained.pixels = pixels.into();
                assert_eq!(region(&explained).map(|found| found.0), Some(name));
            }
        }
    }

    #[test]
    fn the_check_allows_rounding_and_nothing_else() {
        let mut explained = explanation(&[0.0, 900.0, -898.0], &[0.0; 9]);
        explained.polynomial += 0.01;
        assert!(check(&explained).0, "a rounding error of numbers near a thousand");
        explained.polynomial += 0.2;
        let (holds, difference) = check(&explained);
        assert!(!holds && (difference - 0.21).abs() < 1e-9);
        explained.polynomial = f64::NAN;
        assert!(!check(&explained).0);
    }

    #[test]
    fn an_order_out_of_range_is_an_empty_map() {
        let explained = explanation(&[0.0, 1.0, 1.0], &[0.5; 9]);
        assert_eq!(pixels(&explained, None), [0.5; 9]);
        assert_eq!(pixels(&explained, Some(2)), [0.5; 9]);
        assert_eq!(pixels(&explained, Some(0)), [0.0; 9]);
        assert_eq!(pixels(&explained, Some(9)), [0.0; 9]);
    }
}
