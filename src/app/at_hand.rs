//! What one room has that another can use.

use crate::config::NetworkConfig;
use crate::protocol::Raster;
use leptos::prelude::*;

/// The network in training, as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct RunNow {
    /// Its settings.
    pub network: NetworkConfig,
    /// Steps done.
    pub step: u32,
}

/// The network that the Train room has in training, which other rooms can then ask. A context value of the frame.
#[derive(Clone, Copy)]
pub struct RunAtHand(pub RwSignal<Option<RunNow>>);

impl RunAtHand {
    /// There is none yet.
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Whether there is one.
    pub fn exists(self) -> bool {
        self.0.with(Option::is_some)
    }
}

impl Default for RunAtHand {
    fn default() -> Self {
        Self::new()
    }
}

/// The digit on the canvas of the Draw room as the networks get it, in 28x28. A context value of the frame.
#[derive(Clone, Copy)]
pub struct DigitAtHand(pub RwSignal<Option<Raster>>);

impl DigitAtHand {
    /// There is none yet.
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }
}

impl Default for DigitAtHand {
    fn default() -> Self {
        Self::new()
    }
}
