//! Which class is explained, and against which.

use super::state::{Against, WhyState, first_two};
use crate::app::draw::state::use_draw;
use crate::app::views::{live, view};
use crate::config::CLASSES;
use leptos::prelude::*;

const FOLLOW: &str = "follow";
const NOTHING: &str = "nothing";

/// The heading with its two choices: "Why 7 and not 4?"
#[component]
pub fn WhyChoice(
    /// Signals of the panel.
    why: WhyState,
) -> impl IntoView {
    let draw = use_draw();
    let firsts = Memo::new(move |_| draw.answer(0).map(|answer| first_two(&answer)));
    let winner =
        move || firsts.get().map_or_else(|| "the answer".to_owned(), |(first, _)| format!("{first}, the answer"));
    let opponent = move || {
        let runner_up = |(first, second): (u32, u32)| match why.class.get() {
            Some(class) if class != first => format!("{first}, the answer"),
            Some(_) | None => format!("{second}, the runner-up"),
        };
        firsts.get().map_or_else(|| "the runner-up".to_owned(), runner_up)
    };
    let digits = move |is_chosen: fn(WhyState, u32) -> bool| {
        (0..CLASSES as u32)
            .map(|class| view! { <option value=class.to_string() prop:selected=move || is_chosen(why, class)>{class}</option> })
            .collect_view()
    };
    view! {
        <div class="why-choice">
            <h2 id="why-title">"Why"</h2>
            <select
                aria-label="The class to explain"
                data-testid="why-class"
                on:change=move |event| why.class.set(event_target_value(&event).parse().ok())
            >
                <option value=FOLLOW prop:selected=move || why.class.get().is_none()>{live(winner)}</option>
                {digits(|why, class| why.class.get() == Some(class))}
            </select>
            <span>"and not"</span>
            <select
                aria-label="The class to compare it with"
                data-testid="why-against"
                on:change=move |event| {
                    let value = event_target_value(&event);
                    why.against.set(match value.parse() {
                        Ok(class) => Against::Class(class),
                        Err(_) if value == NOTHING => Against::Nothing,
                        Err(_) => Against::RunnerUp,
                    });
                }
            >
                <option value=FOLLOW prop:selected=move || why.against.get() == Against::RunnerUp>{live(opponent)}</option>
                <option value=NOTHING prop:selected=move || why.against.get() == Against::Nothing>"nothing: its score alone"</option>
                {digits(|why, class| why.against.get() == Against::Class(class))}
            </select>
            <span>"?"</span>
        </div>
    }
}
