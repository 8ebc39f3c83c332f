//! Fig. 4(c) of the article with one more level: CG operations on eight variables.

use super::formula::{Notation, written};
use super::panel::{Panel, SIZE, Spot, Spots, across, corners, outline, stage};
use super::tree::{PAIRS, SCALES};
use crate::app::components::Change;
use crate::app::reactive::memo;
use crate::app::url::{IdeaState, PolynomialView, Room};
use crate::app::views::view;
use crate::app::{colour, format};
use crate::config::StackConfig;
use crate::number;
use crate::poly::forecast;
use leptos::prelude::*;
use std::sync::Arc;

const LOWEST: f64 = SIZE[1] - 40.0;
const STEP: f64 = 85.0;
const NOTATION: Notation = Notation { map: "CG", variable: "x", first: 0 };

fn height(scale: usize) -> f64 {
    LOWEST - STEP * scale as f64
}

fn config() -> StackConfig {
    StackConfig { cluster: [1, 2], orders: vec![2; SCALES], ..StackConfig::default() }
}

fn says(scale: usize) -> String {
    let count = PAIRS.count(scale);
    if scale == 0 {
        return format!("{count} variables, such as pixels.");
    }
    let terms = forecast(&config()).ok().and_then(|size| size.levels.get(scale).and_then(|level| level.terms.exact()));
    let terms = terms.map_or_else(|| format::NONE.to_owned(), |terms| format::count(number::to_usize(terms)));
    let (degree, span) = (PAIRS.span(scale), PAIRS.span(scale));
    let values = if count == 1 { "One value is left".to_owned() } else { format!("{count} values are left, each") };
    format!(
        "{values}{} a polynomial of degree {degree} in {span} variables with {terms} terms.",
        if count == 1 { ":" } else { "" }
    )
}

/// The picture.
#[component]
pub fn Stack(
    /// What is shown.
    state: Memo<IdeaState>,
    /// Follows another variable.
    choose: Callback<usize>,
) -> impl IntoView {
    let site = memo(move |_| state.get().site);
    let formula = memo(move |_| {
        let IdeaState { scale, site, .. } = state.get();
        written(PAIRS, NOTATION, scale, PAIRS.above(site, scale))
    });
    let spots = (0..PAIRS.count(0)).map(|index| Spot {
        index,
        at: [across(PAIRS, 0, index), LOWEST + 8.0],
        size: [40.0, 44.0],
        name: format!("Variable {}", index + 1),
    });
    let spots: Vec<_> = spots.collect();
    let change: Change = Arc::new(|state| {
        state.room = Room::Polynomial;
        state.polynomial.view = PolynomialView::Stack;
        state.polynomial.stack.stack = config();
        (state.polynomial.stack.monomial, state.polynomial.stack.uses, state.polynomial.stack.degree) =
            (None, None, None);
    });
    let label = move || {
        let scale = state.get().scale;
        format!(
            "Eight variables and {SCALES} levels of CG operations, of which {scale} are done; {} values are left",
            PAIRS.count(scale)
        )
    };
    view! {
        <Panel id="idea-stack" title="TaylorNet" figure="Fig. 4(c), one more level" state says formula way="Expand this stack" change>
            <svg viewBox=format!("0 0 {} {}", SIZE[0], SIZE[1]) role="group" aria-label=label>
                {move || drawing(state.get())}
                <Spots id="idea-variable" label="Variable whose way up is followed" spots=memo(move |_| spots.clone()) count=PAIRS.count(0) chosen=site choose/>
            </svg>
        </Panel>
    }
}

fn drawing(state: IdeaState) -> AnyView {
    let IdeaState { scale, site, .. } = state;
    let own =
        |of: usize, index: usize| of <= scale && PAIRS.above(index * PAIRS.span(of), scale) == PAIRS.above(site, scale);
    let mut shapes = Vec::new();
    for group in 0..PAIRS.count(scale) {
        let span = PAIRS.span(scale);
        let base = LOWEST + 14.0;
        let points =
            corners(outline(scale, group * span, |of| if of == 0 { base } else { height(of) - 14.0 }).into_iter());
        shapes.push(view! { <polygon class="idea-cone" class:own=group == PAIRS.above(site, scale) points=points/> });
    }
    for of in 0..SCALES {
        for index in 0..PAIRS.count(of) {
            let class = format!("idea-bond scale-{of} {}", if of < scale { "merged" } else { "coming" });
            shapes.push(view! {
                <line class=class class:own=of < scale && own(of, index) x1=across(PAIRS, of, index) y1=height(of) x2=across(PAIRS, of + 1, index / 2) y2=height(of + 1)/>
            });
        }
    }
    for of in 0..=SCALES {
        for index in 0..PAIRS.count(of) {
            let (x, y) = (across(PAIRS, of, index), height(of));
            let fill = colour::class(index / if of == 0 { 2 } else { 1 }).css();
            let class = format!("idea-value {}", stage(of, scale));
            shapes.push(if of == 0 {
                view! { <circle class=class class:own=own(of, index) fill=fill cx=x cy=y r="8"/> }
            } else {
                view! {
                    <g class=class class:own=own(of, index)>
                        <ellipse class="idea-plate" cx=x cy=y + 4.0 rx="22" ry="10"/>
                        <rect fill=fill x=x - 8.0 y=y - 8.0 width="16" height="16" rx="1.5"/>
                    </g>
                }
            });
        }
    }
    let variables = (0..PAIRS.count(0)).map(|index| {
        view! {
            <text class="idea-name" text-anchor="middle" x=across(PAIRS, 0, index) y=LOWEST + 26.0>
                "x"<tspan class="above" dy="4">{index + 1}</tspan>
            </text>
        }
    });
    let rows = (0..=SCALES).map(|of| {
        let name = if of == 0 { "variables".to_owned() } else { format!("level {of}") };
        view! { <text class="idea-name" class:now=of == scale x="4" y=height(of) + 4.0>{name}</text> }
    });
    let (variables, rows) = (variables.collect_view(), rows.collect_view());
    view! { {shapes} {variables} {rows} }.into_any()
}
