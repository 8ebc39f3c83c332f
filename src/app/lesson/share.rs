//! The line below the rooms: copy this link, or make one that hides something.

use super::words;
use crate::app::history::{Address, use_address};
use crate::app::reactive::{effect, heard, memo};
use crate::app::save;
use crate::app::url::{Group, LessonState, UrlState};
use crate::app::views::view;
use leptos::prelude::*;

/// Writes what the address hides onto the root element, where `web/lesson.css` reads it.
pub fn follow(address: Address) {
    let lesson = memo(move |_| address.state.with(|state| state.lesson.clone()));
    effect(move || {
        let Some(root) = document().document_element() else { return };
        let lesson = lesson.get();
        let _ = root.set_attribute("data-hide", &lesson.keys(" "));
        let _ = root.toggle_attribute_with_force("data-embed", lesson.embed);
    });
}

/// Address of the page without its query.
fn page() -> String {
    let location = window().location();
    location.origin().unwrap_or_default() + &location.pathname().unwrap_or_default()
}

/// Puts text onto the clipboard and says so.
fn copy(text: String, what: &'static str, said: RwSignal<String>) {
    said.set(String::new());
    crate::app::task::spawn(async move {
        said.set(if save::copy(&text).await {
            format!("{what} copied.")
        } else {
            "The browser does not let the page copy. Select the text below and copy it.".into()
        });
    });
}

/// Copy this link; and the form that makes a lesson of it. Inside another page only the way out of it.
#[component]
pub fn ShareLine() -> impl IntoView {
    let address = use_address();
    let is_embedded = memo(move |_| address.state.with(|state| state.lesson.embed));
    move || {
        if is_embedded.get() {
            view! { <WayOut/> }
        } else {
            view! { <Share/> }
        }
    }
}

/// The same room in a page of its own.
#[component]
fn WayOut() -> impl IntoView {
    let address = use_address();
    let whole = move || {
        let mut state = address.state.get();
        state.lesson = LessonState::default();
        words::address(&page(), &state)
    };
    view! {
        <p><a href=whole target="_blank" rel="noopener" data-testid="way-out">"Open in the TaylorNet Explorer"</a></p>
    }
}

#[component]
fn Share() -> impl IntoView {
    let address = use_address();
    let said = RwSignal::new(String::new());
    let here = move || words::address(&page(), &address.state.get_untracked());
    let holds = memo(move |_| address.state.with(words::contents));
    view! {
        <div class="share">
            <div class="share-line">
                <button
                    type="button"
                    class="button"
                    data-testid="copy-link"
                    aria-describedby="link-holds"
                    on:click=heard(move |_| copy(here(), "Link", said))
                >
                    "Copy link"
                </button>
                <p id="link-holds" data-testid="link-holds">{holds}</p>
            </div>
            <LessonForm said/>
            <p role="status" class="share-said" data-testid="link-said">{said}</p>
        </div>
    }
}

/// What the link of a lesson hides, and that link.
#[component]
fn LessonForm(said: RwSignal<String>) -> impl IntoView {
    let address = use_address();
    // A link is made of choices of its own: the page in which it is made goes on showing everything.
    let hidden = RwSignal::new(address.state.with_untracked(|state| state.lesson.clone()));
    let lesson = move || UrlState { lesson: hidden.get(), ..address.state.get() };
    let link = memo(move |_| words::address(&page(), &lesson()));
    let code = memo(move |_| words::embedding(&page(), &lesson()));
    let boxes = Group::ALL.map(|group| {
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    data-testid=format!("hide-{}", group.key())
                    prop:checked=move || hidden.with(|hidden| hidden.hides(group))
                    on:change=heard(move |event: web_sys::Event| hidden.update(|hidden| hidden.hide(group, event_target_checked(&event))))
                />
                {group.title()}
            </label>
        }
    });
    let row = move |id: &'static str, label: &'static str, text: Memo<String>, what: &'static str| {
        view! {
            <div class="share-row">
                <label for=id>{label}</label>
                <input type="text" readonly id=id data-testid=id prop:value=text/>
                <button type="button" class="button" data-testid=format!("{id}-copy") on:click=heard(move |_| copy(text.get_untracked(), what, said))>
                    "Copy"
                </button>
            </div>
        }
    };
    view! {
        <details data-testid="lesson">
            <summary>"Lesson link: hide parts, or put the room into another page"</summary>
            <fieldset class="share-boxes"><legend>"Hide"</legend>{boxes.into_iter().collect_view()}</fieldset>
            {row("lesson-link", "Link", link, "Link")}
            {row("lesson-code", "HTML", code, "HTML")}
        </details>
    }
}
