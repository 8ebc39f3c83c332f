//! A sentence that says what happened and what to do.

use crate::app::reactive::heard;
use crate::app::views::view;
use leptos::prelude::*;

/// How serious it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Good to know.
    Info,
    /// Something was not as expected, and was handled.
    Warn,
    /// Something does not work; the text says what to do.
    Error,
}

/// Shows the text while there is one, with a button that takes it away.
#[component]
pub fn Notice(
    /// Used as `data-testid`.
    id: &'static str,
    /// How serious it is.
    kind: NoticeKind,
    /// The sentence; `None` hides the notice.
    text: RwSignal<Option<String>>,
) -> impl IntoView {
    let (class, role) = match kind {
        NoticeKind::Info => ("notice info", "status"),
        NoticeKind::Warn => ("notice warn", "status"),
        NoticeKind::Error => ("notice error", "alert"),
    };
    // The live region exists before its text, or screen readers stay silent.
    view! {
        <div role=role class="live">
            {move || {
                text.get()
                    .map(|sentence| {
                        view! {
                            <div class=class data-testid=id>
                                <p>{sentence}</p>
                                <button
                                    type="button"
                                    class="button quiet close"
                                    aria-label="Close this message"
                                    on:click=heard(move |_| text.set(None))
                                >
                                    "×"
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
