//! The check mark: the polynomial on view beside the network as it is now, on the digit that was drawn last.

use super::state::{Trained, use_trained};
use crate::app::at_hand::RunAtHand;
use crate::app::components::Term;
use crate::app::draw::network::RUN_NETWORK;
use crate::app::format;
use crate::app::pending::is_final;
use crate::app::reactive::{effect, heard, memo};
use crate::app::views::{live, view};
use crate::protocol::{Event, PolynomialCheck, Raster, Request};
use leptos::prelude::*;
use std::time::Duration;

/// Checks are this far apart at least: a run in training is another network several times a second.
const PAUSE: Duration = Duration::from_millis(600);

const MEANING: &str = "The polynomial of the coefficients on view, summed over all its orders, is compared with what the \
     network itself computes for the same digit. What is left is rounding.";

#[derive(Clone, Copy)]
struct Checking {
    trained: Trained,
    /// The digit, and whether it is the visitor's own.
    digit: Memo<Option<(Raster, bool)>>,
    found: RwSignal<Option<Result<PolynomialCheck, String>>>,
    is_due: StoredValue<bool>,
    is_under_way: StoredValue<bool>,
}

impl Checking {
    fn new() -> Self {
        let trained = use_trained();
        let digit = trained.digit;
        let checking = Self {
            trained,
            digit,
            found: RwSignal::new(None),
            is_due: StoredValue::new(false),
            is_under_way: StoredValue::new(false),
        };
        let at_hand = use_context::<RunAtHand>();
        let step_now = memo(move |_| {
            let is_run = trained.network.with(|network| *network == RUN_NETWORK);
            at_hand.filter(|_| is_run).and_then(|it| it.0.with(|run| run.as_ref().map(|run| run.step)))
        });
        effect(move || {
            step_now.track();
            digit.track();
            trained.arrivals.track();
            let is_known = trained.expansion.with(Option::is_some);
            if trained.is_visible.get() && is_known {
                checking.soon();
            }
        });
        // What was found for one network says nothing about another.
        effect(move || {
            trained.key.track();
            checking.found.set(None);
        });
        checking
    }

    fn soon(self) {
        if self.is_due.get_value() {
            return;
        }
        self.is_due.set_value(true);
        set_timeout(
            move || {
                if self.is_due.try_set_value(false).is_none() {
                    self.ask();
                }
            },
            PAUSE,
        );
    }

    fn ask(self) {
        if self.is_under_way.get_value() {
            self.soon();
            return;
        }
        let known = self.trained.expansion.with_untracked(Option::is_some);
        let Some((image, _)) = self.digit.get_untracked().filter(|_| known) else { return };
        self.is_under_way.set_value(true);
        let model = self.trained.network.get_untracked();
        self.trained.link.send(Request::CheckPolynomial { model: model.clone(), image }, move |event| {
            if is_final(event) {
                self.is_under_way.try_set_value(false);
            }
            if let Event::PolynomialChecked { check } = event {
                // The answer may be about the network before.
                if self.trained.network.with_untracked(|own| *own == model) {
                    self.found.set(Some(Ok(check.clone())));
                }
            } else if let Event::Failed { error } = event {
                self.found.set(Some(Err(error.to_string())));
            }
        });
    }
}

/// One line with the difference in numbers, and the ten scores side by side behind it.
#[component]
pub fn CheckMark() -> impl IntoView {
    let trained = use_trained();
    let checking = Checking::new();
    let found = checking.found;
    let whose = move || {
        if checking.digit.with(|digit| digit.as_ref().is_some_and(|digit| digit.1)) {
            "your digit"
        } else {
            "a test digit"
        }
    };
    let holds =
        memo(move |_| found.with(|found| found.as_ref().map(|found| found.as_ref().is_ok_and(PolynomialCheck::holds))));
    let words = move || {
        found.with(|found| match found {
            None => "comparing…".to_owned(),
            Some(Err(sentence)) => sentence.clone(),
            Some(Ok(check)) => in_words(check, whose()),
        })
    };
    let again = move || {
        let stale = found.with(|found| matches!(found, Some(Ok(check)) if check.steps[0] != check.steps[1]));
        stale.then(|| {
            view! {
                <button type="button" class="button" data-testid="trained-again" on:click=heard(move |_| trained.expand_first())>
                    "Expand again"
                </button>
            }
        })
    };
    view! {
        <div
            class="trained-check"
            data-testid="trained-check"
            data-holds=move || holds.get().map(|holds| holds.to_string())
            data-difference=move || found.with(|found| found.as_ref()?.as_ref().ok().map(|check| format!("{:e}", check.difference())))
        >
            <div class="check-line" class:failed=move || holds.get() == Some(false)>
                <span class="check-mark" aria-hidden="true">{move || holds.get().map(|holds| if holds { "✓" } else { "!" })}</span>
                <Term word="Polynomial = network?" meaning=MEANING/>
                " "
                <span role="status">{live(words)}</span>
            </div>
            {live(again)}
            <Scores found/>
        </div>
    }
}

fn in_words(check: &PolynomialCheck, whose: &str) -> String {
    let difference = format::significant(check.difference(), 2);
    match (check.holds(), check.steps) {
        (true, _) => format!("Yes, on {whose}: largest difference of the ten scores {difference}."),
        (false, [made, now]) if made != now => format!(
            "Not any more: the polynomial is that of step {}, the network is at step {}; their scores of {whose} differ by up to {difference}.",
            format::count(made as usize),
            format::count(now as usize)
        ),
        (false, _) => format!(
            "Their scores of {whose} differ by up to {difference}: do not trust what stands below, and reload the page."
        ),
    }
}

/// The ten scores of both.
#[component]
fn Scores(found: RwSignal<Option<Result<PolynomialCheck, String>>>) -> impl IntoView {
    let rows = move || {
        found.with(|found| {
            let Some(Ok(check)) = found else { return ().into_any() };
            let row = |(class, (polynomial, network)): (usize, (&f64, &f64))| {
                view! {
                    <tr>
                        <th scope="row">{class}</th>
                        <td>{format::signed(*polynomial, 6)}</td>
                        <td>{format::signed(*network, 6)}</td>
                        <td>{format::significant(polynomial - network, 2)}</td>
                    </tr>
                }
            };
            check.polynomial.iter().zip(&check.network).enumerate().map(row).collect_view().into_any()
        })
    };
    view! {
        <details class="trained-scores">
            <summary>"Scores"</summary>
            <table class="data">
                <thead>
                    <tr>
                        <th scope="col">"Digit"</th>
                        <th scope="col">"Polynomial"</th>
                        <th scope="col">"Network"</th>
                        <th scope="col">"Difference"</th>
                    </tr>
                </thead>
                <tbody>{live(rows)}</tbody>
            </table>
        </details>
    }
}
