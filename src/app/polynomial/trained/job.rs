//! One long request to the worker: started by a button, with progress, a way to cancel, and its failure in words.

use crate::app::components::ProgressBar;
use crate::app::link::WorkerLink;
use crate::app::pending::is_final;
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use crate::protocol::{Event, Request, RequestId};
use leptos::prelude::*;

/// How a job stands.
#[derive(Debug, Clone, PartialEq)]
pub enum JobState {
    /// Nothing is under way.
    Idle,
    /// Under way.
    Running {
        /// What the worker does, as a sentence without full stop; empty until it says so.
        what: String,
        /// Done so far, 0 to 1, where known.
        share: Option<f64>,
    },
    /// Went wrong; the sentence says what to do.
    Failed(String),
}

/// A request of which at most one is under way.
#[derive(Clone, Copy)]
pub struct Job {
    /// How it stands.
    pub state: RwSignal<JobState>,
    link: WorkerLink,
    id: StoredValue<Option<RequestId>>,
    /// Counts starts: what an earlier request still says is not heard.
    life: StoredValue<u32>,
}

impl Job {
    /// Nothing under way yet.
    pub fn new(link: WorkerLink) -> Self {
        Self { state: RwSignal::new(JobState::Idle), link, id: StoredValue::new(None), life: StoredValue::new(0) }
    }

    /// Whether it is under way.
    pub fn is_running(self) -> bool {
        self.state.with(|state| matches!(state, JobState::Running { .. }))
    }

    /// Sends a request in place of the one under way; `done` hears its final event unless that is a failure.
    pub fn start(self, request: Request, done: impl Fn(&Event) + 'static) {
        self.cancel();
        let life = self.life.get_value();
        self.state.set(JobState::Running { what: String::new(), share: None });
        let id = self.link.send(request, move |event| {
            if self.life.try_get_value() != Some(life) {
                return;
            }
            if let Event::Busy { what, done, total, .. } = event {
                let share = total.map(|total| (done / total.max(1.0)).clamp(0.0, 1.0));
                self.state.set(JobState::Running { what: what.clone(), share });
            } else if let Event::Failed { error } = event {
                self.state.set(JobState::Failed(error.to_string()));
            } else if is_final(event) {
                self.state.set(JobState::Idle);
                done(event);
            }
        });
        self.id.set_value(Some(id));
    }

    /// Gives up the request under way, and forgets a failure.
    pub fn cancel(self) {
        self.life.update_value(|life| *life += 1);
        let is_running = self.state.with_untracked(|state| matches!(state, JobState::Running { .. }));
        if let Some(id) = self.id.try_update_value(Option::take).flatten().filter(|_| is_running) {
            self.link.cancel(id);
        }
        self.state.set(JobState::Idle);
    }
}

/// The button that starts a job; in its place, while it runs, the progress and a button that cancels.
#[component]
pub fn JobControls(
    /// The job.
    job: Job,
    /// Words on the button.
    #[prop(into)]
    label: Signal<String>,
    /// Starts it.
    start: Callback<()>,
    /// Used as `data-testid` of the button; the button that cancels has `-cancel` after it.
    testid: &'static str,
) -> impl IntoView {
    let share = Signal::derive(move || {
        job.state.with(|state| match state {
            JobState::Running { share, .. } => *share,
            JobState::Idle | JobState::Failed(_) => None,
        })
    });
    let what = move || {
        job.state.with(|state| match state {
            JobState::Running { what, .. } if !what.is_empty() => format!("{what}…"),
            JobState::Running { .. } => "Waiting for the engine…".into(),
            JobState::Failed(sentence) => sentence.clone(),
            JobState::Idle => String::new(),
        })
    };
    let is_running = memo(move |_| job.is_running());
    let controls = move || {
        if is_running.get() {
            view! {
                <button type="button" class="button" data-testid=format!("{testid}-cancel") on:click=heard(move |_| job.cancel())>"Cancel"</button>
                <ProgressBar label="Progress" share=share/>
            }
        } else {
            view! {
                <button type="button" class="button" data-testid=testid on:click=heard(move |_| start.run(()))>
                    {move || label.get()}
                </button>
            }
        }
    };
    view! {
        <div class="job">
            <div class="job-row">{live(controls)}</div>
            <p
                class="job-words"
                role="status"
                data-testid=format!("{testid}-words")
                class:failed=move || job.state.with(|state| matches!(state, JobState::Failed(_)))
            >
                {live(what)}
            </p>
        </div>
    }
}
