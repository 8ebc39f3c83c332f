//! The live run: what the worker is asked, and what has come back so far.

use super::pixels::{PIXELS, shares};
use super::settings::LiveSettings;
use crate::app::history::Address;
use crate::app::link::{WorkerLink, use_link};
use crate::app::pending::is_final;
use crate::app::reactive::{effect, memo};
use crate::config::Partition;
use crate::number;
use crate::protocol::{DistillationProgress, Event, Request, RequestId};
use leptos::prelude::*;

/// What a live run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Nothing yet.
    #[default]
    Idle,
    /// The worker fetches the images of the group.
    Preparing,
    /// Steps are made.
    Running,
    /// The visitor holds it.
    Held,
    /// All steps are done.
    Finished,
    /// Given up by the visitor, or failed.
    Stopped,
}

impl Phase {
    /// Whether the worker still has it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Preparing | Self::Running | Self::Held)
    }
}

/// A live run so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Run {
    /// What it is doing.
    pub phase: Phase,
    /// Level and group that are being distilled.
    pub group: (usize, usize),
    /// Steps done, and those of the whole run.
    pub steps: (u32, u32),
    /// Steps per second lately.
    pub pace: f64,
    /// Loss over the steps.
    pub curve: Vec<(f64, f64)>,
    /// Where the images started.
    pub begin: Vec<Vec<f32>>,
    /// What they look like now.
    pub now: Vec<Vec<f32>>,
}

impl Run {
    fn progress(&mut self, progress: &DistillationProgress) {
        self.steps = (progress.step, progress.total_steps);
        if progress.steps_per_second > 0.0 {
            self.pace = progress.steps_per_second;
        }
        self.now = progress.images.chunks_exact(PIXELS).map(shares).collect();
        if progress.step == 0 {
            self.begin.clone_from(&self.now);
        }
        let is_new = self.curve.last().is_none_or(|last| last.0 < f64::from(progress.step));
        if let Some(loss) = progress.loss.filter(|_| is_new) {
            self.curve.push((f64::from(progress.step), loss));
        }
    }
}

/// Settings and run as signals. A context value of the live part.
#[derive(Clone, Copy)]
pub struct Live {
    /// What the visitor chose.
    pub settings: RwSignal<LiveSettings>,
    /// The run.
    pub run: RwSignal<Run>,
    /// Why it does not go on.
    pub failure: RwSignal<Option<String>>,
    request: StoredValue<RequestId>,
    link: WorkerLink,
}

impl Live {
    /// No run yet; the settings are those of the distillation on show.
    pub fn new(partition: Memo<Partition>, address: Address) -> Self {
        let live = Self {
            settings: RwSignal::new(address.state.with_untracked(|state| state.distil.live.clone())),
            run: RwSignal::new(Run::default()),
            failure: RwSignal::new(None),
            request: StoredValue::new(0),
            link: use_link(),
        };
        effect(move || {
            let partition = partition.get();
            live.settings.update(|settings| settings.partition = partition);
        });
        // What is chosen stands in the address, and what an address asks for is chosen.
        effect(move || {
            let chosen = live.settings.with(LiveSettings::for_address);
            if address.state.with_untracked(|state| state.distil.live != chosen) {
                address.state.update(|state| state.distil.live = chosen);
            }
        });
        let asked = memo(move |_| address.state.with(|state| state.distil.live.clone()));
        effect(move || {
            let asked = asked.get();
            live.settings.maybe_update(|settings| {
                let differs = settings.for_address() != asked;
                if differs {
                    *settings = LiveSettings { partition: settings.partition, ..asked };
                }
                differs
            });
        });
        live
    }

    /// Distils group `subset` of `level`.
    pub fn start(self, level: usize, subset: usize) {
        self.failure.set(None);
        self.run.set(Run { phase: Phase::Preparing, group: (level, subset), ..Run::default() });
        let config = self.settings.with_untracked(|settings| settings.config(level));
        let request =
            Request::StartDistillation { config, level: number::to_u32(level), subset: number::to_u32(subset) };
        let id = self.link.send(request, move |event| self.hear(event));
        self.request.set_value(id);
    }

    /// Holds the run, or lets it go on.
    pub fn hold(self, hold: bool) {
        self.run.update(|run| run.phase = if hold { Phase::Held } else { Phase::Running });
        self.link.tell(Request::HoldDistillation { hold });
    }

    /// Gives the run up.
    pub fn cancel(self) {
        self.link.cancel(self.request.get_value());
    }

    fn hear(self, event: &Event) {
        if let Event::Distilling { progress } | Event::Distilled { progress } = event {
            self.run.update(|run| {
                run.progress(progress);
                if run.phase == Phase::Preparing {
                    run.phase = Phase::Running;
                }
            });
        }
        if let Event::Failed { error } = event {
            self.failure.set(Some(error.to_string()));
        }
        if is_final(event) {
            let is_finished = matches!(event, Event::Distilled { .. });
            self.run.update(|run| run.phase = if is_finished { Phase::Finished } else { Phase::Stopped });
        }
    }
}
