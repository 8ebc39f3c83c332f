//! The digit that writes itself on a canvas that nobody has used yet: the first screen shows what the page does.

use super::state::DrawState;
use super::strokes::{BRUSH_DEFAULT, Point, Stroke};
use crate::app::history::Address;
use crate::app::reactive::{effect, memo};
use crate::app::url::Room;
use crate::number;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// Where the browser keeps which digit comes next; `off` for none.
const KEPT: &str = "taylornet-example";
const OFF: &str = "off";
/// Between two pieces of a stroke.
const TICK: Duration = Duration::from_millis(50);
/// Ticks that a digit takes.
const TICKS: usize = 28;
/// Points between two that are listed.
const BETWEEN: usize = 6;

/// Digits as a hand writes them, stroke by stroke, in percent of the canvas.
type Hand = &'static [&'static [(u8, u8)]];
const DIGITS: [Hand; 5] = [
    &[&[(31, 24), (42, 16), (57, 17), (64, 27), (58, 40), (45, 47), (60, 51), (69, 63), (64, 78), (48, 85), (33, 80)]],
    &[&[(28, 23), (46, 21), (70, 20), (62, 42), (53, 64), (46, 86)]],
    &[&[(56, 15), (44, 35), (29, 58), (46, 60), (74, 59)], &[(60, 38), (59, 62), (57, 87)]],
    &[&[(30, 32), (35, 21), (47, 16), (61, 20), (65, 33), (56, 51), (41, 68), (28, 83), (48, 81), (73, 83)]],
    &[
        &[(36, 19), (34, 46), (47, 43), (61, 49), (66, 63), (60, 79), (47, 85), (32, 80)],
        &[(36, 19), (52, 19), (68, 17)],
    ],
];

/// A smooth line through the points of a stroke (a Catmull-Rom spline).
fn smooth(listed: &[(u8, u8)]) -> Vec<Point> {
    let at = |index: usize| {
        let (x, y) = listed[index.min(listed.len() - 1)];
        [f64::from(x) / 100.0, f64::from(y) / 100.0]
    };
    let mut points = Vec::with_capacity(listed.len() * BETWEEN);
    for index in 0..listed.len() - 1 {
        let [a, b, c, d] = [at(index.saturating_sub(1)), at(index), at(index + 1), at(index + 2)];
        for step in 0..BETWEEN {
            let t = step as f64 / BETWEEN as f64;
            let along = |k: usize| {
                let (slope_b, slope_c) = ((c[k] - a[k]) / 2.0, (d[k] - b[k]) / 2.0);
                let bend = 3.0 * (c[k] - b[k]) - 2.0 * slope_b - slope_c;
                b[k] + t * (slope_b + t * (bend + t * (slope_b + slope_c - 2.0 * (c[k] - b[k]))))
            };
            points.push(Point::from_unit(along(0), along(1)));
        }
    }
    let [x, y] = at(listed.len() - 1);
    points.push(Point::from_unit(x, y));
    points
}

/// What stands on the canvas when this many points of the digit are written.
fn written(digit: &[Vec<Point>], mut points: usize) -> Vec<Arc<Stroke>> {
    let mut strokes = Vec::with_capacity(digit.len());
    for stroke in digit {
        let count = points.min(stroke.len());
        points -= count;
        if count > 0 {
            strokes.push(Arc::new(Stroke { brush: BRUSH_DEFAULT, points: stroke[..count].to_vec() }));
        }
    }
    strokes
}

/// The digit of this visit; `None` where the visitor's browser says that there is to be none.
fn digit_of_this_visit() -> Option<Hand> {
    let storage = window().local_storage().ok().flatten();
    let kept = storage.as_ref().and_then(|storage| storage.get_item(KEPT).ok().flatten());
    if kept.as_deref() == Some(OFF) {
        return None;
    }
    let any = || number::whole::<usize>(js_sys::Math::random() * DIGITS.len() as f64);
    let index = kept.and_then(|text| text.parse().ok()).unwrap_or_else(any) % DIGITS.len();
    if let Some(storage) = storage {
        // Where nothing can be kept, chance decides next time.
        let _ = storage.set_item(KEPT, &((index + 1) % DIGITS.len()).to_string());
    }
    Some(DIGITS[index])
}

/// Writes a digit when the room is first on screen, unless the address has a drawing; at once where the visitor wants
/// little motion.
pub fn play(state: DrawState, address: Address) {
    let is_due = memo(move |_| address.state.with(|state| state.room == Room::Draw && state.drawing.is_empty()));
    let was_due = StoredValue::new(false);
    effect(move || {
        if !is_due.get() || was_due.get_value() {
            return;
        }
        was_due.set_value(true);
        let Some(digit) = digit_of_this_visit() else { return };
        let digit: Vec<Vec<Point>> = digit.iter().map(|stroke| smooth(stroke)).collect();
        let all = digit.iter().map(Vec::len).sum::<usize>();
        let still =
            window().match_media("(prefers-reduced-motion: reduce)").ok().flatten().is_some_and(|it| it.matches());
        if still {
            state.change(|history| history.show_example(written(&digit, all)));
        } else {
            write(state, digit, all, 1);
        }
    });
}

/// Shows this many ticks of the digit, and goes on with the next one while it is still an example.
fn write(state: DrawState, digit: Vec<Vec<Point>>, all: usize, tick: usize) {
    let mut is_there = false;
    state.change(|history| {
        is_there = (tick == 1 || history.is_example()) && history.show_example(written(&digit, all * tick / TICKS));
        is_there
    });
    if is_there && tick < TICKS {
        set_timeout(move || write(state, digit, all, tick + 1), TICK);
    }
}
