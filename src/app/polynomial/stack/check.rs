//! The check mark: the network evaluated level by level beside its expansion evaluated term by term, at one point.

use super::expanded::Expanded;
use super::state::use_stack;
use crate::app::components::Term;
use crate::app::format;
use crate::app::reactive::{effect, heard};
use crate::app::slices::Slices;
use crate::app::views::view;
use crate::poly::{StackError, numbers_of, seeded_numbers};
use leptos::prelude::*;
use std::sync::Arc;

/// Larger expansions are checked only when asked: every coefficient has to be computed.
const BY_ITSELF: usize = 20_000;
/// Seed of the coefficients where symbols are shown.
const SEED: u64 = 1;
/// Seed of the first point.
const POINT: u64 = 1_000;
/// Largest difference that rounding explains, relative to the sum of the terms' absolute values.
const TOLERANCE: f64 = 1e-12;

/// How far the check is.
#[derive(Debug, Clone, PartialEq)]
enum State {
    /// Waits for the visitor.
    Idle,
    /// Share of the terms that are summed up.
    Summing(f64),
    /// Done.
    Done(Values),
    /// The numbers cannot be computed.
    Failed(String),
}

/// The two values.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Values {
    nested: f64,
    expanded: f64,
    /// Sum of the absolute values of all terms.
    scale: f64,
}

impl Values {
    fn holds(&self) -> bool {
        (self.nested - self.expanded).abs() <= TOLERANCE * self.scale.max(1.0)
    }
}

/// The check of the stack on view; another point on request.
#[component]
pub fn CheckMark() -> impl IntoView {
    let room = use_stack();
    let seed = room.chosen(|state| state.numbers);
    let state = RwSignal::new(State::Idle);
    let point = RwSignal::new(POINT);
    let generation = StoredValue::new(0_u32);
    let begin = move |expanded: Arc<Expanded>| {
        generation.update_value(|count| *count += 1);
        let mine = generation.get_value();
        let seeds = (seed.get_untracked().unwrap_or(SEED), point.get_untracked());
        state.set(State::Summing(0.0));
        crate::app::task::spawn(async move {
            let current = move || generation.try_get_value() == Some(mine);
            let result =
                compare(&expanded, seeds, |share| current() && state.try_set(State::Summing(share)).is_none()).await;
            if current() {
                match result {
                    Some(Ok(values)) => state.set(State::Done(values)),
                    Some(Err(problem)) => state.set(State::Failed(super::state::sentence(&problem))),
                    None => {}
                }
            }
        });
    };
    effect(move || {
        seed.track();
        point.track();
        match room.expanded.get() {
            Some(expanded) if expanded.terms() <= BY_ITSELF => begin(expanded),
            Some(_) | None => {
                generation.update_value(|count| *count += 1);
                state.set(State::Idle);
            }
        }
    });
    let start = move |_| {
        if let Some(expanded) = room.expanded.get_untracked() {
            begin(expanded);
        }
    };
    let mark = move || match state.get() {
        State::Idle | State::Summing(_) => ("", "…"),
        State::Done(values) if values.holds() => ("holds", "✓"),
        State::Done(_) | State::Failed(_) => ("fails", "✗"),
    };
    view! {
        <div class="stack-check" data-testid="stack-check" data-state=move || mark().0>
            <span class="mark" class:holds=move || mark().0 == "holds" class:fails=move || mark().0 == "fails" aria-hidden="true">
                {move || mark().1}
            </span>
            <p class="small" role="status">{move || words(&state.get(), room.expanded.with(Option::is_some))}</p>
            <Term
                word="How?"
                meaning="The coefficients get the numbers of the seed and the variables random values. Nested: level by level, as the network computes. Expanded: the sum over all terms of the list."
            />
            <button
                type="button"
                class="button quiet"
                data-testid="stack-check-start"
                hidden=move || state.get() != State::Idle || room.expanded.with(Option::is_none)
                on:click=heard(start)
            >
                "Check all terms"
            </button>
            <button
                type="button"
                class="button quiet"
                data-testid="stack-check-point"
                hidden=move || state.get() == State::Idle
                on:click=heard(move |_| point.update(|point| *point += 1))
            >
                "Another point"
            </button>
        </div>
    }
}

fn words(state: &State, ready: bool) -> String {
    match state {
        State::Idle if ready => "Not checked yet: every coefficient has to be computed.".into(),
        State::Idle => "Checked as soon as the terms are here.".into(),
        State::Summing(share) => format!("Summing up the terms: {}", format::percent(*share, 0)),
        State::Failed(sentence) => sentence.clone(),
        State::Done(values) => {
            let (sign, reason) = if values.holds() { ("=", "") } else { ("≠", "; this is a bug of the explorer") };
            format!(
                "nested {} {sign} expanded {}, difference {}{reason}",
                format::significant(values.nested, 8),
                format::significant(values.expanded, 8),
                format::significant((values.nested - values.expanded).abs(), 2),
            )
        }
    }
}

/// Both values; the sum is made in slices, `going` hears its share and says whether to go on.
async fn compare(
    expanded: &Expanded,
    (coefficients, point): (u64, u64),
    going: impl Fn(f64) -> bool,
) -> Option<Result<Values, StackError>> {
    let coefficients = numbers_of(&seeded_numbers(coefficients, expanded.table.len()));
    let point = numbers_of(&seeded_numbers(point, expanded.variables()));
    let nested = match expanded.table.evaluate(&coefficients, &point) {
        Ok(value) => value,
        Err(problem) => return Some(Err(problem)),
    };
    let (mut sum, mut scale) = (0.0, 0.0);
    let mut slices = Slices::begin();
    for term in 0..expanded.terms() {
        let exponents = expanded.expansion.exponents_of(term);
        match expanded.table.coefficient_of(&coefficients, exponents) {
            Ok(coefficient) => {
                let factors = exponents.iter().zip(&point).filter(|(exponent, _)| **exponent > 0);
                let value: f64 =
                    coefficient * factors.map(|(exponent, x)| x.powi(i32::from(*exponent))).product::<f64>();
                sum += value;
                scale += value.abs();
            }
            Err(problem) => return Some(Err(problem)),
        }
        if slices.over() {
            if !going(term as f64 / expanded.terms() as f64) {
                return None;
            }
            slices.pause().await;
        }
    }
    Some(Ok(Values { nested, expanded: sum, scale }))
}
