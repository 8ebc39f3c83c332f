//! The polynomial as a list of its terms. Only the rows in sight stand in the document, written when they come into it.

use super::expanded::Expanded;
use super::scroll::{Scroll, follow_size, show_active};
use super::state::{Work, use_stack};
use super::window::{ROW_PX, moved, visible};
use crate::app::components::ProgressBar;
use crate::app::format;
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use crate::number;
use leptos::prelude::*;
use std::sync::Arc;

/// The list with its filters.
#[component]
pub fn TermList() -> impl IntoView {
    let room = use_stack();
    let body = memo(move |_| room.expanded.with(Option::is_some));
    view! {
        <div class="terms-head">
            <h2>
                {move || {
                    let shown = room.selection.with(|selection| selection.len());
                    let all = room.expanded.with(|expanded| expanded.as_ref().map_or(0, |expanded| expanded.terms()));
                    match (all, shown) {
                        (0, _) => "The polynomial".to_owned(),
                        (all, shown) if all == shown => format!("z is a sum of {} terms", format::count(all)),
                        (all, shown) => format!("{} of {} terms", format::count(shown), format::count(all)),
                    }
                }}
            </h2>
            <Filters/>
        </div>
        {move || if body.get() { view! { <Rows/> } } else { view! { <Waiting/> } }}
    }
}

/// Which terms are shown, with a menu for the variable and a way back to all.
#[component]
fn Filters() -> impl IntoView {
    let room = use_stack();
    let uses = room.chosen(|state| state.uses);
    let degree = room.chosen(|state| state.degree);
    let variables = memo(move |_| room.expanded.with(|expanded| expanded.as_ref().map_or(0, |it| it.variables())));
    let options = move || {
        (0..variables.get())
            .map(|variable| {
                view! { <option value=variable selected=move || uses.get() == Some(variable)>{format!("with x{}", variable + 1)}</option> }
            })
            .collect_view()
    };
    let filtered = move || uses.get().is_some() || degree.get().is_some();
    view! {
        <div class="terms-filters">
            {move || {
                degree
                    .get()
                    .map(|degree| view! { <span class="small muted" data-testid="stack-filter-degree">{format!("degree {degree}")}</span> })
            }}
            <select
                data-testid="stack-uses"
                aria-label="Terms shown"
                on:change:target=move |event| {
                    let variable = event.target().value().parse().ok();
                    room.choose(|state| state.uses = variable);
                }
            >
                <option value="" selected=move || uses.get().is_none()>"all variables"</option>
                {live(options)}
            </select>
            <button
                type="button"
                class="button quiet"
                data-testid="stack-unfilter"
                disabled=move || !filtered()
                on:click=heard(move |_| room.choose(|state| (state.uses, state.degree) = (None, None)))
            >
                "Show all"
            </button>
        </div>
    }
}

/// In the list's place while there are no terms.
#[component]
fn Waiting() -> impl IntoView {
    let room = use_stack();
    let share = Signal::derive(move || {
        room.work.with(|work| match work {
            Work::Expanding { share, .. } => *share,
            Work::Ready(_) | Work::Refused(_) | Work::Stopped(_) => None,
        })
    });
    // Built anew for every kind of state, but not for every step of progress.
    let kind = memo(move |_| {
        room.work.with(|work| match work {
            Work::Ready(_) => (false, None, false),
            Work::Expanding { .. } => (true, None, false),
            Work::Refused(sentence) => (false, Some(sentence.clone()), false),
            Work::Stopped(sentence) => (false, Some(sentence.clone()), true),
        })
    });
    view! {
        <div class="terms waiting" data-testid="stack-waiting">
            {move || {
                let (expanding, sentence, again) = kind.get();
                let silent = sentence.is_none();
                view! {
                    {expanding
                        .then(|| {
                            view! {
                                <div class="terms-progress" data-testid="stack-progress">
                                    <p>"Expanding …"</p>
                                    <ProgressBar label="Expanding" share/>
                                    <button type="button" class="button" data-testid="stack-stop" on:click=heard(move |_| room.stop())>
                                        "Stop"
                                    </button>
                                </div>
                            }
                        })}
                    <div role="status" data-testid="stack-refused" hidden=silent>
                        <p>{sentence}</p>
                    </div>
                    {again
                        .then(|| {
                            view! {
                                <button type="button" class="button" data-testid="stack-again" on:click=heard(move |_| room.expand())>
                                    "Expand again"
                                </button>
                            }
                        })}
                }
            }}
        </div>
    }
}

#[component]
fn Rows() -> impl IntoView {
    let room = use_stack();
    let scroll = Scroll { area: NodeRef::new(), top_px: RwSignal::new(0.0), height_px: RwSignal::new(400.0) };
    follow_size(scroll);
    let rows = memo(move |_| room.selection.with(|selection| selection.len()));
    let window = memo(move |_| visible(scroll.top_px.get(), scroll.height_px.get(), rows.get()));
    let active = memo(move |_| {
        let term = room.term.get()?;
        room.selection.with(|selection| selection.row(term))
    });
    show_active(room, scroll, active);
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let (height, top) = (scroll.height_px.get_untracked(), scroll.top_px.get_untracked());
        let next = moved(active.get_untracked(), &event.key(), rows.get_untracked(), height, top);
        if let Some(row) = next {
            event.prevent_default();
            room.choose_term(room.selection.with_untracked(|selection| selection.term(row)));
        }
    };
    let lines = move || {
        let (first, shown) = window.get();
        let expanded = room.expanded.get()?;
        let selection = room.selection.get();
        let numbers = room.numbers.get();
        let keys = (first..first + shown).filter_map(|row| Some((row, selection.term(row)?)));
        Some((keys.collect::<Vec<_>>(), expanded, numbers))
    };
    // One row is written once for as long as it is in sight.
    let items = move || {
        lines().map_or_else(Vec::new, |(keys, expanded, numbers)| {
            let stamp =
                (Arc::as_ptr(&expanded) as usize, numbers.as_ref().map_or(0, |numbers| Arc::as_ptr(numbers) as usize));
            keys.into_iter().map(|key| (key, stamp, expanded.clone(), numbers.clone())).collect()
        })
    };
    // A name that is not in the document would be a dead end.
    let named = move || {
        let (first, shown) = window.get();
        let inside = active.get().filter(|row| (first..first + shown).contains(row));
        inside.map(|row| format!("stack-row-{row}"))
    };
    let height = move || format!("{}px", rows.get() as f64 * ROW_PX);
    view! {
        <div
            class="terms"
            role="grid"
            tabindex="0"
            node_ref=scroll.area
            data-testid="stack-terms-list"
            aria-label="Terms of the polynomial"
            aria-rowcount=move || rows.get().to_string()
            aria-colcount="3"
            aria-activedescendant=named
            on:keydown=heard(on_key)
            on:scroll=heard(move |_| {
                if let Some(area) = scroll.area.get_untracked() {
                    scroll.top_px.set(f64::from(area.scroll_top()));
                }
            })
        >
            <div class="terms-space" role="rowgroup" style:height=height>
                <For each=items key=|(key, stamp, _, _)| (*key, *stamp) let:item>
                    {
                        let ((row, term), _, expanded, numbers) = item;
                        view! { <Row row term expanded numbers active/> }
                    }
                </For>
            </div>
        </div>
    }
}

#[component]
fn Row(
    row: usize,
    term: usize,
    expanded: Arc<Expanded>,
    numbers: Option<Arc<Vec<f64>>>,
    active: Memo<Option<usize>>,
) -> impl IntoView {
    let room = use_stack();
    let coefficient = expanded.coefficient(term, numbers.as_ref().map(|numbers| &numbers[..]));
    let paths = expanded.paths(term);
    let paths = match paths {
        paths if paths < 1.5 => "1 path".to_owned(),
        paths if paths < 1e6 => format!("{} paths", format::count(number::whole(paths))),
        paths => format!("{} paths", format::significant(paths, 3)),
    };
    let is_active = move || active.get() == Some(row);
    view! {
        <div
            class="term-row"
            class:active=is_active
            role="row"
            id=format!("stack-row-{row}")
            data-testid="stack-term"
            data-monomial=expanded.monomial_text(term)
            aria-rowindex=row + 1
            aria-selected=move || if is_active() { "true" } else { "false" }
            style:top=format!("{}px", row as f64 * ROW_PX)
            on:click=heard(move |_| room.choose_term((!is_active()).then_some(term)))
        >
            <span role="gridcell" class="coefficient" inner_html=coefficient></span>
            <span role="gridcell" class="monomial" inner_html=expanded.monomial(term)></span>
            <span role="gridcell" class="path-count">{paths}</span>
        </div>
    }
}
