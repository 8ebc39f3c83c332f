//! The classes with their images.

use super::collection::{LONGEST_NAME, PIXELS, counted};
use super::files;
use super::state::use_own;
use crate::app::components::PixelImage;
use crate::app::draw::strokes::History;
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use leptos::html::Input;
use leptos::prelude::*;

/// The newest images of a class that are shown.
const SHOWN: usize = 12;

/// A field for a new class, and every class with its images.
#[component]
pub fn Classes() -> impl IntoView {
    let state = use_own();
    let names = memo(move |_| state.collection.with(super::collection::Collection::names));
    let rows = move || {
        let names = names.get();
        names.into_iter().enumerate().map(|(class, name)| view! { <Row class name/> }).collect_view()
    };
    view! {
        <section class="own-classes" aria-labelledby="own-classes-title">
            <h2 id="own-classes-title">"Classes"</h2>
            <NewClass/>
            {move || names.with(Vec::is_empty).then(|| view! { <Example/> })}
            <ul class="own-rows">{live(rows)}</ul>
        </section>
    }
}

/// Empties the canvas for the next drawing.
fn keep_as(state: super::state::OwnState, name: &str) {
    let Some(image) = untrack(|| state.image()) else { return };
    state.change(|collection| collection.add(name, &image));
    if state.notice.with_untracked(Option::is_none) {
        state.tried.set(None);
        state.draw().change(History::clear);
    }
}

#[component]
fn NewClass() -> impl IntoView {
    let state = use_own();
    let field = NodeRef::<Input>::new();
    let keep = move || {
        let Some(field) = field.get_untracked() else { return };
        keep_as(state, &field.value());
        if state.notice.with_untracked(Option::is_none) {
            field.set_value("");
        }
    };
    view! {
        <form
            class="own-new"
            on:submit=heard(move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                keep();
            })
        >
            <label for="own-name">"New class"</label>
            <input
                node_ref=field
                id="own-name"
                data-testid="own-name"
                type="text"
                maxlength=LONGEST_NAME.to_string()
                autocomplete="off"
                placeholder="what the drawing is"
            />
            <button
                type="submit"
                class="button"
                data-testid="own-keep-new"
                aria-disabled=move || state.image().is_none().to_string()
            >
                "Keep the drawing"
            </button>
        </form>
    }
}

/// While there is nothing: what to do, and an example to begin with.
#[component]
fn Example() -> impl IntoView {
    let state = use_own();
    view! {
        <div class="own-example">
            <p>
                "Draw something, say what it is, and keep the drawing; a handful of each class is enough to begin with. Or see how it \
                 goes with twenty threes and twenty eights of MNIST."
            </p>
            <button type="button" class="button" data-testid="own-example" on:click=heard(move |_| files::example(state))>
                "Threes and eights"
            </button>
        </div>
    }
}

#[component]
fn Row(
    /// Its place.
    class: usize,
    /// What it is called.
    name: String,
) -> impl IntoView {
    let state = use_own();
    let file = NodeRef::<Input>::new();
    let count = memo(move |_| state.collection.with(|all| all.classes.get(class).map_or(0, |held| held.count())));
    let image = move |index: usize| {
        state.collection.with(|all| {
            let image = all.classes.get(class).and_then(|held| held.image(index));
            image.map(|image| image.iter().map(|&pixel| f32::from(pixel) / 255.0).collect::<Vec<f32>>())
        })
    };
    let tiles = {
        let name = name.clone();
        move || {
            let count = count.get();
            let tile = |index: usize| {
                let values = Signal::stored(untrack(|| image(index)).unwrap_or_else(|| vec![0.0; PIXELS]));
                view! {
                    <li>
                        <button
                            type="button"
                            class="own-tile"
                            title="Delete this image"
                            aria-label=format!("Delete image {} of {name}", index + 1)
                            on:click=heard(move |_| state.change(|all| {
                                all.remove(class, index);
                                Ok(())
                            }))
                        >
                            <PixelImage width=28 height=28 values zoom=1 label="" explore=false/>
                        </button>
                    </li>
                }
            };
            (0..count).rev().take(SHOWN).map(tile).collect_view()
        }
    };
    let label = name.clone();
    let (kept, opened, shown) = (name.clone(), name.clone(), name.clone());
    view! {
        <li class="own-row" data-testid="own-row" data-class=name data-count=move || count.get().to_string()>
            <h3>{shown}<span class="own-count">{move || counted(count.get())}</span></h3>
            <div class="draw-buttons">
                <button
                    type="button"
                    class="button"
                    data-testid="own-keep"
                    aria-disabled=move || state.image().is_none().to_string()
                    on:click=heard(move |_| keep_as(state, &kept))
                >
                    "Keep the drawing"
                </button>
                <button
                    type="button"
                    class="button quiet"
                    on:click=heard(move |_| {
                        if let Some(file) = file.get_untracked() {
                            file.click();
                        }
                    })
                >
                    "Add pictures"
                </button>
                <button
                    type="button"
                    class="button quiet"
                    data-testid="own-delete"
                    aria-label=format!("Delete class {label}")
                    on:click=heard(move |_| state.change(|all| {
                        all.remove_class(class);
                        Ok(())
                    }))
                >
                    "Delete"
                </button>
                <input
                    node_ref=file
                    class="visually-hidden"
                    type="file"
                    accept="image/*"
                    multiple
                    tabindex="-1"
                    aria-label=format!("Pictures of {label}")
                    data-testid="own-files"
                    on:change=heard(move |_| {
                        if let Some(file) = file.get_untracked() {
                            files::add(state, file.files(), Some(opened.clone()));
                            file.set_value("");
                        }
                    })
                />
            </div>
            <ul class="own-tiles">{live(tiles)}</ul>
        </li>
    }
}
