//! The worker itself, and the requests under way.

use crate::app::pending::Pending;
use crate::protocol::{Event, RequestEnvelope};
use leptos::prelude::{document, window};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::Worker;

/// Hears the events of one request.
pub type Handler = Rc<dyn Fn(&Event)>;
/// A listener of the worker.
pub type Listener = Closure<dyn FnMut(web_sys::Event)>;

/// One worker at a time, and what is under way with it.
#[derive(Default)]
pub struct Line {
    /// The worker, while there is one.
    pub worker: Option<Worker>,
    /// Kept alive as long as the worker.
    pub listeners: Vec<Listener>,
    /// Requests under way.
    pub pending: Pending<Handler>,
    /// Whether it has chosen its device.
    pub ready: bool,
    /// When a worker last died, in milliseconds since 1970.
    pub last_crash_ms: Option<f64>,
}

impl Line {
    /// Sends a request.
    ///
    /// # Errors
    /// Why it could not be sent.
    pub fn post(&self, envelope: &RequestEnvelope) -> Result<(), String> {
        let worker = self.worker.as_ref().ok_or("there is no worker")?;
        let message = serde_wasm_bindgen::to_value(envelope).map_err(|error| error.to_string())?;
        worker.post_message(&message).map_err(|_| "the message could not be sent".to_owned())
    }
}

/// Address of the folder that holds `assets/`: the page's own, without file name and query.
pub fn base_url() -> String {
    let here = window().location().href().unwrap_or_default();
    let path = here.split(['?', '#']).next().unwrap_or_default();
    path.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"))
}

/// The build of the site that the page belongs to; empty where it was made without one.
pub fn build() -> String {
    let meta = document().query_selector("meta[name=\"explorer-build\"]").ok().flatten();
    meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_default()
}
