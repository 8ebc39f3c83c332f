//! How the running sum over the orders walks to the score of the digit at hand, for the point and the basis on view.

use super::job::{Job, JobState};
use super::state::use_trained;
use crate::app::draw::why::walk_view::WalkPicture;
use crate::app::reactive::{effect_after, memo};
use crate::app::views::{live, view};
use crate::number;
use crate::protocol::{Event, Explanation, Request};
use leptos::prelude::*;
use std::sync::Arc;

/// The picture, which follows what is chosen.
#[component]
pub fn TrainedWalk() -> impl IntoView {
    let trained = use_trained();
    let job = Job::new(trained.link);
    let explained = RwSignal::new(None::<Arc<Explanation>>);
    // The step of a run stands in its coefficients: where they are new, so is the walk.
    let asked = memo(move |_| {
        let is_due = trained.is_visible.get() && trained.refusal.with(Option::is_none);
        let (drawing, _) = trained.digit.get().filter(|_| is_due)?;
        let step = trained.expansion.with(|expansion| expansion.as_ref().map(|expansion| expansion.step))?;
        Some((trained.network.get(), drawing, trained.about.get(), trained.selection.get(), step))
    });
    effect_after(move |last: Option<Option<_>>| {
        let now = asked.get();
        if let Some((model, drawing, about, selection, _)) = now.clone().filter(|_| last.as_ref() != Some(&now)) {
            let request = Request::Explain {
                model,
                drawing,
                normalize: false,
                about,
                class: Some(number::to_u32(selection.class)),
                against: selection.against.map(number::to_u32),
                pairs: false,
            };
            job.start(request, move |event| {
                if let Event::Explained { explanation } = event {
                    explained.set(Some(Arc::new(explanation.clone())));
                }
            });
        }
        now
    });
    let failure = move || {
        job.state.with(|state| match state {
            JobState::Failed(sentence) => sentence.clone(),
            JobState::Idle | JobState::Running { .. } => String::new(),
        })
    };
    let whose = move || {
        let selection = trained.selection.get();
        let digit = match trained.digit.with(|digit| digit.as_ref().map(|(_, own)| *own)) {
            Some(true) => "the digit you drew",
            Some(false) | None => "the first test digit",
        };
        let against = selection.against.map(|other| format!(" minus that of {other}")).unwrap_or_default();
        format!("Score of {}{against}, for {digit}.", selection.class)
    };
    view! {
        <section class="trained-walk" aria-labelledby="trained-walk-title">
            <h2 id="trained-walk-title">"How the sum gets there"</h2>
            <p class="trained-line">{live(whose)}</p>
            <WalkPicture explained=explained.into() basis=trained.basis testid="trained-walk"/>
            <p class="job-words failed" role="status">{live(failure)}</p>
        </section>
    }
}
