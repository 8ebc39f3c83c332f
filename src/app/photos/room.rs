//! The room: a picture, what the network gets of it, and what it says.

use super::answer::{Headline, Probabilities};
use super::choice::Choice;
use super::image::ColourImage;
use super::state::{PhotosSignals, use_photos};
use super::why::Why;
use super::{TEST_PHOTOS, ask, open};
use crate::app::components::{Notice, NoticeKind, SavePicture, Term};
use crate::app::history::use_address;
use crate::app::link::use_link;
use crate::app::reactive::heard;
use crate::app::views::view;
use leptos::html::Input;
use leptos::prelude::*;
use std::sync::Arc;

/// Photographs of the test set that stand below the picture.
const LISTED: usize = 40;

const CIFAR: &str = "60 000 photographs of 32 by 32 pixels, 6 000 of each class, collected by Alex Krizhevsky. The network \
     learned from 50 000 of them; those here are among the 10 000 that it has never seen.";
const TAILS: &str = "A product of two values is far from zero more often than the values themselves. With four levels of products, rare \
     images get scores many times as large as all others; one such image decides a whole training step.";

/// What does it see in my picture?
#[component]
pub fn PhotosRoom() -> impl IntoView {
    let state = PhotosSignals::new(use_address());
    provide_context(state);
    ask::load(state);
    ask::follow(state, use_link());
    open::follow(state);
    view! {
        <div class="photos">
            <header>
                <h1>"What does it see in my picture?"</h1>
                <p class="photo-lead">
                    "The same kind of network as for digits, on photographs: a polynomial of 3\u{202f}072 colour values, learned from "
                    <Term word="CIFAR-10" meaning=CIFAR/>
                    ". It knows ten kinds of things and no others."
                </p>
            </header>
            <Notice id="photo-notice" kind=NoticeKind::Warn text=state.notice/>
            <div class="photo-flow">
                <Stage/>
                <Seen/>
                <Choice/>
                <Headline/>
                <Probabilities/>
            </div>
            <Gallery/>
            <Why/>
            <Background/>
        </div>
    }
}

/// The picture, and ways to another one.
#[component]
fn Stage() -> impl IntoView {
    let state = use_photos();
    let file = NodeRef::<Input>::new();
    let picture = Signal::derive(move || state.picture());
    let caption = move || match state.opened.get() {
        Some(opened) => {
            view! { <span data-testid="photo-opened">{format!("{}. It stays on this machine and is not part of the link.", opened.name)}</span> }
        }
        None => {
            let index = state.index.get();
            let class = state.photos.with(|photos| photos.as_ref().map(|photos| photos.class(index)));
            class.map_or_else(|| view! { "Loading photographs…" }, |class| view! {
                <span data-testid="photo-truth" data-class=class data-index=index.to_string()>
                    {format!("Photograph {} of the test set. It is labelled ", index + 1)}<strong>{class}</strong>"."
                </span>
            })
        }
    };
    let next = move |_| {
        let index = state.index.get_untracked();
        state.show(if state.opened.with_untracked(Option::is_some) { index } else { (index + 1) % TEST_PHOTOS });
    };
    view! {
        <section class="photo-stage" aria-label="The picture" data-testid="photo-stage">
            <ColourImage picture label="The picture that is classified"/>
            <div class="draw-buttons">
                <button type="button" class="button" data-testid="photo-next" on:click=heard(next)>"Next photograph"</button>
                <button
                    type="button"
                    class="button photo-open"
                    title="A PNG, JPEG or WebP file. You can also drop or paste a picture."
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
                    aria-label="Picture to classify"
                    data-testid="photo-file"
                    on:change=heard(move |_| {
                        if let Some(file) = file.get_untracked() {
                            open::open_first(state, file.files());
                            // Choosing the same file again is then a change, too.
                            file.set_value("");
                        }
                    })
                />
            </div>
            <p class="draw-caption">{caption}</p>
        </section>
    }
}

/// What the network gets.
#[component]
fn Seen() -> impl IntoView {
    let state = use_photos();
    let input = Signal::derive(move || state.answer(0).map(|answer| Arc::new(answer.input.clone())));
    view! {
        <section class="photo-seen" aria-labelledby="photo-seen-title" data-picture="">
            <h2 id="photo-seen-title">"What the network gets"</h2>
            <figure data-testid="photo-input">
                <ColourImage picture=input label="The middle of the picture, reduced to 32 by 32 pixels"/>
                <figcaption>"32×32, the middle square"</figcaption>
            </figure>
            <SavePicture id="photo-input"/>
        </section>
    }
}

/// Photographs of the test set to choose from.
#[component]
fn Gallery() -> impl IntoView {
    let state = use_photos();
    let tiles = move || {
        state.photos.with(|photos| {
            let photos = photos.as_ref()?;
            let tile = |index: usize| {
                let photo = Arc::new(photos.photo(index));
                let is_chosen = move || state.index.get() == index && state.opened.with(Option::is_none);
                view! {
                    <li>
                        <button
                            type="button"
                            class="photo-tile"
                            data-testid=format!("photo-tile-{index}")
                            aria-label=format!("Photograph {}: {}", index + 1, photos.class(index))
                            aria-pressed=move || is_chosen().to_string()
                            on:click=heard(move |_| state.show(index))
                        >
                            <ColourImage picture=Signal::derive(move || Some(Arc::clone(&photo))) label=""/>
                        </button>
                    </li>
                }
            };
            Some((0..LISTED).map(tile).collect_view())
        })
    };
    view! {
        <section class="photo-gallery" aria-labelledby="photo-gallery-title">
            <h2 id="photo-gallery-title">"Photographs that it has never seen"</h2>
            <ul>{tiles}</ul>
        </section>
    }
}

/// Goes deeper, below the first screen.
#[component]
fn Background() -> impl IntoView {
    view! {
        <section class="draw-background" aria-labelledby="photo-background-title">
            <h2 id="photo-background-title">"How products learn to see"</h2>
            <div class="draw-columns">
                <p>
                    "Each of the four levels replaces clusters of 2 by 2 values by sums of the values and of their products (Eq. 4), so that "
                    "the whole is one polynomial of degree 16. Put plain convolutions in the place of the products and a "
                    "linear map is left: it can only weigh colours by place. Tick the box above to see both."
                </p>
                <p>
                    "Trained as it was on digits, such a network learns next to nothing on photographs: its "
                    <Term word="tails" meaning=TAILS/>
                    " drown the gradient. Ours starts almost as a linear map, with small coefficients of products, and every direction of a "
                    "matrix gets a step of the same length, so that rare images decide less. None of that is left in the "
                    "finished network: it is the same polynomial as in the article."
                </p>
                <p>
                    "Any picture is cut to its middle square and reduced to 32 by 32 pixels. What is none of the ten kinds "
                    "gets an answer all the same, often a confident one: probabilities compare the ten with each other and nothing else."
                </p>
            </div>
        </section>
    }
}
