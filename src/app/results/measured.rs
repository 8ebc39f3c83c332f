//! Results as the manifest has them, each with where it stands there and how it was made.

use super::node::Node;
use super::{distilled, networks};
use crate::app::json::Json;
use crate::app::url::{PolynomialView, Room, UrlState};
use crate::config::Partition;
use crate::protocol::ModelRef;

/// Part of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Trained networks.
    Networks,
    /// All products of pixels in one layer.
    Direct,
    /// The distillation itself.
    Distillation,
    /// Classification by the angle to references.
    References,
    /// Trained networks as polynomials.
    Polynomials,
}

impl Group {
    /// All, in the order of the table.
    pub const ALL: [Self; 5] = [Self::Networks, Self::Direct, Self::Distillation, Self::References, Self::Polynomials];

    /// For people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Networks => "Networks",
            Self::Direct => "Direct Taylor expansion",
            Self::Distillation => "Distillation",
            Self::References => "Classified by the nearest reference",
            Self::Polynomials => "Networks as polynomials",
        }
    }
}

/// Unit of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A share of 1, written in percent.
    Share,
    /// A difference of shares, written in points.
    Points,
    /// Things that are counted.
    Count,
    /// Bytes.
    Bytes,
    /// Seconds.
    Seconds,
    /// A multiple.
    Times,
    /// A plain number.
    Number,
}

/// How a result comes from its sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// As it stands there: one number, or a series.
    Read,
    /// The first minus the second.
    Difference,
    /// The first divided by the second.
    Ratio,
}

/// A number of the manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Where it stands, as `jq` writes it.
    pub path: String,
    /// The number.
    pub value: f64,
    /// What tells it from the others of its series.
    pub label: String,
}

/// How a result was made, as far as the manifest says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Provenance {
    /// Seed of the run.
    pub seed: Option<f64>,
    /// Day.
    pub date: Option<String>,
    /// Device.
    pub device: Option<String>,
    /// Duration of the whole run in seconds.
    pub duration_secs: Option<f64>,
    /// Command that makes it again.
    pub command: Option<String>,
}

impl Provenance {
    /// What an entry says of itself.
    pub fn of<J: Json>(node: &Node<J>) -> Self {
        Self {
            seed: node.number("seed"),
            date: node.text("date"),
            device: node.text("device"),
            duration_secs: node.number("duration_secs"),
            command: node.text("command"),
        }
    }
}

/// Where a result can be seen in the explorer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum See {
    /// A network that answers in the Draw room.
    Draw(String),
    /// A network that answers in the Photos room.
    Photos(String),
    /// A network in the Train room.
    Train(String),
    /// The direct expansion.
    Direct,
    /// A network as a polynomial; the word is the expansion point.
    Trained(String, String),
    /// A level of the article's distillation, and perhaps one class only.
    Distil(usize, Option<usize>),
    /// A level of the distillation of likes.
    DistilAlike(usize),
}

impl See {
    /// Goes there.
    pub fn apply(&self, state: &mut UrlState) {
        match self {
            Self::Draw(model) => {
                state.room = Room::Draw;
                state.model.clone_from(model);
            }
            Self::Photos(model) => {
                state.room = Room::Photos;
                state.photos.network.clone_from(model);
            }
            Self::Train(model) => {
                state.room = Room::Train;
                state.train.network.clone_from(model);
            }
            Self::Direct => {
                state.room = Room::Polynomial;
                state.polynomial.view = PolynomialView::Direct;
            }
            Self::Trained(model, about) => {
                state.room = Room::Polynomial;
                state.polynomial.view = PolynomialView::Trained;
                state.polynomial.trained.network = ModelRef::Shipped(model.clone().into());
                state.polynomial.trained.about = about.parse().unwrap_or_default();
            }
            Self::Distil(level, class) => {
                state.room = Room::Distil;
                state.distil.level = *level;
                state.distil.class = *class;
                state.distil.difference = false;
                state.distil.partition = Partition::Random;
            }
            Self::DistilAlike(level) => {
                Self::Distil(*level, None).apply(state);
                state.distil.partition = Partition::Alike;
            }
        }
    }
}

/// A result.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Name for claims and readings, such as `taylornet-7/accuracy`.
    pub key: String,
    /// Part of the table.
    pub group: Group,
    /// For people.
    pub name: String,
    /// Its unit.
    pub unit: Unit,
    /// How it comes from its sources.
    pub made: Made,
    /// The numbers; at least one, and two for a difference.
    pub sources: Vec<Source>,
    /// How it was made.
    pub provenance: Provenance,
    /// Where it can be seen.
    pub see: Option<See>,
}

impl Measured {
    /// The result as a single number: of a series its last.
    pub fn value(&self) -> f64 {
        let at = |index: usize| self.sources.get(index).map_or(f64::NAN, |source| source.value);
        match self.made {
            Made::Read => at(self.sources.len().saturating_sub(1)),
            Made::Difference => at(0) - at(1),
            Made::Ratio => at(0) / at(1),
        }
    }

    /// Whether it is a series.
    pub fn is_series(&self) -> bool {
        self.made == Made::Read && self.sources.len() > 1
    }
}

/// All results of a manifest.
pub fn measured<J: Json>(root: &J) -> Vec<Measured> {
    // The root is looked up by name, as a `Node` owns what it stands for.
    let sections = ["models", "direct", "distillation", "similarity", "polynomial", "eigen_digits"];
    let mut all = Vec::new();
    for key in sections {
        let Some(json) = root.entry(key) else { continue };
        let node = Node::new(json, format!(".{key}"));
        match key {
            "direct" => networks::pruned(&node, &mut all),
            "distillation" => distilled::distillation(&node, &mut all),
            "similarity" => distilled::similarity(&node, &mut all),
            "polynomial" => networks::polynomials(&node, &mut all),
            "eigen_digits" => networks::eigen_digits(&node, &mut all),
            _ => networks::models(&node, &mut all),
        }
    }
    networks::derived(&mut all);
    all.retain(|result| !result.sources.is_empty());
    // Results of one part stand together, otherwise in the order of the manifest.
    all.sort_by_key(|result| result.group);
    all
}
