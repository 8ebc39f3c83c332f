//! Pictures that come from outside: test digits, and files that are opened, dropped or pasted.

use super::digits::{self, TestDigits};
use super::paint::RASTER_SIDE;
use super::photo;
use super::state::DrawState;
use super::strokes::{Picture, PictureSource};
use crate::app::off_screen;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

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

    /// Does something with the test digits as soon as they are here; tells the visitor where they cannot be had.
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
    let unreachable = || "The test digits could not be loaded. Check the connection and try again.".to_owned();
    let answer = JsFuture::from(window().fetch_with_str(digits::ADDRESS)).await.map_err(|_| unreachable())?;
    let answer: web_sys::Response = answer.dyn_into().map_err(|_| unreachable())?;
    if !answer.ok() {
        return Err(unreachable());
    }
    let buffer = JsFuture::from(answer.array_buffer().map_err(|_| unreachable())?).await.map_err(|_| unreachable())?;
    TestDigits::read(js_sys::Uint8Array::new(&buffer).to_vec()).map_err(|error| error.to_string())
}

/// Puts the first file of a list onto the canvas.
pub fn open_first(state: DrawState, files: Option<web_sys::FileList>) {
    if let Some(file) = files.and_then(|files| files.get(0)) {
        open(state, file);
    }
}

/// Puts a file onto the canvas, or says why it cannot; the drawing before it can be had back by undo.
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
    let bitmap = off_screen::bitmap(file).await.ok_or_else(unreadable)?;
    let side = f64::from(RASTER_SIDE);
    let (columns, rows) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = side / columns.max(rows).max(1.0);
    let (width, height) = ((columns * scale).round().max(1.0), (rows * scale).round().max(1.0));
    let (_, context) = off_screen::canvas(width as u32, height as u32).ok_or_else(unreadable)?;
    // A small digit stays pixelated, as the networks' own images are; a photograph is reduced smoothly.
    context.set_image_smoothing_enabled(scale < 1.0);
    let _ = js_sys::Reflect::set(&context, &"imageSmoothingQuality".into(), &"high".into());
    context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, width, height).map_err(|_| unreadable())?;
    bitmap.close();
    let rgba = context.get_image_data(0.0, 0.0, width, height).map_err(|_| unreadable())?.data();
    let (width, height) = (width as usize, height as usize);
    let ink = photo::ink_from_rgba(&rgba, width, height).map_err(|error| error.to_string())?;
    let ink = photo::centred(&ink, width, height, RASTER_SIDE as usize);
    let source = PictureSource::File { name: file.name() };
    Ok(Picture { width: RASTER_SIDE, height: RASTER_SIDE, ink, source })
}
