//! Which network is asked.

use super::RunId;
use crate::config::NamedNetwork;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// What comes before the number of a run.
const RUN_PREFIX: &str = "run:";

/// A network that can be asked. As text, in messages, links and reports, it is the name of the shipped network, or
/// `run:N`; each has one text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ModelRef {
    /// The shipped network of that name. Whether there is one turns out when it is looked up in the catalogue or its
    /// weights are fetched, so that an unknown name is refused with the known ones.
    Shipped(Cow<'static, str>),
    /// The network of a training run, as it stands.
    Run(RunId),
}

/// A text that begins like a run, but has no number.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no run '{number}'")]
pub struct UnknownRun {
    /// What stands in its place.
    pub number: String,
}

impl ModelRef {
    /// A shipped network.
    pub const fn shipped(name: &'static str) -> Self {
        Self::Shipped(Cow::Borrowed(name))
    }

    /// The name, where it is a shipped network.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Shipped(name) => Some(name),
            Self::Run(_) => None,
        }
    }

    /// Its record in the catalogue, where it is a shipped network that is known.
    pub fn record(&self) -> Option<&'static NamedNetwork> {
        self.name().and_then(NamedNetwork::find)
    }
}

impl fmt::Display for ModelRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shipped(name) => formatter.write_str(name),
            Self::Run(run) => write!(formatter, "{RUN_PREFIX}{run}"),
        }
    }
}

impl FromStr for ModelRef {
    type Err = UnknownRun;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some(number) = text.strip_prefix(RUN_PREFIX) else {
            let known = NamedNetwork::find(text).map(|network| Cow::Borrowed(network.name));
            return Ok(Self::Shipped(known.unwrap_or_else(|| text.to_owned().into())));
        };
        // No signs and no leading zeros.
        let run: Option<RunId> = number.parse().ok().filter(|run: &RunId| run.to_string() == number);
        run.map(Self::Run).ok_or_else(|| UnknownRun { number: number.to_owned() })
    }
}

impl Serialize for ModelRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ModelRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// Tests write the text.
#[cfg(test)]
impl From<&str> for ModelRef {
    fn from(text: &str) -> Self {
        text.parse().unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_one_text_which_is_also_its_json() {
        for (text, model) in [
            ("taylornet-28", ModelRef::shipped("taylornet-28")),
            ("alexnet", ModelRef::Shipped(Cow::Owned("alexnet".into()))),
            ("run:0", ModelRef::Run(0)),
            ("run:17", ModelRef::Run(17)),
        ] {
            assert_eq!((text.parse().as_ref(), model.to_string().as_str()), (Ok(&model), text));
            let json = serde_json::to_string(&model).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<ModelRef>(&json).unwrap(), model);
        }
    }

    #[test]
    fn a_run_without_a_number_is_refused() {
        for text in ["run:", "run:x", "run:-1", "run:+1", "run:00", "run:4294967296"] {
            let error = text.parse::<ModelRef>().unwrap_err().to_string();
            assert_eq!(error, format!("there is no run '{}'", &text[4..]));
            assert!(serde_json::from_str::<ModelRef>(&format!("\"{text}\"")).is_err());
        }
    }

    #[test]
    fn known_names_cost_no_memory_and_others_stay_what_they_are() {
        let borrowed = |text: &str| matches!(text.into(), ModelRef::Shipped(Cow::Borrowed(_)));
        assert!(borrowed("conv-7") && !borrowed("run"));
        assert_eq!(ModelRef::from("conv-7").record().map(|network| network.name), Some("conv-7"));
        assert_eq!((ModelRef::from("alexnet").name(), ModelRef::Run(1).name()), (Some("alexnet"), None));
    }
}
