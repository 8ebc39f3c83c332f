//! Light, dark, or as the system says; kept for the next visit.
//!
//! `web/theme.js` applies the same choice before the first paint, so that nothing flashes.

use crate::app::reactive::{effect, heard};
use crate::app::views::view;
use leptos::prelude::*;

/// Key in the local storage; `web/theme.js` reads it too.
const KEY: &str = "taylornet-theme";

/// Choice of the visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Near-white surfaces.
    Light,
    /// Near-black surfaces.
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    const fn key(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    const fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }

    fn stored() -> Self {
        let storage = window().local_storage().ok().flatten();
        let key = storage.and_then(|storage| storage.get_item(KEY).ok().flatten());
        Self::ALL.into_iter().find(|theme| Some(theme.key()) == key.as_deref()).unwrap_or_default()
    }
}

/// Button that goes through the three themes.
#[component]
pub fn ThemeButton() -> impl IntoView {
    let theme = RwSignal::new(Theme::stored());
    let system_dark = RwSignal::new(false);
    if let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") {
        system_dark.set(query.matches());
        let listener = wasm_bindgen::closure::Closure::<dyn FnMut(web_sys::MediaQueryListEvent)>::new(
            move |event: web_sys::MediaQueryListEvent| system_dark.set(event.matches()),
        );
        let _ =
            query.add_event_listener_with_callback("change", wasm_bindgen::JsCast::unchecked_ref(listener.as_ref()));
        // Lives as long as the page.
        listener.forget();
    }
    effect(move || {
        let dark = theme.get() == Theme::Dark || (theme.get() == Theme::Auto && system_dark.get());
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", if dark { "dark" } else { "light" });
        }
        if let Ok(Some(storage)) = window().local_storage() {
            // Private windows may refuse; the theme then lasts as long as the page.
            let _ = storage.set_item(KEY, theme.get().key());
        }
    });
    view! {
        <button
            type="button"
            class="button quiet theme"
            id="theme"
            data-testid="theme"
            title="Colours: as the system says, light, or dark"
            on:click=heard(move |_| theme.update(|theme| *theme = theme.next()))
        >
            <span class="theme-word">"Theme: "</span>
            {move || theme.get().key()}
        </button>
    }
}
