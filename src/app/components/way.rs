//! A link that changes the state in the address: it can be opened in another tab, copied, and followed back.

use crate::app::history::use_address;
use crate::app::reactive::heard;
use crate::app::url::{self, UrlState};
use crate::app::views::view;
use leptos::prelude::*;
use std::sync::Arc;

/// What a link does to the state.
pub type Change = Arc<dyn Fn(&mut UrlState) + Send + Sync>;

/// The link.
#[component]
pub fn Way(
    /// Its words.
    #[prop(into)]
    text: String,
    /// Its name where the words alone do not say it.
    #[prop(into, default = String::new())]
    label: String,
    /// What it changes.
    change: Change,
    /// Used as `data-testid`.
    #[prop(into, default = String::new())]
    testid: String,
) -> impl IntoView {
    let address = use_address();
    let of_href = Arc::clone(&change);
    let href = move || {
        let mut state = address.state.get();
        of_href(&mut state);
        let query = url::write(&state);
        if query.is_empty() { "?".to_owned() } else { query }
    };
    view! {
        <a
            href=href
            aria-label=(!label.is_empty()).then_some(label)
            data-testid=(!testid.is_empty()).then_some(testid)
            on:click=heard(move |event: web_sys::MouseEvent| {
                if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                    event.prevent_default();
                    address.state.update(|state| change(state));
                }
            })
        >
            {text}
        </a>
    }
}
