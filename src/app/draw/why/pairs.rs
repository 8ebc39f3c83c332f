//! The pairs of pixels (of patches, in large images) that matter most together: arcs over the digit, and a table.

use super::map::SIDE;
use super::shape;
use super::state::WhyState;
use crate::app::components::{PixelImage, SavePicture, SignedBar, Term};
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use crate::app::{colour, format};
use crate::number;
use crate::protocol::{PairContribution, PairContributions};
use leptos::prelude::*;

/// Pairs on view.
const SHOWN: usize = 8;

const MEANING: &str = "All products of two and more pixels, each shared out in equal parts among the pairs of its factors. \
     In images of 28 by 28 the pixels are taken together in patches of 4 by 4.";

/// Picture and table.
#[component]
pub fn WhyPairs(
    /// Signals of the panel.
    why: WhyState,
) -> impl IntoView {
    let pairs = memo(move |_| why.explained.with(|it| it.as_ref().and_then(|it| it.pairs.clone())));
    let strongest = memo(move |_| {
        pairs.with(|pairs| {
            pairs.as_ref().map_or_else(Vec::new, |it| it.strongest.iter().take(SHOWN).copied().collect::<Vec<_>>())
        })
    });
    let lit = RwSignal::new(None::<usize>);
    let state = memo(move |_| {
        why.explained.with(|it| match it {
            None => Waiting::Nothing,
            Some(it) if it.orders.len() <= 2 => Waiting::Linear,
            Some(it) if it.pairs.is_some() => Waiting::Here,
            Some(it) if it.side <= 7 || why.wants_pairs.get() => Waiting::Soon,
            Some(_) => Waiting::NotAsked,
        })
    });
    view! {
        <div class="why-pairs" data-picture="" data-testid="why-pairs" data-count=move || strongest.with(Vec::len).to_string()>
            <h3><Term word="Strongest pairs" meaning=MEANING/></h3>
            <Picture why pairs strongest lit/>
            <div class="why-pairs-table">
                {move || match state.get() {
                    Waiting::Here => view! { <Table pairs strongest lit/> },
                    Waiting::Nothing => ().into_any(),
                    Waiting::Soon => view! { <p class="muted small">"Looking for the strongest pairs…"</p> },
                    Waiting::Linear => {
                        view! { <p class="muted small">"There are none: this network never multiplies two pixels."</p> }
                    }
                    Waiting::NotAsked => view! {
                        <button type="button" class="button" data-testid="why-pairs-ask" on:click=heard(move |_| why.ask_for_pairs())>
                            "Find the strongest pairs"
                        </button>
                        <p class="muted small">"Takes some seconds for 28 by 28 pixels."</p>
                    },
                }}
                <SavePicture id="why-pairs"/>
            </div>
        </div>
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    Nothing,
    Linear,
    NotAsked,
    Soon,
    Here,
}

#[component]
fn Picture(
    why: WhyState,
    pairs: Memo<Option<PairContributions>>,
    strongest: Memo<Vec<PairContribution>>,
    lit: RwSignal<Option<usize>>,
) -> impl IntoView {
    let side = memo(move |_| why.explained.with(|it| it.as_ref().map_or(28, |it| it.side.max(1))));
    let ink = memo(move |_| {
        why.explained.with(|it| {
            it.as_ref()
                .map_or_else(Vec::new, |it| it.image.iter().map(|&value| number::single(value)).collect::<Vec<_>>())
        })
    });
    let marks = move || {
        let (cell, cells) = pairs.with(|pairs| pairs.as_ref().map_or((1, 1), |it| (it.cell, it.cells)));
        strongest.with(|strongest| {
            let reach = strongest.first().map_or(1.0, |pair| pair.value.abs()).max(f64::MIN_POSITIVE);
            let marks = strongest.iter().enumerate().rev();
            marks.map(|(index, pair)| view! { <Mark pair=*pair place=index cell cells reach lit/> }).collect_view()
        })
    };
    view! {
        <div class="why-canvas faint">
            {move || {
                let side = side.get();
                view! {
                    <PixelImage
                        width=side
                        height=side
                        values=ink
                        zoom=(SIDE / side).max(1)
                        label="The digit, with the strongest pairs as arcs; the table beside it names them"
                        explore=false
                    />
                    <svg class="why-arcs" viewBox=format!("0 0 {side} {side}") aria-hidden="true">{marks}</svg>
                }
            }}
        </div>
    }
}

/// An arc between two cells, or a ring around one.
#[component]
fn Mark(
    pair: PairContribution,
    place: usize,
    cell: u32,
    cells: u32,
    reach: f64,
    lit: RwSignal<Option<usize>>,
) -> impl IntoView {
    let size = f64::from(cell);
    let unit = size.max(1.0) * 0.06;
    let width = unit * (1.0 + 3.0 * pair.value.abs() / reach);
    let paint = colour::diverging(pair.value.signum()).css();
    let is_faint = move || lit.get().is_some_and(|lit| lit != place);
    let (from, to) = (shape::centre(pair.one, cells, cell), shape::centre(pair.other, cells, cell));
    let line = if pair.one == pair.other {
        view! { <circle class="ring" cx=from.0 cy=from.1 r=0.3 * size stroke=paint.clone() stroke-width=width/> }
    } else {
        let ends = [from, to].map(|(x, y)| view! { <circle cx=x cy=y r=0.1 * size fill=paint.clone()/> });
        view! { <path class="arc" d=shape::arc(from, to) stroke=paint.clone() stroke-width=width/>{ends} }
    };
    view! { <g class:faint=is_faint>{line}</g> }
}

#[component]
fn Table(
    pairs: Memo<Option<PairContributions>>,
    strongest: Memo<Vec<PairContribution>>,
    lit: RwSignal<Option<usize>>,
) -> impl IntoView {
    let range = memo(move |_| {
        strongest.with(|it| {
            it.iter().fold((0.0_f64, 0.0_f64), |(low, high), pair| (low.min(pair.value), high.max(pair.value)))
        })
    });
    let rows = move || {
        let cells = pairs.with(|pairs| pairs.as_ref().map_or(1, |it| it.cells.max(1)));
        let row = |(index, pair): (usize, &PairContribution)| {
            let value = pair.value;
            let names = [pair.one, pair.other].map(|cell| format!("{},{}", cell / cells + 1, cell % cells + 1));
            let name = if pair.one == pair.other {
                format!("({})²", names[0])
            } else {
                format!("({}) · ({})", names[0], names[1])
            };
            view! {
                <tr on:mouseenter=heard(move |_| lit.set(Some(index))) on:mouseleave=heard(move |_| lit.set(None))>
                    <th scope="row">
                        <button
                            type="button"
                            class="why-pair"
                            aria-label=format!("Show the pair {name}")
                            on:focus=heard(move |_| lit.set(Some(index)))
                            on:blur=heard(move |_| lit.set(None))
                        >
                            {name.clone()}
                        </button>
                    </th>
                    <td class="bar"><SignedBar value=Signal::stored(value) range/></td>
                    <td class="number">{format::signed(value, 3)}</td>
                </tr>
            }
        };
        strongest.with(|strongest| strongest.iter().enumerate().map(row).collect_view())
    };
    let what = move || {
        let is_patch = pairs.with(|pairs| pairs.as_ref().is_some_and(|it| it.cell > 1));
        if is_patch { "Patches of 4×4 pixels (row, column)" } else { "Pixels (row, column)" }
    };
    let total =
        move || pairs.with(|pairs| pairs.as_ref().map_or(format::NONE.to_owned(), |it| format::signed(it.total, 3)));
    view! {
        <table>
            <thead>
                <tr><th scope="col" colspan="2">{what}</th><th scope="col" class="number">"share"</th></tr>
            </thead>
            <tbody>{live(rows)}</tbody>
            <tfoot>
                <tr><th scope="row" colspan="2">"all pairs"</th><td class="number">{live(total)}</td></tr>
            </tfoot>
        </table>
    }
}
