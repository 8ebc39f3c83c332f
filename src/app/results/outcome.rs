//! How a measurement compares with the article, as a sign and a word.

use super::rows::Outcome;
use crate::app::views::view;
use leptos::prelude::*;

const fn sign(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Reached | Outcome::Agrees | Outcome::Holds => "✓",
        Outcome::Close => "≈",
        Outcome::NotReached | Outcome::Differs | Outcome::Fails => "≠",
        Outcome::Missing => "…",
    }
}

/// The sign is for the eye alone; the word says it.
pub fn outcome_view(outcome: Outcome) -> AnyView {
    let class = match outcome {
        Outcome::Missing => "outcome missing",
        Outcome::Reached | Outcome::Agrees | Outcome::Holds | Outcome::Close => "outcome good",
        Outcome::NotReached | Outcome::Differs | Outcome::Fails => "outcome",
    };
    view! { <span class=class><span class="outcome-sign" aria-hidden="true">{sign(outcome)}</span>{outcome.word()}</span> }
}
