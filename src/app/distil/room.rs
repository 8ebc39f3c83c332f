//! The room as a whole: the levels on the left, one image and its origin on the right, the live run and the evidence below.

use super::evidence::Evidence;
use super::gallery::Gallery;
use super::library::Library;
use super::run::LiveRun;
use super::specimen::Specimen;
use super::stepper::Stepper;
use super::tree::Tree;
use crate::app::components::{Notice, NoticeKind};
use crate::app::views::view;
use leptos::prelude::*;

/// The Distil room.
#[component]
pub fn DistilRoom() -> impl IntoView {
    let library = Library::open(1);
    provide_context(library);
    view! {
        <div class="distil">
            <h1>"What is left of a digit, level by level?"</h1>
            <Notice id="distil-notice" kind=NoticeKind::Error text=library.failure/>
            <div class="distil-grid">
                <section class="distil-part" aria-label="Levels">
                    <Stepper/>
                    <Gallery/>
                    <p class="small muted">
                        "Each image stands for a group of images of its class one level below (10, 6, 5, 5 and 4 to one): of all images it is the "
                        "one whose random features are nearest to the mean of its own group and far from those of the other classes (Eq. 5, Fig. 7 of the article). "
                        "Level 0 shows the digit that each group of level 1 starts from."
                    </p>
                </section>
                <div class="distil-part">
                    <Specimen/>
                    <Tree/>
                </div>
            </div>
            <LiveRun/>
            <Evidence/>
        </div>
    }
}
