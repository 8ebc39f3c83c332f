//! Downloads with progress.

use crate::number;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, ReadableStreamDefaultReader, Response};

/// Gives up the rest of a download when it is dropped.
struct Reader(ReadableStreamDefaultReader);

impl Drop for Reader {
    #[expect(clippy::disallowed_methods, reason = "nobody waits for it")]
    fn drop(&mut self) {
        let cancelled = JsFuture::from(self.0.cancel());
        // Without effect on a stream that has ended; one that has failed refuses, which its reader knows already.
        spawn_local(async move { _ = cancelled.await });
    }
}

/// Fetches `address` and reports bytes done and in all. The error is a reason for people.
pub async fn fetch(
    scope: &DedicatedWorkerGlobalScope,
    address: &str,
    on_bytes: impl Fn(f64, Option<f64>),
) -> Result<Vec<u8>, String> {
    let response = JsFuture::from(scope.fetch_with_str(address)).await.map_err(|error| reason(&error))?;
    let response: Response = response.dyn_into().map_err(|_| "the browser gave no answer".to_owned())?;
    if !response.ok() {
        return Err(format!("the server answered {}", response.status()));
    }
    let total = total(&response);
    let Some(stream) = response.body() else { return Err("the answer is empty".into()) };
    let reader = stream.get_reader().dyn_into().map_err(|_| "the answer cannot be read in parts".to_owned())?;
    let reader = Reader(reader);
    let mut bytes = Vec::with_capacity(number::whole(total.unwrap_or_default()));
    loop {
        let part = JsFuture::from(reader.0.read()).await.map_err(|error| reason(&error))?;
        let field = |name: &str| Reflect::get(&part, &name.into()).unwrap_or(JsValue::UNDEFINED);
        if field("done").is_truthy() {
            return Ok(bytes);
        }
        let chunk = Uint8Array::new(&field("value"));
        let start = bytes.len();
        bytes.resize(start + chunk.length() as usize, 0);
        chunk.copy_to(&mut bytes[start..]);
        on_bytes(bytes.len() as f64, total);
    }
}

/// Bytes in all. With compression the header gives the compressed size, but the stream delivers the plain one.
fn total(response: &Response) -> Option<f64> {
    let header = |name: &str| response.headers().get(name).ok().flatten();
    if header("content-encoding").is_some() {
        return None;
    }
    header("content-length")?.parse().ok().filter(|&total| total < 2e9)
}

fn reason(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => error.message().into(),
        None => "the connection was lost".into(),
    }
}
