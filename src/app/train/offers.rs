//! "Continue from step 840?" after a reload or a crash.

use super::record::Phase;
use super::state::use_training;
use crate::app::format;
use crate::app::reactive::heard;
use crate::app::views::view;
use crate::protocol::RunSummary;
use leptos::prelude::*;

fn is_finished(summary: &RunSummary) -> bool {
    summary.step >= summary.total_steps
}

/// Shown while there are kept runs and none was started since.
#[component]
pub fn Offers() -> impl IntoView {
    let training = use_training();
    let untouched = move || training.runs.iter().all(|run| run.phase() == Phase::Absent);
    let text = move || {
        training.offers.with(|offers| {
            let runs: Vec<_> = offers
                .iter()
                .map(|saved| {
                    let summary = &saved.checkpoint.summary;
                    let (step, total) =
                        (format::count(summary.step as usize), format::count(summary.total_steps as usize));
                    if is_finished(summary) {
                        format!("{}, finished after {total} steps", saved.record.name)
                    } else {
                        format!("{} at step {step} of {total}", saved.record.name)
                    }
                })
                .collect();
            runs.join(" and ")
        })
    };
    // What the button says: the step of the first run that is not finished, where there is one.
    let action = move || {
        training.offers.with(|offers| {
            let summaries = || offers.iter().map(|saved| &saved.checkpoint.summary);
            summaries().next()?;
            let unfinished = summaries().find(|summary| !is_finished(summary));
            Some(unfinished.map_or_else(
                || "Show it again".to_owned(),
                |summary| format!("Continue from step {}", format::count(summary.step as usize)),
            ))
        })
    };
    view! {
        <div role="status" class="live">
            {move || {
                let action = action().filter(|_| untouched())?;
                Some(view! {
                    <div class="notice info offer" data-testid="continue-offer">
                        <p>{format!("A run was kept here: {}. ", text())}</p>
                        <span class="row">
                            <button
                                type="button"
                                class="button primary"
                                data-testid="continue-run"
                                on:click=heard(move |_| training.continue_kept())
                            >
                                {action}
                            </button>
                            <button
                                type="button"
                                class="button"
                                data-testid="discard-run"
                                on:click=heard(move |_| training.discard_kept())
                            >
                                "Discard"
                            </button>
                        </span>
                    </div>
                })
            }}
        </div>
    }
}
