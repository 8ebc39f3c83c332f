//! Keeping runs in the browser's database while they train, and offering them again.

use super::keep::{self, Saved};
use super::record::{Phase, Record, checkpoint_due};
use super::state::{Run, Training};
use crate::app::url;
use crate::protocol::{Checkpoint, Event, Request, RunId};
use leptos::prelude::*;

/// Points of the curve that are kept: writing many would hold up the page.
const KEPT_POINTS: usize = 2_000;

impl Training {
    /// Asks for a checkpoint where one is due.
    pub(super) fn keep_if_due(self, run: Run) {
        let (at_step, at_ms, busy) = run.kept_at.get_value();
        let step = run.record.with_untracked(|record| record.step);
        let secs = (js_sys::Date::now() - at_ms) / 1_000.0;
        if !busy && checkpoint_due(step.saturating_sub(at_step), secs) {
            self.keep(run);
        }
    }

    /// Asks for a checkpoint and keeps it.
    pub(super) fn keep(self, run: Run) {
        let step = run.record.with_untracked(|record| record.step);
        if step == 0 {
            return;
        }
        run.kept_at.set_value((step, js_sys::Date::now(), true));
        let hear = run.alive(move |event| {
            if let Event::Checkpointed { checkpoint } = event {
                self.store(run, checkpoint.clone());
            } else if matches!(event, Event::Failed { .. } | Event::Cancelled | Event::Superseded) {
                run.kept_at.update_value(|kept| kept.2 = false);
                self.complain(event);
            }
        });
        self.link.send(Request::SaveCheckpoint { run: run.id }, hear);
    }

    fn store(self, run: Run, checkpoint: Checkpoint) {
        let mut record = run.record.get_untracked();
        record.step = checkpoint.summary.step;
        record.points.retain(|point| point.step <= record.step && point.loss.is_finite());
        record.thin(KEPT_POINTS);
        let query = self.address.state.with_untracked(url::write);
        let saved = Saved { checkpoint, record, query, at_ms: js_sys::Date::now() };
        crate::app::task::spawn(async move {
            if let Err(sentence) = keep::keep(saved).await {
                self.notice.set(Some(sentence));
            }
            run.kept_at.update_value(|kept| kept.2 = false);
        });
    }

    /// Reads what earlier visits, or an earlier worker, have left.
    pub(super) fn look_for_offers(self) {
        crate::app::task::spawn(async move {
            // Where nothing can be read, nothing can be offered; keeping will say why.
            let saved = keep::kept().await.unwrap_or_default();
            self.offers.set(saved);
        });
    }

    /// Goes on with every kept run: the settings, the curves and the state are put back.
    pub fn continue_kept(self) {
        let offers = self.offers.get_untracked();
        self.offers.set(Vec::new());
        if let Some(first) = offers.first() {
            let state = url::parse(&first.query).state;
            self.address.state.update(|now| now.train = state.train);
        }
        for saved in offers {
            let Some(&run) = self.runs.get(saved.checkpoint.summary.run as usize) else { continue };
            // Until the worker has the run there is none, whatever it was doing when it was kept.
            let record = Record { phase: Phase::Absent, ..saved.record };
            let name = record.name.clone();
            let request = Request::RestoreCheckpoint { run: run.id, checkpoint: saved.checkpoint };
            run.record.set(record);
            self.build(run, request, move || {
                leptos::logging::log!("run {} goes on: {name}", run.id);
            });
        }
    }

    /// Forgets the kept runs.
    pub fn discard_kept(self) {
        for saved in self.offers.get_untracked() {
            self.discard(saved.checkpoint.summary.run);
        }
        self.offers.set(Vec::new());
    }

    /// Forgets what was kept of a run.
    pub(super) fn discard(self, run: RunId) {
        self.offers.update(|offers| offers.retain(|saved| saved.checkpoint.summary.run != run));
        crate::app::task::spawn(async move {
            // Nothing kept, or nothing readable: there is nothing to forget then.
            let _ = keep::forget(run).await;
        });
    }
}
