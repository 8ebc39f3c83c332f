//! What comes out: accuracy on test images, which digit is taken for which, and the mistakes as images.

use super::confusion::Confusion;
use super::record::Phase;
use super::settings::TEST_IMAGES;
use super::state::{Run, Training, use_training};
use crate::app::components::{PixelImage, ProgressBar, SavePicture, raster_values};
use crate::app::format;
use crate::app::frame::Shipped;
use crate::app::reactive::{heard, memo};
use crate::app::views::{live, view};
use crate::protocol::{Event, Mistake, Request, RequestId};
use leptos::prelude::*;

/// Which run is looked at, in the tests and in the feature maps. A context value.
#[derive(Clone, Copy)]
pub struct Looked(pub RwSignal<usize>);

/// The run on view.
pub fn looked_at(training: Training) -> Signal<Run> {
    let looked = expect_context::<Looked>().0;
    Signal::derive(move || {
        let second = training.runs[1].record.with(|record| record.summary.is_some());
        training.runs[if second { looked.get().min(1) } else { 0 }]
    })
}

/// Accuracy and confusion of the run on view.
#[component]
pub fn TestPanel() -> impl IntoView {
    let training = use_training();
    let run = looked_at(training);
    let images = RwSignal::new("1000".to_owned());
    let request = RwSignal::new(None::<RequestId>);
    let share = RwSignal::new(None::<f64>);
    let report = memo(move |_| run.get().report.get());
    let ready = move || run.get().record.with(|record| record.summary.is_some() && record.phase != Phase::Preparing);
    let test = move |_| {
        let run = run.get_untracked();
        share.set(None);
        let count = images.get_untracked().parse().unwrap_or(1_000).clamp(1, TEST_IMAGES);
        let id = training.link.send(Request::Evaluate { run: run.id, images: count }, move |event| {
            if let Event::Busy { done, total, .. } = event {
                share.set(total.map(|total| done / total.max(1.0)));
                return;
            }
            request.set(None);
            if let Event::Evaluated { report } = event {
                run.record.update(|record| record.tested(report));
                run.report.set(Some(report.clone()));
            }
            training.complain(event);
        });
        request.set(Some(id));
    };
    let running = move || request.get().is_some();
    let accuracy = move || {
        report.with(|report| report.as_ref().map_or(format::NONE.to_owned(), |r| format::percent(r.accuracy, 2)))
    };
    let context = move || {
        report.with(|report| match report {
            Some(report) => format!(
                "on {} test images at step {}",
                format::count(report.images as usize),
                format::count(report.step as usize)
            ),
            None => "on images it has never seen".to_owned(),
        })
    };
    let options = [("200", "200 images"), ("1000", "1 000 images"), ("10000", "all 10 000 images")];
    view! {
        <section class="panel test" aria-labelledby="test-title">
            <div class="row spread">
                <h2 id="test-title">"Test"</h2>
                <RunChoice/>
            </div>
            <p class="headline">
                <span class="big" data-testid="test-accuracy">{live(accuracy)}</span>
                <span class="muted small">{live(context)}</span>
            </p>
            <div class="row">
                <select
                    aria-label="Number of test images"
                    data-testid="test-images"
                    on:change=heard(move |event: web_sys::Event| images.set(event_target_value(&event)))
                >
                    {options
                        .map(|(value, name)| view! { <option value=value selected=value == "1000">{name}</option> })
                        .collect_view()}
                </select>
                <button
                    type="button"
                    class="button"
                    data-testid="test-start"
                    disabled=move || running() || !ready()
                    on:click=heard(test)
                >
                    "Test"
                </button>
                <button
                    type="button"
                    class="button"
                    data-testid="test-cancel"
                    disabled=move || !running()
                    on:click=heard(move |_| if let Some(id) = request.get_untracked() { training.link.cancel(id) })
                >
                    "Cancel"
                </button>
            </div>
            <ProgressBar label="Test" share=share.into() hidden=Signal::derive(move || !running()) compact=true/>
            <Confusion report/>
            <ShippedLine run/>
        </section>
    }
}

/// What the shipped weights of the same network reach, from the manifest; its line is kept free.
#[component]
fn ShippedLine(run: Signal<Run>) -> impl IntoView {
    let training = use_training();
    let shipped = expect_context::<Shipped>().0;
    let text = move || {
        let name = training.address.state.with(|state| state.train.network.clone());
        let name = run.get().record.with(|record| if record.name.is_empty() { name } else { record.name.clone() });
        shipped.with(|shipped| {
            let model = shipped.as_ref()?.as_ref().ok()?.model(&name)?;
            let accuracy = format::percent(model.test_accuracy?, 2);
            Some(format!("The shipped {name} reaches {accuracy}."))
        })
    };
    view! { <p class="muted small shipped" data-testid="shipped-accuracy">{live(text)}</p> }
}

/// Chooses between the two runs, where there are two.
#[component]
pub fn RunChoice() -> impl IntoView {
    let training = use_training();
    let looked = expect_context::<Looked>().0;
    let second = memo(move |_| training.runs[1].record.with(|record| record.summary.is_some()));
    let name = move |index: usize| training.runs[index].record.with(|record| record.name.clone());
    move || {
        second.get().then(|| {
            view! {
                <select
                    class="run-choice"
                    aria-label="Run on view"
                    on:change=heard(move |event: web_sys::Event| looked.set(usize::from(event_target_value(&event) == "1")))
                >
                    <option value="0" selected=move || looked.get() == 0>{move || name(0)}</option>
                    <option value="1" selected=move || looked.get() == 1>{move || name(1)}</option>
                </select>
            }
        })
    }
}

/// The mistakes of the last test; pressing one shows its feature maps.
#[component]
pub fn Mistakes(
    /// Index of the test image on view.
    chosen: RwSignal<u32>,
) -> impl IntoView {
    let training = use_training();
    let run = looked_at(training);
    let mistakes = memo(move |_| run.get().report.with(|report| report.as_ref().map(|report| report.mistakes.clone())));
    let body = move || match mistakes.get() {
        None => view! { <p class="muted">"Test the network to see which digits it gets wrong."</p> },
        Some(none) if none.is_empty() => view! { <p class="muted">"None among the images tested."</p> },
        Some(mistakes) => {
            let items = mistakes.into_iter().map(|mistake| view! { <li><MistakeButton mistake chosen/></li> });
            view! { <ul class="mistakes">{items.collect_view()}</ul> }
        }
    };
    view! {
        <section class="panel" aria-labelledby="mistakes-title" data-picture="" data-testid="mistakes">
            <h2 id="mistakes-title">"Mistakes"</h2>
            <p class="muted small">"The most confident first. Choose one to follow it through the levels."</p>
            {live(body)}
            <SavePicture id="mistakes"/>
        </section>
    }
}

#[component]
fn MistakeButton(mistake: Mistake, chosen: RwSignal<u32>) -> impl IntoView {
    let Mistake { index, image, label, predicted, probability } = mistake;
    let share = format::probability(probability.into(), 0);
    let name = format!("{label} → {predicted}: test image {index}, a {label} taken for {predicted} with {share}");
    let (width, height) = (image.width, image.height);
    let values = Signal::derive(move || raster_values(&image));
    view! {
        <button
            type="button"
            class="mistake"
            title=name.clone()
            aria-label=name
            aria-pressed=move || (chosen.get() == index).to_string()
            on:click=heard(move |_| chosen.set(index))
        >
            <PixelImage width height values zoom=2 label="" explore=false/>
            <span class="small">{label} " → " <b>{predicted}</b></span>
        </button>
    }
}
