//! A value that a chart's curves are compared with.

use crate::app::scale::Axis;
use crate::app::views::view;
use leptos::prelude::*;

/// Distance of the name from the line, in CSS pixels: above it, or below where it lies near the top.
const ABOVE: f64 = -5.0;
const BELOW: f64 = 15.0;

/// A value with what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// On the y axis.
    pub value: f64,
    /// What has this value, with the value.
    pub words: String,
}

/// A faint line across with its words at the right end.
pub fn marked(mark: &Mark, x: Axis, y: Axis) -> AnyView {
    let at = y.place(mark.value);
    let name_at = at + if at - y.end < 2.0 * BELOW { BELOW } else { ABOVE };
    view! {
        <line class="mark" x1=x.start x2=x.end y1=at y2=at/>
        <text class="mark-name" x=x.end y=name_at text-anchor="end">{mark.words.clone()}</text>
    }
}
