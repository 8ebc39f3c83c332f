//! The view as a whole.

use leptos::prelude::*;

/// A stack of coarse-graining operations and its polynomial.
#[component]
pub fn StackView() -> impl IntoView {
    view! { <div class="stack-view" data-testid="stack-view"></div> }
}
