//! Values of an address: read with clamping, never trusted.

use crate::app::draw::network::RUN_NETWORK;
use crate::config::{Bounds, MNIST, NetworkConfig, TrainingConfig};
use crate::number;
use crate::protocol::ModelRef;

/// The name, if a shipped network of digits has it.
pub(super) fn known_network(name: &str) -> Option<String> {
    is_of_digits(name).then(|| name.to_owned())
}

fn is_of_digits(name: &str) -> bool {
    NetworkConfig::names_of(&MNIST).any(|known| known == name)
}

/// A shipped network of digits, or the one of the Train room.
pub(super) fn known_model(text: &str) -> Option<ModelRef> {
    text.parse().ok().filter(|model: &ModelRef| *model == RUN_NETWORK || model.name().is_some_and(is_of_digits))
}

/// The name, if a network that a browser can train has it.
pub(super) fn trainable_network(name: &str) -> Option<String> {
    NetworkConfig::NAMES_TO_TRAIN.contains(&name).then(|| name.to_owned())
}

/// Yes or no.
pub(super) fn flag(value: &str) -> Option<bool> {
    match value {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

/// Takes over a usable value; false where there is none.
pub(super) fn assign<T>(target: &mut T, value: Option<T>) -> bool {
    let usable = value.is_some();
    if let Some(value) = value {
        *target = value;
    }
    usable
}

/// Sets a whole number from the least to the most; false where it was not one or had to be clamped.
pub(super) fn clamped(value: &str, min: usize, max: usize, set: impl FnOnce(usize)) -> bool {
    let found = nearest(value, min as u64, max as u64);
    found.is_some_and(|(number, is_exact)| {
        set(number::to_usize(number));
        is_exact
    })
}

/// Sets a whole number within its bounds; false where it was not one or had to be clamped.
pub(super) fn bounded(value: &str, bounds: Bounds<usize>, set: impl FnOnce(usize)) -> bool {
    clamped(value, bounds.least, bounds.most, set)
}

/// Sets a seed; false where it was not one or had to be clamped.
pub(super) fn seed(value: &str, set: impl FnOnce(u64)) -> bool {
    let Bounds { least, most, .. } = TrainingConfig::SEED;
    nearest(value, least, most).is_some_and(|(number, is_exact)| {
        set(number);
        is_exact
    })
}

/// The nearest whole number from the least to the most, and whether it is what was written; `None` for no number.
fn nearest(value: &str, min: u64, max: u64) -> Option<(u64, bool)> {
    // Through f64: a number too large for an integer, or negative, is clamped and not ignored.
    let real = value.parse::<f64>().ok().filter(|number| number.is_finite())?;
    let exact = value.parse::<u64>().ok();
    let number = exact.unwrap_or_else(|| number::whole(real)).clamp(min, max);
    Some((number, exact == Some(number)))
}

/// Undoes percent encoding; a malformed escape is kept as it is.
pub(super) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(byte) = escape.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
