//! Fig. 1 of the article: a matrix product operator on eight sites, and the isometries that merge its variables.

use super::formula::{Notation, written};
use super::panel::{Panel, SIZE, Spot, Spots, across, corners, outline, stage};
use super::tree::{PAIRS, SCALES};
use crate::app::components::Change;
use crate::app::format;
use crate::app::reactive::memo;
use crate::app::url::IdeaState;
use crate::app::views::view;
use leptos::prelude::*;
use std::sync::Arc;

/// The row of the sites.
const MIDDLE: f64 = SIZE[1] / 2.0;
/// Height of a scale transformation.
const STEP: f64 = 45.0;
/// How far the last line reaches beyond the last isometry.
const END: f64 = 30.0;
const NOTATION: Notation = Notation { map: "U", variable: "σ", first: 0 };

/// Height of the isometries of a scale, above the sites (-1) or below them (1); the sites for scale 0.
fn height(scale: usize, side: f64) -> f64 {
    MIDDLE + side * STEP * scale as f64
}

fn says(scale: usize) -> String {
    let left = PAIRS.count(scale);
    let states = 1_usize << left;
    let variables = if left == 1 { "One variable is left".to_owned() } else { format!("{left} variables are left") };
    let of = if scale == 0 {
        "With two states each the operator acts on"
    } else {
        "If each keeps two states, the operator acts on"
    };
    format!("{variables}. {of} {} states.", format::count(states))
}

/// The picture.
#[component]
pub fn Operator(
    /// What is shown.
    state: Memo<IdeaState>,
    /// Follows another site.
    choose: Callback<usize>,
    /// Leads to what the Results room says of it.
    change: Change,
) -> impl IntoView {
    let site = memo(move |_| state.get().site);
    let formula = memo(move |_| {
        let IdeaState { scale, site, .. } = state.get();
        written(PAIRS, NOTATION, scale, PAIRS.above(site, scale))
    });
    let spots = (0..PAIRS.count(0)).map(|index| Spot {
        index,
        at: [across(PAIRS, 0, index), MIDDLE],
        size: [40.0, 40.0],
        name: format!("Site {}", index + 1),
    });
    let spots: Vec<_> = spots.collect();
    let label = move || {
        let IdeaState { scale, site, .. } = state.get();
        let span = PAIRS.span(scale);
        let first = PAIRS.above(site, scale) * span;
        let own =
            if span == 1 { format!("site {}", first + 1) } else { format!("sites {} to {}", first + 1, first + span) };
        format!(
            "An operator on eight sites with {} variables left; the one that is followed stands for {own}",
            PAIRS.count(scale)
        )
    };
    view! {
        <Panel id="idea-operator" title="Renormalization group" figure="Fig. 1" state says formula way="Does it come to rest?" change>
            <svg viewBox=format!("0 0 {} {}", SIZE[0], SIZE[1]) role="group" aria-label=label>
                {move || drawing(state.get())}
                <Spots id="idea-site" label="Site whose way up is followed" spots=memo(move |_| spots.clone()) count=PAIRS.count(0) chosen=site choose/>
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
        // Around the sites and, scale by scale, the outermost isometries, on both sides of the operator.
        let upper = outline(scale, group * span, |of| height(of, -1.0));
        let lower = outline(scale, group * span, |of| height(of, 1.0));
        let points = corners(upper.into_iter().chain(lower.into_iter().rev()));
        let is_own = group == PAIRS.above(site, scale);
        shapes.push(view! { <polygon class="idea-cone" class:own=is_own points=points/> });
    }
    for of in 0..=SCALES {
        for index in 0..PAIRS.count(of) {
            for side in [-1.0, 1.0] {
                let (x, y) = (across(PAIRS, of, index), height(of, side));
                let (to_x, to_y) = if of == SCALES {
                    (x, y + side * END)
                } else {
                    (across(PAIRS, of + 1, index / 2), height(of + 1, side))
                };
                let class = format!("idea-bond scale-{of} {}", stage(of, scale));
                shapes.push(view! { <line class=class class:own=own(of, index) x1=x y1=y x2=to_x y2=to_y/> });
            }
        }
    }
    for of in 1..=SCALES {
        for index in 0..PAIRS.count(of) {
            for side in [-1.0, 1.0] {
                // An isometry makes the variables of its scale: it is done when that scale is reached.
                let class = format!("idea-map {}", if of <= scale { "merged" } else { "coming" });
                shapes.push(view! { <circle class=class class:own=own(of, index) cx=across(PAIRS, of, index) cy=height(of, side) r="5.5"/> });
            }
        }
    }
    let ends = (across(PAIRS, 0, 0), across(PAIRS, 0, PAIRS.count(0) - 1));
    let sites = (0..PAIRS.count(0)).map(|index| {
        view! { <circle class="idea-lattice" class:own=own(0, index) cx=across(PAIRS, 0, index) cy=MIDDLE r="9"/> }
    });
    let names = (0..=SCALES).map(|of| {
        let y = if of == SCALES { height(of, -1.0) - 12.0 } else { height(of, -1.0) - STEP / 2.0 + 4.0 };
        view! {
            <text class=format!("idea-name scale-{of}") class:now=of == scale x="4" y=y>
                "σ"<tspan class="above" dy="-5">{format!("({of})")}</tspan>
            </text>
        }
    });
    let (sites, names) = (sites.collect_view(), names.collect_view());
    view! {
        {shapes}
        <line class="idea-chain" x1=ends.0 y1=MIDDLE x2=ends.1 y2=MIDDLE/>
        {sites}
        {names}
    }
    .into_any()
}

/// The way to what is said of fixed points.
pub fn way() -> Change {
    Arc::new(|state| state.room = crate::app::url::Room::Results)
}
