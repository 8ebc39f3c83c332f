//! What one room has that another can use.

use leptos::prelude::*;

/// Whether the Train room has a network in training, which the Draw room can then ask. A context value of the frame.
#[derive(Clone, Copy)]
pub struct RunAtHand(pub RwSignal<bool>);

impl RunAtHand {
    /// There is none yet.
    pub fn new() -> Self {
        Self(RwSignal::new(false))
    }
}

impl Default for RunAtHand {
    fn default() -> Self {
        Self::new()
    }
}
