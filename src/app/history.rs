//! The address bar as a signal: reads it, follows Back and Forward, and writes changes into it.

use super::url::{self, PolynomialView, Room, UrlState};
use crate::app::reactive::{effect_after, memo};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsValue;

/// State of the address, for all rooms. A context value; get it with [`use_address`].
#[derive(Clone, Copy)]
pub struct Address {
    /// Read and written by the rooms; every change appears in the address bar.
    pub state: RwSignal<UrlState>,
    /// What was wrong with the address, for the visitor.
    pub notice: RwSignal<Option<String>>,
}

/// The address provided by the frame.
///
/// # Panics
/// Outside the frame, which provides it before any room is built.
pub fn use_address() -> Address {
    expect_context::<Address>()
}

/// Browsers refuse more than about a hundred changes of the address in half a minute.
const WRITE_DELAY: Duration = Duration::from_millis(400);

impl Address {
    /// Reads the address and follows it both ways.
    pub fn follow() -> Self {
        let parsed = url::parse(&query());
        let address = Self { state: RwSignal::new(parsed.state), notice: RwSignal::new(parsed.notice) };
        let back = window_event_listener(leptos::ev::popstate, move |_| {
            let parsed = url::parse(&query());
            address.state.set(parsed.state);
            address.notice.set(parsed.notice);
        });
        on_cleanup(move || back.remove());
        let mut write =
            leptos::leptos_dom::helpers::debounce(WRITE_DELAY, move |text: String| write_query(&text, false));
        effect_after(move |previous: Option<UrlState>| {
            let state = address.state.get();
            match previous {
                // A room, and a view of one, is a place of its own: Back leads to the one before.
                Some(previous) if place(&previous) != place(&state) => write_query(&url::write(&state), true),
                Some(previous) if previous != state => write(url::write(&state)),
                // Opening a page must not touch its address.
                None | Some(_) => {}
            }
            state
        });
        address
    }

    /// The room on screen.
    pub fn room(self) -> Memo<Room> {
        memo(move |_| self.state.with(|state| state.room))
    }
}

fn place(state: &UrlState) -> (Room, PolynomialView) {
    (state.room, state.polynomial.view)
}

fn query() -> String {
    window().location().search().unwrap_or_default()
}

fn write_query(text: &str, push: bool) {
    if query() == text {
        return;
    }
    let path = window().location().pathname().unwrap_or_default();
    let address = format!("{path}{text}");
    if let Ok(history) = window().history() {
        // A refused change of the address is no loss: the page goes on with its state.
        let _ = if push {
            history.push_state_with_url(&JsValue::NULL, "", Some(&address))
        } else {
            history.replace_state_with_url(&JsValue::NULL, "", Some(&address))
        };
    }
}
