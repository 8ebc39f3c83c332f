//! The state of the Photos room: plain values in signals.

use super::test_photos::TestPhotos;
use crate::app::history::Address;
use crate::app::reactive::memo;
use crate::config::{CIFAR_10, NamedNetwork, NetworkConfig};
use crate::protocol::{ColourRaster, Explanation, ModelRef};
use leptos::prelude::*;
use std::sync::Arc;

/// A picture that is not from the test set.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// Name of its file.
    pub name: String,
    /// At most a few hundred pixels a side.
    pub picture: Arc<ColourRaster>,
}

/// What a network said to a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Which network.
    pub model: ModelRef,
    /// Counts the pictures.
    pub version: u32,
    /// Ten probabilities.
    pub probabilities: Vec<f32>,
    /// What the network got.
    pub input: ColourRaster,
    /// Time in the worker, in milliseconds.
    pub compute_ms: f64,
}

impl Answer {
    /// The most probable class and its probability.
    pub fn best(&self) -> Option<(usize, f32)> {
        let pairs = self.probabilities.iter().copied().enumerate();
        pairs.max_by(|(_, one), (_, other)| one.total_cmp(other))
    }
}

/// Signals of the room. A context value.
#[derive(Clone, Copy)]
pub struct PhotosSignals {
    address: Address,
    /// The photographs of the test set, once they are here.
    pub photos: RwSignal<Option<Arc<TestPhotos>>>,
    /// The visitor's own picture, while it is shown in place of one of the test set.
    pub opened: RwSignal<Option<Opened>>,
    /// Answers of the chosen network and of the one beside it.
    pub answers: [RwSignal<Option<Arc<Answer>>>; 2],
    /// Counts the pictures that were shown.
    pub version: RwSignal<u32>,
    /// Why there is no answer.
    pub failure: RwSignal<Option<String>>,
    /// Why the chosen network says so.
    pub explained: RwSignal<Option<Arc<Explanation>>>,
    /// Why there is no explanation.
    pub unexplained: RwSignal<Option<String>>,
    /// The order whose map is shown; `None` for all together.
    pub order: RwSignal<Option<usize>>,
    /// What the visitor must know about a picture.
    pub notice: RwSignal<Option<String>>,
    /// Index of the photograph in the address.
    pub index: Memo<usize>,
    /// The networks that answer, one or two.
    pub models: Memo<Vec<ModelRef>>,
}

/// The state provided by the room.
///
/// # Panics
/// Outside the room.
pub fn use_photos() -> PhotosSignals {
    expect_context::<PhotosSignals>()
}

impl PhotosSignals {
    /// No picture yet; the rest comes from the address.
    pub fn new(address: Address) -> Self {
        let index = memo(move |_| address.state.with(|state| state.photos.photo));
        let models = memo(move |_| {
            address.state.with(|state| {
                let asked = |name: &&str| *name == state.photos.network;
                let first = NetworkConfig::names_of(&CIFAR_10).find(asked);
                let first = first.or_else(|| NetworkConfig::names_of(&CIFAR_10).next()).unwrap_or_default();
                let second = NamedNetwork::find(first).filter(|_| state.photos.beside).map(|it| it.counterpart);
                std::iter::once(first).chain(second).map(ModelRef::shipped).collect()
            })
        });
        Self {
            address,
            photos: RwSignal::new(None),
            opened: RwSignal::new(None),
            answers: [RwSignal::new(None), RwSignal::new(None)],
            version: RwSignal::new(0),
            failure: RwSignal::new(None),
            explained: RwSignal::new(None),
            unexplained: RwSignal::new(None),
            order: RwSignal::new(None),
            notice: RwSignal::new(None),
            index,
            models,
        }
    }

    /// The picture on screen.
    pub fn picture(self) -> Option<Arc<ColourRaster>> {
        match self.opened.get() {
            Some(opened) => Some(opened.picture),
            None => {
                let index = self.index.get();
                self.photos.with(|photos| photos.as_ref().map(|photos| Arc::new(photos.photo(index))))
            }
        }
    }

    /// Shows a photograph of the test set.
    pub fn show(self, index: usize) {
        self.opened.set(None);
        self.notice.set(None);
        self.address.state.update(|state| state.photos.photo = index);
    }

    /// Answer of the network at this place, where it is the network that is chosen now.
    pub fn answer(self, place: usize) -> Option<Arc<Answer>> {
        let model = self.models.with(|models| models.get(place).cloned())?;
        self.answers[place].get().filter(|answer| answer.model == model)
    }
}
