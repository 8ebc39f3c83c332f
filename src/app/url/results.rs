//! The Results room in the address.

use super::Put;
use super::values::{assign, flag};
use crate::app::results::Column;

/// Which rows the table has, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ResultsState {
    /// Also what the article does not speak of.
    pub all: bool,
    /// The column that the rows follow; `None` for the order of the article.
    pub sort: Option<Column>,
    /// Whether the largest comes first.
    pub falling: bool,
}

impl ResultsState {
    /// Sets one key. `None` where it is not of this room, false where the value had to be clamped or ignored.
    pub(super) fn apply(&mut self, key: &str, value: &str) -> Option<bool> {
        Some(match key {
            "everything" => assign(&mut self.all, flag(value)),
            "sort" => assign(&mut self.sort, Column::from_key(value).map(Some)),
            "falling" => assign(&mut self.falling, flag(value)),
            _ => return None,
        })
    }

    /// Writes what differs from the defaults.
    pub(super) fn write(self, put: Put<'_>) {
        put(self.all, "everything", "1".into());
        put(self.sort.is_some(), "sort", self.sort.map_or_else(String::new, |column| column.key().into()));
        put(self.falling, "falling", "1".into());
    }
}
