//! From images to a network: the requests to the worker, one after the other.

use super::collection::{Collection, schedule};
use super::state::{OwnState, Stand};
use super::store;
use crate::app::link::{WorkerLink, WorkerStatus};
use crate::app::reactive::effect;
use crate::app::task::spawn;
use crate::config::{NetworkConfig, TrainingConfig};
use crate::protocol::{Event, OWN_RUN, Request, RunStatus};
use leptos::prelude::*;

/// The architecture: small enough to learn in seconds.
const ARCHITECTURE: &str = "taylornet-7";
/// Steps of a training.
const STEPS: usize = 500;
const LOST: &str = "the answer of the engine was lost. Press Learn again.";

/// Reads what was kept, and gives it to every worker that starts.
pub fn follow(state: OwnState, link: WorkerLink) {
    spawn(async move {
        match store::kept().await {
            Ok(kept) => {
                // What has been drawn meanwhile is not overwritten.
                if state.collection.try_with_untracked(|held| *held == Collection::default()) == Some(true) {
                    state.network.try_set_value(kept.network);
                    state.collection.try_set(kept.collection);
                    take_back(state, link);
                }
            }
            Err(sentence) => {
                state.notice.try_set(Some(sentence));
            }
        }
    });
    let generation = link.generation();
    let seen = StoredValue::new(0);
    effect(move || {
        let now = generation.get();
        let is_ready = matches!(link.status().get(), WorkerStatus::Ready(_));
        if is_ready && seen.get_value() != now {
            seen.set_value(now);
            state.learnt.set(None);
            take_back(state, link);
        }
    });
}

/// Gives a network that was kept to the worker.
fn take_back(state: OwnState, link: WorkerLink) {
    let file = state.network.get_value();
    if file.is_empty() || !matches!(link.status().get_untracked(), WorkerStatus::Ready(_)) {
        return;
    }
    let names = state.collection.with_untracked(Collection::names);
    link.tell(images_of(state));
    // Where it is not taken the images are still there, and can be learnt again.
    link.send(Request::LoadWeights { run: OWN_RUN, file }, move |event| {
        if matches!(event, Event::RunCreated { .. }) {
            state.learnt.try_set(Some(names.clone()));
            state.stand.try_set(Stand::Kept);
        }
    });
}

fn images_of(state: OwnState) -> Request {
    let (pixels, labels) = state.collection.with_untracked(Collection::labelled);
    Request::UseImages { classes: state.collection.with_untracked(Collection::names), pixels, labels }
}

/// Why there is no answer, where that is what an event says.
fn failed(event: &Event) -> Option<String> {
    if let Event::Failed { error } = event {
        return Some(error.to_string());
    }
    matches!(event, Event::Cancelled | Event::Superseded).then(|| LOST.to_owned())
}

/// Learns the images as they are now.
pub fn learn(state: OwnState, link: WorkerLink) {
    let images = state.collection.with_untracked(Collection::count);
    let names = state.collection.with_untracked(Collection::names);
    let Ok(network) = NetworkConfig::named(ARCHITECTURE).and_then(|network| network.with_classes(names.len())) else {
        return;
    };
    let (epochs, batch) = schedule(images, STEPS);
    let training = TrainingConfig { batch, epochs, ..TrainingConfig::recommended(ARCHITECTURE) };
    state.stand.set(Stand::Learning(0, 0, f64::NAN));
    state.learnt.set(None);
    link.send(images_of(state), move |event| give_up(state, event));
    link.send(Request::CreateRun { run: OWN_RUN, network, training }, move |event| give_up(state, event));
    link.send(Request::Train { run: OWN_RUN, steps: None }, move |event| {
        if let Event::Progress { progress } = event {
            state.stand.try_set(Stand::Learning(progress.step, progress.total_steps, progress.loss));
        } else if let Event::RunStopped { status, .. } = event {
            match status {
                RunStatus::Finished | RunStatus::Paused | RunStatus::StepsDone => finish(state, link, names.clone()),
                RunStatus::Diverged => {
                    let sentence = "The loss became infinite. Add images, or look for some in the wrong class.";
                    state.stand.try_set(Stand::Failed(sentence.into()));
                }
            }
        } else {
            give_up(state, event);
        }
    });
}

/// Ends it with what has been learnt so far.
pub fn stop(link: WorkerLink) {
    link.tell(Request::Pause { run: OWN_RUN });
}

fn give_up(state: OwnState, event: &Event) {
    if let Some(sentence) = failed(event) {
        state.stand.try_set(Stand::Failed(sentence));
    }
}

/// Tests the network, uses it for what is drawn, and keeps it.
fn finish(state: OwnState, link: WorkerLink, names: Vec<String>) {
    // The classes may have been changed meanwhile: then it has learnt others.
    if state.collection.try_with_untracked(|collection| collection.names() == names) != Some(true) {
        state.stand.try_set(Stand::Idle);
        return;
    }
    state.learnt.try_set(Some(names));
    link.send(Request::Evaluate { run: OWN_RUN, images: u32::MAX }, move |event| {
        if let Event::Evaluated { report } = event {
            let right = (0..report.confusion.len()).map(|class| report.confusion[class][class]).sum();
            state.stand.try_set(Stand::Learnt(report.images, right));
        } else {
            give_up(state, event);
        }
    });
    link.send(Request::SaveWeights { run: OWN_RUN }, move |event| {
        if let Event::Weights { file, .. } = event
            && state.network.try_set_value(file.clone()).is_none()
        {
            state.keep();
        }
    });
}
