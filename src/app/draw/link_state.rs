//! The drawing in the address: read when the address changes, written when the pen is up.

use super::code;
use super::pictures::TestDigitSource;
use super::state::DrawState;
use super::strokes::Sketch;
use crate::app::history::Address;
use crate::app::reactive::{effect, effect_after, memo};
use leptos::prelude::*;

/// Keeps drawing and address together.
pub fn follow(state: DrawState, address: Address, digits: TestDigitSource) {
    let own = StoredValue::new(String::new());
    let in_address = memo(move |_| address.state.with(|state| state.drawing.clone()));
    effect(move || {
        let text = in_address.get();
        if text != own.get_value() {
            own.set_value(text.clone());
            open(state, digits, &text);
        }
    });
    effect_after(move |opened: Option<()>| {
        let text = state.history.with(|history| {
            // An example is not the visitor's drawing.
            let encoded = || if history.is_example() { None } else { code::encode(history.sketch()) };
            (!history.pen_is_down()).then(encoded)
        });
        let Some(text) = text else { return };
        // At first the canvas is empty because nothing was opened yet, which must not empty the address.
        if opened.is_none() {
            return;
        }
        let text = text.unwrap_or_default();
        if text != own.get_value() {
            own.set_value(text.clone());
            address.state.update(|state| state.drawing = text);
        }
    });
}

fn open(state: DrawState, digits: TestDigitSource, text: &str) {
    match code::decode(text) {
        Ok(decoded) => {
            let show = move |sketch: Sketch| state.change(|history| history.open(sketch));
            match decoded.test_digit {
                None => show(Sketch { picture: None, strokes: decoded.strokes }),
                Some(index) => digits.with(state, move |digits| {
                    show(Sketch { picture: Some(digits.picture(index)), strokes: decoded.strokes });
                }),
            }
        }
        Err(error) => {
            state.notice.set(Some(format!("The canvas starts empty: {error}. Ask for the link again, or draw.")));
        }
    }
}
