//! How many eigen-digits the accuracy of order 2 needs: a curve from the manifest.

use super::state::use_trained;
use crate::app::components::SavePicture;
use crate::app::format;
use crate::app::frame::Shipped;
use crate::app::reactive::memo;
use crate::app::scale::Axis;
use crate::app::views::{live, view};
use crate::protocol::EigenReport;
use leptos::prelude::*;
use std::fmt::Write as _;

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 200.0;

/// How those that are kept are chosen: names of the two lines.
const LINES: [&str; 2] = ["largest \u{3bb}", "largest \u{3bb} mean (v\u{202f}\u{b7}\u{202f}\u{3b4})\u{b2}"];

/// Name of a place on the axis, and the accuracy of both lines there.
type Place = (String, [f64; 2]);

fn places(report: &EigenReport) -> Vec<Place> {
    let both = report.accuracy.iter().zip(&report.accuracy_by_share).map(|(&one, &other)| [one, other]);
    let kept = report.kept.iter().map(u32::to_string).zip(both);
    kept.chain([("all".to_owned(), [report.all; 2])]).collect()
}

/// What the curve says.
fn in_words(report: &EigenReport) -> String {
    let all = format::percent(report.all, 2);
    let enough =
        report.kept.iter().zip(&report.accuracy_by_share).find(|(_, accuracy)| **accuracy >= report.all - 0.01);
    match enough {
        Some((kept, accuracy)) => format!(
            "With constant, order 1 and the {kept} eigen-digits of each sign and class that say most on average, {} of {} test images are classified correctly; with all of order 2, {all}.",
            format::percent(*accuracy, 2),
            format::count(report.images as usize)
        ),
        None => format!("Nearly all eigen-digits are needed for the {all} that all of order 2 classifies correctly."),
    }
}

/// Curve, sentence and table; nothing where no report is shipped.
#[component]
pub fn EigenCurve() -> impl IntoView {
    let trained = use_trained();
    let shipped = expect_context::<Shipped>();
    let report = memo(move |_| {
        let (network, about) = (trained.network.get(), trained.about.get());
        shipped.0.with(|shipped| {
            let reports = &shipped.as_ref()?.as_ref().ok()?.eigen_digits;
            reports.iter().find(|report| network.name() == Some(&report.model) && report.about == about).cloned()
        })
    });
    let content = move || {
        report.get().map(|report| {
            view! {
                <figure class="trained-figure" data-testid="trained-eigen-curve">
                    <h3>"How many eigen-digits does order 2 need?"</h3>
                    <p class="trained-line">{in_words(&report)}</p>
                    {curve(&places(&report))}
                    <SavePicture id="eigen-curve"/>
                    {table(&places(&report))}
                </figure>
            }
        })
    };
    live(content)
}

fn curve(places: &[Place]) -> impl IntoView + use<> {
    let lowest = places.iter().flat_map(|(_, both)| both).copied().fold(1.0, f64::min);
    let y = Axis { min: (lowest * 10.0).floor() / 10.0, max: 1.0, start: HEIGHT - 40.0, end: 8.0 };
    let last = places.len().saturating_sub(1) as f64;
    let x = Axis { min: 0.0, max: last.max(1.0), start: 48.0, end: WIDTH - 16.0 };
    let rows = y.ticks(4).into_iter().map(|tick| {
        let at = y.place(tick);
        view! {
            <line class="grid" x1=x.start x2=x.end y1=at y2=at/>
            <text x=x.start - 8.0 y=at + 4.0 text-anchor="end">{format::percent(tick, 0)}</text>
        }
    });
    let rows = rows.collect_view();
    let names = places.iter().enumerate().map(|(index, (name, _))| {
        view! { <text x=x.place(index as f64) y=y.start + 16.0 text-anchor="middle">{name.clone()}</text> }
    });
    let names = names.collect_view();
    let lines = LINES.iter().enumerate().map(|(line, title)| {
        let mut path = String::new();
        for (index, (_, both)) in places.iter().enumerate() {
            let (left, top) = (x.place(index as f64), y.place(both[line]));
            // Writing to a string cannot fail.
            let _ = write!(path, "{}{left:.1} {top:.1}", if index == 0 { 'M' } else { 'L' });
        }
        let at = 18.0 + 18.0 * line as f64;
        view! {
            <path class="level" class:middle=line == 0 d=path/>
            <line class="level" class:middle=line == 0 x1=x.start + 8.0 x2=x.start + 32.0 y1=at y2=at/>
            <text class="name" x=x.start + 38.0 y=at + 4.0>{*title}</text>
        }
    });
    let lines = lines.collect_view();
    view! {
        <svg class="trained-svg trained-eigen-svg" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label="Accuracy of order 2 against the number of eigen-digits; the table below has the numbers">
            {rows} {lines} {names}
            <text x=f64::midpoint(x.start, x.end) y=HEIGHT - 4.0 text-anchor="middle">"eigen-digits kept of each sign"</text>
        </svg>
    }
}

fn table(places: &[Place]) -> impl IntoView + use<> {
    let rows = places.iter().map(|(name, both)| {
        view! { <tr><th scope="row">{name.clone()}</th><td>{format::percent(both[0], 2)}</td><td>{format::percent(both[1], 2)}</td></tr> }
    });
    let rows = rows.collect_view();
    view! {
        <details>
            <summary>"Table"</summary>
            <div class="table-box" tabindex="0" role="region" aria-label="Accuracy by number of eigen-digits">
                <table class="data">
                    <thead><tr><th scope="col">"Kept of each sign"</th><th scope="col">{LINES[0]}</th><th scope="col">{LINES[1]}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}
