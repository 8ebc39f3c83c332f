//! Pictures that come from outside: test digits, and files that are opened, dropped or pasted.

use super::digits::{self, TestDigits};
use super::paint::RASTER_SIDE;
use super::photo;
use super::state::DrawState;
use super::strokes::{Picture, PictureSource};
use crate::app::off_screen;
use leptos::prelude::*;
use std::sync::Arc;

/// Largest file that is opened, in bytes: a photograph is smaller, and more could exhaust a telephone.
const MAX_FILE_BYTES: f64 = 20e6;

/// Loads the test digits when they are first asked for.
#[derive(Clone, Copy)]
pub struct TestDigitSource {
    digits: RwSignal<Option<Arc<TestDigits>>>,
    /// Whether they are on their way.
    pub is_loading: RwSignal<bool>,
}

impl TestDigitSource {
    /// Nothing is loaded yet.
    pub fn new() -> Self {
        Self { digits: RwSignal::new(None), is_loading: RwSignal::new(false) }
    }

    /// Does something with the test digits as soon as they are here; tells the visitor if they cannot be had.
    pub fn with(self, state: DrawState, then: impl FnOnce(&TestDigits) + 'static) {
        if let Some(digits) = self.digits.get_untracked() {
            then(&digits);
            return;
        }
        if self.is_loading.get_untracked() {
            return;
        }
        self.is_loading.set(true);
        crate::app::task::spawn(async move {
            let loaded = fetch_digits().await;
            self.is_loading.set(false);
            match loaded {
                Ok(digits) => {
                    then(&digits);
                    self.digits.set(Some(Arc::new(digits)));
                }
                Err(sentence) => state.notice.set(Some(sentence)),
            }
        });
    }
}

/// Fetches the file of test digits.
///
/// # Errors
/// A sentence for the visitor.
pub async fn fetch_digits() -> Result<TestDigits, String> {
    let bytes = off_screen::bytes_of(digits::ADDRESS).await;
    let bytes = bytes.ok_or("The test digits could not be loaded. Check the connection and try again.")?;
    TestDigits::read(bytes).map_err(|error| error.to_string())
}

/// Puts the first file of a list onto the canvas.
pub fn open_first(state: DrawState, files: Option<web_sys::FileList>) {
    if let Some(file) = files.and_then(|files| files.get(0)) {
        open(state, file);
    }
}

/// Puts a file onto the canvas, or says why it cannot; undo brings back the drawing before it.
pub fn open(state: DrawState, file: web_sys::File) {
    crate::app::task::spawn(async move {
        match picture_from_file(&file).await {
            Ok(picture) => {
                state.notice.set(None);
                state.change(|history| history.show_picture(Arc::new(picture)));
            }
            Err(sentence) => state.notice.set(Some(format!("{}: {sentence} The canvas is as it was.", file.name()))),
        }
    });
}

async fn picture_from_file(file: &web_sys::File) -> Result<Picture, String> {
    if file.size() > MAX_FILE_BYTES {
        return Err("this file is larger than 20 MB. Choose a smaller picture.".into());
    }
    let unreadable = || "this is not a picture that the browser can read. Choose a PNG or JPEG file.".to_owned();
    let pixels = off_screen::pixels_of(file, RASTER_SIDE.into(), true).await;
    let (width, height, rgba) = pixels.ok_or_else(unreadable)?;
    let (width, height) = (width as usize, height as usize);
    let ink = photo::ink_from_rgba(&rgba, width, height).map_err(|error| error.to_string())?;
    let ink = photo::centred(&ink, width, height, RASTER_SIDE as usize);
    let source = PictureSource::File { name: file.name() };
    Ok(Picture { width: RASTER_SIDE, height: RASTER_SIDE, ink, source })
}
