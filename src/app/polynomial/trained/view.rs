//! The view: what is chosen, the orders and the ten maps on the first screen, details below.

use super::check::CheckMark;
use super::choice::Choice;
use super::eigen::EigenDigits;
use super::export::Export;
use super::interactions::Interactions;
use super::levels::Levels;
use super::maps::Maps;
use super::orders::Orders;
use super::products::Products;
use super::prune::Pruning;
use super::scale::ScaleFixedPoint;
use super::sizes::Sizes;
use super::state::Trained;
use super::terms::TermsTable;
use super::walk::TrainedWalk;
use crate::app::reactive::memo;
use crate::app::views::view;
use leptos::prelude::*;

/// The polynomial that a trained network is.
#[component]
pub fn TrainedView() -> impl IntoView {
    let trained = Trained::new();
    provide_context(trained);
    let is_refused = memo(move |_| trained.refusal.with(Option::is_some));
    view! {
        <div class="trained">
            <div class="trained-head">
                <Choice/>
                <div class="trained-check-place" hidden=move || is_refused.get()><CheckMark/></div>
            </div>
            <p class="trained-refusal" role="status" data-testid="trained-refusal" hidden=move || !is_refused.get()>
                {move || trained.refusal.get()}
            </p>
            <div class="trained-body" hidden=move || is_refused.get()>
                <div class="trained-first">
                    <Orders/>
                    <Maps/>
                </div>
                <section class="trained-second" aria-label="Products of pixels">
                    <Products/>
                    <TermsTable/>
                </section>
                <div class="trained-two">
                    <TrainedWalk/>
                    <Sizes/>
                </div>
                <EigenDigits/>
                <ScaleFixedPoint/>
                <Interactions/>
                <div class="trained-two">
                    <Pruning/>
                    <Export/>
                </div>
                <Levels/>
            </div>
        </div>
    }
}
