//! What a teacher's link leaves out, and how the page stands inside another one.

use super::Put;
use super::values::{assign, flag};

/// A group of controls or results that a link can hide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The way to other rooms.
    Rooms,
    /// What is chosen: networks, how they are trained, stacks, groups.
    Settings,
    /// The answer of the network with its probabilities.
    Answer,
    /// Similarity to the references.
    Similarity,
    /// Why.
    Why,
    /// What the levels of a network hold.
    Maps,
    /// The device that computes.
    Device,
    /// Files to open, to save and to copy.
    Files,
    /// The text below a room.
    Text,
}

impl Group {
    /// All groups in the order of the form.
    pub const ALL: [Self; 9] = [
        Self::Rooms,
        Self::Settings,
        Self::Answer,
        Self::Similarity,
        Self::Why,
        Self::Maps,
        Self::Device,
        Self::Files,
        Self::Text,
    ];

    /// Name in the address and in `web/lesson.css`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Rooms => "rooms",
            Self::Settings => "settings",
            Self::Answer => "answer",
            Self::Similarity => "similarity",
            Self::Why => "why",
            Self::Maps => "maps",
            Self::Device => "device",
            Self::Files => "files",
            Self::Text => "text",
        }
    }

    /// Name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Rooms => "the way to other rooms",
            Self::Settings => "the settings",
            Self::Answer => "the answer (Draw, Photos)",
            Self::Similarity => "similarity (Draw)",
            Self::Why => "Why (Draw, Photos)",
            Self::Maps => "feature maps (Draw, Train)",
            Self::Device => "the device (Train)",
            Self::Files => "opening, saving and copying",
            Self::Text => "the text below the room",
        }
    }
}

/// What a link hides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LessonState {
    /// Inside another page: without the top bar.
    pub embed: bool,
    /// Whether each group is hidden, in the order of [`Group::ALL`].
    hidden: [bool; Group::ALL.len()],
}

impl LessonState {
    /// Whether a group is hidden.
    pub fn hides(&self, group: Group) -> bool {
        self.hidden[group as usize]
    }

    /// Hides a group or shows it again.
    pub fn hide(&mut self, group: Group, hide: bool) {
        self.hidden[group as usize] = hide;
    }

    /// The groups that are hidden.
    pub fn groups(&self) -> impl Iterator<Item = Group> {
        Group::ALL.into_iter().filter(|&group| self.hides(group))
    }

    /// Names of the hidden groups with something between them.
    pub fn keys(&self, between: &str) -> String {
        self.groups().map(Group::key).collect::<Vec<_>>().join(between)
    }

    /// Sets one key. `None` where it is another one, false where a value was ignored.
    pub(super) fn apply(&mut self, key: &str, value: &str) -> Option<bool> {
        Some(match key {
            "embed" => assign(&mut self.embed, flag(value)),
            "hide" => {
                let mut all_known = true;
                for name in value.split(',').filter(|name| !name.is_empty()) {
                    let group = Group::ALL.into_iter().find(|group| group.key() == name);
                    all_known &= group.is_some();
                    if let Some(group) = group {
                        self.hide(group, true);
                    }
                }
                all_known
            }
            _ => return None,
        })
    }

    /// Writes what differs from the default.
    pub(super) fn write(&self, put: Put<'_>) {
        put(self.embed, "embed", "1".into());
        put(*self != Self { embed: self.embed, ..Self::default() }, "hide", self.keys(","));
    }
}
