//! The rooms behind the first: they are downloaded in a part of their own, so that Draw answers without waiting for
//! them.
//!
//! With the feature `split` the build tool puts everything that only these rooms use into a second file (see
//! `src/xtask/split.rs`); without it they are part of the page.
#![expect(clippy::unnecessary_wraps, reason = "what builds the rooms fails only where their part does not come")]

use super::components::ProgressBar;
use super::distil::DistilRoom;
use super::idea::IdeaRoom;
use super::own::OwnRoom;
use super::photos::PhotosRoom;
use super::polynomial::PolynomialRoom;
use super::results::ResultsRoom;
use super::task::spawn;
use super::train::TrainRoom;
use super::url::Room;
use crate::app::reactive::heard;
use crate::app::views::view;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;

/// The part could not be downloaded; the console says why.
#[derive(Debug, Clone, Copy)]
struct PartMissing;

#[cfg(feature = "split")]
impl From<leptos::wasm_split::SplitLoaderError> for PartMissing {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

#[cfg_attr(
    feature = "split",
    leptos::wasm_split::wasm_split(rooms, wasm_split_path = leptos::wasm_split, preload(download), fallible)
)]
fn rooms(room: Room) -> Result<AnyView, PartMissing> {
    Ok(match room {
        // Shown without any part.
        Room::Draw => ().into_any(),
        Room::Photos => view! { <PhotosRoom/> }.into_any(),
        Room::Train => view! { <TrainRoom/> }.into_any(),
        Room::Polynomial => view! { <PolynomialRoom/> }.into_any(),
        Room::Distil => view! { <DistilRoom/> }.into_any(),
        Room::Results => view! { <ResultsRoom/> }.into_any(),
        Room::Idea => view! { <IdeaRoom/> }.into_any(),
        Room::Own => view! { <OwnRoom/> }.into_any(),
    })
}

#[cfg(feature = "split")]
async fn build(room: Room) -> Result<AnyView, PartMissing> {
    rooms(room).await
}

#[cfg(not(feature = "split"))]
fn build(room: Room) -> impl Future<Output = Result<AnyView, PartMissing>> {
    std::future::ready(rooms(room))
}

/// Downloads the part while nothing else is to do, so that the next room opens at once. One that does not come is asked
/// for again by the room.
#[cfg(feature = "split")]
pub fn download_when_idle() {
    spawn(async {
        let _ = download().await;
    });
}

/// There is nothing to download.
#[cfg(not(feature = "split"))]
pub fn download_when_idle() {}

/// How far a room is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Downloading,
    Here,
    Missing,
}

/// A room behind the first, or what it waits for.
#[component]
pub fn LaterRoom(
    /// Which.
    room: Room,
) -> impl IntoView {
    let stand = RwSignal::new(Stand::Downloading);
    let built = StoredValue::new_local(None::<AnyView>);
    // What the room provides and listens to belongs to this place, however late it comes.
    let place = Owner::current().unwrap_or_default();
    let begin = move || {
        stand.set(Stand::Downloading);
        let build = place.with(|| ScopedFuture::new(build(room)));
        spawn(async move {
            let next = match build.await {
                Ok(view) => {
                    built.try_set_value(Some(view));
                    Stand::Here
                }
                Err(PartMissing) => Stand::Missing,
            };
            let _ = stand.try_set(next);
        });
    };
    begin();
    let again = move |_| begin();
    move || match stand.get() {
        Stand::Downloading => view! {
            <div class="notice info" data-testid="room-loading">
                <p>{format!("Loading {} …", room.title())}</p>
                <ProgressBar label="Loading the room" share=Signal::derive(|| None)/>
            </div>
        }
        .into_any(),
        Stand::Here => built.try_update_value(Option::take).flatten().unwrap_or_else(|| ().into_any()),
        Stand::Missing => {
            let again = again.clone();
            view! {
                <div class="notice error" role="alert" data-testid="room-missing">
                    <p>
                        "This room could not be downloaded. Check the connection and try again; if the site was renewed \
                         meanwhile, reload the page."
                    </p>
                    <button type="button" class="button" data-testid="room-again" on:click=heard(again)>"Try again"</button>
                </div>
            }
            .into_any()
        }
    }
}
