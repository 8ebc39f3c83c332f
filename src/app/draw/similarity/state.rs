//! What is compared, and the newest comparison.

use crate::app::draw::latency::LatencyWindow;
use crate::app::draw::state::{DrawState, note_delay};
use crate::app::history::Address;
use crate::app::link::{Busy, WorkerLink};
use crate::app::reactive::{effect_after, memo};
use crate::app::url::{ReferenceState, Room};
use crate::protocol::{Event, Raster, Request, Similarity};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// Side of the images that are compared.
const SIDE: u32 = 28;
/// Between two comparisons, so that those of a stroke leave the worker time for the network's own answers.
const INTERVAL: Duration = Duration::from_millis(50);

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// What the network got of the drawing; `None` for an empty canvas.
    image: Option<Raster>,
    references: ReferenceState,
    /// Which worker: a new one knows nothing of what was asked before.
    worker: u32,
}

/// Signals of the panel.
#[derive(Clone, Copy)]
pub struct SimilarityState {
    /// Level and embedder.
    pub references: Memo<ReferenceState>,
    /// The newest comparison. It stays until the next one is here.
    pub newest: RwSignal<Option<Arc<Similarity>>>,
    /// The question that it answers.
    answered: RwSignal<Option<Question>>,
    /// What is asked now; `None` as long as the drawing is on its way through the network.
    question: Memo<Option<Question>>,
    /// What takes long.
    pub busy: RwSignal<Option<Busy>>,
    /// Why there is no comparison.
    pub failure: RwSignal<Option<String>>,
    /// Delays from a movement of the pen to the ten similarities.
    pub latency: RwSignal<LatencyWindow>,
    /// The first movement among those whose comparison was overtaken.
    overtaken: StoredValue<Option<Duration>>,
    /// Asked when the interval since the last question is over.
    waiting: StoredValue<Option<(Question, Option<Duration>)>>,
    /// Whether the interval is not over yet.
    is_resting: StoredValue<bool>,
    link: WorkerLink,
}

impl SimilarityState {
    /// Follows the drawing and the address.
    pub fn new(draw: DrawState, address: Address, link: WorkerLink) -> Self {
        let references = memo(move |_| address.state.with(|state| state.references));
        let question = memo(move |before: Option<&Option<Question>>| {
            // Nothing is asked for a room that nobody sees.
            if address.state.with(|state| state.room != Room::Draw) {
                return before.cloned().flatten();
            }
            let image = if draw.is_empty() { None } else { Some(draw.answer(0)?.image_28.clone()) };
            Some(Question { image, references: references.get(), worker: link.generation().get() })
        });
        let state = Self {
            references,
            newest: RwSignal::new(None),
            answered: RwSignal::new(None),
            question,
            busy: RwSignal::new(None),
            failure: RwSignal::new(None),
            latency: RwSignal::new(LatencyWindow::default()),
            overtaken: StoredValue::new(None),
            waiting: StoredValue::new(None),
            is_resting: StoredValue::new(false),
            link,
        };
        effect_after(move |before: Option<Option<Question>>| {
            let question = question.get();
            if let Some(question) = &question {
                let before = before.flatten();
                let moved = before.is_none_or(|before| before.image != question.image);
                let since = draw.answers[0].with_untracked(|answer| answer.as_ref().and_then(|answer| answer.since));
                state.offer(question.clone(), since.filter(|_| moved));
            }
            question
        });
        state
    }

    /// Whether the newest comparison is of what is on the canvas, with the references that are chosen.
    pub fn is_current(self) -> bool {
        self.question.with(|question| question.is_some() && self.answered.with(|answered| question == answered))
    }

    /// Asks now, or asks the newest question when the interval is over.
    fn offer(self, question: Question, since: Option<Duration>) {
        let earlier = self.waiting.try_update_value(Option::take).flatten().and_then(|(_, since)| since);
        let since = earlier.into_iter().chain(since).min();
        if self.is_resting.get_value() {
            self.waiting.set_value(Some((question, since)));
            return;
        }
        self.is_resting.set_value(true);
        self.ask(question, since);
        set_timeout(
            move || {
                // The room may be gone by now.
                if self.is_resting.try_set_value(false).is_none()
                    && let Some((question, since)) = self.waiting.try_update_value(Option::take).flatten()
                {
                    self.offer(question, since);
                }
            },
            INTERVAL,
        );
    }

    fn ask(self, question: Question, since: Option<Duration>) {
        let empty = || Raster { width: SIDE, height: SIDE, pixels: vec![0; (SIDE * SIDE) as usize] };
        let request = Request::Compare {
            embedder: question.references.embedder.into(),
            level: question.references.level,
            partition: question.references.partition,
            drawing: question.image.clone().unwrap_or_else(empty),
            normalize: false,
        };
        self.link.send(request, move |event| self.hear(&question, since, event));
    }

    fn hear(self, question: &Question, since: Option<Duration>, event: &Event) {
        // The room may be gone by now.
        let Some(is_newest) = self.question.try_with_untracked(|newest| newest.as_ref() == Some(question)) else {
            return;
        };
        let earlier = self.overtaken.try_update_value(Option::take).flatten();
        let since = earlier.into_iter().chain(since).min();
        if let Event::Compared { similarity } = event {
            // What was drawn while references were embedded waited for them, not for an answer.
            let is_warm = self.answered.with_untracked(|before| {
                before.as_ref().is_some_and(|before| before.references == question.references)
            }) && self.busy.with_untracked(Option::is_none);
            self.answered.set(Some(question.clone()));
            self.newest.set(Some(Arc::new(similarity.clone())));
            self.settle(None);
            if let Some(since) = since.filter(|_| is_warm && similarity.winner.is_some()) {
                note_delay(self.latency, since);
            }
        } else if let Event::Busy { what, done, total, unit } = event {
            self.overtaken.set_value(earlier);
            if is_newest {
                let busy = Busy { what: what.clone(), done: *done, total: *total, unit: *unit };
                self.busy.set(Some(busy));
            }
        } else if let Event::Failed { error } = event
            && is_newest
        {
            self.settle(Some(error.to_string()));
        } else {
            // Overtaken by a newer one, which answers for this one too.
            self.overtaken.set_value(since);
        }
    }

    fn settle(self, failure: Option<String>) {
        self.busy.set(None);
        self.failure.set(failure);
    }
}
