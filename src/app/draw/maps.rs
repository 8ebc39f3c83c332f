//! What each level sees: the feature maps of the image on the canvas, computed only when they are asked for.

use super::state::{DrawState, use_draw};
use crate::app::components::{PixelImage, PixelScale};
use crate::app::link::{WorkerLink, use_link};
use crate::app::pending::is_final;
use crate::app::{colour, format};
use crate::protocol::{Activation, Event, Request};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// Maps shown of each level until more are asked for.
const FIRST: usize = 16;
/// Side of a map on screen, about, in CSS pixels.
const MAP_SIDE: u32 = 56;
/// Maps follow the drawing when it has rested this long.
const QUIET: Duration = Duration::from_millis(300);

/// Feature maps of one drawing.
#[derive(Debug, Clone, PartialEq)]
struct Maps {
    version: u32,
    levels: Vec<Arc<Activation>>,
}

#[derive(Clone, Copy)]
struct MapsState {
    is_open: RwSignal<bool>,
    maps: RwSignal<Option<Maps>>,
    failure: RwSignal<Option<String>>,
    is_under_way: StoredValue<bool>,
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
    Effect::new(move |_| {
        if own.is_open.get() && state.answer(0).is_some() {
            ask_soon(());
        }
    });
    let count = Memo::new(move |_| own.maps.with(|maps| maps.as_ref().map_or(0, |maps| maps.levels.len())));
    let content = move || {
        if state.is_empty() {
            return view! { <p class="draw-hint">"Draw a digit first; its maps appear here."</p> }.into_any();
        }
        match (own.failure.get(), count.get()) {
            (Some(sentence), _) => view! { <p class="draw-hint failed" role="alert">{sentence}</p> }.into_any(),
            (None, 0) => view! { <p class="draw-hint">"Computing the maps…"</p> }.into_any(),
            (None, levels) => (0..levels).map(|level| view! { <Level own=own level=level/> }).collect_view().into_any(),
        }
    };
    view! {
        <details
            class="draw-maps"
            data-testid="draw-maps"
            on:toggle=move |_| own.is_open.update(|is_open| *is_open = !*is_open)
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
    link.send(request, move |event| match event {
        Event::Activations { levels } => {
            own.failure.set(None);
            own.maps.set(Some(Maps { version, levels: levels.iter().cloned().map(Arc::new).collect() }));
            finish(state, link, own, version);
        }
        Event::Failed { error } => {
            own.failure.set(Some(error.to_string()));
            own.is_under_way.set_value(false);
        }
        other => {
            if is_final(other) {
                own.is_under_way.set_value(false);
            }
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

#[component]
fn Level(
    /// State of the disclosure.
    own: MapsState,
    /// Which level, 0 for the input.
    level: usize,
) -> impl IntoView {
    let shows_all = RwSignal::new(false);
    let activation =
        Memo::new(move |_| own.maps.with(|maps| maps.as_ref().and_then(|maps| maps.levels.get(level).cloned())));
    let shape = Memo::new(move |_| {
        activation.with(|it| it.as_ref().map_or((0, 1, 1), |it| (it.channels, it.height.max(1), it.width.max(1))))
    });
    let reach = Memo::new(move |_| {
        activation.with(|it| {
            it.as_ref().map_or(0.0, |it| it.values.iter().fold(0.0_f32, |most, value| most.max(value.abs())))
        })
    });
    let name = move || activation.with(|it| it.as_ref().map_or_else(String::new, |it| it.name.clone()));
    let size = move || {
        let (channels, height, width) = shape.get();
        let maps = if channels == 1 { "1 map".to_owned() } else { format!("{channels} maps") };
        format!("{maps} of {height}×{width}")
    };
    let images = move || {
        let (channels, height, width) = shape.get();
        let shown = if shows_all.get() { channels as usize } else { FIRST.min(channels as usize) };
        (0..shown)
            .map(|channel| {
                let values = Signal::derive(move || map_values(activation.get().as_deref(), channel, reach.get()));
                let label = Signal::derive(move || describe(activation.get().as_deref(), channel));
                view! {
                    <span class="draw-map" title=label>
                        <PixelImage
                            width=width
                            height=height
                            values=values
                            scale=PixelScale::Signed
                            zoom=(MAP_SIDE / width.max(height)).max(1)
                            label=label
                            explore=false
                        />
                    </span>
                }
            })
            .collect_view()
    };
    view! {
        <section class="draw-level" aria-label=name data-testid=format!("draw-level-{level}")>
            <header>
                <h3>{name}</h3>
                <span class="draw-level-size">{size}</span>
                <Legend reach=reach/>
            </header>
            <div class="draw-level-maps">{images}</div>
            {move || {
                let channels = shape.get().0 as usize;
                (channels > FIRST).then(|| view! {
                    <button
                        type="button"
                        class="button quiet"
                        aria-expanded=move || shows_all.get().to_string()
                        on:click=move |_| shows_all.update(|all| *all = !*all)
                    >
                        {move || if shows_all.get() { format!("Show the first {FIRST}") } else { format!("Show all {channels}") }}
                    </button>
                })
            }}
        </section>
    }
}

/// The scale of a level: the same for all its maps, symmetric about zero.
#[component]
fn Legend(
    /// Largest absolute value of the level.
    reach: Memo<f32>,
) -> impl IntoView {
    let gradient = {
        let stops: Vec<String> = (-4..=4).map(|step| colour::diverging(f64::from(step) / 4.0).css()).collect();
        format!("linear-gradient(to right, {})", stops.join(", "))
    };
    let end = move |sign: f64| move || format::signed(sign * f64::from(reach.get()), 2);
    view! {
        <span class="draw-legend">
            <span>{end(-1.0)}</span>
            <span class="draw-legend-bar" style:background-image=gradient aria-hidden="true"></span>
            <span>{end(1.0)}</span>
        </span>
    }
}

fn values_of(activation: &Activation, channel: usize) -> &[f32] {
    let size = activation.height as usize * activation.width as usize;
    activation.values.get(channel * size..(channel + 1) * size).unwrap_or_default()
}

/// One map, from -1 to 1 of the level's scale.
fn map_values(activation: Option<&Activation>, channel: usize, reach: f32) -> Vec<f32> {
    let values = activation.map(|activation| values_of(activation, channel)).unwrap_or_default();
    values.iter().map(|value| value / reach.max(f32::MIN_POSITIVE)).collect()
}

fn describe(activation: Option<&Activation>, channel: usize) -> String {
    let values = activation.map(|activation| values_of(activation, channel)).unwrap_or_default();
    let least = values.iter().copied().fold(f32::INFINITY, f32::min);
    let most = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    format!("Map {}: from {} to {}", channel + 1, format::signed(least.into(), 2), format::signed(most.into(), 2))
}
