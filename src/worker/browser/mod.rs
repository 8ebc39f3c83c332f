//! The real worker: the line to the page, its clock, downloads and the graphics processor.

mod adapter;
mod download;
mod products;
mod turns;

use super::{Adapter, Host, Inbox, Session};
use crate::number;
use crate::protocol::{Event, EventEnvelope, RequestEnvelope, WorkerError};
use burn::tensor::Device;
use std::panic;
use std::rc::Rc;
use turns::Turns;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};
use web_time::Instant;

/// The scope of the dedicated worker that runs this.
fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Starts the session; called once, when the code is loaded.
#[expect(clippy::disallowed_methods, reason = "the one task of the worker")]
pub fn start() {
    panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        // The instance is dead after this; the page hears why before it starts another.
        post(&EventEnvelope { id: 0, event: Event::Failed { error: WorkerError::Internal { reason: place(info) } } });
    }));
    let started = Instant::now();
    let inbox = Inbox::default();
    let queue = inbox.clone();
    let on_message =
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| match read_request(&event.data()) {
            Ok(envelope) => {
                if let Some(overtaken) = queue.push(started.elapsed().as_secs_f64() * 1e3, envelope) {
                    post(&overtaken);
                }
            }
            Err(answer) => post(&answer),
        });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // Lives as long as the worker.
    on_message.forget();
    spawn_local(Session::new(Rc::new(Browser { started, turns: Turns::new() }), inbox).serve());
}

/// The message and place of a panic.
fn place(info: &panic::PanicHookInfo) -> String {
    let message = info.payload_as_str().unwrap_or("panic");
    info.location().map_or_else(|| message.to_owned(), |place| format!("{message} ({}:{})", place.file(), place.line()))
}

/// Reads a message from the page; the error is the answer to a message that cannot be read.
#[expect(clippy::result_large_err, reason = "made once per malformed message")]
fn read_request(data: &JsValue) -> Result<RequestEnvelope, EventEnvelope> {
    serde_wasm_bindgen::from_value(data.clone()).map_err(|error| {
        let id = js_sys::Reflect::get(data, &"id".into()).ok().and_then(|id| id.as_f64());
        let message = format!("The worker does not understand a message from the page ({error}). Reload the page.");
        let event = Event::Failed { error: WorkerError::BadInput { message } };
        EventEnvelope { id: id.map_or(0, number::whole), event }
    })
}

fn post(envelope: &EventEnvelope) {
    let sent = serde_wasm_bindgen::to_value(envelope)
        .map_err(|error| error.to_string())
        .and_then(|message| scope().post_message(&message).map_err(|error| format!("{error:?}")));
    if let Err(reason) = sent {
        // Nothing better is left: the page cannot be reached.
        log_error(&reason);
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn log_error(text: &str);
}

/// The machine behind the browser.
struct Browser {
    started: Instant,
    turns: Turns,
}

impl Host for Browser {
    fn send(&self, envelope: EventEnvelope) {
        post(&envelope);
    }

    fn now_ms(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1e3
    }

    async fn next_turn(&self) {
        self.turns.next().await;
    }

    async fn fetch(&self, address: String, on_bytes: impl Fn(f64, Option<f64>) + 'static) -> Result<Vec<u8>, String> {
        download::fetch(&scope(), &address, on_bytes).await
    }

    async fn find_adapter(&self) -> Result<Adapter, String> {
        adapter::find().await
    }

    async fn open_adapter(&self) -> Result<Device, String> {
        // Done only once per worker: a second initialisation is an error.
        Device::wgpu_options().init_async().await.map_err(|error| error.to_string())
    }
}
