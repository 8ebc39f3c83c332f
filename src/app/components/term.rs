//! A word with its explanation, on hover and on focus.

use super::unique_id;
use leptos::prelude::*;

/// The word is a button, so that it can be focused and touched; Escape closes the explanation.
#[component]
pub fn Term(
    /// The word.
    #[prop(into)]
    word: String,
    /// One or two sentences.
    meaning: &'static str,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let id = unique_id("term");
    let id_of_tip = id.clone();
    view! {
        <span class="term-box" on:mouseenter=move |_| open.set(true) on:mouseleave=move |_| open.set(false)>
            <button
                type="button"
                class="term"
                aria-describedby=id
                on:focus=move |_| open.set(true)
                on:blur=move |_| open.set(false)
                on:click=move |_| open.set(true)
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        open.set(false);
                    }
                }
            >
                {word}
            </button>
            <span class="tip" role="tooltip" id=id_of_tip class:open=move || open.get()>
                {meaning}
            </span>
        </span>
    }
}
