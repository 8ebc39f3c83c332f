//! What the worker needs from the machine around it.

use crate::protocol::EventEnvelope;
use burn::tensor::Device;
use std::future::Future;

/// A graphics adapter, found but not in use yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adapter {
    /// Name for people, e.g. "Apple M2".
    pub name: String,
    /// True where the CPU only pretends to be a graphics processor.
    pub software: bool,
}

/// Clock, network, graphics processor and the line to the page.
pub trait Host: 'static {
    /// Sends an event to the page.
    fn send(&self, envelope: EventEnvelope);

    /// A steady clock, in milliseconds.
    fn now_ms(&self) -> f64;

    /// Lets messages from the page come in.
    fn next_turn(&self) -> impl Future<Output = ()>;

    /// Fetches a file and reports bytes done and, where known, in all. Dropping the future gives up the download.
    ///
    /// The error is the reason, for people.
    fn fetch(
        &self,
        address: String,
        on_bytes: impl Fn(f64, Option<f64>) + 'static,
    ) -> impl Future<Output = Result<Vec<u8>, String>>;

    /// Looks for a graphics adapter that the engine can use, without touching the engine. The error is the reason.
    fn find_adapter(&self) -> impl Future<Output = Result<Adapter, String>>;

    /// Opens the adapter that was found. Called at most once. The error is the reason.
    fn open_adapter(&self) -> impl Future<Output = Result<Device, String>>;
}
