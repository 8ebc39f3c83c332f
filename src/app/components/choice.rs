//! A menu with its word before it.

use super::Term;
use crate::app::reactive::heard;
use crate::app::views::view;
use leptos::prelude::*;

/// The word before a control, explained where it needs to be.
#[component]
pub fn FieldName(#[prop(into)] id: String, #[prop(into)] label: String, meaning: &'static str) -> impl IntoView {
    if meaning.is_empty() {
        view! { <label for=id>{label}</label> }
    } else {
        view! { <span class="field-name"><Term word=label meaning/></span> }
    }
}

/// One of several named values.
#[component]
pub fn Choice(
    /// Used as `data-testid` and id.
    id: &'static str,
    /// The word before the control.
    label: &'static str,
    /// Its explanation.
    #[prop(default = "")]
    meaning: &'static str,
    /// Values and their names for people.
    options: Vec<(String, String)>,
    /// The setting.
    value: Memo<String>,
    /// Called with the value chosen.
    #[prop(into)]
    set: UnsyncCallback<String>,
    /// True while the setting cannot be changed.
    #[prop(optional)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let option = move |(key, name): (String, String)| {
        let own = key.clone();
        view! { <option value=key selected=move || value.get() == own>{name}</option> }
    };
    view! {
        <div class="field">
            <FieldName id label meaning/>
            <select
                id=id
                data-testid=id
                aria-label=label
                disabled=move || disabled.get()
                on:change=heard(move |event: web_sys::Event| set.run(event_target_value(&event)))
            >
                {options.into_iter().map(option).collect_view()}
            </select>
        </div>
    }
}
