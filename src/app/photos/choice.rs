//! Which network answers.

use super::state::use_photos;
use crate::app::draw::NetworkChoice;
use crate::app::draw::network::FIRST_NETWORK;
use crate::app::history::use_address;
use crate::app::reactive::memo;
use crate::app::views::view;
use crate::config::{CIFAR_10, NetworkConfig};
use crate::protocol::ModelRef;
use leptos::prelude::*;

/// The choice of networks in the Photos room.
#[component]
pub fn Choice() -> impl IntoView {
    let state = use_photos();
    let address = use_address();
    let chosen = memo(move |_| state.models.with(|models| models.first().cloned().unwrap_or(FIRST_NETWORK)));
    let choose = move |network: ModelRef| {
        let name = network.name().filter(|name| NetworkConfig::names_of(&CIFAR_10).next() != Some(*name));
        let name = name.unwrap_or_default().to_owned();
        address.state.update(|state| state.photos.network = name);
    };
    let names = NetworkConfig::names_of(&CIFAR_10).collect();
    view! {
        <section class="photo-choice" aria-labelledby="photo-choice-title">
            <NetworkChoice
                testids=["photo-choice-title", "photo-model", "photo-description", "photo-both"]
                names
                run_exists=Signal::stored(false)
                chosen
                choose=Callback::new(choose)
                beside=Signal::derive(move || address.state.with(|state| state.photos.beside))
                compare=Callback::new(move |beside| address.state.update(|state| state.photos.beside = beside))
            />
        </section>
    }
}
