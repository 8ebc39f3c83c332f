//! The room as a whole: the levels on the left, one image and its origin on the right, the live run and the evidence below.

use super::evidence::Evidence;
use super::flow_view::Flow;
use super::gallery::Gallery;
use super::library::Library;
use super::run::LiveRun;
use super::specimen::Specimen;
use super::stepper::Stepper;
use super::tree::Tree;
use crate::app::components::{Notice, NoticeKind};
use crate::app::history::use_address;
use crate::app::reactive::memo;
use crate::app::views::view;
use crate::config::Partition;
use leptos::prelude::*;

/// The Distil room.
#[component]
pub fn DistilRoom() -> impl IntoView {
    let address = use_address();
    let partition = memo(move |_| address.state.with(|state| state.distil.partition));
    let library = Library::open(partition, 1);
    provide_context(library);
    view! {
        <div class="distil">
            <h1>"What is left of a digit, level by level?"</h1>
            <Notice id="distil-notice" kind=NoticeKind::Error text=library.failure/>
            <div class="distil-grid">
                <section class="distil-part" aria-label="Levels">
                    <Stepper/>
                    <Gallery/>
                    <p class="small muted distil-prose">
                        "Each image stands for a group of images of its class one level below (10, 6, 5, 5 and 4 to one): of all images it is the "
                        "one whose random features are nearest to the mean of its own group"
                        {move || match partition.get() {
                            Partition::Alike => ". A group holds neighbours, and nothing pushes it away from the other classes. ",
                            Partition::Random => " and far from those of the other classes (Eq. 5, Fig. 7 of the article). ",
                        }}
                        "Level 0 shows the digit that each group of level 1 begins with."
                    </p>
                </section>
                <div class="distil-part">
                    <Specimen/>
                    <Tree/>
                </div>
            </div>
            <Flow/>
            <LiveRun/>
            <Evidence/>
        </div>
    }
}
