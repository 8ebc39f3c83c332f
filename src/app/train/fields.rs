//! Labelled controls of the settings form, with their problem beside them.

use super::settings::{Field, Problem};
use crate::app::components::{FieldName, unique_id};
use crate::app::reactive::{effect, heard, memo};
use crate::app::views::view;
use leptos::prelude::*;

/// The problems of the form. A context value of the form.
#[derive(Clone, Copy)]
pub struct Problems(pub Memo<Vec<Problem>>);

/// A number. What is typed stays as typed; the setting gets the number, or not-a-number while there is none.
#[component]
pub fn NumberField(
    /// Used as `data-testid` and id.
    id: String,
    /// The word before the control.
    #[prop(into)]
    label: String,
    /// Its explanation.
    #[prop(default = "")]
    meaning: &'static str,
    /// The setting.
    value: Memo<f64>,
    /// Called with every number typed.
    set: impl Fn(f64) + 'static,
    /// Which control it is: what it may be set to, and its place in the list of problems.
    field: Field,
    /// Step of the arrow keys; "any" for free numbers.
    #[prop(default = "1")]
    step: &'static str,
    /// True while the setting cannot be changed.
    #[prop(optional)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let bounds = field.bounds();
    let problems = expect_context::<Problems>().0;
    let problem = memo(move |_| {
        problems.with(|all| all.iter().find(|problem| problem.field == field).map(|problem| problem.message.clone()))
    });
    let text = RwSignal::new(value.get_untracked().to_string());
    effect(move || {
        let number = value.get();
        let typed = text.with_untracked(|text| parsed(text));
        // Compared as bits: an empty control is not-a-number, and stays empty.
        if typed.to_bits() != number.to_bits() && !(typed.is_nan() && number.is_nan()) {
            text.set(if number.is_finite() { number.to_string() } else { String::new() });
        }
    });
    let message_id = unique_id("problem");
    let described = message_id.clone();
    view! {
        <div class="field">
            <FieldName id=id.clone() label=label.clone() meaning/>
            <input
                type="number"
                inputmode="decimal"
                id=id.clone()
                data-testid=id
                aria-label=label
                min=bounds.map(|bounds| bounds.least)
                max=bounds.map(|bounds| bounds.most)
                step=step
                disabled=move || disabled.get()
                prop:value=move || text.get()
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                aria-describedby=described
                on:input=heard(move |event: web_sys::Event| {
                    let typed = event_target_value(&event);
                    let number = parsed(&typed);
                    text.set(typed);
                    set(number);
                })
            />
            <p class="problem" id=message_id role="status">{move || problem.get()}</p>
        </div>
    }
}

fn parsed(text: &str) -> f64 {
    text.trim().parse().unwrap_or(f64::NAN)
}

/// Yes or no.
#[component]
pub fn Check(
    /// Used as `data-testid` and id.
    id: &'static str,
    /// The words after the box.
    #[prop(into)]
    label: Signal<String>,
    /// The setting.
    value: Memo<bool>,
    /// Called with the new value.
    set: impl Fn(bool) + 'static,
    /// True while the setting cannot be changed.
    #[prop(optional)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                id=id
                data-testid=id
                disabled=move || disabled.get()
                prop:checked=move || value.get()
                on:change=heard(move |event: web_sys::Event| set(event_target_checked(&event)))
            />
            <span>{move || label.get()}</span>
        </label>
    }
}
