//! What each level sees: the feature maps of the image on the canvas, computed only when they are asked for.

use super::level::Level;
use super::state::{DrawState, use_draw};
use crate::app::link::{WorkerLink, use_link};
use crate::app::pending::is_final;
use crate::app::reactive::{effect, heard, memo};
use crate::app::views::view;
use crate::protocol::{Activation, Event, Request};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// Maps follow the drawing when it has rested this long.
const QUIET: Duration = Duration::from_millis(300);

/// Feature maps of one drawing.
#[derive(Debug, Clone, PartialEq)]
struct Maps {
    version: u32,
    levels: Vec<Arc<Activation>>,
}

/// State of the disclosure.
#[derive(Clone, Copy)]
pub struct MapsState {
    is_open: RwSignal<bool>,
    maps: RwSignal<Option<Maps>>,
    failure: RwSignal<Option<String>>,
    is_under_way: StoredValue<bool>,
}

impl MapsState {
    /// Maps of a level, 0 for the input.
    pub fn level(self, level: usize) -> Option<Arc<Activation>> {
        self.maps.with(|maps| maps.as_ref().and_then(|maps| maps.levels.get(level).cloned()))
    }
}

/// The disclosure with a row of maps per level.
#[component]
pub fn FeatureMaps() -> impl IntoView {
    let state = use_draw();
    let link = use_link();
    let own = MapsState {
        is_open: RwSignal::new(false),
        maps: RwSignal::new(None),
        failure: RwSignal::new(None),
        is_under_way: StoredValue::new(false),
    };
    let mut ask_soon = leptos::leptos_dom::helpers::debounce(QUIET, move |()| ask(state, link, own));
    effect(move || {
        if own.is_open.get() && state.answer(0).is_some() {
            ask_soon(());
        }
    });
    let count = memo(move |_| own.maps.with(|maps| maps.as_ref().map_or(0, |maps| maps.levels.len())));
    let content = move || {
        if state.is_empty() {
            return view! { <p class="draw-hint">"Draw a digit first; its maps appear here."</p> };
        }
        match (own.failure.get(), count.get()) {
            (Some(sentence), _) => view! { <p class="draw-hint failed" role="alert">{sentence}</p> },
            (None, 0) => view! { <p class="draw-hint">"Computing the maps…"</p> },
            (None, levels) => {
                (0..levels).map(|level| view! { <Level maps=own level=level/> }).collect_view().into_any()
            }
        }
    };
    view! {
        <details
            class="draw-maps"
            data-testid="draw-maps"
            on:toggle=heard(move |_| own.is_open.update(|is_open| *is_open = !*is_open))
        >
            <summary data-testid="draw-maps-open">"What each level sees"</summary>
            <div class="draw-maps-content" data-version=move || own.maps.with(|maps| maps.as_ref().map(|maps| maps.version.to_string()))>
                {move || own.is_open.get().then(content)}
            </div>
        </details>
    }
}

fn ask(state: DrawState, link: WorkerLink, own: MapsState) {
    let Some(answer) = state.answers[0].try_get_untracked().flatten() else { return };
    if own.is_under_way.get_value() {
        return;
    }
    own.is_under_way.set_value(true);
    let version = answer.version;
    let request = Request::Activations { model: answer.model.clone(), image: answer.image_28.clone() };
    link.send(request, move |event| {
        if let Event::Activations { levels } = event {
            own.failure.set(None);
            own.maps.set(Some(Maps { version, levels: levels.iter().cloned().map(Arc::new).collect() }));
            finish(state, link, own, version);
            return;
        }
        if let Event::Failed { error } = event {
            own.failure.set(Some(error.to_string()));
        }
        if is_final(event) {
            own.is_under_way.set_value(false);
        }
    });
}

/// The drawing may have gone on in the meantime.
fn finish(state: DrawState, link: WorkerLink, own: MapsState, version: u32) {
    own.is_under_way.set_value(false);
    let newest = state.answers[0].with_untracked(|answer| answer.as_ref().map(|answer| answer.version));
    if own.is_open.get_untracked() && newest.is_some_and(|newest| newest > version) {
        ask(state, link, own);
    }
}
