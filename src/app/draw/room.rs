//! The room: what goes in, what the network gets, what comes out.

use super::answer::Headline;
use super::canvas::DrawCanvas;
use super::choice::Choice;
use super::classifier::Classifier;
use super::link_state;
use super::maps::FeatureMaps;
use super::pictures::TestDigitSource;
use super::probabilities::Probabilities;
use super::seen::Seen;
use super::state::DrawState;
use super::tools::DrawTools;
use crate::app::components::{Notice, NoticeKind};
use crate::app::history::use_address;
use crate::app::link::use_link;
use leptos::prelude::*;

/// What does it see in my digit?
#[component]
pub fn DrawRoom() -> impl IntoView {
    let address = use_address();
    let state = DrawState::new(address);
    provide_context(state);
    let digits = TestDigitSource::new();
    link_state::follow(state, address, digits);
    Classifier::follow(state, use_link());
    view! {
        <div class="draw">
            <h1>"What does it see in my digit?"</h1>
            <Notice id="draw-notice" kind=NoticeKind::Warn text=state.notice/>
            <div class="draw-flow">
                <section class="draw-paper" aria-label="Your digit">
                    <DrawCanvas/>
                    <DrawTools digits=digits/>
                </section>
                <Seen/>
                <Choice/>
                <Headline/>
                <Probabilities/>
            </div>
            <FeatureMaps/>
        </div>
    }
}
