//! Pictures that come from outside: opened, dropped, pasted, or taken with a camera.

use super::pixels::from_rgba;
use super::state::{Opened, PhotosSignals};
use crate::app::history::use_address;
use crate::app::off_screen;
use crate::app::url::Room;
use leptos::ev;
use leptos::prelude::*;
use std::sync::Arc;

/// Largest file that is opened, in bytes: a photograph is smaller, and more could exhaust a telephone.
const MAX_FILE_BYTES: f64 = 30e6;
/// Longest side of the picture that is kept.
const MAX_SIDE: f64 = 384.0;

/// Shows the first file of a list.
pub fn open_first(state: PhotosSignals, files: Option<web_sys::FileList>) {
    let Some(file) = files.and_then(|files| files.get(0)) else { return };
    crate::app::task::spawn(async move {
        match read(&file).await {
            Ok(picture) => {
                state.notice.try_set(None);
                state.opened.try_set(Some(Opened { name: file.name(), picture: Arc::new(picture) }));
            }
            Err(sentence) => {
                let text = format!("{}: {sentence} The picture before it is still there.", file.name());
                state.notice.try_set(Some(text));
            }
        }
    });
}

async fn read(file: &web_sys::File) -> Result<crate::protocol::ColourRaster, String> {
    if file.size() > MAX_FILE_BYTES {
        return Err("this file is larger than 30\u{a0}MB. Choose a smaller picture.".into());
    }
    let unreadable = || "this is not a picture that the browser can read. Choose a PNG, JPEG or WebP file.".to_owned();
    let (width, height, rgba) = off_screen::pixels_of(file, MAX_SIDE, false).await.ok_or_else(unreadable)?;
    Ok(from_rgba(width, height, &rgba))
}

/// Dropping and pasting, anywhere while the room is on screen.
pub fn follow(state: PhotosSignals) {
    let room = use_address().room();
    let is_here = move || room.get_untracked() == Room::Photos;
    let dropped = window_event_listener(ev::drop, move |event| {
        if is_here() {
            open_first(state, event.data_transfer().and_then(|data| data.files()));
        }
    });
    let pasted = window_event_listener(ev::paste, move |event| {
        let files = event.clipboard_data().and_then(|data| data.files());
        if is_here() && files.as_ref().is_some_and(|files| files.length() > 0) {
            event.prevent_default();
            open_first(state, files);
        }
    });
    on_cleanup(move || {
        dropped.remove();
        pasted.remove();
    });
}
