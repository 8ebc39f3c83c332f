//! Signals of the room.

use super::collection::Collection;
use super::store::{self, Kept};
use crate::app::draw::DrawState;
use crate::app::reactive::memo;
use crate::app::task::spawn;
use crate::app::url::Room;
use crate::protocol::{ModelRef, OWN_RUN};
use leptos::prelude::*;

/// The canvas of the room.
const SHEET: crate::app::draw::Sheet =
    crate::app::draw::Sheet { room: Room::Own, id: "own-canvas", label: "Canvas: draw what you want to keep" };
/// Brings drawings to 28x28 pixels while there is no network of one's own.
const STAND_IN: ModelRef = ModelRef::shipped("taylornet-7");
/// The network of one's own in requests.
pub const LEARNT: ModelRef = ModelRef::Run(OWN_RUN);

/// How far learning is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Stand {
    /// Nothing is learnt.
    #[default]
    Idle,
    /// It is being learnt: steps done, in all, and the loss.
    Learning(u32, u32, f64),
    /// It is learnt: images set aside for testing, and how many of them are right.
    Learnt(u32, u32),
    /// It was learnt in an earlier visit.
    Kept,
    /// It did not work, and why.
    Failed(String),
}

/// A picture that the network was asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// Name of its file.
    pub name: String,
    /// In 28x28 grey values.
    pub image: Vec<u8>,
    /// What the network said; empty while there is none or it has not answered.
    pub probabilities: Vec<f32>,
}

/// Signals of the room. A context value.
#[derive(Clone, Copy)]
pub struct OwnState {
    /// The images.
    pub collection: RwSignal<Collection>,
    /// What the network tells apart; nothing while there is none.
    pub learnt: RwSignal<Option<Vec<String>>>,
    /// The network as a file.
    pub network: StoredValue<Vec<u8>>,
    /// How far learning is.
    pub stand: RwSignal<Stand>,
    /// The picture that was opened last, unless something was drawn since.
    pub tried: RwSignal<Option<Tried>>,
    /// What the visitor must know.
    pub notice: RwSignal<Option<String>>,
    canvas: StoredValue<DrawState>,
}

/// The state provided by the room.
///
/// # Panics
/// Outside the room.
pub fn use_own() -> OwnState {
    expect_context::<OwnState>()
}

impl OwnState {
    /// Nothing is collected yet.
    pub fn new() -> Self {
        let learnt = RwSignal::new(None::<Vec<String>>);
        let models = memo(move |_| vec![if learnt.with(Option::is_some) { LEARNT } else { STAND_IN }]);
        Self {
            collection: RwSignal::new(Collection::default()),
            learnt,
            network: StoredValue::new(Vec::new()),
            stand: RwSignal::new(Stand::default()),
            tried: RwSignal::new(None),
            notice: RwSignal::new(None),
            canvas: StoredValue::new(DrawState::on(SHEET, models)),
        }
    }

    /// Canvas and answer.
    pub fn draw(self) -> DrawState {
        self.canvas.get_value()
    }

    /// Whether it is being learnt now.
    pub fn is_learning(self) -> bool {
        self.stand.with(|stand| matches!(stand, Stand::Learning(..)))
    }

    /// Changes the images, and keeps them. Where the classes are others afterwards, the network no longer fits.
    pub fn change(self, change: impl FnOnce(&mut Collection) -> Result<(), String>) {
        let before = self.collection.with_untracked(Collection::names);
        let mut outcome = Ok(());
        self.collection.update(|collection| outcome = change(collection));
        if before != self.collection.with_untracked(Collection::names) && self.learnt.with_untracked(Option::is_some) {
            self.forget();
        }
        self.notice.set(outcome.err());
        self.keep();
    }

    /// What is asked about: a share for each class of the network.
    pub fn shares(self) -> Option<Vec<f32>> {
        match self.tried.get() {
            Some(tried) => Some(tried.probabilities),
            None => self.draw().answer(0).map(|answer| answer.probabilities.clone()),
        }
    }

    /// The network no longer fits.
    fn forget(self) {
        self.learnt.set(None);
        self.network.set_value(Vec::new());
        self.stand.set(Stand::Idle);
    }

    /// Writes everything into the browser's database.
    pub fn keep(self) {
        let kept = Kept { collection: self.collection.get_untracked(), network: self.network.get_value() };
        spawn(async move {
            if let Err(sentence) = store::keep(kept).await {
                self.notice.try_set(Some(sentence));
            }
        });
    }

    /// The picture that is open, or what the networks get of the drawing as it is now, once there is one.
    pub fn image(self) -> Option<Vec<u8>> {
        if let Some(tried) = self.tried.get() {
            return Some(tried.image);
        }
        let answer = self.draw().answers[0].get()?;
        (answer.version == self.draw().version.get() && !self.draw().is_empty()).then(|| answer.image_28.pixels.clone())
    }
}
