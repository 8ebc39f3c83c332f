//! The Photos room in the address.

use super::Put;
use super::values::{assign, clamped, flag};
use crate::app::photos::TEST_PHOTOS;
use crate::config::{CIFAR_10, CLASSES, NetworkConfig};

/// Which photograph is shown to which network.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PhotosState {
    /// Photograph of the test set, from 0.
    pub photo: usize,
    /// The network; empty for the room's own default.
    pub network: String,
    /// Whether its counterpart answers beside it.
    pub beside: bool,
    /// The class that is explained; `None` for the answer.
    pub class: Option<usize>,
}

impl PhotosState {
    /// Sets one key. `None` where it is not of this room, false where the value had to be clamped or ignored.
    pub(super) fn apply(&mut self, key: &str, value: &str) -> Option<bool> {
        let known = |name: &str| NetworkConfig::names_of(&CIFAR_10).any(|known| known == name).then(|| name.to_owned());
        Some(match key {
            "photo" => clamped(value, 1, TEST_PHOTOS, |photo| self.photo = photo - 1),
            "classifier" => assign(&mut self.network, known(value)),
            "because" => clamped(value, 0, CLASSES - 1, |class| self.class = Some(class)),
            "both" => assign(&mut self.beside, flag(value)),
            _ => return None,
        })
    }

    /// Writes what differs from the defaults.
    pub(super) fn write(&self, put: Put<'_>) {
        put(self.photo != 0, "photo", (self.photo + 1).to_string());
        put(!self.network.is_empty(), "classifier", self.network.clone());
        put(self.beside, "both", "1".into());
        put(self.class.is_some(), "because", self.class.map_or_else(String::new, |class| class.to_string()));
    }
}
