//! The panel of the tour: what a step says, and the way on. It covers nothing that it talks about, and the page behind it
//! stays in use.

use super::guide::use_tour;
use super::steps::{STEPS, step};
use crate::app::focus::focus;
use crate::app::reactive::{effect_after, heard, memo};
use crate::app::views::view;
use leptos::prelude::*;

/// Begins the tour.
#[component]
pub fn TourButton() -> impl IntoView {
    let tour = use_tour();
    view! {
        <button type="button" class="button quiet tour-button" id="tour" data-testid="tour" on:click=heard(move |_| tour.begin())>
            "Tour"
        </button>
    }
}

/// The step on screen.
#[component]
pub fn TourPanel() -> impl IntoView {
    let tour = use_tour();
    let number = tour.now;
    let is_on = memo(move |_| number.get() > 0);
    let read =
        move |read: fn(&'static super::Step) -> &'static str| move || step(number.get()).map(read).unwrap_or_default();
    // The focus follows, so that a screen reader says each step and the keyboard goes on from it.
    effect_after(move |before: Option<usize>| {
        let now = number.get();
        if now > 0 {
            request_animation_frame(|| focus("tour-panel"));
        } else if before.is_some_and(|before| before > 0) {
            request_animation_frame(|| focus("tour"));
        }
        now
    });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        match event.key().as_str() {
            "Escape" => tour.end(),
            "ArrowRight" => tour.next(),
            "ArrowLeft" => tour.back(),
            _ => return,
        }
        event.prevent_default();
    };
    let panel = move || {
        view! {
            <section
                class="tour"
                role="dialog"
                aria-modal="false"
                id="tour-panel"
                tabindex="-1"
                aria-labelledby="tour-title"
                aria-describedby="tour-text"
                data-testid="tour-panel"
                data-step=move || number.get().to_string()
                on:keydown=heard(on_key)
            >
                <p class="tour-count">{move || format!("Step {} of {STEPS}", number.get())}</p>
                <h2 id="tour-title">{read(|step| step.title)}</h2>
                <p id="tour-text" class="tour-text">{read(|step| step.text)}</p>
                <div class="tour-buttons">
                    <button type="button" class="button" data-testid="tour-end" on:click=heard(move |_| tour.end())>"End"</button>
                    <button
                        type="button"
                        class="button"
                        data-testid="tour-back"
                        aria-disabled=move || (number.get() <= 1).to_string()
                        on:click=heard(move |_| tour.back())
                    >
                        "Back"
                    </button>
                    <button type="button" class="button primary" data-testid="tour-next" on:click=heard(move |_| tour.next())>
                        {move || if tour.is_last() { "Finish" } else { "Next" }}
                    </button>
                </div>
            </section>
        }
    };
    move || is_on.get().then(panel)
}
