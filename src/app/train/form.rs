//! What goes in: the network and how it is trained.

use super::fields::{Check, NumberField, Problems};
use super::settings::{self, Field, stack};
use super::state::{Training, use_training};
use crate::app::components::Choice;
use crate::app::reactive::{heard, memo};
use crate::app::url::TrainState;
use crate::app::views::{live, view};
use crate::config::{CgConfig, NetworkConfig, Sharing};
use leptos::prelude::*;

/// The settings form.
#[component]
pub fn Settings() -> impl IntoView {
    let training = use_training();
    let problems = expect_context::<Problems>().0;
    let other = move || {
        problems
            .with(|all| all.iter().find(|problem| problem.field == Field::Other).map(|problem| problem.message.clone()))
    };
    view! {
        <form class="panel settings" aria-label="Settings" on:submit=heard(|event: web_sys::SubmitEvent| event.prevent_default())>
            <NetworkSettings/>
            <TrainingSettings/>
            <p class="problem" role="status">{live(other)}</p>
            <p class="muted small fixed-note" hidden=move || !training.is_fixed()>
                "The run has begun: only the learning rate can change. Reset to choose anew."
            </p>
        </form>
    }
}

/// A part of the settings as a memo.
fn part<T: PartialEq + Send + Sync + 'static>(
    training: Training,
    read: impl Fn(&TrainState) -> T + Send + Sync + 'static,
) -> Memo<T> {
    memo(move |_| training.address.state.with(|state| read(&state.train)))
}

fn change(training: Training, write: impl FnOnce(&mut TrainState)) {
    training.address.state.update(|state| write(&mut state.train));
}

/// Takes over a typed number.
fn typed(training: Training, field: Field) -> impl Fn(f64) {
    move |number| change(training, |state| field.set(state, number))
}

#[component]
fn NetworkSettings() -> impl IntoView {
    let training = use_training();
    let fixed = Signal::derive(move || training.is_fixed());
    let network = part(training, |state| state.network.clone());
    let names = NetworkConfig::NAMES_TO_TRAIN.map(|name| (name.to_owned(), name.to_owned())).to_vec();
    let is_stack = part(training, |state| stack(state).is_some());
    let polynomial = part(training, |state| state.network.starts_with("taylornet"));
    let can_normalize = part(training, |state| !matches!(settings::network(state), NetworkConfig::Direct(_)));
    view! {
        <fieldset>
            <legend><h2>"Network"</h2></legend>
            <div class="fields">
                <Choice
                    id="train-network"
                    label="Model"
                    options=names
                    value=network
                    disabled=fixed
                    set=move |name| change(training, |state| {
                        state.network = name;
                        // The stack of another network has other levels.
                        state.width = None;
                        state.order = None;
                        state.dilations = Vec::new();
                        state.sharing = Sharing::Shared;
                    })
                />
                {move || is_stack.get().then(|| view! { <StackSettings fixed polynomial=polynomial.get()/> })}
            </div>
            {move || can_normalize.get().then(|| view! {
                <Check
                    id="train-norm"
                    label="Batch normalisation"
                    value=part(training, |state| state.normalization)
                    disabled=fixed
                    set=move |on| change(training, |state| state.normalization = on)
                />
            })}
        </fieldset>
    }
}

#[component]
fn StackSettings(fixed: Signal<bool>, polynomial: bool) -> impl IntoView {
    let training = use_training();
    let levels = part(training, |state| stack(state).map_or(0, |(_, _, dilations)| dilations.len()));
    let orders = (CgConfig::ORDER.least..=CgConfig::ORDER.most).map(|order| (order.to_string(), order.to_string()));
    let order = part(training, |state| stack(state).map_or(2, |(_, order, _)| order).to_string());
    view! {
        <NumberField
            id="train-width".into()
            label="Width"
            meaning="The number of feature maps of every level; the article uses 64."
            value=part(training, |state| stack(state).map_or(0.0, |(width, _, _)| width as f64))
            set=typed(training, Field::Width)
            field=Field::Width
            disabled=fixed
        />
        {polynomial.then(move || {
            view! {
                <Choice
                    id="train-order"
                    label="Order"
                    meaning="Each cluster becomes a Taylor polynomial of this order; the orders of the levels multiply."
                    options=orders.collect()
                    value=order
                    disabled=fixed
                    set=move |order: String| change(training, |state| state.order = order.parse().ok())
                />
                <Choice
                    id="train-sharing"
                    label="Coefficients"
                    meaning="Shared: one set for all clusters of a level. Untied: a set per cluster, far more parameters. All levels: one set for the whole network, which then looks at every scale in the same way."
                    options=SHARINGS.map(|(_, name, label)| (name.into(), label.into())).to_vec()
                    value=part(training, |state| sharing_name(state.sharing).into())
                    disabled=fixed
                    set=move |chosen: String| {
                        let found = SHARINGS.iter().find(|(_, name, _)| *name == chosen);
                        change(training, |state| state.sharing = found.map_or(Sharing::Shared, |(sharing, ..)| *sharing));
                    }
                />
            }
        })}
        {move || (0..levels.get()).map(|level| view! { <Dilation level fixed/> }).collect_view()}
    }
}

/// Ways to share coefficients: value of the control and label.
const SHARINGS: [(Sharing, &str, &str); 3] = [
    (Sharing::Shared, "shared", "shared on a level"),
    (Sharing::Untied, "untied", "untied"),
    (Sharing::Scale, "scale", "shared by all levels"),
];

fn sharing_name(sharing: Sharing) -> &'static str {
    SHARINGS.iter().find(|(each, ..)| *each == sharing).map_or("shared", |(_, name, _)| name)
}

#[component]
fn Dilation(level: usize, fixed: Signal<bool>) -> impl IntoView {
    let training = use_training();
    let value = part(training, move |state| {
        let dilations = stack(state).map(|(_, _, dilations)| dilations);
        dilations.and_then(|list| list.get(level).copied()).map_or(1.0, |dilation| dilation as f64)
    });
    view! {
        <NumberField
            id=format!("train-dilation-{}", level + 1)
            label=format!("Dilation {}", level + 1)
            meaning="Distance between the pixels of a cluster at this level: 1 is next to each other."
            value
            set=typed(training, Field::Dilation(level))
            field=Field::Dilation(level)
            disabled=fixed
        />
    }
}

#[component]
fn TrainingSettings() -> impl IntoView {
    let training = use_training();
    let fixed = Signal::derive(move || training.is_fixed());
    let partner = move || training.network_of(1).map(|network| settings::short_name(&network));
    let comparison = Signal::derive(move || match partner() {
        Some(name) if name.starts_with("conv") => format!("Compare with plain convolutions ({name})"),
        Some(name) => format!("Compare with {name}"),
        None => "Compare (only for networks of levels)".to_owned(),
    });
    let low_orders = Signal::derive(move || {
        if part(training, settings::can_count_low_orders).get() {
            format!("Make orders 1 to {} count (a step takes about three times as long)", settings::LOW_ORDERS)
        } else {
            "Make low orders count (only for TaylorNets that share their coefficients)".to_owned()
        }
    });
    let no_low_orders = Signal::derive(move || fixed.get() || !part(training, settings::can_count_low_orders).get());
    let no_partner = Signal::derive(move || fixed.get() || partner().is_none());
    view! {
        <fieldset>
            <legend><h2>"Training"</h2></legend>
            <div class="fields">
                <NumberField
                    id="train-batch".into()
                    label="Batch"
                    meaning="Images per step."
                    value=part(training, |state| state.batch as f64)
                    set=typed(training, Field::Batch)
                    field=Field::Batch
                    disabled=fixed
                />
                <NumberField
                    id="train-epochs".into()
                    label="Epochs"
                    meaning="Passes over the 60 000 training images of MNIST."
                    value=part(training, |state| state.epochs as f64)
                    set=typed(training, Field::Epochs)
                    field=Field::Epochs
                    disabled=fixed
                />
                <NumberField
                    id="train-lr".into()
                    label="Learning rate"
                    meaning="How far a step goes: it rises to this peak and falls again. It can be changed while the run goes on."
                    value=part(training, |state| state.learning_rate)
                    set=move |rate| {
                        change(training, |state| Field::LearningRate.set(state, rate));
                        training.set_learning_rate(rate);
                    }
                    field=Field::LearningRate
                    step="any"
                />
                <NumberField
                    id="train-shift".into()
                    label="Shift"
                    meaning="Every image is moved at random by up to this many pixels, so that more is learnt from few images."
                    value=part(training, |state| state.shift as f64)
                    set=typed(training, Field::Shift)
                    field=Field::Shift
                    disabled=fixed
                />
                <NumberField
                    id="train-seed".into()
                    label="Seed"
                    meaning="Decides the first weights and the order of the images; the same seed gives the same run."
                    value=part(training, |state| state.seed as f64)
                    set=typed(training, Field::Seed)
                    field=Field::Seed
                    disabled=fixed
                />
            </div>
            <Check
                id="train-low"
                label=low_orders
                value=part(training, |state| state.low_orders)
                disabled=no_low_orders
                set=move |on| change(training, |state| state.low_orders = on)
            />
            <Check
                id="train-compare"
                label=comparison
                value=part(training, |state| state.compare)
                disabled=no_partner
                set=move |on| change(training, |state| state.compare = on)
            />
        </fieldset>
    }
}
