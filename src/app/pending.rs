//! Bookkeeping of requests to the worker: numbers, handlers, and what waits until the worker is ready.

use crate::protocol::{Event, EventEnvelope, Request, RequestEnvelope, RequestId, WorkerError};
use std::collections::HashMap;

/// Requests under way. `H` is the handler; generic so that it is tested without a browser.
#[derive(Debug)]
pub struct Pending<H> {
    last_id: RequestId,
    handlers: HashMap<RequestId, H>,
    waiting: Vec<RequestEnvelope>,
}

impl<H> Default for Pending<H> {
    fn default() -> Self {
        Self { last_id: 0, handlers: HashMap::new(), waiting: Vec::new() }
    }
}

/// True for the event after which no other comes for the same request.
pub fn is_final(event: &Event) -> bool {
    !matches!(event, Event::Busy { .. } | Event::Progress { .. } | Event::Distilling { .. } | Event::Loaded)
}

impl<H: Clone> Pending<H> {
    /// Numbers a request and remembers its handler.
    pub fn register(&mut self, request: Request, handler: H) -> RequestEnvelope {
        self.last_id = self.last_id.wrapping_add(1).max(1);
        self.handlers.insert(self.last_id, handler);
        RequestEnvelope { id: self.last_id, request }
    }

    /// Keeps a request until the worker is ready. What waits and is pointless now is overtaken;
    /// its handlers are returned, to be told so.
    pub fn wait(&mut self, envelope: RequestEnvelope) -> Vec<H> {
        let mut overtaken = Vec::new();
        let handlers = &mut self.handlers;
        self.waiting.retain(|old| {
            let stays = !envelope.request.overtakes(&old.request);
            if !stays {
                overtaken.extend(handlers.remove(&old.id));
            }
            stays
        });
        self.waiting.push(envelope);
        overtaken
    }

    /// Takes back a request that still waits. Its handler, where there was one.
    pub fn withdraw(&mut self, id: RequestId) -> Option<H> {
        let before = self.waiting.len();
        self.waiting.retain(|envelope| envelope.id != id);
        if self.waiting.len() < before { self.handlers.remove(&id) } else { None }
    }

    /// All that waits, in order.
    pub fn release(&mut self) -> Vec<RequestEnvelope> {
        std::mem::take(&mut self.waiting)
    }

    /// The handler of an event; forgotten after its final one.
    pub fn handler(&mut self, envelope: &EventEnvelope) -> Option<H> {
        if is_final(&envelope.event) {
            self.handlers.remove(&envelope.id)
        } else {
            self.handlers.get(&envelope.id).cloned()
        }
    }

    /// Forgets everything; the handlers are returned, to be told that the worker is gone.
    pub fn abandon(&mut self) -> Vec<H> {
        self.waiting.clear();
        self.handlers.drain().map(|(_, handler)| handler).collect()
    }
}

/// The event for requests whose worker is gone.
pub fn gone(reason: &str) -> Event {
    Event::Failed { error: WorkerError::Internal { reason: reason.to_owned() } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Raster, RunStatus};

    fn classify() -> Request {
        let drawing = Raster { width: 1, height: 1, pixels: vec![9] };
        Request::Classify { model: "taylornet-7".into(), drawing, normalize: true }
    }

    #[test]
    fn a_handler_hears_everything_until_the_final_event() {
        let mut pending = Pending::default();
        let id = pending.register(Request::Train { run: 0, steps: None }, "train").id;
        let busy =
            Event::Busy { what: "Loading".into(), done: 0.0, total: None, unit: crate::protocol::BusyUnit::Bytes };
        assert_eq!(pending.handler(&EventEnvelope { id, event: busy }), Some("train"));
        let stopped = Event::RunStopped { run: 0, status: RunStatus::Paused, step: 3 };
        let stopped = EventEnvelope { id, event: stopped };
        assert_eq!(pending.handler(&stopped), Some("train"));
        assert_eq!(pending.handler(&stopped), None);
    }

    #[test]
    fn a_newer_drawing_overtakes_a_waiting_one_and_nothing_else() {
        let mut pending = Pending::default();
        let first = pending.register(classify(), "first");
        assert!(pending.wait(first).is_empty());
        let other = pending.register(Request::SelfTest, "other");
        assert!(pending.wait(other).is_empty());
        let second = pending.register(classify(), "second");
        assert_eq!(pending.wait(second), ["first"]);
        let ids: Vec<_> = pending.release().iter().map(|envelope| envelope.id).collect();
        assert_eq!(ids, [2, 3]);
    }

    #[test]
    fn a_waiting_request_can_be_withdrawn_and_all_can_be_abandoned() {
        let mut pending = Pending::default();
        let one = pending.register(Request::SelfTest, "one");
        let id = one.id;
        pending.wait(one);
        assert_eq!(pending.withdraw(id), Some("one"));
        assert_eq!(pending.withdraw(id), None);
        pending.register(Request::SelfTest, "two");
        assert_eq!(pending.abandon(), ["two"]);
        assert!(pending.release().is_empty());
    }
}
