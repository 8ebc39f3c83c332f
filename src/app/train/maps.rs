//! What each level makes of one test image.

use super::record::Phase;
use super::settings::TEST_IMAGES;
use super::state::use_training;
use super::test::looked_at;
use crate::app::colour;
use crate::app::components::{PixelImage, PixelScale, SavePicture, raster_values};
use crate::app::format;
use crate::app::reactive::{effect_after, heard, memo};
use crate::app::views::{live, view};
use crate::protocol::{Activation, Event, ModelRef, Request, TestImage};
use leptos::prelude::*;

/// Maps shown per level before "show all".
const FEW: usize = 12;
/// Side of a map on screen, in CSS pixels; the nearest whole multiple below is taken.
const SIDE: u32 = 56;

/// Feature maps, level by level, for a test image.
#[component]
pub fn FeatureMaps(
    /// Index of the test image on view.
    chosen: RwSignal<u32>,
) -> impl IntoView {
    let training = use_training();
    let run = looked_at(training);
    let image = RwSignal::new(None::<TestImage>);
    let levels = RwSignal::new(Vec::<Activation>::new());
    let shown = RwSignal::new(false);
    let ready = memo(move |_| {
        run.get()
            .record
            .with(|record| record.summary.is_some() && !matches!(record.phase, Phase::Absent | Phase::Preparing))
    });
    let through = move |image: TestImage| {
        let model = ModelRef::Run(run.get_untracked().id);
        let request = Request::Activations { model, image: image.image };
        training.link.send(request, move |event| {
            if let Event::Activations { levels: new } = event {
                levels.set(new.clone());
            } else {
                training.complain(event);
            }
        });
    };
    let load = move |index: u32| {
        training.link.send(Request::TestImages { first: index, count: 1 }, move |event| {
            let Event::TestImages { images } = event else { return training.complain(event) };
            if let Some(first) = images.first() {
                image.set(Some(first.clone()));
                through(first.clone());
            }
        });
    };
    let show = move || {
        shown.set(true);
        load(chosen.get_untracked());
    };
    // Choosing a mistake anywhere asks for its maps.
    effect_after(move |last: Option<u32>| {
        let index = chosen.get();
        if last.is_some_and(|last| last != index) && ready.get_untracked() {
            show();
        }
        index
    });
    let moved = move |by: i32| {
        chosen.update(|index| *index = (*index + TEST_IMAGES).saturating_add_signed(by) % TEST_IMAGES);
    };
    let caption = move || {
        image.with(|image| {
            image.as_ref().map_or(format!("test image {}", chosen.get()), |image| {
                format!("test image {}, a {}", image.index, image.label)
            })
        })
    };
    view! {
        <section class="panel maps" aria-labelledby="maps-title" data-testid="feature-maps">
            <div class="row spread">
                <h2 id="maps-title">"Feature maps"</h2>
                <div class="row">
                    <button type="button" class="button" aria-label="Previous test image" disabled=move || !ready.get() on:click=heard(move |_| moved(-1))>"‹"</button>
                    <span class="small image-name">{live(caption)}</span>
                    <button type="button" class="button" aria-label="Next test image" disabled=move || !ready.get() on:click=heard(move |_| moved(1))>"›"</button>
                    <button type="button" class="button" data-testid="maps-show" disabled=move || !ready.get() on:click=heard(move |_| show())>
                        {move || if shown.get() { "Update" } else { "Show" }}
                    </button>
                </div>
            </div>
            <ScaleLegend/>
            {move || {
                if levels.with(Vec::is_empty) {
                    view! { <p class="muted">"Start a run, then see what each level makes of an image."</p> }
                } else {
                    view! { <Levels image levels/> }
                }
            }}
        </section>
    }
}

#[component]
fn Levels(image: RwSignal<Option<TestImage>>, levels: RwSignal<Vec<Activation>>) -> impl IntoView {
    let input = move || {
        image.get().map(|image| {
            let label = format!("Test image {}, a {}", image.index, image.label);
            let values = Signal::derive(move || raster_values(&image.image));
            view! {
                <div class="level small-level">
                    <h3>"Image"</h3>
                    <PixelImage width=28 height=28 values zoom=4 label/>
                </div>
            }
        })
    };
    // The first level is the network's own input: shown where it differs from the image, as for 7x7.
    let rest = move || {
        let levels = levels.get();
        let reduced = |level: &Activation| level.channels > 1 || level.width != 28;
        levels.into_iter().filter(reduced).map(|level| view! { <Level level/> }).collect_view()
    };
    view! {
        <div data-picture="">
            <div class="levels">{live(input)}{live(rest)}</div>
            <SavePicture id="feature-maps"/>
        </div>
    }
}

#[component]
fn Level(level: Activation) -> impl IntoView {
    let all = RwSignal::new(false);
    let Activation { name, channels, height, width, values } = level;
    let size = (width * height) as usize;
    let largest = values.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
    let scale = if largest > 0.0 { 1.0 / largest } else { 0.0 };
    let values = StoredValue::new(values);
    let count = channels as usize;
    // The network's own input is a digit, and is shown like every other digit.
    let kind = if count == 1 { PixelScale::Ink } else { PixelScale::Signed };
    let title = name.clone();
    let shown = move || if all.get() { count } else { count.min(FEW) };
    let map = move |channel: usize| {
        let label = format!("{name}, map {} of {count}, {width} by {height}", channel + 1);
        let one = Signal::derive(move || {
            values.with_value(|values| {
                let part = values.get(channel * size..(channel + 1) * size).unwrap_or_default();
                part.iter().map(|value| value * scale).collect::<Vec<f32>>()
            })
        });
        let zoom = (SIDE / width.max(1)).max(1);
        view! { <PixelImage width height values=one scale=kind zoom label explore=false/> }
    };
    view! {
        <div class="level" class:small-level=count == 1>
            <h3>
                {title} " · "
                <span class="muted">{format!("{count} × {width}×{height}, largest {}", format::significant(f64::from(largest), 2))}</span>
            </h3>
            <div class="map-grid">{move || (0..shown()).map(map.clone()).collect_view()}</div>
            {(count > FEW)
                .then(|| {
                    view! {
                        <button type="button" class="button quiet" on:click=heard(move |_| all.update(|all| *all = !*all))>
                            {move || if all.get() { "Show fewer".to_owned() } else { format!("Show all {count}") }}
                        </button>
                    }
                })}
        </div>
    }
}

/// What the colours mean.
#[component]
fn ScaleLegend() -> impl IntoView {
    let steps = (-4..=4).map(|step| {
        let fill = colour::diverging(f64::from(step) / 4.0).css();
        view! { <span style:background-color=fill></span> }
    });
    view! {
        <p class="scale small muted">
            "negative "<span class="ramp" aria-hidden="true">{steps.collect_view()}</span>" positive, each level by its own largest value"
        </p>
    }
}
