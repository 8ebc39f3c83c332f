//! Below the canvas: undo, redo, clear, the brush, test digits and files.

use super::digits;
use super::pictures::{self, TestDigitSource};
use super::state::{DrawState, use_draw};
use super::strokes::{BRUSH_RANGE, History, PictureSource};
use crate::app::history::use_address;
use crate::app::reactive::heard;
use crate::app::url::Room;
use crate::app::views::view;
use crate::number;
use leptos::ev;
use leptos::html::Input;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Everything that acts on the canvas, and one line on what is on it.
#[component]
pub fn DrawTools(
    /// Where test digits come from.
    digits: TestDigitSource,
) -> impl IntoView {
    let state = use_draw();
    follow_shortcuts(state);
    // Not `disabled`: a button that switches itself off would take the focus of the keyboard with it.
    view! {
        <div class="draw-tools" role="group" aria-label="Canvas">
            <div class="draw-buttons">
                <button
                    type="button"
                    class="button"
                    data-testid="draw-undo"
                    title="Undo (Ctrl+Z)"
                    aria-disabled=move || state.history.with(|history| !history.can_undo()).to_string()
                    on:click=heard(move |_| state.change(History::undo))
                >
                    "Undo"
                </button>
                <button
                    type="button"
                    class="button"
                    data-testid="draw-redo"
                    title="Redo (Ctrl+Y)"
                    aria-disabled=move || state.history.with(|history| !history.can_redo()).to_string()
                    on:click=heard(move |_| state.change(History::redo))
                >
                    "Redo"
                </button>
                <button
                    type="button"
                    class="button"
                    data-testid="draw-clear"
                    title="Clear (Delete on the canvas)"
                    aria-disabled=move || state.is_empty().to_string()
                    on:click=heard(move |_| state.change(History::clear))
                >
                    "Clear"
                </button>
            </div>
            <Brush/>
            <Sources digits=digits/>
        </div>
        <p class="draw-caption" data-testid="draw-caption">{move || caption(state)}</p>
    }
}

#[component]
fn Brush() -> impl IntoView {
    let state = use_draw();
    view! {
        <label class="draw-brush">
            <span>"Brush"</span>
            <input
                type="range"
                data-testid="draw-brush"
                min=*BRUSH_RANGE.start()
                max=*BRUSH_RANGE.end()
                prop:value=move || state.brush.get().to_string()
                aria-valuetext=move || format!("{} percent of the canvas", state.brush.get())
                on:input=heard(move |event: web_sys::Event| {
                    if let Ok(brush) = event_target_value(&event).parse() {
                        state.brush.set(brush);
                    }
                })
            />
        </label>
    }
}

#[component]
fn Sources(digits: TestDigitSource) -> impl IntoView {
    let state = use_draw();
    let file = NodeRef::<Input>::new();
    view! {
        <div class="draw-buttons">
            <button
                type="button"
                class="button"
                data-testid="draw-testdigit"
                aria-busy=move || digits.is_loading.get().to_string()
                on:click=heard(move |_| digits.with(state, move |digits| {
                    let picture = digits.picture(following(state));
                    state.change(|history| history.show_picture(picture));
                }))
            >
                {move || if digits.is_loading.get() { "Loading…" } else { "Test digit" }}
            </button>
            <button
                type="button"
                class="button draw-open"
                title="A PNG or JPEG file. You can also drop or paste a picture."
                on:click=heard(move |_| {
                    if let Some(file) = file.get_untracked() {
                        file.click();
                    }
                })
            >
                "Open picture"
            </button>
            <input
                node_ref=file
                class="visually-hidden"
                type="file"
                accept="image/*"
                tabindex="-1"
                aria-label="Picture to put onto the canvas"
                data-testid="draw-file"
                on:change=heard(move |_| {
                    if let Some(file) = file.get_untracked() {
                        pictures::open_first(state, file.files());
                        // Choosing the same file again is then a change, too.
                        file.set_value("");
                    }
                })
            />
        </div>
    }
}

/// Index of the test digit after the one on the canvas; a random one at first.
fn following(state: DrawState) -> u16 {
    let shown = state.history.with_untracked(|history| match history.sketch().picture.as_deref()?.source {
        PictureSource::TestDigit { index, .. } => Some(index),
        PictureSource::File { .. } => None,
    });
    let count = number::to_u16(digits::COUNT);
    shown.map_or_else(|| number::whole(js_sys::Math::random() * f64::from(count)), |index| (index + 1) % count)
}

fn caption(state: DrawState) -> AnyView {
    let source =
        state.history.with(|history| history.sketch().picture.as_deref().map(|picture| picture.source.clone()));
    match source {
        None if state.history.with(History::is_example) => {
            view! { <strong data-testid="draw-example">"An example. Draw over it."</strong> }.into_any()
        }
        None if state.by_keyboard.get() => {
            view! { "Arrows move, Shift finer · Space: pen down or up · Delete clears" }
        }
        None => view! { "Mouse, pen, finger or keyboard. Drop or paste a picture." },
        Some(PictureSource::TestDigit { index, label }) => view! {
            <span data-testid="draw-truth" data-label=label.to_string() data-index=index.to_string()>
                {format!("Image {} of the test set: it is a ", index + 1)}<strong>{label}</strong>"."
            </span>
        },
        Some(PictureSource::File { name }) => view! {
            <span data-testid="draw-opened">{format!("{name}. A picture of yours is not part of the link.")}</span>
        },
    }
}

/// Ctrl+Z and Ctrl+Y, and pasting pictures, anywhere in the room but in text fields.
fn follow_shortcuts(state: DrawState) {
    let room = use_address().room();
    let is_here = move || room.get_untracked() == Room::Draw;
    let keys = window_event_listener(ev::keydown, move |event| {
        if !is_here() || !(event.ctrl_key() || event.meta_key()) || event.alt_key() || is_text_field(&event) {
            return;
        }
        match (letter(&event).as_str(), event.shift_key()) {
            ("z", false) => state.change(History::undo),
            ("z", true) | ("y", false) => state.change(History::redo),
            _ => return,
        }
        event.prevent_default();
    });
    let paste = window_event_listener(ev::paste, move |event| {
        let files = event.clipboard_data().and_then(|data| data.files());
        if is_here() && files.as_ref().is_some_and(|files| files.length() > 0) {
            event.prevent_default();
            pictures::open_first(state, files);
        }
    });
    on_cleanup(move || {
        keys.remove();
        paste.remove();
    });
}

/// The Latin letter of a key: what it writes, or on keyboards of other scripts what stands in its place on a Latin one.
fn letter(event: &ev::KeyboardEvent) -> String {
    let key = event.key().to_ascii_lowercase();
    if key.is_ascii() {
        return key;
    }
    event.code().strip_prefix("Key").map(str::to_ascii_lowercase).unwrap_or_default()
}

fn is_text_field(event: &web_sys::Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok());
    target.is_some_and(|target| {
        let kind = target.get_attribute("type").unwrap_or_default();
        match target.tag_name().as_str() {
            "TEXTAREA" => true,
            "INPUT" => !matches!(kind.as_str(), "range" | "checkbox" | "file"),
            _ => target.is_content_editable(),
        }
    })
}
