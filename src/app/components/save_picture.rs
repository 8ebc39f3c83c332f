//! The small control that every chart and picture has: saves it as SVG or PNG.

use crate::app::reactive::heard;
use crate::app::views::view;
use crate::app::{picture_file, save};
use leptos::html::Details;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const REFUSED: &str = "The browser does not let the page write a file. Allow downloads for this page.";
/// The picture that a control belongs to.
const PICTURE: &str = "[data-picture], figure";

/// Two buttons behind one word. The picture is the figure around the control, unless an SVG text is made for it.
#[component]
pub fn SavePicture(
    /// Used as `data-testid` (with `save-` before it) and as name of the file.
    id: &'static str,
    /// Name of the file, where it changes.
    #[prop(optional)]
    file: Option<Signal<String>>,
    /// Makes the picture in place of what is on screen; nothing while there is none.
    #[prop(optional)]
    svg: Option<Callback<(), Option<String>>>,
    /// True while there is nothing to save.
    #[prop(optional)]
    absent: Signal<bool>,
) -> impl IntoView {
    let own = NodeRef::<Details>::new();
    let failed = RwSignal::new(None::<String>);
    let name = move |ending: &str| {
        let stem = file.map_or_else(|| format!("taylornet-{id}"), |file| file.get_untracked());
        format!("{stem}.{ending}")
    };
    let text = move || match svg {
        Some(made) => made.run(()),
        None => own
            .get_untracked()
            .and_then(|own| own.closest(PICTURE).ok().flatten())
            .and_then(|it| picture_file::svg_text(&it)),
    };
    let close = move || {
        if let Some(own) = own.get_untracked() {
            own.set_open(false);
        }
    };
    let save_as = move |ending: &'static str| {
        failed.set(None);
        match text() {
            None => failed.set(Some("There is nothing to save yet.".into())),
            Some(text) if ending == "svg" => {
                let done = save::download(&name(ending), "image/svg+xml", text.as_bytes());
                failed.set((!done).then(|| REFUSED.into()));
            }
            Some(text) => picture_file::offer_png(&text, name(ending), move |sentence| failed.set(Some(sentence))),
        }
        if failed.with_untracked(Option::is_none) {
            close();
        }
    };
    let button = move |ending: &'static str, word: &'static str| {
        view! {
            <button
                type="button"
                class="button quiet"
                data-testid=format!("save-{id}-{ending}")
                disabled=move || absent.get()
                on:click=heard(move |_| save_as(ending))
            >
                {word}
            </button>
        }
    };
    view! {
        <details
            class="save"
            node_ref=own
            on:keydown=heard(move |event: web_sys::KeyboardEvent| {
                if event.key() == "Escape" {
                    close();
                }
            })
            on:focusout=heard(move |event: web_sys::FocusEvent| {
                let next = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
                // There is no next element where a click lands on the page itself or on another window.
                if let (Some(own), Some(next)) = (own.get_untracked(), next)
                    && !own.contains(Some(&next))
                {
                    close();
                }
            })
        >
            <summary data-testid=format!("save-{id}") title="Save this picture">"Save"</summary>
            <div class="save-choice">
                {button("svg", "SVG")}
                {button("png", "PNG")}
                <span class="small" role="status">{move || failed.get()}</span>
            </div>
        </details>
    }
}
