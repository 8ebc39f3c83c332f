//! The tree of Fig. 7, unfolded from its top down to the chosen image and the group that this one came from.
//!
//! Every row is the group of the image chosen in the row above it: left and right go along the group, down into the
//! group that an image came from, up to what became of it.

use super::cells::COLUMNS;
use super::library::use_library;
use super::place::{LEVELS, Place};
use super::sheet::Sheet;
use crate::app::components::SavePicture;
use crate::app::history::use_address;
use crate::app::reactive::{effect, heard, memo};
use crate::app::views::view;
use leptos::prelude::*;

/// One row of the tree.
#[derive(Debug, Clone, PartialEq)]
struct Row {
    places: Vec<Place>,
    /// The one whose group is the next row.
    unfolded: Option<usize>,
}

/// The tree and the way back up.
#[component]
pub fn Tree() -> impl IntoView {
    let address = use_address();
    let library = use_library();
    let chosen = memo(move |_| address.state.with(|state| state.distil.chosen));
    let choose = move |place: Place| address.state.update(|state| state.distil.chosen = place);
    let path = memo(move |_| if library.has(0) { library.path(chosen.get()) } else { Vec::new() });
    let rows = memo(move |_| path.with(|path| rows(path, |place| library.members(place))));
    effect(move || rows.with(|rows| rows.iter().for_each(|row| library.want(&row.places))));
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let next = rows.with_untracked(|rows| moved(rows, chosen.get_untracked(), &event.key()));
        if let Some(next) = next {
            event.prevent_default();
            choose(next);
        }
    };
    let crumb = move |(index, place): (usize, &Place)| {
        let place = *place;
        view! {
            {(index > 0).then_some(" › ")}
            <button
                type="button"
                class="crumb"
                aria-current=move || (chosen.get() == place).then_some("true")
                on:click=heard(move |_| choose(place))
            >
                {if place.level == 0 { "original digit".to_owned() } else { format!("level {}", place.level) }}
            </button>
        }
    };
    view! {
        <section aria-labelledby="distil-tree-title" class="distil-tree" data-picture="">
            <h2 id="distil-tree-title">"Where it comes from"</h2>
            <nav class="crumbs small" aria-label="Way up" data-testid="distil-crumbs">
                {move || path.with(|path| path.iter().enumerate().map(crumb).collect_view())}
            </nav>
            <div
                class="rows"
                role="tree"
                aria-orientation="horizontal"
                tabindex="0"
                aria-label="Groups from the last level down to the original digits"
                aria-activedescendant=move || path.with(|path| path.last().map(|place| item_id(*place)))
                data-testid="distil-tree"
                data-rows=move || rows.with(Vec::len)
                on:keydown=heard(on_key)
            >
                {move || rows.with(|rows| rows.iter().map(|row| view! { <TreeRow row=row.clone() chosen/> }).collect_view())}
            </div>
            <SavePicture id="distilled-tree"/>
        </section>
    }
}

/// A group with the names of its images.
#[component]
fn TreeRow(row: Row, chosen: Memo<Place>) -> impl IntoView {
    let address = use_address();
    let library = use_library();
    let Row { places, unfolded } = row;
    let (size, level) = (places.len(), places.first().map_or(0, |place| place.level));
    let wide = size.clamp(1, COLUMNS);
    let item = |(index, &place): (usize, &Place)| {
        let open = unfolded == Some(index);
        view! {
            <span
                role="treeitem"
                id=item_id(place)
                aria-label=place.name()
                attr:aria-level=LEVELS - level + 1
                aria-setsize=size
                aria-posinset=index + 1
                aria-selected=move || (chosen.get() == place).to_string()
                aria-expanded=(level > 0).then(|| open.to_string())
                class:open=open
                on:click=heard(move |_| address.state.update(|state| state.distil.chosen = place))
            ></span>
        }
    };
    let items = places.iter().enumerate().map(item).collect_view();
    let title = if level == 0 { "original digits".to_owned() } else { format!("level {level}") };
    let images = Signal::derive(move || places.iter().map(|&place| library.image(place)).collect::<Vec<_>>());
    let never = Signal::derive(|| false);
    view! {
        <div class="tree-row" role="group" aria-label=format!("{title}: {size}")>
            <span class="small muted" aria-hidden="true">{title.clone()}</span>
            <span class="cells" role="presentation">
                <Sheet images columns=Signal::derive(move || wide) signed=never label=Signal::derive(String::new)/>
                <span class="overlay" role="presentation" style:grid-template-columns=format!("repeat({wide}, 1fr)")>{items}</span>
            </span>
        </div>
    }
}

fn item_id(place: Place) -> String {
    format!("tree-{}-{}", place.level, place.subset)
}

/// The rows of a path from the top down, and below it the group of its last image.
fn rows(path: &[Place], members: impl Fn(Place) -> Vec<Place>) -> Vec<Row> {
    let top = path.first().map(|&top| vec![top]);
    let groups = top.into_iter().chain(path.iter().map(|&place| members(place)));
    let row = |(depth, places): (usize, Vec<Place>)| {
        let unfolded = path.get(depth).and_then(|open| places.iter().position(|place| place == open));
        Row { places, unfolded }
    };
    groups.enumerate().map(row).filter(|row| !row.places.is_empty()).collect()
}

/// Where a key leads from the chosen image.
fn moved(rows: &[Row], chosen: Place, key: &str) -> Option<Place> {
    let depth = rows.iter().position(|row| row.places.contains(&chosen))?;
    let own = &rows[depth].places;
    let at = own.iter().position(|&place| place == chosen)?;
    let last = own.len() - 1;
    match key {
        "ArrowLeft" => own.get(at.saturating_sub(1)).copied(),
        "ArrowRight" => own.get((at + 1).min(last)).copied(),
        "Home" => own.first().copied(),
        "End" => own.last().copied(),
        "ArrowDown" | "Enter" | " " => rows.get(depth + 1).map_or(Some(chosen), |row| row.places.first().copied()),
        "ArrowUp" => {
            let above = depth.checked_sub(1).map(|above| &rows[above]);
            above.map_or(Some(chosen), |row| row.unfolded.and_then(|open| row.places.get(open).copied()))
        }
        _ => None,
    }
}
