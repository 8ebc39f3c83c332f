//! Results and claims as text, through the one formatter of the page.

use super::claim::{Claim, Says};
use super::measured::{Measured, Unit};
use crate::app::format;
use crate::number;

/// A number in its unit.
pub fn number(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Share => format::percent(value, 2),
        Unit::Points => format!("{}\u{a0}points", format::signed(value * 100.0, 2)),
        Unit::Count => format::count(number::whole(value.max(0.0))),
        Unit::Bytes => format::bytes(value),
        Unit::Seconds => format::duration(value),
        Unit::Times => format!("{}×", format::fixed(value, 2)),
        Unit::Number => format::significant(value, 3),
    }
}

/// The result, of a series its first and last value.
pub fn ours(result: &Measured) -> String {
    match result.sources.as_slice() {
        [first, .., last] if result.is_series() => {
            format!("{} → {}", number(first.value, result.unit), number(last.value, result.unit))
        }
        _ => number(result.value(), result.unit),
    }
}

/// What the article says, with as many digits as it gives.
pub fn article(claim: &Claim) -> String {
    let (value, step) = match claim.says {
        Says::Reaches { value, step } | Says::Is { value, step } => (value, step),
        Says::Rises(words) | Says::Weaker(words) => return words.to_owned(),
    };
    let decimals = |step: f64| number::whole((-step.log10()).round().max(0.0));
    match claim.unit {
        Unit::Share => format::percent(value, decimals(step * 100.0)),
        Unit::Points if value == 0.0 => "unchanged".to_owned(),
        Unit::Points => format!("{}\u{a0}points", format::signed(value * 100.0, decimals(step * 100.0))),
        // More digits than the article gives would be made up.
        Unit::Count if step >= 1e4 => {
            format::significant(value, number::whole::<usize>((value / step).log10().floor()) + 1)
        }
        Unit::Count | Unit::Bytes | Unit::Seconds | Unit::Times | Unit::Number => number(value, claim.unit),
    }
}

/// The difference of ours from the article's number, with its unit in words.
pub fn difference(result: &Measured, claim: &Claim) -> Option<String> {
    let value = claim.says.value()?;
    let ours = result.value();
    Some(match claim.unit {
        Unit::Share | Unit::Points => format!("{}\u{a0}points", format::signed((ours - value) * 100.0, 2)),
        Unit::Count | Unit::Bytes | Unit::Seconds | Unit::Times | Unit::Number => {
            format!("{}\u{a0}%", format::signed((ours / value - 1.0) * 100.0, 1))
        }
    })
}
