//! Everything that changes a result, as typed state in the address (`?room=draw&…`).
//!
//! Values are clamped to what the rooms accept, unknown keys are ignored, and an address of another version gives the
//! defaults with a notice. Only what differs from the defaults is written, so that addresses stay short.

mod distil;
mod idea;
mod lesson;
mod photos;
mod polynomial;
mod results;
mod similarity;
mod train;
mod values;
mod why;

pub use distil::DistilState;
pub use idea::IdeaState;
pub use lesson::{Group, LessonState};
pub use photos::PhotosState;
pub use polynomial::{
    PolynomialState, PolynomialView, StackState, TrainedState, cluster_from_key, cluster_key, sharing_from_key,
    sharing_key,
};
pub use results::ResultsState;
pub use similarity::{ReferenceState, embedder};
pub use train::TrainState;
pub use why::{Against, WhyAsked};

use super::tour::STEPS as TOUR_STEPS;
use crate::config::Partition;
use crate::protocol::DeviceChoice;
use values::{assign, clamped, decode, flag, known_network};

/// Version of the address format; written as `v=` and compared on reading.
pub const VERSION: u32 = 2;
/// The version before the distillation of likes, whose addresses mean the article's partition where they name none.
const RANDOM_GROUPS: u32 = 1;
/// Longest compressed drawing accepted from an address, in characters.
const MAX_DRAWING: usize = 6_000;

/// Takes a key and its value, if it differs from the default.
type Put<'a> = &'a mut dyn FnMut(bool, &'static str, String);

/// A room of the explorer. Only rooms that work are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Room {
    /// What does it see in my digit, and why?
    #[default]
    Draw,
    /// Can it learn that here, on my GPU?
    Train,
    /// What is the formula?
    Polynomial,
    /// What is left of a digit, level by level?
    Distil,
    /// Does it reproduce the article?
    Results,
    /// What does it see in my picture?
    Photos,
    /// What do the three have in common?
    Idea,
    /// What should it tell apart?
    Own,
}

impl Room {
    /// All rooms in the order of the bar.
    pub const ALL: [Self; 8] =
        [Self::Draw, Self::Photos, Self::Own, Self::Train, Self::Polynomial, Self::Distil, Self::Results, Self::Idea];

    /// Name in the address.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Draw => "draw",
            Self::Train => "train",
            Self::Polynomial => "polynomial",
            Self::Distil => "distil",
            Self::Results => "results",
            Self::Photos => "photos",
            Self::Idea => "idea",
            Self::Own => "own",
        }
    }

    /// Name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Draw => "Draw",
            Self::Train => "Train",
            Self::Polynomial => "Polynomial",
            Self::Distil => "Distil",
            Self::Results => "Results",
            Self::Photos => "Photos",
            Self::Idea => "Idea",
            Self::Own => "Yours",
        }
    }
}

/// The whole state in the address.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UrlState {
    /// The room on screen.
    pub room: Room,
    /// Shipped network that answers in the Draw room; empty for the room's own default.
    pub model: String,
    /// Whether its counterpart answers beside it.
    pub beside: bool,
    /// The drawing, in the Draw room's own compressed form (URL-safe base64 characters only); empty for none.
    pub drawing: String,
    /// What is asked about the answer.
    pub why: WhyAsked,
    /// What it is compared with.
    pub references: ReferenceState,
    /// Device wish.
    pub device: DeviceChoice,
    /// The Train room.
    pub train: TrainState,
    /// The Polynomial room.
    pub polynomial: PolynomialState,
    /// The Distil room.
    pub distil: DistilState,
    /// What a lesson hides.
    pub lesson: LessonState,
    /// Step of the guided tour, from 1; 0 while there is none.
    pub tour: usize,
    /// The Results room.
    pub results: ResultsState,
    /// The Idea room.
    pub idea: IdeaState,
    /// The Photos room.
    pub photos: PhotosState,
}

/// State read from an address, and what to tell the visitor about it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// The state, always usable.
    pub state: UrlState,
    /// A sentence for the visitor where something was not as expected.
    pub notice: Option<String>,
}

/// Reads the query part of an address, with or without the leading question mark.
pub fn parse(query: &str) -> Parsed {
    let pairs: Vec<(String, String)> = query
        .trim_start_matches('?')
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decode(key), decode(value)))
        .collect();
    let version = pairs.iter().find(|(key, _)| key == "v").map_or(Ok(VERSION), |(_, version)| version.parse());
    if !matches!(version, Ok(RANDOM_GROUPS..=VERSION)) {
        let notice = "This link was made by another version of the explorer. The standard settings are shown instead.";
        return Parsed { state: UrlState::default(), notice: Some(notice.into()) };
    }
    let mut state = UrlState::default();
    if version == Ok(RANDOM_GROUPS) {
        state.distil.partition = Partition::Random;
        state.references.partition = Partition::Random;
    }
    let mut bent = Vec::new();
    for (key, value) in &pairs {
        if !apply(&mut state, key, value) {
            bent.push(key.clone());
        }
    }
    let notice = (!bent.is_empty()).then(|| {
        let (these, were) = if bent.len() == 1 { ("this setting", "was") } else { ("these settings", "were") };
        format!("The link holds values that cannot be used; {these} {were} adjusted: {}.", bent.join(", "))
    });
    Parsed { state, notice }
}

/// Sets one key. False where the value had to be clamped or ignored.
fn apply(state: &mut UrlState, key: &str, value: &str) -> bool {
    match key {
        "room" => assign(&mut state.room, Room::ALL.into_iter().find(|room| room.key() == value)),
        "model" => assign(&mut state.model, known_network(value)),
        "beside" => assign(&mut state.beside, flag(value)),
        "drawing" => {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            let usable = value.len() <= MAX_DRAWING && value.bytes().all(plain);
            assign(&mut state.drawing, usable.then(|| value.to_owned()))
        }
        "device" => assign(&mut state.device, device_from_key(value)),
        "tour" => clamped(value, 0, TOUR_STEPS, |step| state.tour = step),
        // Keys of later versions and of other programs are none of our business.
        _ => {
            let UrlState { train, polynomial, distil, why, references, lesson, results, idea, photos, .. } = state;
            let of_room = train.apply(key, value).or_else(|| polynomial.apply(key, value));
            let of_room = of_room.or_else(|| distil.apply(key, value)).or_else(|| why.apply(key, value));
            let of_room = of_room.or_else(|| references.apply(key, value)).or_else(|| results.apply(key, value));
            let of_page =
                || idea.apply(key, value).or_else(|| photos.apply(key, value)).or_else(|| lesson.apply(key, value));
            of_room.or_else(of_page).unwrap_or(true)
        }
    }
}

/// Writes the state as a query with its question mark; empty for the defaults.
pub fn write(state: &UrlState) -> String {
    let plain = UrlState::default();
    let mut pairs: Vec<(&str, String)> = Vec::new();
    let mut put = |differs: bool, key: &'static str, value: String| {
        if differs {
            pairs.push((key, value));
        }
    };
    put(state.room != plain.room, "room", state.room.key().into());
    put(!state.model.is_empty(), "model", state.model.clone());
    put(state.beside, "beside", "1".into());
    state.why.write(&mut put);
    put(state.device != plain.device, "device", device_key(state.device).into());
    state.train.write(&mut put);
    state.polynomial.write(&mut put);
    state.distil.write(&mut put);
    state.references.write(&mut put);
    state.lesson.write(&mut put);
    put(state.tour != plain.tour, "tour", state.tour.to_string());
    state.results.write(&mut put);
    state.idea.write(&mut put);
    state.photos.write(&mut put);
    put(!state.drawing.is_empty(), "drawing", state.drawing.clone());
    if pairs.is_empty() {
        return String::new();
    }
    pairs.push(("v", VERSION.to_string()));
    let parts: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
    format!("?{}", parts.join("&"))
}

/// Name of a device wish in the address and in the device switch.
pub const fn device_key(device: DeviceChoice) -> &'static str {
    match device {
        DeviceChoice::Auto => "auto",
        DeviceChoice::Cpu => "cpu",
        DeviceChoice::Webgpu => "webgpu",
    }
}

/// The device wish of that name.
pub fn device_from_key(key: &str) -> Option<DeviceChoice> {
    [DeviceChoice::Auto, DeviceChoice::Cpu, DeviceChoice::Webgpu].into_iter().find(|&device| device_key(device) == key)
}

#[cfg(test)]
mod tests;
