//! The canvas: pointers and keys in, ink out.

use super::cursor::{Cursor, Direction};
use super::paint::paint;
use super::pictures;
use super::state::{DrawState, Sheet, use_draw};
use super::strokes::{GRID, Point};
use crate::app::history::use_address;
use crate::app::reactive::{effect, heard};
use crate::app::url::Room;
use crate::app::views::view;
use crate::number;
use leptos::ev;
use leptos::html::Canvas;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, PointerEvent};

const HELP: &str = "Arrow keys move the cursor, two together move it diagonally, and Shift makes small steps. \
    Space or Enter lowers and raises the pen. Escape raises it. Delete clears the canvas, Control and Z undoes.";

/// Signals of the keyboard's pen.
#[derive(Clone, Copy)]
struct Keyboard {
    cursor: RwSignal<Cursor>,
    /// Whether the cursor is shown: while the canvas has the focus and no pointer gave it.
    is_used: RwSignal<bool>,
    pen_is_down: RwSignal<bool>,
    /// For screen readers.
    said: RwSignal<String>,
}

/// The pointer that draws.
#[derive(Clone, Copy)]
struct Held {
    /// Its number, while it touches.
    id: i32,
    is_pen: bool,
}

/// Whether an event is of the pointer that draws.
fn holds(held: Option<Held>, event: &PointerEvent) -> bool {
    held.is_some_and(|held| held.id == event.pointer_id())
}

/// The square to draw on.
#[component]
pub fn DrawCanvas() -> impl IntoView {
    let state = use_draw();
    let canvas = NodeRef::<Canvas>::new();
    repaint_when_needed(state, canvas);
    let keyboard = Keyboard {
        cursor: RwSignal::new(Cursor::default()),
        is_used: state.by_keyboard,
        pen_is_down: RwSignal::new(false),
        said: RwSignal::new(String::new()),
    };
    let pointer = StoredValue::new(None::<Held>);
    // Some browsers report movements twice: at once, and gathered for the next frame.
    let raw_until = StoredValue::new(0.0);
    let end = move |event: &PointerEvent| {
        if holds(pointer.get_value(), event) {
            pointer.set_value(None);
            state.history.update(super::strokes::History::end_stroke);
        }
    };
    let is_target = RwSignal::new(false);
    let Sheet { room, id, label } = state.sheet;
    let is_draw = room == Room::Draw;
    let (help, said) = if is_draw { ("draw-help", "draw-cursor-status") } else { ("own-help", "own-cursor-status") };
    if is_draw {
        open_dropped_files(state);
    }
    view! {
        <div
            class="draw-sheet"
            class:target=move || is_target.get()
            class:keyed=move || keyboard.is_used.get()
            on:dragover=heard(move |event: web_sys::DragEvent| {
                event.prevent_default();
                is_target.set(true);
            })
            on:dragleave=heard(move |_| is_target.set(false))
            on:drop=heard(move |_| is_target.set(false))
        >
            <canvas
                node_ref=canvas
                id=id
                data-testid=id
                data-version=move || state.version.get()
                data-empty=move || state.is_empty().to_string()
                data-example=move || state.history.with(super::strokes::History::is_example).to_string()
                role="application"
                aria-roledescription="drawing canvas"
                aria-label=label
                aria-describedby=help
                tabindex="0"
                on:pointerdown=heard(move |event: web_sys::PointerEvent| {
                    let held = pointer.get_value();
                    let is_pen = event.pointer_type() == "pen";
                    let takes_over = is_pen && held.is_some_and(|held| !held.is_pen);
                    // A click with Control opens a menu on a Mac, and no movement would report the button's release.
                    let draws = event.button() == 0 && event.is_primary() && !event.ctrl_key();
                    if draws && (held.is_none() || takes_over) {
                        if takes_over && state.history.with_untracked(super::strokes::History::pen_is_down) {
                            // The palm was there before the pen: what it is drawing means nothing.
                            state.change(super::strokes::History::undo);
                        }
                        pointer.set_value(Some(Held { id: event.pointer_id(), is_pen }));
                        keyboard.is_used.set(false);
                        keyboard.pen_is_down.set(false);
                        pointer_down(state, canvas, &event);
                    }
                })
                on:pointermove=heard(move |event: web_sys::PointerEvent| {
                    if holds(pointer.get_value(), &event) {
                        if event.buttons() == 0 {
                            // It was released unnoticed, in a menu or another window.
                            end(&event);
                        } else {
                            pointer_move(state, canvas, &event, raw_until.get_value());
                        }
                    }
                })
                on:pointerrawupdate=heard(move |event: PointerEvent| {
                    if holds(pointer.get_value(), &event) && event.buttons() != 0 {
                        raw_until.set_value(event.time_stamp());
                        pointer_move(state, canvas, &event, 0.0);
                    }
                })
                on:pointerup=heard(move |event: web_sys::PointerEvent| end(&event))
                on:pointercancel=heard(move |event: web_sys::PointerEvent| end(&event))
                on:lostpointercapture=heard(move |event: web_sys::PointerEvent| end(&event))
                on:keydown=heard(move |event: web_sys::KeyboardEvent| key_down(state, keyboard, &event))
                on:keyup=heard(move |event: web_sys::KeyboardEvent| {
                    if let Some(direction) = Direction::from_key(&event.key()) {
                        keyboard.cursor.update(|cursor| cursor.release(direction));
                    }
                })
                on:focus=heard(move |_| keyboard.is_used.set(pointer.get_value().is_none()))
                on:blur=heard(move |_| {
                    keyboard.cursor.update(Cursor::release_all);
                    raise(state, keyboard, "");
                    keyboard.is_used.set(false);
                })
            ></canvas>
            <KeyboardCursor keyboard=keyboard/>
            <p class="visually-hidden" id=help>{HELP}</p>
            <p class="visually-hidden" role="status" data-testid=said>{move || keyboard.said.get()}</p>
        </div>
    }
}

/// A file is opened wherever it is dropped while the room is on screen: few hit the canvas exactly.
fn open_dropped_files(state: DrawState) {
    let room = use_address().room();
    let dropped = window_event_listener(ev::drop, move |event| {
        if room.get_untracked() == Room::Draw {
            pictures::open_first(state, event.data_transfer().and_then(|data| data.files()));
        }
    });
    on_cleanup(move || dropped.remove());
}

/// A ring of the brush's size where the keyboard's pen is; filled while it is down.
#[component]
fn KeyboardCursor(keyboard: Keyboard) -> impl IntoView {
    let state = use_draw();
    let percent = |value: u16| format!("{:.3}%", f64::from(value) / f64::from(GRID) * 100.0);
    view! {
        <span
            class="draw-cursor"
            class:down=move || keyboard.pen_is_down.get()
            hidden=move || !keyboard.is_used.get()
            aria-hidden="true"
            data-testid="draw-cursor"
            style:left=move || percent(keyboard.cursor.get().at.x)
            style:top=move || percent(keyboard.cursor.get().at.y)
            style:width=move || format!("{}%", state.brush.get())
        ></span>
    }
}

fn pointer_down(state: DrawState, canvas: NodeRef<Canvas>, event: &PointerEvent) {
    let Some(canvas) = canvas.get_untracked() else { return };
    // The browser would otherwise select text or move the focus to the page.
    event.prevent_default();
    let _ = canvas.focus();
    // Without capture a stroke ends at the border of the canvas, which does no harm.
    let _ = canvas.set_pointer_capture(event.pointer_id());
    let at = position(&canvas, event);
    state.moved(event.time_stamp());
    state.change(|history| history.begin_stroke(state.brush.get_untracked(), at));
}

/// Goes on with a stroke; positions that are known up to `known_until_ms` are left out.
fn pointer_move(state: DrawState, canvas: NodeRef<Canvas>, event: &PointerEvent, known_until_ms: f64) {
    let Some(canvas) = canvas.get_untracked() else { return };
    let time_ms = event.time_stamp();
    if time_ms <= known_until_ms {
        return;
    }
    // All positions since the last frame, not only the newest: fast curves stay round.
    let mut points: Vec<Point> = coalesced(event)
        .into_iter()
        .filter(|each| known_until_ms <= 0.0 || each.time_stamp() > known_until_ms)
        .map(|each| position(&canvas, &each))
        .collect();
    if points.is_empty() {
        points.push(position(&canvas, event));
    }
    state.change(|history| {
        // Not `any`: every point counts.
        let changes = points.into_iter().filter(|&point| history.extend_stroke(point)).count();
        if changes > 0 {
            state.moved(time_ms);
        }
        changes > 0
    });
}

/// All positions that an event stands for; none where the browser does not give them: iPhones before Safari 18.2, and
/// every browser on a page that came without encryption.
fn coalesced(event: &PointerEvent) -> Vec<PointerEvent> {
    if !js_sys::Reflect::has(event, &"getCoalescedEvents".into()).unwrap_or(false) {
        return Vec::new();
    }
    event.get_coalesced_events().iter().filter_map(|each| each.dyn_into().ok()).collect()
}

fn position(canvas: &HtmlCanvasElement, event: &PointerEvent) -> Point {
    let area = canvas.get_bounding_client_rect();
    let x = (f64::from(event.client_x()) - area.left()) / area.width().max(1.0);
    let y = (f64::from(event.client_y()) - area.top()) / area.height().max(1.0);
    Point::from_unit(x, y)
}

fn key_down(state: DrawState, keyboard: Keyboard, event: &ev::KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let key = event.key();
    if let Some(direction) = Direction::from_key(&key) {
        keyboard.is_used.set(true);
        keyboard.cursor.update(|cursor| {
            cursor.press(direction, event.shift_key());
        });
        let cursor = keyboard.cursor.get_untracked();
        if keyboard.pen_is_down.get_untracked() {
            state.moved(event.time_stamp());
            state.change(|history| history.extend_stroke(cursor.at));
        } else if !event.repeat() {
            keyboard.said.set(cursor.describe());
        }
    } else {
        match key.as_str() {
            " " | "Enter" if event.repeat() => {}
            " " | "Enter" if keyboard.pen_is_down.get_untracked() => raise(state, keyboard, "Pen up"),
            " " | "Enter" => lower(state, keyboard, event.time_stamp()),
            "Escape" => raise(state, keyboard, "Pen up"),
            "Delete" | "Backspace" => {
                keyboard.pen_is_down.set(false);
                state.change(super::strokes::History::clear);
                keyboard.said.set("Canvas cleared".into());
            }
            _ => return,
        }
    }
    event.prevent_default();
}

fn lower(state: DrawState, keyboard: Keyboard, time_ms: f64) {
    keyboard.is_used.set(true);
    let cursor = keyboard.cursor.get_untracked();
    state.moved(time_ms);
    state.change(|history| {
        let begun = history.begin_stroke(state.brush.get_untracked(), cursor.at);
        keyboard.pen_is_down.set(begun);
        begun
    });
    keyboard.said.set(format!("Pen down at {}", cursor.describe()));
}

fn raise(state: DrawState, keyboard: Keyboard, word: &str) {
    if keyboard.pen_is_down.get_untracked() {
        keyboard.pen_is_down.set(false);
        state.history.update(super::strokes::History::end_stroke);
        if !word.is_empty() {
            keyboard.said.set(format!("{word} at {}", keyboard.cursor.get_untracked().describe()));
        }
    }
}

/// Paints once per frame after the drawing, the size of the canvas or the room on screen changed.
fn repaint_when_needed(state: DrawState, canvas: NodeRef<Canvas>) {
    let room = use_address().room();
    let resized = RwSignal::new(());
    let listener = window_event_listener(ev::resize, move |_| resized.set(()));
    on_cleanup(move || listener.remove());
    let is_due = StoredValue::new(false);
    effect(move || {
        state.version.track();
        resized.track();
        room.track();
        canvas.track();
        if is_due.get_value() {
            return;
        }
        is_due.set_value(true);
        request_animation_frame(move || {
            if is_due.try_set_value(false).is_none()
                && let Some(canvas) = canvas.get_untracked()
            {
                state.history.with_untracked(|history| repaint(&canvas, history.sketch()));
            }
        });
    });
}

fn repaint(canvas: &HtmlCanvasElement, sketch: &super::strokes::Sketch) {
    let context = canvas.get_context("2d").ok().flatten().and_then(|it| it.dyn_into::<CanvasRenderingContext2d>().ok());
    let Some(context) = context else { return };
    // Crisp on every screen: as many pixels as the screen has.
    let side = (f64::from(canvas.client_width()) * window().device_pixel_ratio()).round().clamp(1.0, 2_400.0);
    let pixels = number::whole(side);
    if canvas.width() != pixels || canvas.height() != pixels {
        canvas.set_width(pixels);
        canvas.set_height(pixels);
    }
    paint(&context, side, sketch);
}
