//! Networks and recipes by name, from the catalogue.

use super::catalogue::{CATALOGUE, NamedNetwork};
use super::{ConfigError, NetworkConfig};
use crate::config::{DataSet, TrainingConfig};

const fn count_of_trainable() -> usize {
    let (mut count, mut index) = (0, 0);
    while index < CATALOGUE.len() {
        count += CATALOGUE[index].trains_in_browser as usize;
        index += 1;
    }
    count
}

impl NetworkConfig {
    /// Names accepted by [`Self::named`]; the first is the one that the explorer opens with.
    pub const NAMES: [&'static str; CATALOGUE.len()] = {
        let mut names = [""; CATALOGUE.len()];
        let mut index = 0;
        while index < CATALOGUE.len() {
            names[index] = CATALOGUE[index].name;
            index += 1;
        }
        names
    };

    /// Those of [`Self::NAMES`] that a browser can train.
    pub const NAMES_TO_TRAIN: [&'static str; count_of_trainable()] = {
        let mut names = [""; count_of_trainable()];
        let (mut index, mut found) = (0, 0);
        while index < CATALOGUE.len() {
            if CATALOGUE[index].trains_in_browser {
                names[found] = CATALOGUE[index].name;
                found += 1;
            }
            index += 1;
        }
        names
    };

    /// Those of [`Self::NAMES`] that classify images of a data set.
    pub fn names_of(data: &DataSet) -> impl Iterator<Item = &'static str> {
        NamedNetwork::ALL.iter().filter(move |network| network.data == data).map(|network| network.name)
    }

    /// The network of the same architecture that was trained the other way: with or without its low orders counting.
    pub fn twin(name: &str) -> Option<&'static str> {
        NamedNetwork::find(name)?.twin
    }

    /// A network of the article by name.
    ///
    /// # Errors
    /// [`ConfigError::UnknownName`] with the names that exist.
    pub fn named(name: &str) -> Result<Self, ConfigError> {
        let unknown = || ConfigError::UnknownName { name: name.to_owned(), choices: Self::NAMES.join(", ") };
        NamedNetwork::find(name).map(NamedNetwork::network).ok_or_else(unknown)
    }

    /// The first name whose network has this architecture. A folded network has that of the one it was folded from, and how
    /// it was trained does not matter.
    pub fn known_name(&self) -> Option<&'static str> {
        let plain = self.without_normalization();
        let is_it = |known: &&NamedNetwork| known.network().without_normalization() == plain;
        NamedNetwork::ALL.iter().find(is_it).map(|known| known.name)
    }
}

impl TrainingConfig {
    /// The settings with which the shipped network of that name was trained; the defaults for any other name.
    pub fn recommended(name: &str) -> Self {
        NamedNetwork::find(name).map_or(Self::DEFAULT, |network| network.training.clone())
    }
}
