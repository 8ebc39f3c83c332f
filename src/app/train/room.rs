//! The room as a whole: what goes in on the left, what happens in the middle, what comes out on the right.

use super::controls::Controls;
use super::curves::Curves;
use super::device::DevicePanel;
use super::fields::Problems;
use super::files::Files;
use super::form::Settings;
use super::maps::FeatureMaps;
use super::offers::Offers;
use super::picture::StackPicture;
use super::settings;
use super::state::Training;
use super::test::{Looked, Mistakes, TestPanel};
use crate::app::components::{Notice, NoticeKind};
use crate::app::reactive::memo;
use crate::app::views::view;
use leptos::prelude::*;

/// The Train room.
#[component]
pub fn TrainRoom() -> impl IntoView {
    let training = Training::new();
    provide_context(training);
    provide_context(Looked(RwSignal::new(0)));
    let state = training.address.state;
    provide_context(Problems(memo(move |_| state.with(|state| settings::problems(&state.train)))));
    let chosen = RwSignal::new(0_u32);
    view! {
        <h1>"Can it learn that here, on my machine?"</h1>
        <Offers/>
        <Notice id="error-notice" kind=NoticeKind::Error text=training.notice/>
        <div class="train-grid">
            <div class="train-in"><Settings/></div>
            <div class="train-middle">
                <StackPicture/>
                <section class="panel run" aria-label="Run">
                    <Controls/>
                    <Curves/>
                </section>
            </div>
            <div class="train-out">
                <DevicePanel/>
                <TestPanel/>
            </div>
        </div>
        <div class="train-below">
            <Mistakes chosen/>
            <FeatureMaps chosen/>
            <Files/>
        </div>
    }
}
