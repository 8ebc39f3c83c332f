//! Curves over steps, at most three, with the values under the pointer and the focus and a table behind.

use super::line_mark::{Mark, marked};
use super::line_table::Table;
use super::{SavePicture, axes, unique_id};
use crate::app::format;
use crate::app::reactive::{heard, memo};
use crate::app::scale::{Axis, extent, nearest};
use crate::app::views::{live, view};
use leptos::html::Div;
use leptos::prelude::*;
use std::fmt::Write as _;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

const LEFT: f64 = 40.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 22.0;

/// One curve.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    /// Name in legend and table.
    pub name: String,
    /// Points `(x, y)` in ascending order of `x`.
    pub points: Vec<(f64, f64)>,
}

/// How values are written.
pub type Writer = fn(f64) -> String;

#[derive(Debug, Clone, PartialEq)]
struct Frame {
    x: Axis,
    y: Axis,
}

/// A chart of fixed height that takes the width it is given.
#[component]
pub fn LineChart(
    /// Title, and accessible name.
    label: &'static str,
    /// What the x axis counts.
    x_label: &'static str,
    /// The curves, at most three.
    series: Memo<Vec<Series>>,
    /// How y values are written.
    write: Writer,
    /// Fixed ends of the y axis; without them it starts at 0 and fits the curves.
    #[prop(optional)]
    y_range: Option<(f64, f64)>,
    /// Where the x axis ends while the curves are shorter.
    x_max: Memo<f64>,
    /// Said in the empty frame.
    #[prop(default = "")]
    empty: &'static str,
    /// A value to compare the curves with: a faint line across with its name.
    #[prop(optional)]
    mark: Option<Memo<Option<Mark>>>,
    /// Height in CSS pixels.
    #[prop(default = 196.0)]
    height: f64,
    /// Used as `data-testid`.
    testid: &'static str,
) -> impl IntoView {
    let plot = NodeRef::<Div>::new();
    let width = watched_width(plot);
    let cursor = RwSignal::new(None::<f64>);
    let spoken = RwSignal::new(false);
    let frame = memo(move |_| {
        series.with(|series| {
            let all = || series.iter().flat_map(|curve| curve.points.iter());
            let (_, right) = extent(all().map(|point| point.0), (0.0, 0.0));
            let (_, top) = extent(all().map(|point| point.1), (0.0, 1.0));
            let (low, high) = y_range.unwrap_or((0.0, if top > 0.0 { top * 1.04 } else { 1.0 }));
            Frame {
                x: Axis { min: 0.0, max: right.max(x_max.get()).max(1.0), start: LEFT, end: width.get() - RIGHT },
                y: Axis { min: low, max: high, start: height - BOTTOM, end: TOP },
            }
        })
    });
    let is_empty = move || series.with(|series| series.iter().all(|curve| curve.points.is_empty()));
    let mark = move || mark.and_then(|mark| mark.get());
    let summary = move || {
        let beside = mark().map_or_else(String::new, |mark| format!("; {}", mark.words));
        series.with(|series| summarise(label, x_label, series, write)) + &beside
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if let Some(x) = series.with_untracked(|series| moved(series, cursor.get_untracked(), &event.key())) {
            event.prevent_default();
            spoken.set(true);
            cursor.set(Some(x));
        }
    };
    let words_id = unique_id("chart");
    view! {
        <figure class="chart" data-testid=testid>
            <figcaption>
                <h3>{label}</h3>
                <Legend series cursor write/>
            </figcaption>
            <div
                class="plot"
                node_ref=plot
                tabindex="0"
                role="img"
                aria-label=summary
                aria-describedby=words_id.clone()
                on:pointermove=heard(move |event: web_sys::PointerEvent| {
                    spoken.set(false);
                    cursor.set(Some(frame.get_untracked().x.value(f64::from(event.offset_x()))));
                })
                on:pointerleave=heard(move |_| cursor.set(None))
                on:blur=heard(move |_| cursor.set(None))
                on:keydown=heard(on_key)
            >
                <svg height=height viewBox=move || format!("0 0 {} {height}", width.get()) aria-hidden="true">
                    {move || grid(&frame.get(), x_label, write)}
                    {move || mark().map(|mark| frame.with(|frame| marked(&mark, frame.x, frame.y)))}
                    {move || series.with(|series| curves(&frame.get(), series))}
                    {move || cursor.get().map(|x| series.with(|series| cross(&frame.get(), series, x)))}
                </svg>
            </div>
            <p class="empty" hidden=move || !is_empty()>{empty}</p>
            <output class="visually-hidden" id=words_id aria-live="polite">
                {move || {
                    let x = cursor.get().filter(|_| spoken.get());
                    x.map(|x| series.with(|series| at_words(series, x, x_label, write)))
                }}
            </output>
            <SavePicture id=testid/>
            <Table label x_label series write/>
        </figure>
    }
}

/// Width of the plot, followed as the page changes.
fn watched_width(plot: NodeRef<Div>) -> RwSignal<f64> {
    let width = RwSignal::new(420.0);
    plot.on_load(move |element| {
        let measured = element.clone();
        // False once the chart is gone: the observer hears of that, too.
        let measure = move || {
            let now = f64::from(measured.client_width());
            let Some(before) = width.try_get_untracked() else { return false };
            if now > 0.0 && (now - before).abs() > 0.5 {
                width.set(now);
            }
            true
        };
        measure();
        let callback = Closure::<dyn FnMut(JsValue, web_sys::ResizeObserver)>::new(
            move |_: JsValue, observer: web_sys::ResizeObserver| {
                if !measure() {
                    observer.disconnect();
                }
            },
        );
        if let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(&element);
            // A few hundred bytes for each chart that was ever shown.
            callback.forget();
        }
    });
    width
}

fn grid(frame: &Frame, x_label: &'static str, write: Writer) -> AnyView {
    let (x, y) = (frame.x, frame.y);
    let rows = y.ticks(4).into_iter().map(|tick| (y.place(tick), write(tick)));
    // Counts are whole numbers; the name of what is counted stands at the end.
    let free = x.end - 16.0 - 6.0 * x_label.len() as f64;
    let ticks = x.ticks(5).into_iter().filter(|tick| tick.fract() == 0.0 && x.place(*tick) < free);
    let columns = ticks.map(|tick| (x.place(tick), format::fixed(tick, 0)));
    axes(x, y, rows.collect(), columns.collect(), x_label)
}

fn curves(frame: &Frame, series: &[Series]) -> impl IntoView + use<> {
    let draw = |(index, curve): (usize, &Series)| {
        let mut path = String::with_capacity(curve.points.len() * 14);
        let mut pen_up = true;
        for &(x, y) in &curve.points {
            if y.is_finite() {
                let command = if pen_up { 'M' } else { 'L' };
                // Writing to a string cannot fail.
                let _ = write!(path, "{command}{:.1} {:.1}", frame.x.place(x), frame.y.place(y));
            }
            pen_up = !y.is_finite();
        }
        let last = curve.points.last().filter(|point| point.1.is_finite()).copied();
        let dot = last.map(|(x, y)| {
            view! { <circle class="dot" class:s1=index == 1 class:s2=index == 2 cx=frame.x.place(x) cy=frame.y.place(y) r="3.5"/> }
        });
        view! { <path class="curve" class:s1=index == 1 class:s2=index == 2 d=path/>{dot} }
    };
    series.iter().enumerate().map(draw).collect_view()
}

fn cross(frame: &Frame, series: &[Series], x: f64) -> impl IntoView + use<> {
    let dots = series.iter().enumerate().filter_map(|(index, curve)| {
        let (x, y) = curve.points[nearest(&curve.points, x)?];
        let (cx, cy) = (frame.x.place(x), frame.y.place(y));
        Some(view! { <circle class="dot" class:s1=index == 1 class:s2=index == 2 cx=cx cy=cy r="4"/> })
    });
    let dots = dots.collect_view();
    let at = frame.x.place(x);
    view! { <line class="cross" x1=at x2=at y1=frame.y.start y2=frame.y.end/>{dots} }
}

#[component]
fn Legend(series: Memo<Vec<Series>>, cursor: RwSignal<Option<f64>>, write: Writer) -> impl IntoView {
    let entries = move || {
        series.with(|series| {
            let entry = |(index, curve): (usize, &Series)| {
                let at = match cursor.get() {
                    Some(x) => nearest(&curve.points, x),
                    None => curve.points.len().checked_sub(1),
                };
                let value = at.map_or(format::NONE.to_owned(), |at| write(curve.points[at].1));
                let step = at.filter(|_| cursor.get().is_some()).map(|at| format::fixed(curve.points[at].0, 0));
                view! {
                    <span>
                        <span class="swatch" class:s1=index == 1 class:s2=index == 2></span>
                        {curve.name.clone()} " " <span class="value">{value}</span>
                        {step.map(|step| format!(" at {step}"))}
                    </span>
                }
            };
            series.iter().enumerate().map(entry).collect_view()
        })
    };
    view! { <span class="legend" aria-hidden="true">{live(entries)}</span> }
}

fn moved(series: &[Series], cursor: Option<f64>, key: &str) -> Option<f64> {
    let longest = series.iter().max_by_key(|curve| curve.points.len())?;
    let last = longest.points.len().checked_sub(1)?;
    let at = cursor.and_then(|x| nearest(&longest.points, x));
    let stride = (longest.points.len() / 40).max(1);
    let next = match (key, at) {
        ("ArrowLeft" | "End", None) | ("End", Some(_)) => last,
        ("ArrowRight" | "Home", None) | ("Home", Some(_)) => 0,
        ("ArrowLeft", Some(at)) => at.saturating_sub(stride),
        ("ArrowRight", Some(at)) => (at + stride).min(last),
        _ => return None,
    };
    Some(longest.points[next].0)
}

fn at_words(series: &[Series], x: f64, x_label: &str, write: Writer) -> String {
    let parts = series.iter().filter_map(|curve| {
        let (x, y) = curve.points[nearest(&curve.points, x)?];
        Some(format!("{} at {x_label} {}: {}", curve.name, format::fixed(x, 0), write(y)))
    });
    parts.collect::<Vec<_>>().join("; ")
}

fn summarise(label: &str, x_label: &str, series: &[Series], write: Writer) -> String {
    let parts: Vec<_> = series
        .iter()
        .filter_map(|curve| {
            let (first, last) = (curve.points.first()?, curve.points.last()?);
            let at = |(x, y): (f64, f64)| format!("{} at {x_label} {x}", write(y));
            Some(format!("{} from {} to {}", curve.name, at(*first), at(*last)))
        })
        .collect();
    if parts.is_empty() { format!("{label}: no values yet") } else { format!("{label}: {}", parts.join("; ")) }
}
