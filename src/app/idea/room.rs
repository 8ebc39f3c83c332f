//! The room: one control, three pictures that follow it, and what each of them keeps and drops.

use super::images::Images;
use super::operator::{Operator, way};
use super::stack::Stack;
use super::tree::SCALES;
use crate::app::components::Term;
use crate::app::history::use_address;
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use crate::config::CLASSES;
use leptos::prelude::*;

const RENORMALIZATION: &str = "A way in physics to describe large systems: neighbours are taken together, what matters about them becomes one \
     new variable, and the rest is left out. Done again and again, it leads from the smallest scale to the largest.";
const ISOMETRY: &str = "A map to fewer variables that keeps lengths and angles of what it keeps.";

/// The rows of the comparison: what is asked, and the three answers.
const COMPARISON: [(&str, [&str; 3]); 5] = [
    (
        "What merges",
        ["variables of two neighbouring sites", "the values of a cluster", "a group of images of one class"],
    ),
    ("Into", ["one variable", "one value", "one image"]),
    (
        "What is kept",
        [
            "states of low energy, or of large eigenvalue",
            "sums and products of two values, with weights",
            "what the group shares in the eyes of random networks",
        ],
    ),
    (
        "What is left out",
        [
            "the other states, for good",
            "products across clusters; they come back one level up",
            "what belongs to single images, for good",
        ],
    ),
    ("Who decides", ["the operator itself", "training, from the answer backwards", "a loss for each group (Eq. 5)"]),
];

/// The Idea room.
#[component]
pub fn IdeaRoom() -> impl IntoView {
    let address = use_address();
    let state = memo(move |_| address.state.with(|state| state.idea));
    let choose_site = Callback::new(move |site| address.state.update(|state| state.idea.site = site));
    let choose_leaf = Callback::new(move |leaf| address.state.update(|state| state.idea.leaf = leaf));
    let rows = COMPARISON.map(|(question, answers)| {
        let cells = answers.map(|answer| view! { <td>{answer}</td> }).into_iter().collect_view();
        view! { <tr><th scope="row">{question}</th>{cells}</tr> }
    });
    view! {
        <div class="idea">
            <header class="idea-head">
                <h1>"One idea, three times"</h1>
                <p>
                    "Take neighbours together, keep what matters about them as one, and begin again with what is left. Physics calls it the "
                    <Term word="renormalization group" meaning=RENORMALIZATION/>
                    "; the article builds a network and a distillation on it."
                </p>
            </header>
            <Scale state/>
            <div class="idea-panels">
                <Operator state choose=choose_site change=way()/>
                <Stack state choose=choose_site/>
                <Images state choose=choose_leaf/>
            </div>
            <section class="idea-comparison" aria-labelledby="idea-comparison-title">
                <h2 id="idea-comparison-title">"The same gesture, and where it differs"</h2>
                <div class="table-scroll" tabindex="0" role="region" aria-label="The three side by side">
                    <table class="data">
                        <thead>
                            <tr>
                                <td></td>
                                <th scope="col">"Renormalization group"</th>
                                <th scope="col">"TaylorNet"</th>
                                <th scope="col">"Distillation"</th>
                            </tr>
                        </thead>
                        <tbody>{rows.into_iter().collect_view()}</tbody>
                    </table>
                </div>
                <p class="small muted">
                    "U is an "
                    <Term word="isometry" meaning=ISOMETRY/>
                    ", CG a coarse-graining operation (Eq. 4), D the distillation of a group (Eq. 5); the upper number is the scale, the lower \
                     one counts its variables. Fig. 1 draws the isometries above and below the operator, because a matrix has rows and columns. \
                     The article uses the picture for its structure and says nothing of a flow of parameters."
                </p>
            </section>
        </div>
    }
}

/// Which scale, one step on, and the digit of the images.
#[component]
fn Scale(state: Memo<super::super::url::IdeaState>) -> impl IntoView {
    let address = use_address();
    let set = move |scale: usize| address.state.update(|state| state.idea.scale = scale);
    let choice = move |scale: usize| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="idea-scale"
                    data-testid=format!("idea-scale-{scale}")
                    prop:checked=move || state.get().scale == scale
                    on:change=heard(move |_| set(scale))
                />
                <span>{scale}</span>
            </label>
        }
    };
    let is_last = move || state.get().scale == SCALES;
    let step = move |_| set(if is_last() { 0 } else { state.get_untracked().scale + 1 });
    let words = move || if is_last() { "Start again" } else { "Merge neighbours" };
    let digits = (0..CLASSES)
        .map(|digit| view! { <option value=digit selected=move || state.get().digit == digit>{digit}</option> });
    view! {
        <div class="idea-tools">
            <span class="muted" id="idea-scale-name">"Scale"</span>
            <div class="segments idea-scales" role="radiogroup" aria-labelledby="idea-scale-name">
                {(0..=SCALES).map(choice).collect_view()}
            </div>
            <button type="button" class="button primary" data-testid="idea-step" on:click=heard(step)>{live(words)}</button>
            <label class="idea-digit">
                "Digit of the images"
                <select
                    data-testid="idea-digit"
                    on:change=heard(move |event: web_sys::Event| {
                        let digit = event_target_value(&event).parse().unwrap_or(0).min(CLASSES - 1);
                        address.state.update(|state| state.idea.digit = digit);
                    })
                >
                    {digits.collect_view()}
                </select>
            </label>
        </div>
    }
}
