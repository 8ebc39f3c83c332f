//! One level's feature maps: a row of small ones, and the chosen one large, with its values.

use super::maps::MapsState;
use crate::app::components::{PixelImage, PixelScale};
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use crate::app::{colour, format};
use crate::protocol::Activation;
use leptos::prelude::*;
use std::sync::Arc;

/// Maps shown of each level until more are asked for.
const FIRST: usize = 16;
/// Approximate side of a map on screen, in CSS pixels; and that of the chosen one.
const MAP_SIDE: u32 = 56;
/// See [`MAP_SIDE`].
const LARGE_SIDE: u32 = 224;

/// What the parts of a level share.
#[derive(Clone, Copy)]
struct LevelState {
    activation: Memo<Option<Arc<Activation>>>,
    /// Number of maps, rows and columns.
    shape: Memo<[u32; 3]>,
    /// Largest absolute value.
    reach: Memo<f32>,
    shows_all: RwSignal<bool>,
    /// The map shown large.
    chosen: RwSignal<Option<usize>>,
}

impl LevelState {
    fn new(maps: MapsState, level: usize) -> Self {
        let activation = memo(move |_| maps.level(level));
        let shape = memo(move |_| {
            activation.with(|it| it.as_ref().map_or([0, 1, 1], |it| [it.channels, it.height.max(1), it.width.max(1)]))
        });
        let largest = |values: &[f32]| values.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
        let reach = memo(move |_| activation.with(|it| it.as_ref().map_or(0.0, |it| largest(&it.values))));
        Self { activation, shape, reach, shows_all: RwSignal::new(false), chosen: RwSignal::new(None) }
    }

    fn channels(self) -> usize {
        self.shape.get()[0] as usize
    }

    fn values(self, channel: usize) -> Vec<f32> {
        let [_, height, width] = self.shape.get();
        let size = (height * width) as usize;
        self.activation.with(|it| {
            let values = it.as_ref().and_then(|it| it.values.get(channel * size..(channel + 1) * size));
            values.unwrap_or_default().to_vec()
        })
    }

    fn describe(self, channel: usize) -> String {
        let values = self.values(channel);
        let least = values.iter().copied().fold(f32::INFINITY, f32::min);
        let most = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let signed = |value: f32| format::signed(value.into(), 2);
        format!("Map {}: from {} to {}", channel + 1, signed(least), signed(most))
    }
}

/// A row of maps with its scale.
#[component]
pub fn Level(
    /// State of the disclosure.
    maps: MapsState,
    /// Which level, 0 for the input.
    level: usize,
) -> impl IntoView {
    let own = LevelState::new(maps, level);
    let name = move || own.activation.with(|it| it.as_ref().map_or_else(String::new, |it| it.name.clone()));
    let size = move || {
        let [channels, height, width] = own.shape.get();
        let maps = if channels == 1 { "1 map".to_owned() } else { format!("{channels} maps") };
        format!("{maps} of {height}×{width}")
    };
    let images = move || {
        let count = if own.shows_all.get() { own.channels() } else { own.channels().min(FIRST) };
        (0..count).map(|channel| view! { <Map own=own channel=channel/> }).collect_view()
    };
    let more = move || {
        (own.channels() > FIRST).then(|| {
            let all = own.channels();
            let text =
                move || if own.shows_all.get() { format!("Show the first {FIRST}") } else { format!("Show all {all}") };
            view! {
                <button
                    type="button"
                    class="button quiet"
                    aria-expanded=move || own.shows_all.get().to_string()
                    on:click=heard(move |_| own.shows_all.update(|all| *all = !*all))
                >
                    {live(text)}
                </button>
            }
        })
    };
    view! {
        <section class="draw-level" aria-label=name data-testid=format!("draw-level-{level}")>
            <header>
                <h3>{live(name)}</h3>
                <span class="draw-level-size">{live(size)}</span>
                <Legend reach=own.reach/>
            </header>
            <div class="draw-level-maps">{live(images)}</div>
            {live(more)}
            <Large own=own/>
        </section>
    }
}

/// A small map; pressing it shows it large.
#[component]
fn Map(own: LevelState, channel: usize) -> impl IntoView {
    let is_chosen = move || own.chosen.get() == Some(channel);
    let values = Signal::derive(move || own.values(channel));
    let label = Signal::derive(move || own.describe(channel));
    view! {
        <button
            type="button"
            class="draw-map"
            title=label
            aria-label=label
            aria-pressed=move || is_chosen().to_string()
            on:click=heard(move |_| own.chosen.update(|chosen| *chosen = (*chosen != Some(channel)).then_some(channel)))
        >
            {move || {
                let [_, height, width] = own.shape.get();
                let zoom = (MAP_SIDE / width.max(height)).max(1);
                view! {
                    <PixelImage
                        width=width
                        height=height
                        values=values
                        scale=PixelScale::Signed
                        reach=own.reach
                        zoom=zoom
                        label=""
                        explore=false
                    />
                }
            }}
        </button>
    }
}

/// The chosen map with its values under the pointer and under the focus.
#[component]
fn Large(own: LevelState) -> impl IntoView {
    move || {
        let channel = own.chosen.get()?;
        let [_, height, width] = own.shape.get();
        let label = Signal::derive(move || own.describe(channel));
        Some(view! {
            <figure class="draw-large">
                <PixelImage
                    width=width
                    height=height
                    values=Signal::derive(move || own.values(channel))
                    scale=PixelScale::Signed
                    reach=own.reach
                    zoom=(LARGE_SIDE / width.max(height)).max(1)
                    label=label
                />
                <figcaption>{label}</figcaption>
            </figure>
        })
    }
}

/// The scale of a level: the same for all its maps, symmetric about zero.
#[component]
fn Legend(
    /// Largest absolute value of the level.
    reach: Memo<f32>,
) -> impl IntoView {
    let stops: Vec<String> = (-4..=4).map(|step| colour::diverging(f64::from(step) / 4.0).css()).collect();
    let gradient = format!("linear-gradient(to right, {})", stops.join(", "));
    let end = move |sign: f64| move || format::signed(sign * f64::from(reach.get()), 2);
    view! {
        <span class="draw-legend">
            <span>{end(-1.0)}</span>
            <span class="draw-legend-bar" style:background-image=gradient aria-hidden="true"></span>
            <span>{end(1.0)}</span>
        </span>
    }
}
