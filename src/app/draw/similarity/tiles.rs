//! Ten references with their similarities.

use super::state::SimilarityState;
use crate::app::components::{PixelImage, SignedBar, raster_values};
use crate::app::draw::state::use_draw;
use crate::app::format;
use crate::app::reactive::memo;
use crate::app::views::view;
use crate::number;
use leptos::prelude::*;

/// The closest reference of one class, framed where it is the closest of all.
#[component]
pub fn Tile(
    /// Signals of the panel.
    state: SimilarityState,
    /// The class.
    class: usize,
    /// Ends of the axis of the bars.
    range: Memo<(f64, f64)>,
) -> impl IntoView {
    let draw = use_draw();
    let closest = move || state.newest.with(|it| it.as_ref().and_then(|it| it.closest.get(class).cloned()));
    // Nothing is said about a canvas that is empty by now.
    let cosine =
        memo(move |_| closest().and_then(|closest| closest.cosine).map(f64::from).filter(|_| !draw.is_empty()));
    let reference = memo(move |_| closest().map(|closest| closest.reference));
    let values = memo(move |_| closest().map_or_else(Vec::new, |closest| raster_values(&closest.image)));
    let is_best = move || {
        cosine.get().is_some()
            && state.newest.with(|it| it.as_ref().is_some_and(|it| it.winner == Some(number::to_u32(class))))
    };
    let label = Signal::derive(move || {
        let number = reference.get().map_or(String::new(), |reference| format!(", number {}", reference + 1));
        format!("Reference of {class}{number}")
    });
    let zoom = memo(move |_| if draw.zoom.get() > 6 { 3 } else { 2 });
    let text = move || cosine.get().map_or(format::NONE.to_owned(), |cosine| format::fixed(cosine, 3));
    view! {
        <li
            class:best=is_best
            data-testid=format!("similarity-{class}")
            data-cosine=move || cosine.get().map(|cosine| format!("{cosine:.5}"))
            data-reference=move || reference.get().map(|reference| reference.to_string())
        >
            {move || view! { <PixelImage width=28 height=28 values=values zoom=zoom.get() label=label/> }}
            <span class="similarity-class">{class}</span>
            <span class="similarity-number">{text}</span>
            <SignedBar value=Signal::derive(move || cosine.get().unwrap_or(0.0)) range=range/>
        </li>
    }
}
