//! What the three pictures share: the variable that is followed, how far it has merged, and the frame around a picture.

use super::tree::{PAIRS, SCALES, Tree};
use crate::app::components::{Change, SavePicture, Way};
use crate::app::focus::focus;
use crate::app::reactive::{heard, memo};
use crate::app::url::IdeaState;
use crate::app::views::{live, view};
use leptos::prelude::*;

/// Size of a picture in its own units, which are CSS pixels where there is room.
pub const SIZE: [f64; 2] = [440.0, 350.0];
/// The first variable of eight, and how far they stand apart.
const FIRST: f64 = 80.0;
const APART: f64 = 48.0;

/// Where one of eight variables, or what it became part of, stands.
pub fn across(tree: Tree, scale: usize, index: usize) -> f64 {
    let span = tree.span(scale) as f64;
    FIRST + APART * (index as f64 * span + (span - 1.0) / 2.0)
}

/// The corners around all that has merged into a variable of a scale, out of eight, from its first site up to it and
/// down to its last; nothing at scale 0, where nothing has merged.
pub fn outline(scale: usize, first: usize, height: impl Fn(usize) -> f64) -> Vec<[f64; 2]> {
    if scale == 0 {
        return Vec::new();
    }
    let last = first + PAIRS.span(scale) - 1;
    // Wider at the foot, where the names stand apart.
    let aside = |of: usize| if of == 0 { 18.0 } else { 24.0 };
    let left = (0..=scale).map(|of| [across(PAIRS, of, PAIRS.above(first, of)) - aside(of), height(of)]);
    let right = (0..=scale).rev().map(|of| [across(PAIRS, of, PAIRS.above(last, of)) + aside(of), height(of)]);
    left.chain(right).collect()
}

/// Corners as SVG writes them.
pub fn corners(points: impl Iterator<Item = [f64; 2]>) -> String {
    points.map(|[x, y]| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")
}

/// Whether something of a scale is inside what has merged, is what is left now, or is still to come.
pub const fn stage(of: usize, now: usize) -> &'static str {
    if of < now {
        "merged"
    } else if of == now {
        "now"
    } else {
        "coming"
    }
}

/// Where one of the choices stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Its number among all.
    pub index: usize,
    /// Middle.
    pub at: [f64; 2],
    /// Width and height to press.
    pub size: [f64; 2],
    /// What it is.
    pub name: String,
}

/// Variables of scale 0 of which one is followed: one tab stop, and the arrow keys go from one to the next.
#[component]
pub fn Spots(
    /// Used for ids and as `data-testid`.
    id: &'static str,
    /// What is chosen here.
    label: &'static str,
    /// Those that can be pressed.
    spots: Memo<Vec<Spot>>,
    /// How many there are in all.
    count: usize,
    /// The one that is followed.
    chosen: Memo<usize>,
    /// Hears which is chosen.
    choose: Callback<usize>,
) -> impl IntoView {
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let at = chosen.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (at + 1) % count,
            "ArrowLeft" | "ArrowUp" => (at + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        event.prevent_default();
        choose.run(next);
        // What is chosen may only now come into the picture.
        request_animation_frame(move || focus(&format!("{id}-{next}")));
    };
    let spot = move |spot: &Spot| {
        let Spot { index, at: [x, y], size: [width, height], ref name } = *spot;
        let own = move || chosen.get() == index;
        view! {
            <rect
                class="idea-spot"
                id=format!("{id}-{index}")
                data-testid=format!("{id}-{index}")
                role="radio"
                aria-label=name.clone()
                aria-checked=move || own().to_string()
                tabindex=move || if own() { "0" } else { "-1" }
                x=x - width / 2.0
                y=y - height / 2.0
                width=width
                height=height
                rx="5"
                on:click=heard(move |_| choose.run(index))
            ></rect>
        }
    };
    view! {
        <g role="radiogroup" aria-label=label on:keydown=heard(on_key)>
            {move || spots.with(|spots| spots.iter().map(spot).collect_view())}
        </g>
    }
}

/// A picture with its title, what the variable that is followed is made of, and a way into the explorer.
#[component]
pub fn Panel(
    /// Used as `data-testid`.
    id: &'static str,
    /// Title.
    title: &'static str,
    /// Figure of the article.
    figure: &'static str,
    /// What is there at the scale.
    state: Memo<IdeaState>,
    /// Sentence about the scale.
    says: fn(usize) -> String,
    /// The variable that is followed, as HTML.
    formula: Memo<String>,
    /// Words of the link into the explorer.
    way: &'static str,
    /// Where it leads; a function of the address.
    change: Change,
    /// The picture.
    children: Children,
) -> impl IntoView {
    let scale = memo(move |_| state.get().scale.min(SCALES));
    view! {
        <figure class="idea-panel" data-testid=id data-scale=move || scale.get().to_string()>
            <figcaption>
                <h2>{title}</h2>
                <span class="small muted">{figure}</span>
            </figcaption>
            {children()}
            <p class="idea-formula" data-testid=format!("{id}-formula") inner_html=move || formula.get()></p>
            <p class="idea-says" data-testid=format!("{id}-says")>{live(move || says(scale.get()))}</p>
            <div class="idea-foot">
                <Way text=way change testid=format!("{id}-way")/>
                <SavePicture id/>
            </div>
        </figure>
    }
}
