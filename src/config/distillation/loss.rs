//! How an image is compared with groups of images.

use super::{DistillationConfigError, range};
use crate::config::CLASSES;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How an image is compared with the groups of its own and of the other classes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "LossDescription")]
pub enum DistillationLoss {
    /// Squared Euclidean distances of the embeddings, Eq. (5).
    Euclid {
        /// Weight of the own class against the others.
        lambda: f64,
    },
    /// Additive angular margin: cross-entropy of `scale * cos(angle)` to the class means, with `margin` added to the
    /// angle to the own class. (Our reading: the article only names it.)
    ArcFace {
        /// Factor of the cosines.
        scale: f64,
        /// Added to the angle to the own class, in radians.
        margin: f64,
    },
}

/// A loss as it is written down; serde's own reading of such an enum needs much more code in the page.
#[derive(Deserialize)]
struct LossDescription {
    kind: LossKind,
    lambda: Option<f64>,
    scale: Option<f64>,
    margin: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum LossKind {
    Euclid,
    ArcFace,
}

/// An entry that losses of this kind need is missing.
#[derive(Debug, Error)]
#[error("missing field `{0}` in the description of a loss")]
struct MissingField(&'static str);

impl TryFrom<LossDescription> for DistillationLoss {
    type Error = MissingField;

    fn try_from(description: LossDescription) -> Result<Self, MissingField> {
        let LossDescription { kind, lambda, scale, margin } = description;
        Ok(match kind {
            LossKind::Euclid => Self::Euclid { lambda: lambda.ok_or(MissingField("lambda"))? },
            LossKind::ArcFace => Self::ArcFace {
                scale: scale.ok_or(MissingField("scale"))?,
                margin: margin.ok_or(MissingField("margin"))?,
            },
        })
    }
}

impl DistillationLoss {
    /// A weight of the own class next to which those of the others are nothing: the image is drawn to the mean of its
    /// group alone.
    pub const MATCHING: f64 = 1e6;

    /// Checks that the loss has a minimum.
    ///
    /// # Errors
    /// [`DistillationConfigError::NotConvex`] or [`DistillationConfigError::OutOfRange`].
    pub fn validate(&self) -> Result<(), DistillationConfigError> {
        match *self {
            Self::Euclid { lambda } => {
                let bound = CLASSES - 1;
                if lambda.is_nan() || lambda <= bound as f64 {
                    return Err(DistillationConfigError::NotConvex { lambda, bound, classes: CLASSES });
                }
                range("lambda", lambda, bound as f64, 1e6)
            }
            Self::ArcFace { scale, margin } => {
                range("the scale of the cosines", scale, 1e-3, 1e4)?;
                range("the margin", margin, 0.0, 1.5)
            }
        }
    }
}
