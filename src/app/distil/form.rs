//! Settings of the live run.

use super::live::Live;
use super::settings::{Setting, start_from_key, start_key};
use crate::app::components::{Choice, FieldName, Term};
use crate::app::reactive::{heard, memo};
use crate::app::views::view;
use leptos::prelude::*;

const ORTHOGONAL: &str = "The filters of a random network are drawn orthogonal to each other, and to those of the three networks drawn after it, \
     so that fewer networks see more. The article leaves this open; what was measured stands below.";

/// The form; `level` decides the shipped values.
#[component]
pub fn LiveForm(live: Live, level: Memo<usize>, problem: Memo<Option<(Option<Setting>, String)>>) -> impl IntoView {
    let settings = live.settings;
    let loss = memo(move |_| settings.with(|all| if all.arcface { "arcface" } else { "euclid" }.to_owned()));
    let start = memo(move |_| settings.with(|all| start_key(all.start()).to_owned()));
    let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|&(key, name)| (key.into(), name.into())).collect::<Vec<_>>();
    let field = move |(setting, id, label, meaning, shown)| view! { <Number live level problem setting id label meaning shown/> };
    let arcface = Signal::derive(move || settings.with(|all| all.arcface));
    let euclid = Signal::derive(move || !arcface.get());
    let always = Signal::derive(|| true);
    let fields: [(Setting, &'static str, &'static str, &'static str, Signal<bool>); 7] = [
        (
            Setting::Lambda,
            "distil-lambda",
            "Lambda",
            "Weight of the own class against the nine others. The article takes 19; with a million the image is drawn to the mean of its own group alone.",
            euclid,
        ),
        (Setting::Scale, "distil-scale", "Scale", "Factor of the cosines before softmax.", arcface),
        (Setting::Margin, "distil-margin", "Margin", "Added to the angle to the own class, in radians.", arcface),
        (Setting::Width, "distil-width", "Width", "Channels of the random networks; the article takes 128.", always),
        (Setting::Draws, "distil-draws", "Networks", "Random networks drawn one after the other.", always),
        (Setting::Steps, "distil-steps", "Steps each", "Gradient steps with each random network.", always),
        (Setting::Rate, "distil-rate", "Step size", "Of the first step; it falls to zero as a cosine.", always),
    ];
    view! {
        <form class="distil-form" aria-label="Settings of the live run" on:submit=heard(|event: web_sys::SubmitEvent| event.prevent_default())>
            <Choice
                id="distil-loss"
                label="Loss"
                options=pairs(&[("euclid", "Euclid"), ("arcface", "ArcFace")])
                value=loss
                set=move |key| settings.update(|all| all.arcface = key == "arcface")
            />
            <Choice
                id="distil-start"
                label="Start from"
                options=pairs(&[("real", "a real image"), ("mean", "the group's mean"), ("noise", "noise")])
                value=start
                set=move |key: String| settings.update(|all| all.start = Some(start_from_key(&key)))
            />
            {fields.map(field).into_iter().collect_view()}
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="distil-orthogonal"
                    prop:checked=move || settings.with(|all| all.orthogonal)
                    on:change=heard(move |event: web_sys::Event| settings.update(|all| all.orthogonal = event_target_checked(&event)))
                />
                <Term word="Orthogonal filters" meaning=ORTHOGONAL/>
            </label>
            <p class="problem" id="distil-problem" role="status" data-testid="distil-problem">
                {move || problem.with(|problem| problem.as_ref().map(|(_, message)| message.clone()))}
            </p>
        </form>
    }
}

/// A number. What is typed stays as typed; an empty field is no number.
#[component]
fn Number(
    live: Live,
    level: Memo<usize>,
    problem: Memo<Option<(Option<Setting>, String)>>,
    setting: Setting,
    id: &'static str,
    label: &'static str,
    meaning: &'static str,
    shown: Signal<bool>,
) -> impl IntoView {
    let typed = RwSignal::new(None::<String>);
    let text =
        move || typed.get().unwrap_or_else(|| live.settings.with(|all| all.number(setting, level.get())).to_string());
    let is_wrong = move || problem.with(|problem| problem.as_ref().is_some_and(|(at, _)| *at == Some(setting)));
    view! {
        <div class="field" hidden=move || !shown.get()>
            <FieldName id label meaning/>
            <input
                type="number"
                inputmode="decimal"
                step="any"
                id=id
                data-testid=id
                aria-label=label
                aria-describedby="distil-problem"
                aria-invalid=move || is_wrong().then_some("true")
                prop:value=text
                on:input=heard(move |event: web_sys::Event| {
                    let value = event_target_value(&event);
                    let number = value.trim().parse().unwrap_or(f64::NAN);
                    typed.set(Some(value));
                    live.settings.update(|all| all.typed[setting as usize] = Some(number));
                })
            />
        </div>
    }
}
