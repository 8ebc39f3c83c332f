//! From level to level: by hand or by itself, for all classes or one.

use super::cells::page;
use super::library::{Library, use_library};
use super::place::{LEVELS, Place, carried};
use super::words;
use crate::app::components::Choice;
use crate::app::history::{Address, use_address};
use crate::app::reactive::{heard, memo};
use crate::app::url::DistilState;
use crate::app::views::view;
use crate::config::Partition;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use std::time::Duration;

/// How long a level stays while the levels play.
const PACE: Duration = Duration::from_millis(1_200);

const GROUPS: &str = "Which images of a class are distilled together. Likes: neighbours, so that families stay apart until the last \
     level. Any: images drawn at random, as in the article; then all images of a class are soon the same one.";

/// Goes to a level and stays at the same groups; the chosen image becomes the one above it, or the first below it.
fn go(address: Address, library: Library, level: usize) {
    let chosen = library.on_level(address.state.with_untracked(|state| state.distil.chosen), level);
    address.state.update(|state| {
        let distil = &mut state.distil;
        distil.chosen = chosen;
        distil.first = carried(distil.first, distil.level, level, page(distil.class));
        distil.level = level;
    });
}

/// Whether the visitor wants little motion.
fn wants_calm() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)").ok().flatten();
    query.is_some_and(|query| query.matches())
}

/// The control bar of the gallery.
#[component]
pub fn Stepper() -> impl IntoView {
    let (address, library) = (use_address(), use_library());
    let part = move |read: fn(&DistilState) -> usize| address.state.with(|state| read(&state.distil));
    let level = memo(move |_| part(|distil| distil.level));
    let playing = RwSignal::new(None::<IntervalHandle>);
    let stop = move || {
        if let Some(handle) = playing.try_update(Option::take).flatten() {
            handle.clear();
        }
    };
    on_cleanup(stop);
    let next = move || go(address, library, (level.get_untracked() + 1) % (LEVELS + 1));
    let play = move |_| {
        if playing.with_untracked(Option::is_some) {
            return stop();
        }
        next();
        // Without motion the button goes one level at a time.
        if !wants_calm() {
            let step = move || {
                next();
                if level.get_untracked() == LEVELS {
                    stop();
                }
            };
            playing.set(set_interval_with_handle(step, PACE).ok());
        }
    };
    let radio = (0..=LEVELS).map(|own| {
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name="distil-level"
                    data-testid=format!("distil-level-{own}")
                    prop:checked=move || level.get() == own
                    on:change=heard(move |_| {
                        stop();
                        go(address, library, own);
                    })
                />
                <span>{own}</span>
            </label>
        }
    });
    let classes = (0..10).map(|class: usize| (class.to_string(), class.to_string()));
    let classes = std::iter::once((String::new(), "all".to_owned())).chain(classes).collect();
    let class = memo(move |_| {
        address.state.with(|state| state.distil.class.map(|class| class.to_string()).unwrap_or_default())
    });
    let choose = move |key: String| {
        address.state.update(|state| {
            state.distil.class = key.parse().ok();
            let page = page(state.distil.class);
            state.distil.first = state.distil.first / page * page;
        });
    };
    let groups = Partition::ALL.map(|partition| (partition.key().into(), words::groups(partition).into())).to_vec();
    let partition = memo(move |_| address.state.with(|state| state.distil.partition.key().to_owned()));
    let regroup = move |key: String| {
        address.state.update(|state| {
            state.distil.partition = Partition::from_key(&key).unwrap_or_default();
            // Another tree: what was chosen in the old one is another image there.
            state.distil.chosen = Place { level: LEVELS, class: state.distil.chosen.class, subset: 0 };
        });
    };
    view! {
        <div class="distil-bar" role="group" aria-label="What is shown">
            <fieldset class="segments distil-levels">
                <legend class="visually-hidden">"Level"</legend>
                <span class="distil-word" aria-hidden="true">"Level"</span>
                {radio.collect_view()}
            </fieldset>
            <button
                type="button"
                class="button"
                data-testid="distil-play"
                aria-pressed=move || playing.with(Option::is_some).to_string()
                on:click=heard(play)
            >
                {move || if playing.with(Option::is_some) { "Pause" } else if wants_calm() { "Next" } else { "Play" }}
            </button>
            <Choice id="distil-class" label="Class" options=classes value=class set=choose/>
            <Choice id="distil-groups" label="Groups of" meaning=GROUPS options=groups value=partition set=regroup/>
            <label class="check">
                <input
                    type="checkbox"
                    data-testid="distil-difference"
                    disabled=move || level.get() == 0
                    prop:checked=move || address.state.with(|state| state.distil.difference)
                    on:change=heard(move |event: web_sys::Event| {
                        let on = event_target_checked(&event);
                        address.state.update(|state| state.distil.difference = on);
                    })
                />
                <span>"Change from the mean below"</span>
            </label>
        </div>
    }
}
