//! The two runs of the room: what the visitor asks for becomes requests, and what comes back becomes records.

use super::keep::Saved;
use super::record::{Phase, Record};
use super::settings;
use crate::app::at_hand::{RunAtHand, RunNow};
use crate::app::history::{Address, use_address};
use crate::app::link::{WorkerLink, WorkerStatus, use_link};
use crate::app::reactive::{effect, effect_after};
use crate::config::NetworkConfig;
use crate::protocol::{EvaluationReport, Event, Request, RunId, RunStatus, RunSummary};
use leptos::prelude::*;

/// One of the two runs.
#[derive(Clone, Copy)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// What it has done so far.
    pub record: RwSignal<Record>,
    /// Its last test.
    pub report: RwSignal<Option<EvaluationReport>>,
    /// Step and time in milliseconds at which the last checkpoint was asked for, and whether it is still being kept.
    pub(super) kept_at: StoredValue<(u32, f64, bool)>,
    /// Counts resets: what an earlier life of the run still sends is not heard.
    life: StoredValue<u32>,
}

/// Everything that the room's parts share. A context value; get it with [`use_training`].
#[derive(Clone, Copy)]
pub struct Training {
    /// The settings.
    pub address: Address,
    /// The worker.
    pub link: WorkerLink,
    /// Run 0 and, for the comparison, run 1.
    pub runs: [Run; 2],
    /// What went wrong, for the visitor.
    pub notice: RwSignal<Option<String>>,
    /// Kept runs that could be continued.
    pub offers: RwSignal<Vec<Saved>>,
}

/// The training provided by the room.
///
/// # Panics
/// Outside the room, which provides it before its parts are built.
pub fn use_training() -> Training {
    expect_context::<Training>()
}

impl Run {
    fn new(id: RunId) -> Self {
        Self {
            id,
            record: RwSignal::new(Record::default()),
            report: RwSignal::new(None),
            kept_at: StoredValue::new((0, 0.0, false)),
            life: StoredValue::new(0),
        }
    }

    /// What it is doing.
    pub fn phase(self) -> Phase {
        self.record.with(|record| record.phase)
    }

    /// The worker has built or restored it.
    fn created(self, summary: &RunSummary) {
        let name = settings::short_name(&summary.network);
        self.record.update(|record| record.created(name, summary.clone()));
        self.report.set(None);
    }

    /// Wraps a handler so that it falls silent when the run is given up.
    pub(super) fn alive(self, hear: impl Fn(&Event) + 'static) -> impl Fn(&Event) + 'static {
        let life = self.life.get_value();
        move |event| {
            if self.life.get_value() == life {
                hear(event);
            }
        }
    }

    fn clear(self) {
        self.life.update_value(|life| *life += 1);
        self.record.set(Record::default());
        self.report.set(None);
        self.kept_at.set_value((0, 0.0, false));
    }
}

impl Training {
    /// Reads what is kept, and follows the worker's life.
    pub fn new() -> Self {
        let training = Self {
            address: use_address(),
            link: use_link(),
            runs: [Run::new(0), Run::new(1)],
            notice: RwSignal::new(None),
            offers: RwSignal::new(Vec::new()),
        };
        if let Some(at_hand) = use_context::<RunAtHand>() {
            effect(move || {
                let now = training.runs[0].record.with(|record| {
                    let network = record.summary.as_ref()?.network.clone();
                    Some(RunNow { network, step: record.step })
                });
                if at_hand.0.with_untracked(|before| *before != now) {
                    at_hand.0.set(now);
                }
            });
        }
        effect_after(move |last: Option<u32>| {
            let generation = training.link.generation().get();
            if last != Some(generation) {
                // The runs of an earlier worker are gone with it; what was kept is offered.
                for run in training.runs {
                    run.clear();
                }
                training.look_for_offers();
            }
            generation
        });
        training
    }

    /// The runs that Start moves: one, or two for the comparison.
    pub fn active(self) -> Vec<Run> {
        let compares = self.address.state.with(|state| state.train.compare);
        let count = if compares && self.network_of(1).is_some() { 2 } else { 1 };
        self.runs[..count].to_vec()
    }

    /// The network that the settings give to a run.
    pub fn network_of(self, run: RunId) -> Option<NetworkConfig> {
        let network = self.address.state.with(|state| settings::network(&state.train));
        if run == 0 { Some(network) } else { settings::partner(&network) }
    }

    /// True once a run has trained: its settings are then fixed.
    pub fn is_fixed(self) -> bool {
        self.runs.iter().any(|run| {
            run.record.with(|record| record.step > 0 || matches!(record.phase, Phase::Training | Phase::Preparing))
        })
    }

    /// Trains all active runs, for this many steps or to the end.
    pub fn train(self, steps: Option<u32>) {
        self.notice.set(None);
        for run in self.active() {
            self.prepared(run, move || self.go(run, steps));
        }
    }

    /// Stops all runs after the step in progress.
    pub fn pause(self) {
        for run in self.runs {
            if run.record.with_untracked(|record| record.phase) == Phase::Training {
                self.link.tell(Request::Pause { run: run.id });
            }
        }
    }

    /// Gives up all runs, kept ones included.
    pub fn reset(self) {
        for run in self.runs {
            if run.record.with_untracked(|record| record.phase) != Phase::Absent {
                self.link.tell(Request::DropRun { run: run.id });
            }
            run.clear();
            self.discard(run.id);
        }
        self.notice.set(None);
    }

    /// Changes the peak learning rate of runs under way.
    pub fn set_learning_rate(self, learning_rate: f64) {
        if !(learning_rate > 0.0 && learning_rate <= 10.0) {
            return;
        }
        for run in self.runs {
            if run.record.with_untracked(|record| record.summary.is_some()) {
                self.link
                    .send(Request::SetLearningRate { run: run.id, learning_rate }, move |event| self.complain(event));
            }
        }
    }

    /// Makes sure that the worker has the run with the current settings, then does what comes next.
    pub fn prepared(self, run: Run, next: impl Fn() + 'static) {
        let Some(network) = self.network_of(run.id) else { return };
        let training = self.address.state.with_untracked(|state| settings::training(&state.train));
        let (phase, fresh) = run.record.with_untracked(|record| {
            let same = record.summary.as_ref().is_some_and(|s| s.network == network && s.training == training);
            (record.phase, record.step > 0 || same)
        });
        match phase {
            Phase::Preparing | Phase::Training | Phase::Finished => {}
            Phase::Paused | Phase::Diverged if fresh => next(),
            Phase::Absent | Phase::Paused | Phase::Diverged => {
                let request = Request::CreateRun { run: run.id, network, training };
                self.build(run, request, next);
            }
        }
    }

    /// Sends a request that is answered by a run standing ready.
    pub fn build(self, run: Run, request: Request, next: impl Fn() + 'static) {
        let before = run.record.with_untracked(|record| record.phase);
        run.record.update(|record| record.phase = Phase::Preparing);
        let hear = run.alive(move |event| {
            if let Event::RunCreated { summary } = event {
                run.created(summary);
                next();
            } else if matches!(event, Event::Failed { .. } | Event::Cancelled) {
                if before == Phase::Absent {
                    run.clear();
                } else {
                    run.record.update(|record| record.phase = before);
                }
                self.complain(event);
            }
        });
        self.link.send(request, hear);
    }

    fn go(self, run: Run, steps: Option<u32>) {
        run.record.update(|record| record.phase = Phase::Training);
        let at = run.record.with_untracked(|record| record.step);
        run.kept_at.set_value((at, js_sys::Date::now(), false));
        let hear = run.alive(move |event| {
            if let Event::Progress { progress } = event {
                run.record.update(|record| record.progress(progress));
                self.keep_if_due(run);
            } else if let Event::RunStopped { status, step, .. } = event {
                run.record.update(|record| record.stopped(*status, *step));
                if *status == RunStatus::Diverged {
                    self.diverged(*step);
                }
                self.keep(run);
            } else if matches!(event, Event::Failed { .. } | Event::Cancelled) {
                run.record.update(|record| record.stopped(RunStatus::Paused, record.step));
                self.complain(event);
            }
        });
        self.link.send(Request::Train { run: run.id, steps }, hear);
    }

    fn diverged(self, step: u32) {
        let rate = self.address.state.with_untracked(|state| state.train.learning_rate);
        self.notice.set(Some(format!(
            "The loss became infinite at step {step}. The last good weights are in place again. \
             Make the learning rate smaller (it is {rate} now), then press Start."
        )));
    }

    /// Shows a failure; other events are no failure, and a dead worker is reported by the frame.
    pub fn complain(self, event: &Event) {
        let alive = matches!(self.link.status().get_untracked(), WorkerStatus::Ready(_));
        if let Event::Failed { error } = event
            && alive
        {
            self.notice.set(Some(error.to_string()));
        }
    }
}
