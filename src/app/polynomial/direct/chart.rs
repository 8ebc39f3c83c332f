//! A small chart of accuracies: our points and line, the article's figures beside them.

use crate::app::components::axes;
use crate::app::format;
use crate::app::scale::Axis;
use crate::app::views::view;
use leptos::prelude::*;

const WIDTH: f64 = 520.0;
const HEIGHT: f64 = 310.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 40.0;

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Ends of the x axis.
    pub x: (f64, f64),
    /// Places on the x axis with what stands below and above.
    pub ticks: Vec<(f64, String, String)>,
    /// What the x axis counts, and what its upper labels count.
    pub names: (&'static str, &'static str),
    /// Our points.
    pub points: Vec<(f64, f64)>,
    /// The article's points.
    pub article: Vec<(f64, f64)>,
    /// A level of the article, drawn as a line, with its label.
    pub level: Option<(f64, &'static str)>,
    /// The same in words.
    pub text: String,
}

/// Draws it. The y axis begins at a round value below all points.
pub fn draw(chart: &Chart) -> impl IntoView + use<> {
    let all = chart.points.iter().chain(&chart.article).map(|point| point.1);
    let low = all.chain(chart.level.map(|level| level.0)).fold(0.9_f64, f64::min);
    let x = Axis { min: chart.x.0, max: chart.x.1, start: LEFT, end: WIDTH - RIGHT };
    let y = Axis { min: ((low - 0.01) * 20.0).floor() / 20.0, max: 1.0, start: HEIGHT - BOTTOM, end: TOP };
    let rows = y.ticks(4).into_iter().map(|tick| (y.place(tick), format::percent(tick, 0))).collect();
    let columns = chart.ticks.iter().map(|(tick, below, _)| (x.place(*tick), below.clone())).collect();
    let above = chart.ticks.iter().map(|(tick, _, above)| {
        view! { <text x=x.place(*tick) y=TOP - 10.0 text-anchor="middle">{above.clone()}</text> }
    });
    let above = above.collect_view();
    let level = chart.level.map(|(value, name)| {
        let at = y.place(value);
        view! {
            <line class="article-level" x1=x.start x2=x.end y1=at y2=at/>
            <text class="article-name" x=x.start + 4.0 y=at - 6.0>{name}</text>
        }
    });
    let article = chart.article.iter().map(|&(at, value)| {
        view! { <circle class="article-point" cx=x.place(at) cy=y.place(value) r="5"/> }
    });
    let article = article.collect_view();
    let named = chart.article.last().map(|&(at, value)| {
        view! { <text class="article-name" x=x.place(at) y=y.place(value) - 12.0 text-anchor="middle">"article"</text> }
    });
    let place = |&(at, value): &(f64, f64)| format!("{:.1} {:.1}", x.place(at), y.place(value));
    let path = chart.points.iter().map(place).collect::<Vec<_>>().join("L");
    let line = (!path.is_empty()).then(|| view! { <path class="curve" d=format!("M{path}")/> });
    let dots = chart.points.iter().map(|&(at, value)| {
        view! { <circle class="dot" cx=x.place(at) cy=y.place(value) r="4"/> }
    });
    let dots = dots.collect_view();
    view! {
        <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=chart.text.clone()>
            {axes(x, y, rows, columns, "")}
            {above}
            <text x=x.end y=HEIGHT - 4.0 text-anchor="end">{chart.names.0}</text>
            <text x=x.end y="14" text-anchor="end">{chart.names.1}</text>
            {level}
            {line}
            {article}
            {named}
            {dots}
        </svg>
    }
}
