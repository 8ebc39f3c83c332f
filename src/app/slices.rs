//! Long work of the page in slices, so that it goes on painting and answering meanwhile.

use js_sys::Promise;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// How long the page may be held up at a time, in milliseconds: a frame at 60 Hz is 16.7.
const SLICE_MS: f64 = 10.0;

/// Work that lets the page breathe.
#[derive(Debug)]
pub struct Slices {
    begin_ms: f64,
}

impl Slices {
    /// The first slice begins.
    pub fn begin() -> Self {
        Self { begin_ms: now_ms() }
    }

    /// Whether the slice is over.
    pub fn over(&self) -> bool {
        now_ms() - self.begin_ms > SLICE_MS
    }

    /// Lets the browser paint and answer; then the next slice begins.
    pub async fn pause(&mut self) {
        let promise = Promise::new(&mut |resolve, _| {
            set_timeout(
                move || {
                    let _ = resolve.call0(&JsValue::NULL);
                },
                Duration::ZERO,
            );
        });
        // A promise that is only resolved cannot fail.
        let _ = JsFuture::from(promise).await;
        self.begin_ms = now_ms();
    }
}

/// Milliseconds since the page began.
pub fn now_ms() -> f64 {
    window().performance().map_or_else(js_sys::Date::now, |clock| clock.now())
}
