//! Start, pause, one step, reset; and how fast it goes.

use super::fields::Problems;
use super::record::{Phase, Record};
use super::state::use_training;
use crate::app::components::ProgressBar;
use crate::app::format;
use crate::app::link::WorkerStatus;
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use leptos::prelude::*;

/// The control bar.
#[component]
pub fn Controls() -> impl IntoView {
    let training = use_training();
    let problems = expect_context::<Problems>().0;
    let phases = memo(move |_| training.active().iter().map(|run| run.phase()).collect::<Vec<_>>());
    let any = move |phase: Phase| phases.with(|phases| phases.contains(&phase));
    let all = move |phase: Phase| phases.with(|phases| phases.iter().all(|&other| other == phase));
    let moving = move || any(Phase::Training) || any(Phase::Preparing);
    let begun = move || training.runs.iter().any(|run| run.phase() != Phase::Absent);
    let obstacle = memo(move |_| {
        if let WorkerStatus::Crashed(_) = training.link.status().get() {
            return Some("The computing part of the page is not running.".to_owned());
        }
        if let Some(first) = problems.with(|all| all.first().map(|problem| problem.message.clone())) {
            return Some(first);
        }
        all(Phase::Finished).then(|| "The run is finished. Reset to train anew.".to_owned())
    });
    let stuck = move || obstacle.with(Option::is_some);
    view! {
        <div class="controls" role="group" aria-label="Run">
            <button
                type="button"
                class="button primary"
                id="train-start"
                data-testid="train-start"
                aria-describedby="train-obstacle"
                disabled=move || moving() || stuck()
                on:click=heard(move |_| training.train(None))
            >
                {move || if begun() { "Go on" } else { "Start" }}
            </button>
            <button
                type="button"
                class="button"
                id="train-pause"
                data-testid="train-pause"
                disabled=move || !any(Phase::Training)
                on:click=heard(move |_| training.pause())
            >
                "Pause"
            </button>
            <button
                type="button"
                class="button"
                id="train-step"
                data-testid="train-step"
                aria-describedby="train-obstacle"
                disabled=move || moving() || stuck()
                on:click=heard(move |_| training.train(Some(1)))
            >
                "One step"
            </button>
            <button
                type="button"
                class="button"
                id="train-reset"
                data-testid="train-reset"
                disabled=move || !begun()
                on:click=heard(move |_| training.reset())
            >
                "Reset"
            </button>
            <p class="obstacle small" id="train-obstacle" role="status" data-testid="train-obstacle">
                {move || obstacle.get()}
            </p>
        </div>
        <Pace/>
    }
}

/// Steps, speed and time of the runs together.
#[component]
fn Pace() -> impl IntoView {
    let training = use_training();
    let first = training.runs[0].record;
    let share = Signal::derive(move || {
        let share = first.with(|record| f64::from(record.step) / f64::from(record.total_steps().max(1)));
        Some(share)
    });
    let going = move || training.runs.iter().filter(|run| run.phase() == Phase::Training).copied().collect::<Vec<_>>();
    let left = Signal::derive(move || {
        let runs = going();
        let secs: Option<Vec<f64>> = runs.iter().map(|run| run.record.with(Record::left_secs)).collect();
        // The runs take turns, so their times add up.
        secs.filter(|secs| !secs.is_empty()).map(|secs| secs.iter().sum())
    });
    let step = move || {
        first.with(|record| match record.total_steps() {
            0 => format::NONE.to_owned(),
            total => format!("{} / {}", format::count(record.step as usize), format::count(total as usize)),
        })
    };
    let known = |rate: f64| match rate {
        rate if rate <= 0.0 => format::NONE.to_owned(),
        rate => format::fixed(rate, if rate < 0.995 { 2 } else { usize::from(rate < 99.95) }),
    };
    let elapsed = move || {
        let secs = first.with(|record| record.elapsed_secs);
        if secs > 0.0 { format::duration(secs) } else { format::NONE.to_owned() }
    };
    let raw_step = move || first.with(|record| record.step.to_string());
    let raw_phase = move || first.with(|record| format!("{:?}", record.phase).to_lowercase());
    let raw_loss = move || first.with(|record| record.loss().map(|loss| loss.to_string()));
    view! {
        <div class="pace" data-testid="train-state" data-phase=raw_phase data-step=raw_step data-loss=raw_loss>
            <dl class="figures">
                <div><dt>"Step"</dt><dd data-testid="train-stepcount">{live(step)}</dd></div>
                <div>
                    <dt>"Loss"</dt>
                    <dd data-testid="train-loss">
                        {move || first.with(Record::loss).map_or(format::NONE.to_owned(), |loss| format::fixed(loss, 3))}
                    </dd>
                </div>
                <div>
                    <dt>"Steps a second"</dt>
                    <dd data-testid="train-speed">{move || known(first.with(|record| record.steps_per_second))}</dd>
                </div>
                <div>
                    <dt>"Images a second"</dt>
                    <dd data-testid="train-throughput">{move || known(first.with(Record::samples_per_second))}</dd>
                </div>
                <div>
                    <dt>"Elapsed"</dt>
                    <dd data-testid="train-elapsed">{live(elapsed)}</dd>
                </div>
            </dl>
            <ProgressBar label="Run" share left_secs=left hidden=Signal::derive(move || first.with(|r| r.summary.is_none()))/>
        </div>
    }
}
