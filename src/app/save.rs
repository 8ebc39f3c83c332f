//! Handing bytes and text to the visitor: as a file, or onto the clipboard.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// The address of a file is freed this long after it was offered: not every browser has its own reference at once.
const ADDRESS_LIFE: std::time::Duration = std::time::Duration::from_secs(10);

/// Offers a file for download. False where the browser refuses.
pub fn download(name: &str, kind: &str, bytes: &[u8]) -> bool {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let offer = || {
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
        let address = Url::create_object_url_with_blob(&blob).ok()?;
        download_address(name, &address)?;
        set_timeout(
            move || {
                let _ = Url::revoke_object_url(&address);
            },
            ADDRESS_LIFE,
        );
        Some(())
    };
    offer().is_some()
}

/// Offers what an address stands for, such as a picture as a data address.
pub fn download_address(name: &str, address: &str) -> Option<()> {
    let link: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(address);
    link.set_download(name);
    link.click();
    Some(())
}

/// Puts text onto the clipboard. False where the browser refuses: without a secure address there is none.
pub async fn copy(text: &str) -> bool {
    // By name: the bindings of the clipboard are not among those that the page carries.
    let write = || {
        let clipboard = Reflect::get(&window().navigator(), &"clipboard".into()).ok()?;
        let write: Function = Reflect::get(&clipboard, &"writeText".into()).ok()?.dyn_into().ok()?;
        write.call1(&clipboard, &JsValue::from_str(text)).ok()?.dyn_into::<Promise>().ok()
    };
    match write() {
        Some(promise) => JsFuture::from(promise).await.is_ok(),
        None => false,
    }
}
