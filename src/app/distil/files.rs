//! The images as files: a level as one picture, and levels as archives with one picture for each image.

use super::download;
use super::library::use_library;
use super::place::LEVELS;
use crate::app::reactive::heard;
use crate::app::save;
use crate::app::views::view;
use leptos::prelude::*;
use std::ops::RangeInclusive;

const REFUSED: &str = "The images could not be saved. Check the connection and the free space, and try again.";

/// What can be saved of the level on show, and of all.
#[component]
pub fn Files(level: Memo<usize>) -> impl IntoView {
    let library = use_library();
    let busy = RwSignal::new(false);
    let archive = move |name: String, levels: RangeInclusive<usize>| {
        busy.set(true);
        crate::app::task::spawn(async move {
            let saved =
                library.archive(levels).await.is_some_and(|bytes| save::download(&name, "application/zip", &bytes));
            library.failure.set((!saved).then(|| REFUSED.into()));
            busy.set(false);
        });
    };
    let own = move |_| {
        let level = level.get_untracked();
        archive(format!("{}-level-{level}.zip", library.set_name()), level..=level);
    };
    let all = move |_| archive(format!("{}-levels.zip", library.set_name()), 1..=LEVELS);
    // Level 0 is the training set itself.
    let original = move || level.get() == 0;
    let file = move || format!("level-{}.png", level.get());
    let incomplete = move || busy.get() || (1..=LEVELS).any(|level| !library.has(level));
    view! {
        <div class="row wrap distil-files" role="group" aria-label="Save the images" data-busy=move || busy.get().to_string()>
            <a class="button" hidden=original href=move || download::address(library.partition(), &file()) download=file data-testid="distil-save-level">
                "Level as PNG"
            </a>
            <button type="button" class="button" hidden=original disabled=move || busy.get() data-testid="distil-zip-level" on:click=heard(own)>
                "Level as zip"
            </button>
            <button type="button" class="button" disabled=incomplete data-testid="distil-zip-all" on:click=heard(all)>
                "All levels as zip"
            </button>
        </div>
    }
}
