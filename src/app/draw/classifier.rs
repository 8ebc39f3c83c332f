//! From the drawing to the answer: at once where the worker is free, else as soon as it is.

use super::network::RUN_NETWORK;
use super::paint::Rasteriser;
use super::queue::Turnstile;
use super::state::{Answer, DrawState, note_delay};
use crate::app::link::{WorkerLink, WorkerStatus};
use crate::app::pending::is_final;
use crate::app::reactive::{effect, effect_after, memo};
use crate::protocol::{Event, ModelRef, Raster, Request};
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// How often the network in training is asked again, in case it has learnt something.
const RUN_INTERVAL: Duration = Duration::from_millis(1_500);

/// A drawing on its way to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Job {
    /// Counts the changes of the drawing.
    version: u32,
    /// Time (since the page was opened) of the first movement that no answer has shown yet; `None` for changes that no
    /// hand made (a link, another model).
    since: Option<Duration>,
    raster: Raster,
    /// A dot that only makes the worker load its weights, before the first stroke.
    warm_up: bool,
}

/// Keeps the answers of a [`DrawState`] up to date.
#[derive(Clone, Copy)]
pub struct Classifier {
    state: DrawState,
    link: WorkerLink,
    turnstile: StoredValue<Turnstile>,
    rasteriser: StoredValue<Option<Rasteriser>, LocalStorage>,
    look_is_due: StoredValue<bool>,
    /// Networks that have answered since the worker started: only then does a delay say something about drawing.
    warm: StoredValue<Vec<ModelRef>>,
}

impl Classifier {
    /// Follows the drawing, the choice of networks and the worker until the room goes away.
    pub fn follow(state: DrawState, link: WorkerLink) {
        let classifier = Self {
            state,
            link,
            turnstile: StoredValue::new(Turnstile::default()),
            rasteriser: StoredValue::new_local(Rasteriser::new()),
            look_is_due: StoredValue::new(false),
            warm: StoredValue::new(Vec::new()),
        };
        effect(move || {
            state.version.track();
            state.models.track();
            classifier.changed();
        });
        let is_ready = memo(move |_| match link.status().get() {
            WorkerStatus::Ready(_) => true,
            WorkerStatus::Loading | WorkerStatus::Crashed(_) => false,
        });
        effect(move || {
            if is_ready.get() {
                classifier.turnstile.update_value(Turnstile::open);
                classifier.look_soon();
            } else {
                classifier.warm.set_value(Vec::new());
                classifier.turnstile.update_value(Turnstile::close);
            }
        });
        // A network in training is another one every few steps.
        let asks_run = memo(move |_| state.models.with(|models| models.contains(&RUN_NETWORK)));
        effect_after(move |last: Option<Option<IntervalHandle>>| {
            if let Some(last) = last.flatten() {
                last.clear();
            }
            let again = move || classifier.changed();
            asks_run.get().then(|| set_interval_with_handle(again, RUN_INTERVAL).ok()).flatten()
        });
    }

    fn changed(self) {
        self.turnstile.update_value(Turnstile::change);
        if self.state.history.with_untracked(|history| history.sketch().is_empty()) {
            self.state.failure.set(None);
            for answer in self.state.answers {
                answer.set(None);
            }
        }
        self.look_soon();
    }

    /// Looks at the drawing once all that is changing it now has run.
    fn look_soon(self) {
        if self.turnstile.with_value(Turnstile::is_due) && !self.look_is_due.get_value() {
            self.look_is_due.set_value(true);
            queue_microtask(move || self.look());
        }
    }

    fn look(self) {
        // The room may be gone by now.
        if self.look_is_due.try_set_value(false).is_some() || !self.turnstile.with_value(Turnstile::is_due) {
            return;
        }
        if self.state.history.with_untracked(|history| history.sketch().is_empty()) {
            self.turnstile.update_value(Turnstile::settle);
            self.state.take_moved();
            self.warm_up();
            return;
        }
        let raster = self.state.history.with_untracked(|history| {
            self.rasteriser.with_value(|rasteriser| rasteriser.as_ref().and_then(|r| r.raster(history.sketch())))
        });
        match raster {
            Some(raster) => self.send(self.state.take_moved(), raster, false),
            None => {
                self.turnstile.update_value(Turnstile::settle);
                self.state.failure.set(Some("The browser does not let this page read its canvas.".into()));
            }
        }
    }

    /// Lets the worker load the chosen networks while the canvas is still empty.
    fn warm_up(self) {
        let cold = self
            .state
            .models
            .with_untracked(|models| self.warm.with_value(|warm| models.iter().any(|model| !warm.contains(model))));
        if cold {
            let ink = |index: usize| {
                if (11..17).contains(&(index / 28)) && (11..17).contains(&(index % 28)) { 255 } else { 0 }
            };
            let raster = Raster { width: 28, height: 28, pixels: (0..28 * 28).map(ink).collect() };
            self.send(None, raster, true);
        }
    }

    fn send(self, since: Option<Duration>, raster: Raster, warm_up: bool) {
        self.turnstile.update_value(Turnstile::go);
        let version = self.state.version.get_untracked();
        self.ask(Rc::new(Job { version, since, raster, warm_up }), 0);
    }

    fn next(self) {
        // The room may be gone by now.
        if self.turnstile.try_update_value(Turnstile::answered).is_some() {
            self.look_soon();
        }
    }

    /// Asks the network at this place, then the one after it: the worker keeps only the newest classification.
    fn ask(self, job: Rc<Job>, place: usize) {
        let Some(model) = self.state.models.try_get_untracked().and_then(|models| models.get(place).cloned()) else {
            self.next();
            return;
        };
        let request = Request::Classify { model, drawing: job.raster.clone(), normalize: true };
        self.link.send(request, move |event| self.hear(&job, place, event));
    }

    fn hear(self, job: &Rc<Job>, place: usize, event: &Event) {
        if let Event::Classified { model, image_28, image_7, logits, probabilities, compute_ms } = event {
            let answer = Answer {
                model: model.clone(),
                version: job.version,
                probabilities: probabilities.clone(),
                logits: logits.clone(),
                image_28: image_28.clone(),
                image_7: image_7.clone(),
                compute_ms: *compute_ms,
                since: job.since,
            };
            self.show(job, place, answer);
            self.ask(Rc::clone(job), place + 1);
            return;
        }
        if !job.warm_up {
            if matches!(event, Event::EmptyDrawing) {
                self.state.answers[place].set(None);
                let sentence = "There is no ink in this picture. Draw a digit, or try another picture.";
                self.state.failure.set(Some(sentence.into()));
            } else if let Event::Failed { error } = event {
                self.state.failure.set(Some(error.to_string()));
            }
        }
        // Also where it was overtaken or cancelled.
        if is_final(event) {
            self.next();
        }
    }

    fn show(self, job: &Job, place: usize, mut answer: Answer) {
        let is_warm = self.warm.with_value(|warm| warm.contains(&answer.model));
        if !is_warm {
            answer.since = None;
            self.warm.update_value(|warm| warm.push(answer.model.clone()));
            // What was drawn while the weights were loading waited for them, not for an answer.
            self.state.take_moved();
        }
        if job.warm_up || self.state.history.with_untracked(|history| history.sketch().is_empty()) {
            return;
        }
        self.state.failure.set(None);
        self.state.answers[place].set(Some(Arc::new(answer)));
        if let Some(since) = job.since.filter(|_| is_warm && place == 0) {
            note_delay(self.state.latency, since);
        }
    }
}
