//! The room: what goes in, what the network gets, what comes out.

use super::answer::Headline;
use super::canvas::DrawCanvas;
use super::choice::Choice;
use super::classifier::Classifier;
use super::maps::FeatureMaps;
use super::pictures::TestDigitSource;
use super::probabilities::Probabilities;
use super::seen::Seen;
use super::similarity::SimilarityPanel;
use super::state::DrawState;
use super::strokes::History;
use super::tools::DrawTools;
use super::why::{Why, WhyShort, WhyState};
use super::{example, link_state};
use crate::app::at_hand::DigitAtHand;
use crate::app::components::{Notice, NoticeKind};
use crate::app::history::use_address;
use crate::app::link::use_link;
use crate::app::reactive::effect;
use crate::app::views::view;
use leptos::prelude::*;

/// What does it see in my digit?
#[component]
pub fn DrawRoom() -> impl IntoView {
    let address = use_address();
    let state = DrawState::new(address);
    provide_context(state);
    let digits = TestDigitSource::new();
    link_state::follow(state, address, digits);
    example::play(state, address);
    Classifier::follow(state, use_link());
    let why = WhyState::new(state, address, use_link());
    if let Some(at_hand) = use_context::<DigitAtHand>() {
        // Other rooms compute with the digit that was drawn last.
        effect(move || {
            let image = state.answers[0].with(|answer| answer.as_ref().map(|answer| answer.image_28.clone()));
            if state.history.with_untracked(History::is_example) {
                return;
            }
            if at_hand.0.with_untracked(|before| *before != image) {
                at_hand.0.set(image);
            }
        });
    }
    view! {
        <div class="draw">
            <h1>"What does it see in my digit?"</h1>
            <Notice id="draw-notice" kind=NoticeKind::Warn text=state.notice/>
            <div class="draw-flow" class:compared=move || state.compare.get()>
                <section class="draw-paper" aria-label="Your digit">
                    <DrawCanvas/>
                    <DrawTools digits=digits/>
                    <WhyShort why/>
                </section>
                <Seen/>
                <Choice/>
                <Headline/>
                <Probabilities/>
                <SimilarityPanel/>
            </div>
            <Why why/>
            <FeatureMaps/>
            <Background/>
        </div>
    }
}

/// Goes deeper, below the first screen.
#[component]
fn Background() -> impl IntoView {
    view! {
        <section class="draw-background" aria-labelledby="draw-background-title">
            <h2 id="draw-background-title">"How the picture becomes an answer"</h2>
            <div class="draw-columns">
                <p>
                    "Your drawing is prepared as the digits of MNIST were: its ink is fitted into 20 by 20 pixels without changing "
                    "its shape, and laid into 28 by 28 so that its centre of mass is in the middle. Place and size on the canvas "
                    "do not matter; the direction and the thickness of the pen do. The small networks get the same image "
                    "reduced to 7 by 7 pixels."
                </p>
                <p>
                    "TaylorNet sums up clusters of 2 by 2 values, level by level (Fig. 5 of the article). Each level replaces a cluster by a polynomial "
                    "of second order: its four values, their ten products, and nothing else (Eq. 4). Four levels "
                    "make a polynomial of degree 16. Put plain convolutions in their place and the degree falls to 1: that is the "
                    "article's own comparison, and the switch above makes it on your digit."
                </p>
            </div>
        </section>
    }
}
