//! The room: a canvas, classes, and a network that learns them.

use super::answer::{Answer, Learning};
use super::classes::Classes;
use super::state::{OwnState, use_own};
use super::{files, learner};
use crate::app::components::{Notice, NoticeKind, Term};
use crate::app::draw::strokes::History;
use crate::app::draw::{Classifier, DrawCanvas};
use crate::app::link::use_link;
use crate::app::reactive::{effect, heard};
use crate::app::save;
use crate::app::views::view;
use leptos::html::Input;
use leptos::prelude::*;

const LEARNS: &str = "The smallest of the networks here: three levels on 7 by 7 pixels, with one output for each of your classes. It learns \
     in about 500 steps.";

/// What should it tell apart?
#[component]
pub fn OwnRoom() -> impl IntoView {
    let state = OwnState::new();
    provide_context(state);
    provide_context(state.draw());
    Classifier::follow(state.draw(), use_link());
    learner::follow(state, use_link());
    files::follow(state, use_link());
    // A network that has learnt more answers anew.
    effect(move || {
        state.learnt.track();
        state.draw().version.update(|version| *version += 1);
    });
    view! {
        <div class="own">
            <header>
                <h1>"What should it tell apart?"</h1>
                <p class="own-lead">
                    "Draw a few examples of two things or more, or open pictures of them, and "
                    <Term word="a TaylorNet" meaning=LEARNS/>
                    " learns them here. Nothing leaves this machine; what you keep is here again at your next visit."
                </p>
            </header>
            <Notice id="own-notice" kind=NoticeKind::Warn text=state.notice/>
            <div class="own-flow">
                <section class="own-paper" aria-label="Your drawing">
                    <DrawCanvas/>
                    <Tools/>
                </section>
                <Classes/>
                <div class="own-result">
                    <Learning/>
                    <Answer/>
                    <Files/>
                </div>
            </div>
        </div>
    }
}

#[component]
fn Tools() -> impl IntoView {
    let state = use_own();
    let draw = state.draw();
    let link = use_link();
    let file = NodeRef::<Input>::new();
    view! {
        <div class="draw-buttons" role="group" aria-label="Canvas">
            <button
                type="button"
                class="button"
                data-testid="own-undo"
                aria-disabled=move || draw.history.with(|history| !history.can_undo()).to_string()
                on:click=heard(move |_| draw.change(History::undo))
            >
                "Undo"
            </button>
            <button
                type="button"
                class="button"
                data-testid="own-clear"
                aria-disabled=move || draw.is_empty().to_string()
                on:click=heard(move |_| draw.change(History::clear))
            >
                "Clear"
            </button>
            <button
                type="button"
                class="button"
                title="A picture to ask about, or to keep. You can also drop or paste one."
                on:click=heard(move |_| {
                    if let Some(file) = file.get_untracked() {
                        file.click();
                    }
                })
            >
                "Open picture"
            </button>
            <input
                node_ref=file
                class="visually-hidden"
                type="file"
                accept="image/*"
                tabindex="-1"
                aria-label="Picture to ask about"
                data-testid="own-file"
                on:change=heard(move |_| {
                    if let Some(file) = file.get_untracked() {
                        files::open_first(state, link, file.files());
                        file.set_value("");
                    }
                })
            />
        </div>
    }
}

/// A folder in, a network out.
#[component]
fn Files() -> impl IntoView {
    let state = use_own();
    let folder = NodeRef::<Input>::new();
    effect(move || {
        if let Some(folder) = folder.get() {
            // The name of the attribute in all browsers.
            let _ = folder.set_attribute("webkitdirectory", "");
        }
    });
    let archive = NodeRef::<Input>::new();
    let save_images = move |_| {
        let has_images = state.collection.with_untracked(|collection| collection.count() > 0);
        if has_images && !save::download("own.zip", "application/zip", &files::archive(state)) {
            state.notice.set(Some("The browser could not save the file.".into()));
        }
    };
    let save = move |_| {
        let file = state.network.get_value();
        if !file.is_empty() && !save::download("own.safetensors", "application/octet-stream", &file) {
            state.notice.set(Some("The browser could not save the file.".into()));
        }
    };
    view! {
        <section class="own-files" aria-labelledby="own-files-title">
            <h2 id="own-files-title">"Files"</h2>
            <div class="draw-buttons">
                <button
                    type="button"
                    class="button"
                    title="A folder that holds one folder of pictures for each class"
                    on:click=heard(move |_| {
                        if let Some(folder) = folder.get_untracked() {
                            folder.click();
                        }
                    })
                >
                    "Open folder"
                </button>
                <button
                    type="button"
                    class="button"
                    title="A zip archive of such a folder"
                    on:click=heard(move |_| {
                        if let Some(archive) = archive.get_untracked() {
                            archive.click();
                        }
                    })
                >
                    "Open zip"
                </button>
                <button
                    type="button"
                    class="button"
                    data-testid="own-save-images"
                    title="A zip archive with a folder of pictures for each class"
                    aria-disabled=move || state.collection.with(|collection| collection.count() == 0).to_string()
                    on:click=heard(save_images)
                >
                    "Save images"
                </button>
                <button
                    type="button"
                    class="button"
                    data-testid="own-save"
                    title="For taylornet predict and evaluate"
                    aria-disabled=move || state.learnt.with(Option::is_none).to_string()
                    on:click=heard(save)
                >
                    "Save network"
                </button>
                <input
                    node_ref=archive
                    class="visually-hidden"
                    type="file"
                    accept=".zip,application/zip"
                    tabindex="-1"
                    aria-label="Zip archive with a folder of pictures for each class"
                    data-testid="own-archive"
                    on:change=heard(move |_| {
                        if let Some(archive) = archive.get_untracked() {
                            files::open_archive(state, archive.files());
                            archive.set_value("");
                        }
                    })
                />
                <input
                    node_ref=folder
                    class="visually-hidden"
                    type="file"
                    multiple
                    tabindex="-1"
                    aria-label="Folder with a folder of pictures for each class"
                    data-testid="own-folder"
                    on:change=heard(move |_| {
                        if let Some(folder) = folder.get_untracked() {
                            files::add(state, folder.files(), None);
                            folder.set_value("");
                        }
                    })
                />
            </div>
            <p class="hint">
                "A folder, or a zip archive of it, with one folder of pictures for each class. The middle square of each picture is taken, in grey, 28 by 28 \
                 pixels; drawings are fitted as in the Draw room."
            </p>
        </section>
    }
}
