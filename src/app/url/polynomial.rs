//! The Polynomial room in the address.

use super::Put;
use super::values::{assign, clamped, known_model, seed};
use crate::config::{Basis, CLASSES, ExpansionPoint, StackConfig, StackSharing};
use crate::protocol::ModelRef;

/// Rows and columns of a cluster and orders of a level that the room offers.
const MAX_SIDE: usize = 4;
const MAX_ORDER: usize = 4;
/// Most levels, and factors of a monomial, that are read.
const MAX_LIST: usize = 64;

/// A view of the room. Only views that work are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PolynomialView {
    /// A stack of operations on a handful of variables (Fig. 4).
    #[default]
    Stack,
    /// A trained network as a polynomial.
    Trained,
    /// The direct expansion (Fig. 2).
    Direct,
}

impl PolynomialView {
    /// The views that are offered, in the order of the tabs.
    pub const ALL: &'static [Self] = &[Self::Stack, Self::Trained, Self::Direct];

    /// Name in the address.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Stack => "stack",
            Self::Trained => "trained",
            Self::Direct => "direct",
        }
    }

    /// Name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Stack => "Stack",
            Self::Trained => "Trained network",
            Self::Direct => "Direct expansion",
        }
    }
}

/// Settings of the stack view.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StackState {
    /// What is expanded.
    pub stack: StackConfig,
    /// Seed of the numbers in place of symbols; `None` for symbols.
    pub numbers: Option<u64>,
    /// The chosen monomial: variables, from 0 and ascending, with their exponents; empty for the constant.
    pub monomial: Option<Vec<(usize, u8)>>,
    /// Only terms with this variable, from 0.
    pub uses: Option<usize>,
    /// Only terms of this degree.
    pub degree: Option<usize>,
}

/// Settings of the trained view.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainedState {
    /// A shipped network or the one of the Train room.
    pub network: ModelRef,
    /// The class whose polynomial is shown.
    pub class: usize,
    /// The class whose polynomial is subtracted from it.
    pub against: Option<usize>,
    /// Highest order that is kept; `None` for all.
    pub order: Option<usize>,
    /// The pixel in question, row by row.
    pub pixel: Option<usize>,
    /// The image about which the network is expanded.
    pub about: ExpansionPoint,
    /// In which polynomials the way from there is written.
    pub basis: Basis,
}

impl Default for TrainedState {
    /// The network whose products of two pixels can all be written down.
    fn default() -> Self {
        Self {
            network: ModelRef::shipped("taylornet-7"),
            class: 0,
            against: None,
            order: None,
            pixel: None,
            about: ExpansionPoint::default(),
            basis: Basis::default(),
        }
    }
}

/// Settings of the Polynomial room.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PolynomialState {
    /// The view on screen.
    pub view: PolynomialView,
    /// The stack view.
    pub stack: StackState,
    /// The trained view.
    pub trained: TrainedState,
}

impl PolynomialState {
    /// Sets one key. `None` where it is not of this room, false where the value had to be clamped or ignored.
    pub(super) fn apply(&mut self, key: &str, value: &str) -> Option<bool> {
        let StackState { stack, numbers, monomial, uses, degree } = &mut self.stack;
        let trained = &mut self.trained;
        Some(match key {
            "view" => assign(&mut self.view, PolynomialView::ALL.iter().copied().find(|view| view.key() == value)),
            "cluster" => assign(&mut stack.cluster, cluster_from_key(value)),
            "orders" => {
                let orders: Option<Vec<usize>> = value.split('.').map(|part| part.parse().ok()).collect();
                let possible = |orders: &Vec<usize>| orders.iter().all(|order| (1..=MAX_ORDER).contains(order));
                assign(&mut stack.orders, orders.filter(|orders| orders.len() <= MAX_LIST && possible(orders)))
            }
            "sharing" => assign(&mut stack.sharing, sharing_from_key(value)),
            "numbers" => seed(value, |seed| *numbers = Some(seed)),
            "monomial" => assign(monomial, monomial_from_key(value).map(Some)),
            "uses" => clamped(value, 1, 1 << 20, |variable| *uses = Some(variable - 1)),
            "degree" => clamped(value, 0, 255, |number| *degree = Some(number)),
            "of" => assign(&mut trained.network, known_model(value)),
            "class" => clamped(value, 0, CLASSES - 1, |class| trained.class = class),
            "against" => clamped(value, 0, CLASSES - 1, |class| trained.against = Some(class)),
            "cut" => clamped(value, 0, 256, |order| trained.order = Some(order)),
            "x0" => assign(&mut trained.about, value.parse().ok()),
            "basis" => assign(&mut trained.basis, Basis::from_key(value)),
            "pixel" => clamped(value, 0, 783, |pixel| trained.pixel = Some(pixel)),
            _ => return None,
        })
    }

    /// Writes what differs from the defaults.
    pub(super) fn write(&self, put: Put<'_>) {
        let plain = Self::default();
        put(self.view != plain.view, "view", self.view.key().into());
        let StackState { stack, numbers, monomial, uses, degree } = &self.stack;
        let standard = &plain.stack.stack;
        put(stack.cluster != standard.cluster, "cluster", cluster_key(stack.cluster));
        put(stack.orders != standard.orders, "orders", joined(&stack.orders));
        put(stack.sharing != standard.sharing, "sharing", sharing_key(stack.sharing).into());
        put(numbers.is_some(), "numbers", numbers.unwrap_or_default().to_string());
        put(monomial.is_some(), "monomial", monomial.as_deref().map(monomial_key).unwrap_or_default());
        put(uses.is_some(), "uses", (uses.unwrap_or_default() + 1).to_string());
        put(degree.is_some(), "degree", degree.unwrap_or_default().to_string());
        let (trained, standard) = (&self.trained, &plain.trained);
        put(trained.network != standard.network, "of", trained.network.to_string());
        put(trained.class != standard.class, "class", trained.class.to_string());
        put(trained.against.is_some(), "against", trained.against.unwrap_or_default().to_string());
        put(trained.order.is_some(), "cut", trained.order.unwrap_or_default().to_string());
        put(trained.about != standard.about, "x0", trained.about.to_string());
        put(trained.basis != standard.basis, "basis", trained.basis.key().into());
        put(trained.pixel.is_some(), "pixel", trained.pixel.unwrap_or_default().to_string());
    }
}

/// Name of a cluster in the address and in the menu: `2x2`.
pub fn cluster_key([rows, columns]: [usize; 2]) -> String {
    format!("{rows}x{columns}")
}

/// The cluster of that name.
pub fn cluster_from_key(key: &str) -> Option<[usize; 2]> {
    let (rows, columns) = key.split_once('x')?;
    let cluster: [usize; 2] = [rows.parse().ok()?, columns.parse().ok()?];
    let possible = cluster.iter().all(|side| (1..=MAX_SIDE).contains(side)) && cluster != [1, 1];
    possible.then_some(cluster)
}

/// Name of a way of sharing in the address and in the menu.
pub const fn sharing_key(sharing: StackSharing) -> &'static str {
    match sharing {
        StackSharing::Separate => "separate",
        StackSharing::Level => "level",
        StackSharing::All => "all",
    }
}

/// The way of sharing of that name.
pub fn sharing_from_key(key: &str) -> Option<StackSharing> {
    let all = [StackSharing::Separate, StackSharing::Level, StackSharing::All];
    all.into_iter().find(|&sharing| sharing_key(sharing) == key)
}

fn joined(numbers: &[usize]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(".")
}

/// `1-2.3` for `x1^2 x3`; `one` for the constant.
fn monomial_key(monomial: &[(usize, u8)]) -> String {
    if monomial.is_empty() {
        return "one".into();
    }
    let factor = |&(variable, exponent): &(usize, u8)| match exponent {
        1 => (variable + 1).to_string(),
        _ => format!("{}-{exponent}", variable + 1),
    };
    monomial.iter().map(factor).collect::<Vec<_>>().join(".")
}

fn monomial_from_key(key: &str) -> Option<Vec<(usize, u8)>> {
    if key == "one" {
        return Some(Vec::new());
    }
    let factor = |part: &str| {
        let (variable, exponent) = part.split_once('-').unwrap_or((part, "1"));
        let variable = variable.parse::<usize>().ok()?.checked_sub(1)?;
        exponent.parse().ok().filter(|exponent| *exponent > 0).map(|exponent| (variable, exponent))
    };
    let factors: Vec<(usize, u8)> = key.split('.').map(factor).collect::<Option<_>>()?;
    let ascending = factors.windows(2).all(|pair| pair[0].0 < pair[1].0);
    (ascending && factors.len() <= MAX_LIST).then_some(factors)
}
