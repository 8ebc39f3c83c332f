//! The flow picture: where the images of two classes go, level by level.

use super::evidence::data_table;
use super::flow::{ClassMeans, Frame, Plane, SIZE, next_by_theory};
use super::flow_words::{self, FlowReport};
use super::library::{Library, use_library};
use super::place::{LEVELS, PER_CLASS, Place};
use crate::app::components::{Choice, SavePicture, Term};
use crate::app::frame::Shipped;
use crate::app::history::use_address;
use crate::app::reactive::{effect, memo};
use crate::app::views::{live, view};
use crate::config::{CLASSES, Partition};
use leptos::prelude::*;

/// Original digits of a class on the picture.
const ORIGINALS: usize = 150;

const PLANE: &str = "Images are points in a space of 784 pixels. Three points span a plane: the mean of all digits and the means of the \
     two chosen ones. Every image is shown where it lies above that plane.";

type Point = [f64; 2];

/// Everything that stands in the plane; it does not change with the level on show.
#[derive(Debug, Clone, PartialEq, Default)]
struct Scene {
    frame: Frame,
    plane: Option<Plane>,
    /// `images[level - 1][which]`: all images of a level.
    images: Vec<[Vec<Point>; 2]>,
    /// `means[level - 1][which]`, and after these the mean of all classes.
    means: Vec<[Point; 3]>,
}

/// The picture with its choice of digits, and what was measured.
#[component]
pub fn Flow() -> impl IntoView {
    let (address, library) = (use_address(), use_library());
    let shipped = expect_context::<Shipped>().0;
    let level = memo(move |_| address.state.with(|state| state.distil.level));
    let digits = memo(move |_| address.state.with(|state| state.distil.digits));
    let partition = memo(move |_| address.state.with(|state| state.distil.partition));
    let report = memo(move |_| {
        shipped.with(|shipped| {
            let manifest = shipped.as_ref()?.as_ref().ok()?;
            match partition.get() {
                Partition::Alike => manifest.distillation_alike.flow.clone(),
                Partition::Random => manifest.distillation.flow.clone(),
            }
        })
    });
    let scene = memo(move |_| scene(library, digits.get()));
    // Original digits are fetched where they are on show.
    let originals = memo(move |_| if level.get() <= 1 { places(library, digits.get()) } else { Default::default() });
    effect(move || originals.with(|both| both.iter().for_each(|places| library.want(places))));
    let choice = move |which: usize, id: &'static str, label: &'static str| {
        let options = (0..CLASSES).map(|digit| (digit.to_string(), digit.to_string())).collect();
        let value = memo(move |_| digits.get()[which].to_string());
        let set = move |text: String| {
            if let Ok(digit) = text.parse() {
                address.state.update(|state| state.distil.choose_digit(which, digit));
            }
        };
        view! { <Choice id label options value set/> }
    };
    let words = move || flow_words::caption(digits.get(), level.get());
    view! {
        <section class="panel distil-flow" aria-labelledby="distil-flow-title" data-testid="distil-flow" data-level=move || level.get().to_string()>
            <h2 id="distil-flow-title">"Where the images go"</h2>
            <div class="controls">
                {choice(0, "flow-one", "Digit")}
                {choice(1, "flow-other", "and digit")}
            </div>
            <div class="distil-flow-parts">
                <figure data-picture="">
                    <svg viewBox=format!("0 0 {} {}", SIZE[0], SIZE[1]) role="img" aria-label=words>
                        {move || scene.with(|scene| drawing(library, scene, level.get(), &originals.get(), report.get().and_then(|report| report.theory)))}
                    </svg>
                    <figcaption class="small">
                        <span data-testid="distil-flow-words">{live(words)}</span>
                        " "
                        <Term word="In which plane?" meaning=PLANE/>
                    </figcaption>
                    <SavePicture id="distil-flow-picture"/>
                </figure>
                <div>
                    {move || report.get().map(|report| measured(&report, partition.get()))}
                </div>
            </div>
        </section>
    }
}

/// The sentence and the table of what was measured.
fn measured(report: &FlowReport, partition: Partition) -> impl IntoView + use<> {
    let rows = flow_words::rows(report);
    view! {
        <p class="distil-prose" data-testid="distil-flow-law">{flow_words::law(report, partition)}</p>
        <div data-testid="distil-flow-table">{data_table("Growth of the distance between digits, level by level", flow_words::HEAD.map(str::to_owned).into(), rows)}</div>
    }
}

/// The first digit of some groups of level 1.
fn places(library: Library, digits: [usize; 2]) -> [Vec<Place>; 2] {
    if !library.has(0) {
        return Default::default();
    }
    digits.map(|class| {
        let group = |number: usize| Place { level: 1, class, subset: number * PER_CLASS[1] / ORIGINALS };
        (0..ORIGINALS).filter_map(|number| library.members(group(number)).first().copied()).collect()
    })
}

/// The points of all levels that are here, in the plane of the first level.
fn scene(library: Library, digits: [usize; 2]) -> Scene {
    let Some(means) = (1..=LEVELS).map(|level| library.with_level(level, ClassMeans::of)).collect::<Option<Vec<_>>>()
    else {
        return Scene::default();
    };
    let Some(plane) = Plane::through(&means[0], digits) else { return Scene::default() };
    let at = |image: &[f64]| plane.at(image.iter().copied());
    let images: Vec<[Vec<Point>; 2]> = (1..=LEVELS)
        .map(|level| {
            let all = |class| {
                library.with_level(level, |sprite| {
                    (0..PER_CLASS[level]).filter_map(|subset| plane.of_sprite(sprite, class, subset)).collect()
                })
            };
            digits.map(all)
        })
        .collect();
    let means: Vec<[Point; 3]> = means
        .iter()
        .map(|means| [at(&means.classes[digits[0]]), at(&means.classes[digits[1]]), at(&means.centre)])
        .collect();
    let frame = Frame::around(images.iter().flatten().flatten().chain(means.iter().flatten()));
    Scene { frame, plane: Some(plane), images, means }
}

/// Faint: all levels. Strong: the one on show, with lines from the images that each of its images stands for.
fn drawing(
    library: Library,
    scene: &Scene,
    level: usize,
    originals: &[Vec<Place>; 2],
    growth: Option<f64>,
) -> impl IntoView + use<> {
    let plane = scene.plane.as_ref()?;
    let frame = scene.frame;
    let digits: [Vec<Point>; 2] = [0, 1].map(|which: usize| {
        let images = originals[which].iter().map(|&place| library.image(place)).filter(|image| !image.is_empty());
        images.map(|image| plane.at(image.iter().map(|&value| f64::from(value)))).collect()
    });
    let faint = (1..=LEVELS).filter(|&other| other != level).map(|other| {
        let both = &scene.images[other - 1];
        [0, 1].map(|which: usize| {
            view! { <path class=format!("dots faint {}", KINDS[which]) d=frame.dots(&both[which])/> }
        })
    });
    let strong = [0, 1].map(|which: usize| {
        let points = if level == 0 { &digits[which] } else { &scene.images[level - 1][which] };
        view! { <path class=format!("dots level-{level} {}", KINDS[which]) d=frame.dots(points)/> }
    });
    let below = [0, 1].map(|which: usize| {
        view! { <path class=format!("dots faint originals {}", KINDS[which]) d=if level == 1 { frame.dots(&digits[which]) } else { String::new() }/> }
    });
    let trail = [0, 1].map(|which: usize| {
        let points: Vec<Point> = scene.means.iter().map(|means| means[which]).collect();
        view! { <path class=format!("trail {}", KINDS[which]) d=frame.line(&points)/> }
    });
    let here = scene.means.get(level.saturating_sub(1))?;
    let [x, y] = frame.place(here[2]);
    let centre = format!("M{:.1} {y:.1}h12M{x:.1} {:.1}v12", x - 6.0, y - 6.0);
    let theory = growth.filter(|_| (1..LEVELS).contains(&level)).map(|growth| {
        [0, 1].map(|which: usize| {
            let next = next_by_theory(here[which], here[2], growth);
            view! { <path class=format!("theory {}", KINDS[which]) d=frame.line(&[here[which], next])/> }
        })
    });
    Some(view! {
        {below.into_iter().collect_view()}
        {faint.flatten().collect_view()}
        {strong.into_iter().collect_view()}
        {trail.into_iter().collect_view()}
        {theory.map(|both| both.into_iter().collect_view())}
        <path class="centre" d=centre/>
    })
}

const KINDS: [&str; 2] = ["one", "other"];
