//! First order: one map of coefficients per class on a common scale, with the constant below.

use super::expansion::Selection;
use super::export::SaveMaps;
use super::job::{JobControls, JobState};
use super::pictures;
use super::state::{Trained, use_trained};
use crate::app::components::{PixelImage, PixelScale, ScaleLegend, Term};
use crate::app::format;
use crate::app::reactive::memo;
use crate::app::views::{live, view};
use crate::config::CLASSES;
use crate::number;
use leptos::prelude::*;

/// Side of a map on screen, in CSS pixels: a multiple of 7 and of 28.
const SIDE: u32 = 112;

const MEANING: &str = "How much the score grows with a little ink in a single pixel of an otherwise empty image: the gradient of \
     the network at the empty image. Choose a pixel to see its products with the others.";

/// Coefficients of a class, or its difference from the class that is subtracted.
pub fn selection_of(class: usize, against: Option<usize>) -> Selection {
    Selection { class, against: against.filter(|&other| other != class) }
}

/// The ten maps.
#[component]
pub fn Maps() -> impl IntoView {
    let trained = use_trained();
    let against = memo(move |_| trained.selection.get().against);
    let reach = memo(move |_| {
        trained.expansion.with(|expansion| {
            let Some(expansion) = expansion else { return 1.0 };
            let maps: Vec<Vec<f64>> =
                (0..CLASSES).map(|class| expansion.first(selection_of(class, against.get()))).collect();
            pictures::reach(maps.iter().map(Vec::as_slice))
        })
    });
    let state = move || {
        trained.first.state.with(|state| match state {
            JobState::Running { .. } => "running",
            JobState::Failed(_) => "failed",
            JobState::Idle if trained.expansion.with(Option::is_some) => "ready",
            JobState::Idle => "absent",
        })
    };
    let step = move || {
        let step = trained.expansion.with(|expansion| expansion.as_ref().map_or(0, |expansion| expansion.step));
        (step > 0).then(|| format!(" at step {}", format::count(step as usize)))
    };
    view! {
        <section class="trained-maps" data-picture="" aria-labelledby="trained-maps-title" data-testid="trained-maps" data-state=state>
            <h2 id="trained-maps-title">
                <Term word="First-order coefficients" meaning=MEANING/>
                <span class="why-of">{move || against.get().map(|other| format!(" minus those of {other}"))} {step}</span>
            </h2>
            <div class="trained-ten">{(0..CLASSES).map(|class| view! { <Map class against reach/> }).collect_view()}</div>
            <div class="row spread">
                <ScaleLegend reach/>
                <SaveMaps/>
                {move || {
                    let failed = trained.first.state.with(|state| matches!(state, JobState::Failed(_)));
                    (failed || trained.first.is_running()).then(|| {
                        view! {
                            <JobControls
                                job=trained.first
                                label="Try again"
                                start=Callback::new(move |()| trained.expand_first())
                                testid="trained-first"
                            />
                        }
                    })
                }}
            </div>
        </section>
    }
}

#[component]
fn Map(class: usize, against: Memo<Option<usize>>, reach: Memo<f64>) -> impl IntoView {
    let trained = use_trained();
    let values = Signal::derive(move || values_of(&trained, class, against.get()));
    let side = memo(move |_| number::to_u32(trained.side()));
    let constant = move || {
        trained.expansion.with(|expansion| {
            let constant = expansion.as_ref().map(|expansion| expansion.constant(selection_of(class, against.get())));
            constant.map_or(format::NONE.to_owned(), |constant| format::signed(constant, 2))
        })
    };
    let is_chosen = move || trained.selection.get().class == class;
    let choose = Callback::new(move |pixel: usize| {
        trained.choose(|state| {
            state.class = class;
            state.pixel = Some(pixel);
        });
    });
    view! {
        <figure class="trained-map" class:chosen=is_chosen data-testid=format!("trained-map-{class}")>
            {move || {
                let side = side.get();
                view! {
                    <PixelImage
                        width=side
                        height=side
                        values=values
                        scale=PixelScale::Signed
                        reach=Signal::derive(move || number::single(reach.get()))
                        zoom=(SIDE / side).max(1)
                        label=format!("First-order coefficients of {class}. Arrow keys read them, Enter chooses a pixel")
                        on_choose=choose
                        chosen=Signal::derive(move || trained.pixel.get().filter(|_| is_chosen()))
                    />
                }
            }}
            <figcaption><strong>{class}</strong> " " <span title="constant">{live(constant)}</span></figcaption>
        </figure>
    }
}

fn values_of(trained: &Trained, class: usize, against: Option<usize>) -> Vec<f32> {
    trained.expansion.with(|expansion| {
        let values = expansion.as_ref().map(|expansion| expansion.first(selection_of(class, against)));
        values.unwrap_or_default().into_iter().map(number::single).collect()
    })
}
