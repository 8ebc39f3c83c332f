//! Which class is explained, and against which.

use super::state::{WhyState, first_two};
use crate::app::components::Term;
use crate::app::draw::state::use_draw;
use crate::app::expansion_point::{self, PointChoice};
use crate::app::reactive::{heard, memo};
use crate::app::url::{Against, WhyAsked};
use crate::app::views::{live, view};
use crate::config::CLASSES;
use crate::number;
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
    let firsts = memo(move |_| draw.answer(0).map(|answer| first_two(&answer)));
    let winner =
        move || firsts.get().map_or_else(|| "the answer".to_owned(), |(first, _)| format!("{first}, the answer"));
    let opponent = move || {
        let runner_up = |(first, second): (u32, u32)| match why.asked().class {
            Some(class) if class != first => format!("{first}, the answer"),
            Some(_) | None => format!("{second}, the runner-up"),
        };
        firsts.get().map_or_else(|| "the runner-up".to_owned(), runner_up)
    };
    let digits = move |is_chosen: fn(WhyAsked, u32) -> bool| {
        (0..number::to_u32(CLASSES))
            .map(|class| view! { <option value=class.to_string() prop:selected=move || is_chosen(why.asked(), class)>{class}</option> })
            .collect_view()
    };
    view! {
        <div class="why-choice">
            <h2 id="why-title">"Why"</h2>
            <select
                aria-label="The class to explain"
                data-testid="why-class"
                on:change=heard(move |event: web_sys::Event| why.choose(|asked| asked.class = event_target_value(&event).parse().ok()))
            >
                <option value=FOLLOW prop:selected=move || why.asked().class.is_none()>{live(winner)}</option>
                {digits(|asked, class| asked.class == Some(class))}
            </select>
            <span>"and not"</span>
            <select
                aria-label="The class to compare it with"
                data-testid="why-against"
                on:change=heard(move |event: web_sys::Event| {
                    let value = event_target_value(&event);
                    let against = match value.parse() {
                        Ok(class) => Against::Class(class),
                        Err(_) if value == NOTHING => Against::Nothing,
                        Err(_) => Against::RunnerUp,
                    };
                    why.choose(|asked| asked.against = against);
                })
            >
                <option value=FOLLOW prop:selected=move || why.asked().against == Against::RunnerUp>{live(opponent)}</option>
                <option value=NOTHING prop:selected=move || why.asked().against == Against::Nothing>"nothing: its score alone"</option>
                {digits(|asked, class| asked.against == Against::Class(class))}
            </select>
            <span>"?"</span>
            <span class="why-about"><Term word="Seen from" meaning=expansion_point::MEANING/></span>
            <PointChoice
                testid="why-point"
                value=memo(move |_| why.asked().about)
                set=move |point| why.choose(|asked| asked.about = point)
            />
        </div>
    }
}
