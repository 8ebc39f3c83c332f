//! What the network of one's own says about the drawing.

use super::state::{Stand, Tried, use_own};
use crate::app::components::{PixelImage, ProgressBar};
use crate::app::link::use_link;
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use crate::app::{colour, format};
use leptos::prelude::*;

/// The answer as a word, and a bar for each class.
#[component]
pub fn Answer() -> impl IntoView {
    let state = use_own();
    let answer = memo(move |_| {
        let names = state.learnt.get()?;
        let shares = state.shares()?;
        (shares.len() == names.len()).then_some((names, shares))
    });
    let best = memo(move |_| {
        let (names, shares) = answer.get()?;
        let (class, share) = (0..).zip(shares).max_by(|(_, one), (_, other)| one.total_cmp(other))?;
        let place: usize = class;
        Some((names.get(place)?.clone(), share))
    });
    let word = move || match best.get() {
        Some((name, share)) => view! {
            <p class="own-verdict">
                <span class="own-word">{name}</span>
                <span class="draw-share">{format::probability(share.into(), 0)}</span>
            </p>
        }
        .into_any(),
        None => view! { <p class="draw-hint">{hint(state.learnt.with(Option::is_some))}</p> }.into_any(),
    };
    let bars = move || {
        let (names, shares) = answer.get()?;
        let bar = |(class, (name, share)): (usize, (String, f32))| {
            let width = format!("{:.2}%", 100.0 * f64::from(share).clamp(0.0, 1.0));
            view! {
                <li data-class=name.clone() data-value=format!("{share:.6}")>
                    <span class="own-name">{name.clone()}</span>
                    <span class="track" aria-hidden="true">
                        <span class="fill" style:width=width style:background-color=colour::class(class % 10).css()></span>
                    </span>
                    <span class="number">{format::probability(share.into(), 1)}</span>
                </li>
            }
        };
        Some(view! { <ul class="own-bars">{names.into_iter().zip(shares).enumerate().map(bar).collect_view()}</ul> })
    };
    view! {
        <section
            class="own-answer"
            aria-labelledby="own-answer-title"
            data-testid="own-answer"
            data-answer=move || best.get().map(|(name, _)| name)
        >
            <h2 id="own-answer-title">"The answer"</h2>
            {move || state.tried.get().map(|tried| view! { <Picture tried/> })}
            {live(word)}
            {live(bars)}
        </section>
    }
}

/// The picture that is open.
#[component]
fn Picture(tried: Tried) -> impl IntoView {
    let values = tried.image.iter().map(|&pixel| f32::from(pixel) / 255.0).collect::<Vec<f32>>();
    view! {
        <p class="own-tried" data-testid="own-tried">
            <PixelImage width=28 height=28 values=Signal::stored(values) zoom=2 label="" explore=false/>
            <span>{tried.name}</span>
        </p>
    }
}

fn hint(is_learnt: bool) -> &'static str {
    if is_learnt {
        "Draw something, and the network says what it takes it for."
    } else {
        "Once it has learnt, it answers here while you draw."
    }
}

/// The button that begins to learn, how far it is, and how good it became.
#[component]
pub fn Learning() -> impl IntoView {
    let state = use_own();
    let link = use_link();
    let obstacle = memo(move |_| state.collection.with(super::collection::Collection::obstacle));
    let is_learning = memo(move |_| state.is_learning());
    let share = Signal::derive(move || match state.stand.get() {
        Stand::Learning(done, total, _) if total > 0 => Some(f64::from(done) / f64::from(total)),
        Stand::Learning(..) | Stand::Idle | Stand::Learnt(..) | Stand::Kept | Stand::Failed(_) => None,
    });
    let said = move || match state.stand.get() {
        Stand::Idle => obstacle.get().unwrap_or_else(|| "Ready to learn.".into()),
        Stand::Learning(0, ..) => "Beginning…".into(),
        Stand::Learning(done, total, loss) => format!("Step {done} of {total}, loss {}", format::fixed(loss, 3)),
        Stand::Learnt(0, _) => "Learnt. There were too few images to test it.".into(),
        Stand::Learnt(images, right) => {
            format!("Learnt. Of {images} images that were set aside and never learnt from, {right} are right.")
        }
        Stand::Kept => "Learnt in an earlier visit.".into(),
        Stand::Failed(sentence) => sentence,
    };
    let key = move || match state.stand.get() {
        Stand::Idle => "idle",
        Stand::Learning(..) => "learning",
        Stand::Learnt(..) => "learnt",
        Stand::Kept => "kept",
        Stand::Failed(_) => "failed",
    };
    let press = move |_| {
        if is_learning.get_untracked() {
            super::learner::stop(link);
        } else if obstacle.with_untracked(Option::is_none) {
            super::learner::learn(state, link);
        }
    };
    view! {
        <div class="own-learning" data-testid="own-learning" data-stand=key>
            <button
                type="button"
                class="button primary"
                data-testid="own-learn"
                aria-describedby="own-said"
                aria-disabled=move || (!is_learning.get() && obstacle.with(Option::is_some)).to_string()
                on:click=heard(press)
            >
                {move || if is_learning.get() { "Stop" } else { "Learn" }}
            </button>
            <ProgressBar label="Learning" share hidden=Signal::derive(move || !is_learning.get()) compact=true/>
            <p id="own-said" role="status" data-testid="own-said">{live(said)}</p>
        </div>
    }
}
