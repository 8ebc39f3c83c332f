//! Lets the event loop run between two steps. Timers would do it too, but wait 4 ms each.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    type MessageChannel;
    type MessagePort;

    #[wasm_bindgen(constructor)]
    fn new() -> MessageChannel;
    #[wasm_bindgen(method, getter)]
    fn port1(this: &MessageChannel) -> MessagePort;
    #[wasm_bindgen(method, getter)]
    fn port2(this: &MessageChannel) -> MessagePort;
    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &MessagePort, handler: &Function);
    #[wasm_bindgen(method, js_name = postMessage)]
    fn post_message(this: &MessagePort, message: &JsValue);
}

/// A line from the worker to itself: its messages queue behind those of the page.
pub struct Turns {
    listens: MessagePort,
    speaks: MessagePort,
}

impl Turns {
    /// A line with nothing on it.
    pub fn new() -> Self {
        let channel = MessageChannel::new();
        Self { listens: channel.port1(), speaks: channel.port2() }
    }

    /// Resolves in a later turn of the event loop.
    pub async fn next(&self) {
        let arrived = Promise::new(&mut |resolve, _| self.listens.set_onmessage(&resolve));
        self.speaks.post_message(&JsValue::NULL);
        // The promise is never rejected.
        let _ = JsFuture::from(arrived).await;
    }
}
