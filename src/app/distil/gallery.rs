//! A page of the images of a level, one of which can be chosen.

use super::cells::{COLUMNS, ROWS, cells, columns, moved, page};
use super::files::Files;
use super::library::use_library;
use super::pixels::{REACH, minus};
use super::place::{LEVELS, PER_CLASS, Place};
use super::sheet::Sheet;
use crate::app::components::{SavePicture, ScaleLegend};
use crate::app::format;
use crate::app::history::use_address;
use crate::app::reactive::{effect, heard, memo};
use crate::app::views::view;
use leptos::prelude::*;

/// The images with the pages below them.
#[component]
pub fn Gallery() -> impl IntoView {
    let address = use_address();
    let library = use_library();
    let state = memo(move |_| address.state.with(|state| state.distil.clone()));
    let level = memo(move |_| state.with(|state| state.level));
    let signed = memo(move |_| state.with(|state| state.difference && state.level > 0));
    let groups = memo(move |_| {
        state.with(|state| {
            let page = page(state.class);
            let last = (PER_CLASS[state.level.max(1)] - 1) / page * page;
            cells(state.level, state.class, (state.first / page * page).min(last))
        })
    });
    // Original digits stand in the places of the groups that they begin.
    let places = memo(move |_| match level.get() {
        0 => groups.with(|groups| groups.iter().map(|&group| library.origin(group)).collect::<Vec<_>>()),
        _ => groups.get(),
    });
    effect(move || {
        if level.get() == 0 && library.has(0) {
            places.with(|places| library.want(places));
        } else if level.get() == 1 && signed.get() && library.has(0) {
            let members: Vec<Place> =
                groups.with(|groups| groups.iter().flat_map(|&group| library.members(group)).collect());
            library.want(&members);
        }
    });
    let images = Signal::derive(move || {
        let image = |&place: &Place| {
            let image = library.image(place);
            if signed.get() { minus(&image, &library.mean_below(place)) } else { image }
        };
        places.with(|places| places.iter().map(image).collect::<Vec<_>>())
    });
    let complete = move || images.with(|images| !images.is_empty() && images.iter().all(|image| !image.is_empty()));
    let wide = Signal::derive(move || columns(groups.with(Vec::len)));
    let chosen = memo(move |_| {
        let chosen = state.with(|state| state.chosen);
        places.with(|places| places.iter().position(|&place| place == chosen))
    });
    let choose = move |index: usize| {
        if let Some(place) = places.with_untracked(|places| places.get(index).copied()) {
            address.state.update(|state| state.distil.chosen = place);
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let count = groups.with_untracked(Vec::len);
        let key = event.key();
        let next = match chosen.get_untracked() {
            Some(at) => moved(at, &key, count),
            None => moved(0, &key, count).map(|_| 0),
        };
        if let Some(next) = next {
            event.prevent_default();
            choose(next);
        }
    };
    let option = |index: usize| {
        let place = move || places.with(|places| places.get(index).copied());
        view! {
            <span
                role="option"
                id=format!("distil-cell-{index}")
                hidden=move || place().is_none()
                aria-label=move || place().map(Place::name)
                aria-selected=move || (chosen.get() == Some(index)).to_string()
                on:click=heard(move |_| choose(index))
            ></span>
        }
    };
    let options = (0..ROWS * COLUMNS).map(option).collect_view();
    view! {
        <div class="row wrap distil-legend">
            <Pages/>
            {move || signed.get().then(|| view! { <ScaleLegend reach=Signal::derive(|| REACH)/> })}
        </div>
        <div class="distil-gallery" data-picture="">
            <div
                class="cells"
                role="listbox"
                tabindex="0"
                aria-label=move || format!("Images of level {}", level.get())
                aria-activedescendant=move || chosen.get().map(|index| format!("distil-cell-{index}"))
                data-testid="distil-cells"
                data-level=move || level.get()
                data-count=move || places.with(Vec::len)
                data-complete=move || complete().to_string()
                data-columns=move || wide.get()
                on:keydown=heard(on_key)
            >
                <Sheet images columns=wide signed=signed.into() label=Signal::derive(String::new)/>
                <span class="overlay" role="presentation" style:grid-template-columns=move || format!("repeat({}, 1fr)", wide.get())>
                    {options}
                </span>
            </div>
            <p class="waiting small muted" role="status">
                {move || (!complete()).then(|| format!("Loading level {} …", level.get()))}
            </p>
            <SavePicture id="distilled-level"/>
        </div>
        <Files level/>
    }
}

/// Which groups of the level are on show.
#[component]
fn Pages() -> impl IntoView {
    let address = use_address();
    let groups =
        memo(move |_| address.state.with(|state| (state.distil.level, state.distil.first, page(state.distil.class))));
    let count = move || PER_CLASS[groups.get().0.clamp(1, LEVELS)];
    let turn = move |event| {
        if let Ok(at) = event_target_value(&event).parse::<usize>() {
            address.state.update(|state| state.distil.first = at * page(state.distil.class));
        }
    };
    let words = move || {
        let (level, first, page) = groups.get();
        let (count, last) = (count(), (first + page).min(count()));
        let what = if level == 0 { "groups" } else { "images of each class" };
        if count == 1 {
            "One image of each class".to_owned()
        } else if count <= page {
            format!("All {count} {what}")
        } else {
            format!("{} to {last} of {} {what}", first + 1, format::count(count))
        }
    };
    view! {
        <label class="distil-pages">
            <input
                type="range"
                min="0"
                max=move || (count() - 1) / groups.get().2
                prop:value=move || (groups.get().1 / groups.get().2).to_string()
                hidden=move || count() <= groups.get().2
                aria-label="Page"
                aria-valuetext=words
                data-testid="distil-page"
                on:input=heard(turn)
            />
            <span class="small muted" data-testid="distil-page-words">{words}</span>
        </label>
    }
}
