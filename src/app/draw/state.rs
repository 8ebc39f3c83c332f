//! The state of the Draw room: plain values in signals.

use super::latency::LatencyWindow;
use super::network::{FIRST_NETWORK, RUN_NETWORK, counterpart};
use super::strokes::{BRUSH_DEFAULT, History};
use crate::app::at_hand::RunAtHand;
use crate::app::history::Address;
use crate::app::reactive::memo;
use crate::app::url::Room;
use crate::protocol::{ModelRef, Raster};
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// How much room there is: the media query, and the side on screen of a pixel of the 28x28 image. The first that holds
/// counts. `web/draw.css` changes its columns at the same widths.
const ZOOMS: [(&str, u32); 4] = [
    ("(max-width: 700px)", 3),
    ("(max-width: 1060px)", 5),
    ("(max-width: 1300px), (max-height: 840px)", 4),
    ("(max-width: 1700px), (max-height: 1000px)", 6),
];
/// On large screens.
const ZOOM_LARGE: u32 = 8;

/// What a network said to a drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Which network.
    pub model: ModelRef,
    /// Which state of the drawing.
    pub version: u32,
    /// Ten probabilities.
    pub probabilities: Vec<f32>,
    /// Ten values before softmax.
    pub logits: Vec<f32>,
    /// What the network got.
    pub image_28: Raster,
    /// The same in 7x7.
    pub image_7: Raster,
    /// Time in the worker, in milliseconds.
    pub compute_ms: f64,
    /// When the pen made the first movement that this answers; `None` where the delay says nothing.
    pub since: Option<Duration>,
}

impl Answer {
    /// The most probable digit and its probability.
    pub fn best(&self) -> Option<(usize, f32)> {
        let pairs = self.probabilities.iter().copied().enumerate();
        pairs.max_by(|(_, one), (_, other)| one.total_cmp(other))
    }
}

/// A canvas and the room that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sheet {
    /// The room.
    pub room: Room,
    /// Element id of the canvas, with which those of its texts begin.
    pub id: &'static str,
    /// What screen readers call it.
    pub label: &'static str,
}

/// That of the Draw room.
const DRAW: Sheet = Sheet { room: Room::Draw, id: "draw-canvas", label: "Canvas: draw a digit" };

/// Signals of the room. A context value.
#[derive(Clone, Copy)]
pub struct DrawState {
    /// The canvas.
    pub sheet: Sheet,
    /// The drawing with undo and redo.
    pub history: RwSignal<History>,
    /// Counts the changes of the drawing.
    pub version: RwSignal<u32>,
    /// Width of the brush in percent of the canvas.
    pub brush: RwSignal<u8>,
    /// Whether a second network answers beside the first.
    pub compare: Signal<bool>,
    /// Whether the network in training answers instead of the one in the address, while there is one.
    pub follows_run: RwSignal<bool>,
    /// Whether there is a network in training.
    pub run_exists: Signal<bool>,
    /// Answers of the chosen network and of the one beside it.
    pub answers: [RwSignal<Option<Arc<Answer>>>; 2],
    /// Why there is no answer.
    pub failure: RwSignal<Option<String>>,
    /// What the visitor must know about a picture or a link.
    pub notice: RwSignal<Option<String>>,
    /// Delays from stroke to answer.
    pub latency: RwSignal<LatencyWindow>,
    /// Side of a pixel of the 28x28 image on screen, in CSS pixels; depends on the window.
    pub zoom: RwSignal<u32>,
    /// Whether the canvas is in use by keyboard.
    pub by_keyboard: RwSignal<bool>,
    /// The networks that answer, one or two.
    pub models: Memo<Vec<ModelRef>>,
    moved_at: StoredValue<Option<Duration>>,
}

/// The state provided by the room.
///
/// # Panics
/// Outside the room.
pub fn use_draw() -> DrawState {
    expect_context::<DrawState>()
}

impl DrawState {
    /// An empty canvas; the network comes from the address.
    pub fn new(address: Address) -> Self {
        let compare = Signal::derive(move || address.state.with(|state| state.beside));
        let follows_run = RwSignal::new(false);
        let at_hand = use_context::<RunAtHand>();
        let run_exists = Signal::derive(move || at_hand.is_some_and(RunAtHand::exists));
        let models = memo(move |_| {
            let first = if follows_run.get() && run_exists.get() {
                RUN_NETWORK
            } else {
                address.state.with(|state| match state.model.as_str() {
                    "" => FIRST_NETWORK,
                    name => ModelRef::Shipped(name.to_owned().into()),
                })
            };
            let second = compare.get().then(|| counterpart(&first));
            std::iter::once(first).chain(second).collect()
        });
        let state = Self { compare, follows_run, run_exists, ..Self::on(DRAW, models) };
        let resize = window_event_listener(leptos::ev::resize, move |_| {
            if state.zoom.get_untracked() != zoom_now() {
                state.zoom.set(zoom_now());
            }
        });
        on_cleanup(move || resize.remove());
        state
    }

    /// An empty canvas whose drawing these networks answer.
    pub fn on(sheet: Sheet, models: Memo<Vec<ModelRef>>) -> Self {
        Self {
            sheet,
            history: RwSignal::new(History::default()),
            version: RwSignal::new(0),
            brush: RwSignal::new(BRUSH_DEFAULT),
            compare: Signal::stored(false),
            follows_run: RwSignal::new(false),
            run_exists: Signal::stored(false),
            answers: [RwSignal::new(None), RwSignal::new(None)],
            failure: RwSignal::new(None),
            notice: RwSignal::new(None),
            latency: RwSignal::new(LatencyWindow::default()),
            zoom: RwSignal::new(zoom_now()),
            by_keyboard: RwSignal::new(false),
            models,
            moved_at: StoredValue::new(None),
        }
    }

    /// Changes the drawing; `change` says whether it did.
    pub fn change(self, change: impl FnOnce(&mut History) -> bool) {
        let mut changed = false;
        self.history.update(|history| changed = change(history));
        if changed {
            self.version.update(|version| *version += 1);
        }
    }

    /// A hand moved: the delay to the next answer counts from the first movement that is not answered yet.
    pub fn moved(self, time_ms: f64) {
        if time_ms.is_finite() && time_ms >= 0.0 && self.moved_at.get_value().is_none() {
            self.moved_at.set_value(Some(Duration::from_secs_f64(time_ms / 1_000.0)));
        }
    }

    /// Time of that movement; the next one begins a new delay.
    pub fn take_moved(self) -> Option<Duration> {
        self.moved_at.try_update_value(Option::take).flatten()
    }

    /// Whether the canvas is empty.
    pub fn is_empty(self) -> bool {
        self.history.with(|history| history.sketch().is_empty())
    }

    /// Answer of the network at this place, where it is the network that is chosen now.
    pub fn answer(self, place: usize) -> Option<Arc<Answer>> {
        let model = self.models.with(|models| models.get(place).cloned())?;
        self.answers[place].get().filter(|answer| answer.model == model)
    }
}

/// Counts the delay since a movement, once the page has taken over the answer, so that this counts too.
pub fn note_delay(latency: RwSignal<LatencyWindow>, since: Duration) {
    queue_microtask(move || {
        let now_ms = window().performance().map_or(f64::NAN, |performance| performance.now());
        latency.update(|latency| latency.push(now_ms - since.as_secs_f64() * 1_000.0));
    });
}

fn zoom_now() -> u32 {
    let holds = |query: &str| window().match_media(query).ok().flatten().is_some_and(|query| query.matches());
    ZOOMS.iter().find(|(query, _)| holds(query)).map_or(ZOOM_LARGE, |&(_, zoom)| zoom)
}
