//! The image about which a network is expanded, and the polynomials used along the way from there.

use super::CLASSES;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The image `x0` about which a polynomial is written, in the powers of `delta = x - x0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExpansionPoint {
    /// No ink anywhere: the article's choice (Eq. 2).
    Black,
    /// The mean of all training images, where the orders fall off.
    #[default]
    Mean,
    /// The mean of the training images of a class.
    ClassMean {
        /// The class.
        class: u8,
    },
    /// A distilled reference.
    Reference {
        /// Its level, from 1.
        level: u8,
        /// Its class.
        class: u8,
        /// Its place among those of its class.
        index: u16,
    },
    /// The image in question itself: order 1 is the gradient there, order 2 the Hessian.
    Drawing,
}

impl ExpansionPoint {
    /// What stood in files before there was a choice.
    pub const fn before_there_was_a_choice() -> Self {
        Self::Black
    }
}

/// The name in links, files and on the command line: `black`, `mean`, `mean-7`, `reference-5-7-0`, `drawing`.
impl fmt::Display for ExpansionPoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Black => formatter.write_str("black"),
            Self::Mean => formatter.write_str("mean"),
            Self::ClassMean { class } => write!(formatter, "mean-{class}"),
            Self::Reference { level, class, index } => write!(formatter, "reference-{level}-{class}-{index}"),
            Self::Drawing => formatter.write_str("drawing"),
        }
    }
}

impl FromStr for ExpansionPoint {
    type Err = UnknownPoint;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownPoint { name: name.to_owned() };
        match name {
            "black" => return Ok(Self::Black),
            "mean" => return Ok(Self::Mean),
            "drawing" => return Ok(Self::Drawing),
            _ => {}
        }
        let class_of = |text: &str| text.parse().ok().filter(|class: &u8| usize::from(*class) < CLASSES);
        if let Some(class) = name.strip_prefix("mean-") {
            return class_of(class).map(|class| Self::ClassMean { class }).ok_or_else(unknown);
        }
        let parts: Vec<&str> = name.strip_prefix("reference-").ok_or_else(unknown)?.split('-').collect();
        let &[level, class, index] = parts.as_slice() else { return Err(unknown()) };
        let level = level.parse().ok().filter(|level| *level > 0);
        match (level, class_of(class), index.parse()) {
            (Some(level), Some(class), Ok(index)) => Ok(Self::Reference { level, class, index }),
            _ => Err(unknown()),
        }
    }
}

/// A name that no expansion point has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{name}' is not an expansion point; choose black, mean, mean-CLASS, reference-LEVEL-CLASS-INDEX (such as reference-5-7-0) or drawing"
)]
pub struct UnknownPoint {
    /// What was given.
    pub name: String,
}

/// Polynomials of `s` in which `f(x0 + s (x - x0))`, `s` from 0 to 1, is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The powers of `s`: coefficient `n` is the contribution of Taylor order `n`.
    #[default]
    Powers,
    /// Chebyshev polynomials of the first kind, moved to [0, 1].
    Chebyshev,
    /// Legendre polynomials, moved to [0, 1].
    Legendre,
}

impl Basis {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Powers, Self::Chebyshev, Self::Legendre];

    /// Name in links and files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Powers => "powers",
            Self::Chebyshev => "chebyshev",
            Self::Legendre => "legendre",
        }
    }

    /// The basis of that name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_points_are_read_as_they_are_written() {
        let points = [
            ExpansionPoint::Black,
            ExpansionPoint::Mean,
            ExpansionPoint::ClassMean { class: 9 },
            ExpansionPoint::Reference { level: 4, class: 7, index: 3 },
            ExpansionPoint::Drawing,
        ];
        for point in points {
            assert_eq!(point.to_string().parse(), Ok(point));
            let json = serde_json::to_string(&point).unwrap();
            assert_eq!(serde_json::from_str::<ExpansionPoint>(&json).unwrap(), point);
        }
        for name in ["", "white", "mean-10", "mean--1", "reference-5-7", "reference-0-7-0", "reference-5-7-0-1"] {
            assert!(name.parse::<ExpansionPoint>().is_err(), "{name}");
        }
        assert!(Basis::ALL.into_iter().all(|basis| Basis::from_key(basis.key()) == Some(basis)));
    }
}
