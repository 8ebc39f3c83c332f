//! From the picture on screen to the answers of one or two networks.

use super::state::{Answer, PhotosSignals};
use super::test_photos::{ADDRESS, TestPhotos};
use crate::app::link::WorkerLink;
use crate::app::off_screen;
use crate::app::reactive::effect;
use crate::protocol::{ColourRaster, Event, Request};
use leptos::prelude::*;
use std::sync::Arc;

const UNREACHABLE: &str = "The photographs could not be loaded. Check the connection, or open a picture of your own. (Where this page is \
     built, `cargo xtask data cifar-10` fetches them.)";

/// Fetches the photographs of the test set.
pub fn load(state: PhotosSignals) {
    crate::app::task::spawn(async move {
        match fetch().await {
            Ok(photos) => {
                state.photos.try_set(Some(Arc::new(photos)));
            }
            Err(sentence) => {
                state.notice.try_set(Some(sentence));
            }
        }
    });
}

async fn fetch() -> Result<TestPhotos, String> {
    TestPhotos::read(off_screen::bytes_of(ADDRESS).await.ok_or(UNREACHABLE)?).map_err(|error| error.to_string())
}

/// Keeps the answers up to date until the room goes away.
pub fn follow(state: PhotosSignals, link: WorkerLink) {
    effect(move || {
        let picture = state.picture();
        state.models.track();
        let version = state.version.get_untracked() + 1;
        state.version.set(version);
        state.failure.set(None);
        if let Some(picture) = picture {
            ask(state, link, picture, version, 0);
        }
    });
}

/// Asks the network at this place, then the one after it: the worker keeps only the newest picture.
fn ask(state: PhotosSignals, link: WorkerLink, picture: Arc<ColourRaster>, version: u32, place: usize) {
    let Some(model) = state.models.with_untracked(|models| models.get(place).cloned()) else { return };
    let request = Request::ClassifyPicture { model, picture: (*picture).clone() };
    link.send(request, move |event| {
        // Another picture may be on screen by now, or the room gone.
        if state.version.try_get_untracked() != Some(version) {
            return;
        }
        if let Event::PictureClassified { model, input, probabilities, compute_ms, .. } = event {
            let answer = Answer {
                model: model.clone(),
                version,
                probabilities: probabilities.clone(),
                input: input.clone(),
                compute_ms: *compute_ms,
            };
            state.answers[place].set(Some(Arc::new(answer)));
            ask(state, link, Arc::clone(&picture), version, place + 1);
        } else if let Event::Failed { error } = event {
            state.failure.set(Some(error.to_string()));
        }
    });
}
