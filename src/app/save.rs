//! What the visitor takes away: files, the clipboard, and long work in slices so that the page does not stop.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// How long the page may be held up at a time, in milliseconds: a frame at 60 Hz is 16.7.
pub const SLICE_MS: f64 = 10.0;

/// Hands bytes to the visitor as a file.
///
/// # Errors
/// A sentence for the visitor.
pub fn offer(name: &str, kind: &str, bytes: &[u8]) -> Result<(), String> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let offered = || {
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
        let address = Url::create_object_url_with_blob(&blob).ok()?;
        let link: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
        link.set_href(&address);
        link.set_download(name);
        link.click();
        // The download has its own reference by now, but not in every browser: the address is freed a little later.
        set_timeout(
            move || {
                let _ = Url::revoke_object_url(&address);
            },
            Duration::from_secs(10),
        );
        Some(())
    };
    offered().ok_or_else(|| "The browser does not let the page write a file. Allow downloads for this page.".into())
}

/// Puts text into the clipboard.
///
/// # Errors
/// A sentence for the visitor.
pub async fn copy(text: &str) -> Result<(), String> {
    let refused = || "The browser does not let the page copy. Download the file instead.".to_owned();
    // By name: browsers leave the clipboard out of pages that are not served securely.
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into()).map_err(|_| refused())?;
    let write = Reflect::get(&clipboard, &"writeText".into()).map_err(|_| refused())?;
    let write: Function = write.dyn_into().map_err(|_| refused())?;
    let promise: Promise = write.call1(&clipboard, &text.into()).and_then(JsCast::dyn_into).map_err(|_| refused())?;
    JsFuture::from(promise).await.map(|_| ()).map_err(|_| refused())
}

/// Milliseconds since the page began.
pub fn now_ms() -> f64 {
    window().performance().map_or_else(js_sys::Date::now, |clock| clock.now())
}

/// Lets the browser paint and answer before the work goes on.
pub async fn pause() {
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
}

/// Moves the focus to the element with this id, if there is one.
pub fn focus(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    // By name: elements of HTML and of drawings have it from different interfaces.
    let method = Reflect::get(&element, &"focus".into()).ok().and_then(|method| method.dyn_into::<Function>().ok());
    if let Some(method) = method {
        // An element that cannot take the focus leaves it where it is.
        let _ = method.call0(&element);
    }
}
