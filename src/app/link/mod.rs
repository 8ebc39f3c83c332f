//! The page's end of the line to the worker.
//!
//! The worker is disposable: a wasm panic poisons its instance, so a dead worker is ended and another is started, and
//! whoever waited for an answer is told. The page itself goes on.

mod line;

pub use super::status::{Busy, WorkerStatus};

use super::from_js;
use super::pending::gone;
use crate::protocol::{DeviceChoice, DeviceReport, Event, EventEnvelope, Request, RequestId, WorkerError};
use leptos::prelude::*;
use line::{Handler, Line, Listener, base_url, build};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// Address of the worker's boot module, relative to the page.
const WORKER: &str = "web/worker.js";
/// A worker that dies again within this time is not started a third time by itself.
const CRASH_LOOP_MS: f64 = 20_000.0;

/// Sends requests and hands their events to whoever asked. A context value; get it with [`use_link`].
#[derive(Clone, Copy)]
pub struct WorkerLink {
    line: StoredValue<Line, LocalStorage>,
    status: RwSignal<WorkerStatus>,
    busy: RwSignal<Option<Busy>>,
    notice: RwSignal<Option<String>>,
    generation: RwSignal<u32>,
    device: RwSignal<DeviceChoice>,
}

/// The link provided by the frame.
///
/// # Panics
/// Outside the frame, which provides it before any room is built.
pub fn use_link() -> WorkerLink {
    expect_context::<WorkerLink>()
}

impl WorkerLink {
    /// A link whose worker is not started yet; `device` is the wish sent with the first request.
    pub fn new(device: DeviceChoice) -> Self {
        Self {
            line: StoredValue::new_local(Line::default()),
            status: RwSignal::new(WorkerStatus::Loading),
            busy: RwSignal::new(None),
            notice: RwSignal::new(None),
            generation: RwSignal::new(0),
            device: RwSignal::new(device),
        }
    }

    /// How the worker is.
    pub fn status(self) -> Signal<WorkerStatus> {
        self.status.into()
    }

    /// What takes long in the worker now.
    pub fn busy(self) -> Signal<Option<Busy>> {
        self.busy.into()
    }

    /// What the visitor must know about the worker: it was started again, it cannot be started.
    pub fn notice(self) -> RwSignal<Option<String>> {
        self.notice
    }

    /// Counts the workers: when it rises, runs in the old worker are lost.
    pub fn generation(self) -> Signal<u32> {
        self.generation.into()
    }

    /// Starts the worker after the first paint.
    pub fn start_soon(self) {
        set_timeout(move || self.start(), Duration::from_millis(30));
    }

    /// Sends a request. `on_event` hears every event with its number up to and including the final one.
    /// While the worker loads the request waits; where there is no worker it fails at once.
    pub fn send(self, request: Request, on_event: impl Fn(&Event) + 'static) -> RequestId {
        self.send_for(request, Rc::new(on_event))
    }

    /// As [`Self::send`], but compiled once for all handlers.
    fn send_for(self, request: Request, handler: Handler) -> RequestId {
        if let WorkerStatus::Crashed(reason) = self.status.get_untracked() {
            set_timeout(move || handler(&gone(&reason)), Duration::ZERO);
            return 0;
        }
        let mut overtaken = Vec::new();
        let mut refused = None;
        let mut id = 0;
        self.line.update_value(|line| {
            let envelope = line.pending.register(request, handler);
            id = envelope.id;
            if line.ready {
                refused = line.post(&envelope).err();
            } else {
                overtaken = line.pending.wait(envelope);
            }
        });
        for handler in overtaken {
            handler(&Event::Superseded);
        }
        if let Some(reason) = refused {
            self.deliver(&EventEnvelope { id, event: gone(&reason) });
        }
        id
    }

    /// Sends a request whose answer nobody waits for.
    pub fn tell(self, request: Request) {
        self.send(request, |_| ());
    }

    /// Gives up a request; its handler hears [`Event::Cancelled`].
    pub fn cancel(self, id: RequestId) {
        let mut withdrawn = None;
        self.line.update_value(|line| withdrawn = line.pending.withdraw(id));
        match withdrawn {
            Some(handler) => handler(&Event::Cancelled),
            None => self.tell(Request::Cancel { target: id }),
        }
    }

    /// Moves to another device, or remembers the wish where no worker runs yet.
    pub fn switch_device(self, device: DeviceChoice) {
        self.device.set(device);
        if matches!(self.status.get_untracked(), WorkerStatus::Ready(_)) {
            self.tell(Request::SwitchDevice { device });
        }
    }

    /// Ends the worker and starts another.
    pub fn restart(self) {
        self.end("the worker was started again");
        self.start();
    }

    fn start(self) {
        self.status.set(WorkerStatus::Loading);
        self.generation.update(|count| *count += 1);
        if let Err(reason) = self.open() {
            self.crashed(&reason);
        }
    }

    fn open(self) -> Result<(), String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        // An engine of another build refuses to compute for this page.
        options.set_name(&build());
        let worker = Worker::new_with_options(WORKER, &options)
            .map_err(|_| "this browser does not allow module workers".to_owned())?;
        // What an ended worker still had to say is not about the one that runs now.
        let own = self.generation.get_untracked();
        let on_message = Listener::new(move |event: web_sys::Event| {
            if let Some(message) = event.dyn_ref::<MessageEvent>()
                && self.generation.get_untracked() == own
            {
                self.receive(&message.data());
            }
        });
        let on_error = Listener::new(move |event: web_sys::Event| {
            if self.generation.get_untracked() != own {
                return;
            }
            let text = event.dyn_ref::<web_sys::ErrorEvent>().map(web_sys::ErrorEvent::message);
            self.crashed(text.as_deref().filter(|text| !text.is_empty()).unwrap_or("its code could not be loaded"));
        });
        for (name, listener) in [("message", &on_message), ("error", &on_error), ("messageerror", &on_error)] {
            worker
                .add_event_listener_with_callback(name, listener.as_ref().unchecked_ref())
                .map_err(|_| "the worker cannot be heard".to_owned())?;
        }
        self.line.update_value(|line| {
            line.worker = Some(worker);
            line.listeners = vec![on_message, on_error];
        });
        Ok(())
    }

    fn receive(self, data: &JsValue) {
        // The boot module speaks before any Rust runs: `{fatal: "…"}` when the engine cannot be loaded.
        if let Some(reason) = js_sys::Reflect::get(data, &"fatal".into()).ok().and_then(|value| value.as_string()) {
            self.crashed(&reason);
            return;
        }
        match from_js::read::<EventEnvelope>(data) {
            Ok(envelope) => self.deliver(&envelope),
            Err(error) => self.crashed(&format!("page and worker do not understand each other: {error}")),
        }
    }

    fn deliver(self, envelope: &EventEnvelope) {
        if let Event::Busy { what, done, total, unit } = &envelope.event {
            let busy = Busy { what: what.clone(), done: *done, total: *total, unit: *unit };
            self.busy.set(Some(busy));
        } else if let Event::Ready { device } = &envelope.event {
            self.ready(device.clone());
        } else if matches!(envelope.event, Event::Loaded) {
            self.greet();
        } else {
            self.idle();
            // Nobody asked for it, so nobody else will report it; a diverged run is reported by its own request.
            if let Event::Failed { error } = &envelope.event
                && envelope.id == 0
                && !matches!(error, WorkerError::Diverged { .. })
            {
                self.notice.set(Some(error.to_string()));
            }
        }
        // The handler is called outside the line: it may send the next request.
        let mut handler = None;
        self.line.update_value(|line| handler = line.pending.handler(envelope));
        if let Some(handler) = handler {
            handler(&envelope.event);
        }
    }

    fn idle(self) {
        if self.busy.with_untracked(Option::is_some) {
            self.busy.set(None);
        }
    }

    /// The worker's code runs: tell it where the files are and which device is wished for.
    fn greet(self) {
        let request = Request::Start { base_url: base_url(), device: self.device.get_untracked() };
        let on_event: Handler = Rc::new(move |event| {
            if let Event::Failed { error } = event {
                self.crashed(&error.to_string());
            }
        });
        let mut refused = None;
        self.line.update_value(|line| {
            let envelope = line.pending.register(request, on_event);
            refused = line.post(&envelope).err();
        });
        if let Some(reason) = refused {
            self.crashed(&reason);
        }
    }

    fn ready(self, device: DeviceReport) {
        self.busy.set(None);
        self.status.set(WorkerStatus::Ready(device));
        let mut failed = Vec::new();
        self.line.update_value(|line| {
            line.ready = true;
            for envelope in line.pending.release() {
                if let Err(reason) = line.post(&envelope) {
                    failed.push(EventEnvelope { id: envelope.id, event: gone(&reason) });
                }
            }
        });
        for envelope in failed {
            self.deliver(&envelope);
        }
    }

    fn crashed(self, reason: &str) {
        let now = js_sys::Date::now();
        let mut again = false;
        self.line.update_value(|line| {
            again = line.ready && line.last_crash_ms.is_none_or(|last| now - last > CRASH_LOOP_MS);
            line.last_crash_ms = Some(now);
        });
        leptos::logging::error!("worker: {reason}");
        if again {
            let advice = "The computing part of the page stopped and was started again. Training can be continued from its last checkpoint.";
            self.notice.set(Some(advice.into()));
            self.status.set(WorkerStatus::Loading);
            self.end(reason);
            self.start();
        } else {
            self.status.set(WorkerStatus::Crashed(reason.to_owned()));
            self.end(reason);
        }
    }

    fn end(self, reason: &str) {
        let mut orphans = Vec::new();
        let mut listeners = Vec::new();
        self.line.update_value(|line| {
            if let Some(worker) = line.worker.take() {
                worker.terminate();
            }
            listeners = std::mem::take(&mut line.listeners);
            line.ready = false;
            orphans = line.pending.abandon();
        });
        // This may run inside one of these listeners, so they are dropped only after it has returned.
        set_timeout(move || drop(listeners), Duration::ZERO);
        self.busy.set(None);
        let event = gone(reason);
        for handler in orphans {
            handler(&event);
        }
    }
}
