//! Progress of a download or a computation.

use crate::app::format;
use crate::app::views::{live, view};
use leptos::prelude::*;

/// A bar with a percentage and the time left; without a share it only says that something goes on.
#[component]
pub fn ProgressBar(
    /// Accessible name.
    #[prop(into)]
    label: String,
    /// Done so far, 0 to 1, where known.
    share: Signal<Option<f64>>,
    /// Time left in seconds, where known.
    #[prop(optional)]
    left_secs: Option<Signal<Option<f64>>>,
    /// True keeps the place and shows nothing.
    #[prop(optional)]
    hidden: Signal<bool>,
    /// Only the bar, without text.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let text = move || {
        let done = share.get().map_or(String::new(), |share| format::percent(share, 0));
        let left = left_secs.and_then(|left| left.get());
        left.map_or(done.clone(), |secs| format!("{done} · {} left", format::duration(secs)))
    };
    view! {
        <div class="progress" class:idle=move || hidden.get() aria-hidden=move || hidden.get().then_some("true")>
            <progress aria-label=label max="1" value=move || share.get().map(|share| format!("{share:.4}"))></progress>
            {(!compact).then(|| view! { <span class="progress-text">{live(text)}</span> })}
        </div>
    }
}
