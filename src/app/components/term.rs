//! A word with its explanation, on hover and on focus.

use super::unique_id;
use crate::app::reactive::heard;
use crate::app::views::view;
use leptos::html::Span;
use leptos::prelude::*;

/// Distance kept from the edges of the window, in CSS pixels.
const MARGIN: f64 = 8.0;

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
    let shift = RwSignal::new(0.0);
    let tip = NodeRef::<Span>::new();
    let id = unique_id("term");
    let id_of_tip = id.clone();
    let show = move || {
        open.set(true);
        // Its place is known only once it is laid out; then it is moved into the window.
        request_animation_frame(move || {
            let Some(tip) = tip.get_untracked() else { return };
            let Some(width) = window().inner_width().ok().and_then(|width| width.as_f64()) else { return };
            let place = tip.get_bounding_client_rect();
            let left = place.left() - shift.get_untracked();
            shift.set((width - MARGIN - place.width()).min(left).max(MARGIN) - left);
        });
    };
    view! {
        <span class="term-box" on:mouseenter=heard(move |_| show()) on:mouseleave=heard(move |_| open.set(false))>
            <button
                type="button"
                class="term"
                aria-describedby=id
                on:focus=heard(move |_| show())
                on:blur=heard(move |_| open.set(false))
                on:click=heard(move |_| show())
                on:keydown=heard(move |event: web_sys::KeyboardEvent| {
                    if event.key() == "Escape" {
                        open.set(false);
                    }
                })
            >
                {word}
            </button>
            <span
                class="tip"
                role="tooltip"
                id=id_of_tip
                node_ref=tip
                class:open=move || open.get()
                style:translate=move || format!("{}px", shift.get())
            >
                {meaning}
            </span>
        </span>
    }
}
