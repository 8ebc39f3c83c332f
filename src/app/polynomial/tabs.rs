//! The views of the room as tabs: one tab stop, the arrow keys go from view to view.

use crate::app::focus::focus;
use crate::app::history::use_address;
use crate::app::reactive::heard;
use crate::app::url::PolynomialView;
use crate::app::views::view;
use leptos::prelude::*;

/// The tabs; nothing while there is only one view.
#[component]
pub fn Tabs(
    /// The view on screen.
    current: Memo<PolynomialView>,
) -> impl IntoView {
    let address = use_address();
    let choose = move |view| address.state.update(|state| state.polynomial.view = view);
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if let Some(view) = moved(current.get_untracked(), &event.key()) {
            event.prevent_default();
            choose(view);
            focus(&format!("tab-{}", view.key()));
        }
    };
    let tab = move |&view: &PolynomialView| {
        let chosen = move || current.get() == view;
        view! {
            <button
                type="button"
                role="tab"
                class="tab"
                id=format!("tab-{}", view.key())
                data-testid=format!("tab-{}", view.key())
                aria-selected=move || if chosen() { "true" } else { "false" }
                aria-controls=format!("view-{}", view.key())
                tabindex=move || if chosen() { "0" } else { "-1" }
                on:click=heard(move |_| choose(view))
            >
                {view.title()}
            </button>
        }
    };
    (PolynomialView::ALL.len() > 1).then(|| {
        view! {
            <div class="tabs" role="tablist" aria-label="Views" on:keydown=heard(on_key)>
                {PolynomialView::ALL.iter().map(tab).collect_view()}
            </div>
        }
    })
}

fn moved(current: PolynomialView, key: &str) -> Option<PolynomialView> {
    let all = PolynomialView::ALL;
    let at = all.iter().position(|&view| view == current)?;
    let next = match key {
        "ArrowRight" => (at + 1) % all.len(),
        "ArrowLeft" => (at + all.len() - 1) % all.len(),
        "Home" => 0,
        "End" => all.len() - 1,
        _ => return None,
    };
    Some(all[next])
}
