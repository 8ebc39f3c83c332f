//! Requests that wait: the newest drawing wins, and what is urgent goes first.

use crate::protocol::{Event, EventEnvelope, OWN_RUN, Request, RequestEnvelope, RequestId, RunId};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

/// A request and when it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrival {
    /// On the host's clock.
    pub at_ms: f64,
    /// The request with its number.
    pub envelope: RequestEnvelope,
}

/// The queue between the message handler and the session. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Inbox {
    queue: Rc<RefCell<Queue>>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: VecDeque<Arrival>,
    /// Requests came in since the last look.
    changed: bool,
    waker: Option<Waker>,
}

impl Inbox {
    /// Takes in a request. A drawing that waits is overtaken by a newer one; the answer to it is returned.
    pub fn push(&self, at_ms: f64, envelope: RequestEnvelope) -> Option<EventEnvelope> {
        let mut queue = self.queue.borrow_mut();
        let old = queue.waiting.iter().position(|old| envelope.request.overtakes(&old.envelope.request));
        let overtaken = old.and_then(|index| queue.waiting.remove(index)).map(|old| old.envelope.id);
        queue.waiting.push_back(Arrival { at_ms, envelope });
        queue.changed = true;
        if let Some(waker) = queue.waker.take() {
            waker.wake();
        }
        overtaken.map(|id| EventEnvelope { id, event: Event::Superseded })
    }

    /// Resolves when requests have come in since the last call.
    pub async fn changed(&self) {
        poll_fn(|context| {
            let mut queue = self.queue.borrow_mut();
            if std::mem::take(&mut queue.changed) {
                return Poll::Ready(());
            }
            queue.waker = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// The next request: urgent ones first, the others in order.
    pub fn next(&self) -> Option<Arrival> {
        self.next_urgent().or_else(|| self.queue.borrow_mut().waiting.pop_front())
    }

    /// The next request that may overtake others: a drawing, a cancellation, and what concerns a run in training as
    /// long as nothing earlier about that run waits.
    pub fn next_urgent(&self) -> Option<Arrival> {
        let waiting = &mut self.queue.borrow_mut().waiting;
        let mut runs_before: Vec<RunId> = Vec::new();
        let urgent = waiting.iter().position(|arrival| {
            let request = &arrival.envelope.request;
            let run = run_of(request);
            let urgent = request.is_urgent() && run.is_none_or(|run| !runs_before.contains(&run));
            runs_before.extend(run);
            urgent
        })?;
        waiting.remove(urgent)
    }

    /// Whether such a request waits.
    pub fn waits(&self, is_such: impl Fn(&Request) -> bool) -> bool {
        self.queue.borrow().waiting.iter().any(|arrival| is_such(&arrival.envelope.request))
    }

    /// Takes a waiting request out; true where there was one.
    pub fn withdraw(&self, id: RequestId) -> bool {
        let waiting = &mut self.queue.borrow_mut().waiting;
        let before = waiting.len();
        waiting.retain(|arrival| arrival.envelope.id != id);
        waiting.len() < before
    }
}

/// The run that a request is about.
fn run_of(request: &Request) -> Option<RunId> {
    match request {
        Request::CreateRun { run, .. }
        | Request::Train { run, .. }
        | Request::Pause { run }
        | Request::SetLearningRate { run, .. }
        | Request::Evaluate { run, .. }
        | Request::SaveWeights { run }
        | Request::LoadWeights { run, .. }
        | Request::SaveCheckpoint { run }
        | Request::RestoreCheckpoint { run, .. }
        | Request::DropRun { run } => Some(*run),
        Request::UseImages { .. } => Some(OWN_RUN),
        Request::Start { .. }
        | Request::Classify { .. }
        | Request::ClassifyPicture { .. }
        | Request::Activations { .. }
        | Request::TestImages { .. }
        | Request::TrainImages { .. }
        | Request::StartDistillation { .. }
        | Request::HoldDistillation { .. }
        | Request::SwitchDevice { .. }
        | Request::ExpandStack { .. }
        | Request::MeasureSpectrum { .. }
        | Request::ExpandNetwork { .. }
        | Request::EigenDigits { .. }
        | Request::ScaleFlow { .. }
        | Request::PruneTerms { .. }
        | Request::Explain { .. }
        | Request::ExplainPicture { .. }
        | Request::CheckPolynomial { .. }
        | Request::Compare { .. }
        | Request::SelfTest
        | Request::Cancel { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number;
    use crate::protocol::Raster;

    fn classify() -> Request {
        let drawing = Raster { width: 1, height: 1, pixels: vec![9] };
        Request::Classify { model: "taylornet-7".into(), drawing, normalize: true }
    }

    fn inbox(requests: impl IntoIterator<Item = Request>) -> (Inbox, Vec<RequestId>) {
        let inbox = Inbox::default();
        let mut overtaken = Vec::new();
        for (index, request) in requests.into_iter().enumerate() {
            let envelope = RequestEnvelope { id: number::to_u32(index) + 1, request };
            overtaken.extend(inbox.push(0.0, envelope).map(|event| event.id));
        }
        (inbox, overtaken)
    }

    fn order(inbox: &Inbox) -> Vec<RequestId> {
        std::iter::from_fn(|| inbox.next()).map(|arrival| arrival.envelope.id).collect()
    }

    #[test]
    fn the_newest_drawing_wins_and_goes_first() {
        let (inbox, overtaken) = inbox([Request::SelfTest, classify(), Request::SelfTest, classify()]);
        assert_eq!(overtaken, [2]);
        assert_eq!(order(&inbox), [4, 1, 3]);
    }

    #[test]
    fn a_pause_overtakes_others_but_not_its_own_run() {
        let train = |run| Request::Train { run, steps: None };
        let (inbox, _) = inbox([Request::SelfTest, train(0), Request::Pause { run: 0 }, Request::Pause { run: 1 }]);
        assert_eq!(order(&inbox), [4, 1, 2, 3]);
    }

    #[test]
    fn a_waiting_request_can_be_withdrawn() {
        let (inbox, _) = inbox([Request::SelfTest, Request::SelfTest]);
        assert!(inbox.withdraw(1) && !inbox.withdraw(1));
        assert_eq!(order(&inbox), [2]);
    }
}
