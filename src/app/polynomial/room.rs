//! The room's frame: the question, the tabs, and the view on screen.

use super::direct::DirectView;
use super::stack::StackView;
use super::tabs::Tabs;
use super::trained::TrainedView;
use crate::app::history::use_address;
use crate::app::reactive::memo;
use crate::app::url::PolynomialView;
use crate::app::views::view;
use leptos::prelude::*;

/// The Polynomial room.
#[component]
pub fn PolynomialRoom() -> impl IntoView {
    let address = use_address();
    let current = memo(move |_| address.state.with(|state| state.polynomial.view));
    let panels = PolynomialView::ALL.iter().map(|&view| {
        view! {
            <ViewPanel view current>
                {match view {
                    PolynomialView::Stack => view! { <StackView/> },
                    PolynomialView::Trained => view! { <TrainedView/> },
                    PolynomialView::Direct => view! { <DirectView/> },
                }}
            </ViewPanel>
        }
    });
    view! {
        <div class="polynomial">
            <header class="polynomial-head">
                <h1>"What is the formula?"</h1>
                <Tabs current/>
            </header>
            {panels.collect_view()}
        </div>
    }
}

/// A view that is built when it is first on screen and only hidden afterwards: what it has computed stays.
#[component]
fn ViewPanel(
    /// The view inside.
    view: PolynomialView,
    /// The view on screen.
    current: Memo<PolynomialView>,
    /// Builds the view.
    children: ChildrenFn,
) -> impl IntoView {
    let opened = memo(move |previous: Option<&bool>| previous.copied().unwrap_or(false) || current.get() == view);
    let tabs = PolynomialView::ALL.len() > 1;
    view! {
        <div
            id=format!("view-{}", view.key())
            role=tabs.then_some("tabpanel")
            aria-labelledby=tabs.then(|| format!("tab-{}", view.key()))
            hidden=move || current.get() != view
        >
            {move || opened.get().then(|| children())}
        </div>
    }
}
