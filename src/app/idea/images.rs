//! Fig. 7 of the article: the last three levels of the shipped distillation, with their images.

use super::formula::{Notation, written};
use super::panel::{Panel, SIZE, Spot, Spots, stage};
use super::tree::{DISTILLED, SCALES};
use crate::app::colour;
use crate::app::components::Change;
use crate::app::distil::library::Library;
use crate::app::distil::pixels::SIDE;
use crate::app::distil::place::{LEVELS, Place};
use crate::app::format;
use crate::app::off_screen;
use crate::app::reactive::memo;
use crate::app::url::{IdeaState, Room};
use crate::app::views::view;
use crate::config::Partition;
use crate::number;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::Clamped;
use web_sys::ImageData;

/// Level of scale 0.
const LOWEST: usize = LEVELS - SCALES;
const NOTATION: Notation = Notation { map: "D", variable: "Y", first: LOWEST };
/// Images of a class that the article starts from.
const ORIGINALS: usize = 6_000;
/// Width of a family of four, and where the first begins.
const FAMILY: f64 = 96.0;
const LEFT: f64 = 56.0;
/// Upper edges of the rows, from scale 3 down to scale 0.
const TOPS: [f64; SCALES + 1] = [302.0, 178.0, 92.0, 6.0];

/// Left and upper edge and side of an image. Of scale 0 only the group that is followed has a place.
fn place(scale: usize, index: usize, followed: usize) -> [f64; 3] {
    let small = SIDE as f64;
    let middle = |family: usize| LEFT + FAMILY * (family as f64 + 0.5);
    let (siblings, of) = (DISTILLED.merged[scale.min(SCALES - 1)], index % DISTILLED.merged[scale.min(SCALES - 1)]);
    match scale {
        SCALES => [LEFT + 2.0 * FAMILY - small, TOPS[SCALES], 2.0 * small],
        2 => [middle(index) - small, TOPS[2], 2.0 * small],
        1 => {
            // Three and two.
            let (row, column) = (of / 3, of % 3);
            let indent = if row == 1 { 0.5 } else { 0.0 };
            [middle(index / siblings) - 45.0 + 31.0 * (column as f64 + indent), TOPS[1] + 31.0 * row as f64, small]
        }
        _ => {
            let [x, _, side] = place(1, DISTILLED.above(followed, 1), followed);
            let wide = 34.0 * siblings as f64;
            let first = (x + side / 2.0 - wide / 2.0).clamp(LEFT, SIZE[0] - wide);
            [first + 34.0 * of as f64 + 3.0, TOPS[0], small]
        }
    }
}

fn says(scale: usize) -> String {
    let count = DISTILLED.count(scale);
    let originals = format::count(ORIGINALS / count);
    match count {
        1 => format!("One image of each digit is left. It stands for all {originals} or so."),
        _ => format!("{count} images of each digit are left, each made from about {originals} digits."),
    }
}

/// The image in the tree at a scale, followed from the top by the numbers among siblings.
fn at(library: Library, state: IdeaState, scale: usize, index: usize) -> Option<Place> {
    let leaf = index * DISTILLED.span(scale);
    let mut place = Place { level: LEVELS, class: state.digit, subset: 0 };
    for below in (scale..SCALES).rev() {
        place = library.members(place).get(DISTILLED.place(leaf, below)).copied()?;
    }
    Some(place)
}

/// Black ink on white paper as an address.
fn address(values: &[f32]) -> Option<String> {
    if values.is_empty() {
        return None;
    }
    let (canvas, context) = off_screen::canvas(number::to_u32(SIDE), number::to_u32(SIDE))?;
    let paper = colour::PAPER.channels;
    let pixel = |&value: &f32| {
        let grey = number::whole((f32::from(paper[0]) * (1.0 - value)).round());
        [grey, grey, grey, paper[3]]
    };
    let bytes: Vec<u8> = values.iter().flat_map(pixel).collect();
    let image =
        ImageData::new_with_u8_clamped_array_and_sh(Clamped(&bytes), number::to_u32(SIDE), number::to_u32(SIDE))
            .ok()?;
    context.put_image_data(&image, 0.0, 0.0).ok()?;
    canvas.to_data_url().ok()
}

/// The picture.
#[component]
pub fn Images(
    /// What is shown.
    state: Memo<IdeaState>,
    /// Follows another image.
    choose: Callback<usize>,
) -> impl IntoView {
    let library = Library::open(memo(|_| Partition::ALL[0]), LOWEST);
    let leaf = memo(move |_| state.get().leaf);
    let formula = memo(move |_| {
        let IdeaState { scale, leaf, .. } = state.get();
        written(DISTILLED, NOTATION, scale, DISTILLED.above(leaf, scale))
    });
    let spots = memo(move |_| spots(state.get()));
    let change: Change = Arc::new(move |address| {
        let state = state.get_untracked();
        address.room = Room::Distil;
        address.distil.level = LOWEST + state.scale;
        if let Some(place) = at(library, state, state.scale, DISTILLED.above(state.leaf, state.scale)) {
            address.distil.chosen = place;
        }
    });
    let label = move || {
        let IdeaState { scale, digit, .. } = state.get();
        format!("Distilled images of {digit}: {} of level {} are left", DISTILLED.count(scale), LOWEST + scale)
    };
    let failure = move || library.failure.get().map(|sentence| view! { <p class="small">{sentence}</p> });
    view! {
        <Panel id="idea-images" title="Distillation" figure="Fig. 7" state says formula way="This image in Distil" change>
            <svg viewBox=format!("0 0 {} {}", SIZE[0], SIZE[1]) role="group" aria-label=label data-complete=move || library.has(LOWEST).to_string()>
                {move || drawing(state.get())}
                {move || pictures(library, state.get())}
                <Spots id="idea-image" label="Image whose way up is followed" spots count=DISTILLED.count(0) chosen=leaf choose/>
            </svg>
            {failure}
        </Panel>
    }
}

/// What can be pressed: the images of the group that is followed, and for each other image of scale 1 the first of its own.
fn spots(state: IdeaState) -> Vec<Spot> {
    let followed = DISTILLED.above(state.leaf, 1);
    let spot = |index: usize, [x, y, side]: [f64; 3], name: String| Spot {
        index,
        at: [x + side / 2.0, y + side / 2.0],
        size: [side + 2.0, side + 2.0],
        name,
    };
    let own = (0..DISTILLED.merged[0]).map(|of| followed * DISTILLED.merged[0] + of);
    let own = own.map(|leaf| spot(leaf, place(0, leaf, state.leaf), format!("Image {} of level {LOWEST}", leaf + 1)));
    let others = (0..DISTILLED.count(1)).filter(|&index| index != followed).map(|index| {
        let name = format!("Group {} of level {LOWEST}", index + 1);
        spot(index * DISTILLED.merged[0], place(1, index, state.leaf), name)
    });
    own.chain(others).collect()
}

/// Frames of what has merged, and the lines from each image to what it became part of.
fn drawing(state: IdeaState) -> AnyView {
    let IdeaState { scale, leaf, .. } = state;
    let mut shapes = Vec::new();
    for group in 0..DISTILLED.count(scale) {
        let [x, y, side] = place(scale, group, leaf);
        let is_own = group == DISTILLED.above(leaf, scale);
        let [left, top, width, height] = match scale {
            0 => continue,
            1 => [x - 1.5, y - 1.5, side + 3.0, side + 3.0],
            2 => [x + side / 2.0 - FAMILY / 2.0 + 1.0, y - 6.0, FAMILY - 2.0, 166.0],
            _ => [LEFT, TOPS[SCALES] - 4.0, 4.0 * FAMILY, 256.0],
        };
        shapes.push(view! { <rect class="idea-cone" class:own=is_own x=left y=top width=width height=height rx="6"/> });
    }
    for of in 0..SCALES {
        let class = format!("idea-bond scale-{of} {}", if of < scale { "merged" } else { "coming" });
        let first = if of == 0 { DISTILLED.above(leaf, 1) * DISTILLED.merged[0] } else { 0 };
        let count = if of == 0 { DISTILLED.merged[0] } else { DISTILLED.count(of) };
        for index in first..first + count {
            let [x, y, side] = place(of, index, leaf);
            let [to_x, to_y, to_side] = place(of + 1, index / DISTILLED.merged[of], leaf);
            let own = DISTILLED.above(leaf, of) == index && of < scale;
            shapes.push(view! {
                <line class=class.clone() class:own=own x1=x + side / 2.0 y1=y x2=to_x + to_side / 2.0 y2=to_y + to_side/>
            });
        }
    }
    let rows = (0..=SCALES).map(|of| {
        let [_, y, side] = place(of, 0, leaf);
        view! { <text class="idea-name" class:now=of == scale x="4" y=y + side / 2.0 + 4.0>{format!("level {}", LOWEST + of)}</text> }
    });
    let rows = rows.collect_view();
    view! { {shapes} {rows} }.into_any()
}

fn pictures(library: Library, state: IdeaState) -> AnyView {
    let followed = DISTILLED.above(state.leaf, 1) * DISTILLED.merged[0];
    let rows = (0..=SCALES).rev().flat_map(|of| {
        let range = if of == 0 { followed..followed + DISTILLED.merged[0] } else { 0..DISTILLED.count(of) };
        range.map(move |index| (of, index))
    });
    let one = |(of, index): (usize, usize)| {
        let [x, y, side] = place(of, index, state.leaf);
        let href = at(library, state, of, index).and_then(|place| address(&library.image(place)));
        let own = DISTILLED.above(state.leaf, of) == index;
        let class = format!("idea-image {}", stage(of, state.scale));
        view! {
            <g class=class class:own=own>
                <rect class="idea-ground" x=x y=y width=side height=side/>
                {href.map(|href| view! { <image href=href x=x y=y width=side height=side/> })}
                <rect class="idea-frame" x=x y=y width=side height=side/>
            </g>
        }
    };
    rows.map(one).collect_view().into_any()
}
