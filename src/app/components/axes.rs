//! What all charts have in common: lines across with their values, and the values below.

use crate::app::scale::Axis;
use leptos::prelude::*;

/// Lines and labels at places: `rows` on the y axis, `columns` on the x axis, and at its end `name`, which says what it
/// counts.
pub fn axes(x: Axis, y: Axis, rows: Vec<(f64, String)>, columns: Vec<(f64, String)>, name: &'static str) -> AnyView {
    let row = |(at, text): (f64, String)| {
        view! {
            <line class="grid" x1=x.start x2=x.end y1=at y2=at/>
            <text x=x.start - 6.0 y=at + 4.0 text-anchor="end">{text}</text>
        }
    };
    let column = |(at, text): (f64, String)| view! { <text x=at y=y.start + 16.0 text-anchor="middle">{text}</text> };
    view! {
        {rows.into_iter().map(row).collect_view()}
        {columns.into_iter().map(column).collect_view()}
        <text x=x.end y=y.start + 16.0 text-anchor="end">{name}</text>
    }
    .into_any()
}
