//! The live part: one group of each class becomes ten images before the visitor's eyes.

use super::form::LiveForm;
use super::library::{Library, use_library};
use super::live::{Live, Phase};
use super::place::Place;
use super::settings::LiveSettings;
use super::sheet::Sheet;
use crate::app::components::{LineChart, ProgressBar, SavePicture, Series};
use crate::app::format;
use crate::app::history::use_address;
use crate::app::link::{WorkerStatus, use_link};
use crate::app::reactive::{effect, heard, memo};
use crate::app::status::active_name;
use crate::app::views::view;
use crate::config::{CLASSES, StartImages};
use leptos::prelude::*;

/// Settings, controls, images and curve.
#[component]
pub fn LiveRun() -> impl IntoView {
    let address = use_address();
    let library = use_library();
    let live = Live::new(memo(move |_| address.state.with(|state| state.distil.partition)), address);
    let run = live.run;
    // An original digit belongs to a group of level 1.
    let group = memo(move |_| {
        let chosen = address.state.with(|state| state.distil.chosen);
        let above = move || library.path(chosen).into_iter().rev().nth(1).unwrap_or_default();
        let Place { level, subset, .. } = if chosen.level == 0 { above() } else { chosen };
        (level, subset)
    });
    let level = memo(move |_| group.get().0);
    let problem = memo(move |_| live.settings.with(|settings| settings.problem(level.get())));
    let shown = memo(move |_| run.with(|run| if run.phase == Phase::Idle { group.get() } else { run.group }));
    let each = move |image: fn(Library, Place) -> Vec<f32>| {
        let (level, subset) = shown.get();
        (0..CLASSES).map(|class| image(library, Place { level, class, subset })).collect::<Vec<_>>()
    };
    let shipped = Signal::derive(move || each(Library::image));
    let idle = memo(move |_| run.with(|run| run.phase == Phase::Idle));
    let series = memo(move |_| {
        run.with(|run| {
            let curve = Series { name: "distance to the minimum".into(), points: run.curve.clone() };
            if run.phase == Phase::Idle { Vec::new() } else { vec![curve] }
        })
    });
    let never = Signal::derive(|| false);
    let ten = Signal::derive(|| CLASSES);
    let row = move |name: Signal<&'static str>, images: Signal<Vec<Vec<f32>>>, faint: Signal<bool>| {
        let label = Signal::derive(move || format!("{}: ten images, one of each class", name.get()));
        view! {
            <div class="live-row" class:faint=move || faint.get()>
                <span class="small muted">{name}</span>
                <span class="frame"><Sheet images columns=ten signed=never label/></span>
            </div>
        }
    };
    // Their places are there before they are.
    let framed = |images: &Vec<Vec<f32>>| if images.is_empty() { vec![Vec::new(); CLASSES] } else { images.clone() };
    // Before a run its rows show where it would begin and what it is expected to end with.
    let start_images = memo(move |_| live.settings.with(LiveSettings::start));
    effect(move || {
        let (level, subset) = shown.get();
        if level == 1 && idle.get() && library.has(0) {
            let firsts = (0..CLASSES).flat_map(|class| library.members(Place { level, class, subset }));
            library.want(&firsts.collect::<Vec<_>>());
        }
    });
    let expected_start = move || match start_images.get() {
        StartImages::Real => {
            each(|library, place| library.members(place).first().map(|&first| library.image(first)).unwrap_or_default())
        }
        StartImages::Mean => each(Library::mean_below),
        StartImages::Noise => Vec::new(),
    };
    let begin =
        Signal::derive(move || if idle.get() { framed(&expected_start()) } else { run.with(|run| framed(&run.begin)) });
    let now = Signal::derive(move || if idle.get() { shipped.get() } else { run.with(|run| framed(&run.now)) });
    let now_name = Signal::derive(move || if idle.get() { "at the end" } else { "now" });
    let is_idle = Signal::derive(move || idle.get());
    // Not shown, but a test can hardly see that drawings change: the sum of all ink.
    let ink = move || run.with(|run| format::fixed(run.now.iter().flatten().map(|&value| f64::from(value)).sum(), 3));
    view! {
        <section class="panel distil-live" aria-labelledby="distil-live-title">
            <h2 id="distil-live-title">"Distil a group here"</h2>
            <LiveForm live level problem/>
            <div class="live-out" data-picture="" data-testid="distil-live" data-phase=move || run.with(|run| format!("{:?}", run.phase)) data-ink=ink>
                <Controls live group blocked=Signal::derive(move || problem.with(Option::is_some))/>
                {row(Signal::derive(|| "start"), begin, is_idle)}
                {row(now_name, now, is_idle)}
                // While nothing has run, this image stands in the row above.
                <div class:unseen=move || idle.get()>{row(Signal::derive(|| "shipped"), shipped, never)}</div>
                <SavePicture id="distilled-live"/>
            </div>
            <LineChart
                label="Loss"
                x_label="step"
                series
                write=|value| format::significant(value, 3)
                x_max=memo(move |_| f64::from(run.with(|run| run.steps.1)))
                empty="Press Start: the loss of the images appears here."
                testid="distil-chart"
            />
        </section>
    }
}

/// Start, hold, cancel; and how far it is.
#[component]
fn Controls(live: Live, group: Memo<(usize, usize)>, blocked: Signal<bool>) -> impl IntoView {
    let run = live.run;
    let link = use_link();
    let phase = memo(move |_| run.with(|run| run.phase));
    let open = move || phase.get().is_open();
    // What Start would take now, unless a run goes on or its result is on show.
    let fresh = move || !open() && (phase.get() == Phase::Idle || run.with(|run| run.group != group.get()));
    let what = move || {
        let (level, subset) = if fresh() { group.get() } else { run.with(|run| run.group) };
        let device = match link.status().get() {
            WorkerStatus::Ready(report) => active_name(&report),
            WorkerStatus::Loading | WorkerStatus::Crashed(_) => format::NONE.to_owned(),
        };
        format!("Level {level}, group {} of each class, on {device}", subset + 1)
    };
    let steps = move || run.with(|run| format!("{} / {}", run.steps.0, run.steps.1));
    let share = Signal::derive(move || run.with(|run| Some(f64::from(run.steps.0) / f64::from(run.steps.1.max(1)))));
    let left = Signal::derive(move || {
        run.with(|run| {
            let left = f64::from(run.steps.1 - run.steps.0);
            (run.phase == Phase::Running && run.pace > 0.0).then(|| left / run.pace)
        })
    });
    let state = move || match if fresh() { Phase::Idle } else { phase.get() } {
        Phase::Idle => {
            "Faint: its start, and the shipped images as its end. Choose another image above for another group."
                .to_owned()
        }
        Phase::Preparing => "Getting the images of the group …".to_owned(),
        Phase::Running | Phase::Held => format!("Step {}", steps()),
        Phase::Finished => "Finished. Below it stand the images that are shipped.".to_owned(),
        Phase::Stopped => format!("Stopped at step {}.", steps()),
    };
    view! {
        <div class="controls" role="group" aria-label="Live run">
            <button
                type="button"
                class="button primary"
                data-testid="distil-run"
                disabled=move || blocked.get() || phase.get() == Phase::Preparing
                on:click=heard(move |_| match phase.get_untracked() {
                    Phase::Running => live.hold(true),
                    Phase::Held => live.hold(false),
                    Phase::Idle | Phase::Preparing | Phase::Finished | Phase::Stopped => {
                        let (level, subset) = group.get_untracked();
                        live.start(level, subset);
                    }
                })
            >
                {move || match phase.get() {
                    Phase::Running => "Pause",
                    Phase::Held => "Go on",
                    Phase::Idle | Phase::Preparing | Phase::Finished | Phase::Stopped => "Start",
                }}
            </button>
            <button type="button" class="button" data-testid="distil-cancel" disabled=move || !open() on:click=heard(move |_| live.cancel())>
                "Cancel"
            </button>
            <p class="small" data-testid="distil-live-state" role="status">{what} ". " {state}</p>
        </div>
        <p class="problem" role="alert">{move || live.failure.get()}</p>
        <ProgressBar label="Live run" share left_secs=left hidden=Signal::derive(move || !open())/>
    }
}
