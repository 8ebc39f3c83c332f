//! Everything that changes a result, as typed state in the address (`?room=draw&…`).
//!
//! Values are clamped to what the rooms accept, unknown keys are ignored, and an address of another version gives the
//! defaults with a notice. Only what differs from the defaults is written, so that addresses stay short.

use crate::config::NetworkConfig;
use crate::protocol::DeviceChoice;

/// Version of the address format; written as `v=` and compared on reading.
pub const VERSION: u32 = 1;
/// Longest compressed drawing accepted from an address, in characters.
const MAX_DRAWING: usize = 6_000;
/// Largest seed: the largest integer that a JavaScript number holds exactly.
pub const MAX_SEED: u64 = (1 << 53) - 1;

/// A room of the explorer. Only rooms that work are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Room {
    /// What does it see in my digit, and why?
    #[default]
    Draw,
    /// Can it learn that here, on my GPU?
    Train,
}

impl Room {
    /// All rooms in the order of the bar.
    pub const ALL: [Self; 2] = [Self::Draw, Self::Train];

    /// Name in the address.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Draw => "draw",
            Self::Train => "train",
        }
    }

    /// Name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Draw => "Draw",
            Self::Train => "Train",
        }
    }
}

/// Settings of the Train room.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainState {
    /// Name of the network that the settings start from.
    pub network: String,
    /// Width of every level; `None` for the article's.
    pub width: Option<usize>,
    /// Order of every local polynomial; `None` for the article's.
    pub order: Option<usize>,
    /// Dilation of each level; empty for the article's.
    pub dilations: Vec<usize>,
    /// A coefficient set per cluster instead of one for all.
    pub untied: bool,
    /// Batch normalisation between convolution and operation.
    pub normalization: bool,
    /// Images per step.
    pub batch: usize,
    /// Passes over the training images.
    pub epochs: usize,
    /// Peak learning rate.
    pub learning_rate: f64,
    /// Seed of weights, order and shifts.
    pub seed: u64,
    /// Random shifts by up to this many pixels.
    pub shift: usize,
    /// Whether the plain-convolution ablation trains beside it.
    pub compare: bool,
}

impl Default for TrainState {
    /// Gentle: a curve is visible within seconds on a CPU.
    fn default() -> Self {
        Self {
            network: "taylornet-7".into(),
            width: None,
            order: None,
            dilations: Vec::new(),
            untied: false,
            normalization: true,
            batch: 32,
            epochs: 1,
            learning_rate: 4e-3,
            seed: 0,
            shift: 0,
            compare: false,
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
    /// Device wish.
    pub device: DeviceChoice,
    /// The Train room.
    pub train: TrainState,
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
    if let Some((_, version)) = pairs.iter().find(|(key, _)| key == "v")
        && version.parse() != Ok(VERSION)
    {
        let notice = "This link was made by another version of the explorer. The standard settings are shown instead.";
        return Parsed { state: UrlState::default(), notice: Some(notice.into()) };
    }
    let mut state = UrlState::default();
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
    let train = &mut state.train;
    match key {
        "room" => assign(&mut state.room, Room::ALL.into_iter().find(|room| room.key() == value)),
        "model" => assign(&mut state.model, known(&NetworkConfig::NAMES, value)),
        "beside" => assign(&mut state.beside, flag(value)),
        "net" => assign(&mut train.network, known(&NetworkConfig::NAMES_TO_TRAIN, value)),
        "drawing" => {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
            let usable = value.len() <= MAX_DRAWING && value.bytes().all(plain);
            assign(&mut state.drawing, usable.then(|| value.to_owned()))
        }
        "device" => assign(&mut state.device, device_from_key(value)),
        "width" => clamped(value, 1, 512, |width| train.width = Some(width)),
        "order" => clamped(value, 1, 4, |order| train.order = Some(order)),
        "dilations" => {
            let parsed: Option<Vec<usize>> = value.split('.').map(|part| part.parse().ok()).collect();
            let usable = parsed.filter(|list| list.len() <= 12 && list.iter().all(|d| (1..=64).contains(d)));
            assign(&mut train.dilations, usable)
        }
        "untied" => assign(&mut train.untied, flag(value)),
        "norm" => assign(&mut train.normalization, flag(value)),
        "batch" => clamped(value, 1, 60_000, |batch| train.batch = batch),
        "epochs" => clamped(value, 1, 1_000, |epochs| train.epochs = epochs),
        "lr" => {
            let rate = value.parse().ok().filter(|rate: &f64| rate.is_finite());
            rate.is_some_and(|rate| {
                train.learning_rate = rate.clamp(1e-6, 10.0);
                (1e-6..=10.0).contains(&rate)
            })
        }
        "seed" => clamped(value, 0, MAX_SEED as usize, |seed| train.seed = seed as u64),
        "shift" => clamped(value, 0, 8, |shift| train.shift = shift),
        "compare" => assign(&mut train.compare, flag(value)),
        // The version was checked before; keys of later versions and of other programs are none of our business.
        _ => true,
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
    put(state.device != plain.device, "device", device_key(state.device).into());
    let (train, gentle) = (&state.train, &plain.train);
    put(train.network != gentle.network, "net", train.network.clone());
    put(train.width.is_some(), "width", train.width.unwrap_or_default().to_string());
    put(train.order.is_some(), "order", train.order.unwrap_or_default().to_string());
    let dilations: Vec<String> = train.dilations.iter().map(ToString::to_string).collect();
    put(!dilations.is_empty(), "dilations", dilations.join("."));
    put(train.untied, "untied", "1".into());
    put(!train.normalization, "norm", "0".into());
    put(train.batch != gentle.batch, "batch", train.batch.to_string());
    put(train.epochs != gentle.epochs, "epochs", train.epochs.to_string());
    put((train.learning_rate - gentle.learning_rate).abs() > 1e-12, "lr", train.learning_rate.to_string());
    put(train.seed != gentle.seed, "seed", train.seed.to_string());
    put(train.shift != gentle.shift, "shift", train.shift.to_string());
    put(train.compare, "compare", "1".into());
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

fn known(names: &[&str], name: &str) -> Option<String> {
    names.contains(&name).then(|| name.to_owned())
}

fn flag(value: &str) -> Option<bool> {
    match value {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

fn assign<T>(target: &mut T, value: Option<T>) -> bool {
    let usable = value.is_some();
    if let Some(value) = value {
        *target = value;
    }
    usable
}

fn clamped(value: &str, min: usize, max: usize, set: impl FnOnce(usize)) -> bool {
    // Through f64: a number too large for an integer, or negative, is clamped and not ignored.
    let Some(number) = value.parse::<f64>().ok().filter(|number| number.is_finite()) else { return false };
    let exact = value.parse::<usize>().unwrap_or(if number < 0.0 { 0 } else { number as usize });
    set(exact.clamp(min, max));
    value.parse::<usize>().is_ok_and(|number| (min..=max).contains(&number))
}

/// Undoes percent encoding; a malformed escape is kept as it is.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(byte) = escape.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
#[path = "url_tests.rs"]
mod tests;
