//! The loss of a subset, from the class means of the embeddings only.
//!
//! With `m_b` images in class `b`, `d_ab = m_b |f(Y_a) - mu_b|^2 + const`, so Eq. (5) is, for each image,
//!
//! ```text
//! lambda d_aa - sum_{b != a} d_ab = C_a |f(Y_a) - t_a|^2 + const,    C_a = lambda m_a - sum_{b != a} m_b,
//! t_a = (lambda m_a mu_a - sum_{b != a} m_b mu_b) / C_a
//! ```
//!
//! For equal `m` the target is `((lambda + 1) mu_a - n mean(mu)) / (lambda - n + 1)`; with 10 classes and `lambda = 19`
//! it is `2 mu_a - mean(mu)`. What is minimised is the sum of `|f(Y_a) - t_a|^2 / values`: each image has its own
//! minimum, and so the factors `C_a` only scale the steps.

use super::DistillationError;
use crate::config::{CLASSES, DistillationLoss};
use crate::engine::parameters::vector;
use burn::tensor::activation::log_softmax;
use burn::tensor::{Device, Tensor};

/// Added to squared lengths before the root.
const EPSILON: f64 = 1e-12;
/// Cosines are kept this far from 1, where the angle has no derivative.
const COSINE_MARGIN: f64 = 1e-5;

/// What the images of a batch of subsets are drawn towards.
#[derive(Debug, Clone)]
pub struct Objective {
    loss: DistillationLoss,
    /// `[subsets, classes, classes]`: targets from class means.
    mixing: Tensor<3>,
    /// `[subsets, classes, values]`: targets (Euclid) or class means of length 1 (`ArcFace`).
    anchors: Option<Tensor<3>>,
}

impl Objective {
    /// For subsets with these numbers of images, `[subset][class]`.
    ///
    /// # Errors
    /// [`DistillationError::NotConvex`] where groups of different sizes leave an image without a minimum.
    pub fn new(
        loss: DistillationLoss,
        counts: &[[usize; CLASSES]],
        device: &Device,
    ) -> Result<Self, DistillationError> {
        let mut mixing = Vec::with_capacity(counts.len() * CLASSES * CLASSES);
        for (subset, counts) in counts.iter().enumerate() {
            mixing.extend(mixing_matrix(loss, counts, subset)?.into_iter().flatten());
        }
        let mixing = vector(&mixing, device).reshape([counts.len(), CLASSES, CLASSES]);
        Ok(Self { loss, mixing, anchors: None })
    }

    /// Takes new class means, `[subsets, classes, values]`, of a newly drawn embedder.
    pub fn set_means(&mut self, means: Tensor<3>) {
        let anchors = self.mixing.clone().matmul(means);
        self.anchors = Some(match self.loss {
            DistillationLoss::Euclid { .. } => anchors,
            DistillationLoss::ArcFace { .. } => unit(anchors),
        });
    }

    /// Targets of the images, or class means of length 1: `[subsets, classes, values]`.
    pub fn anchors(&self) -> Option<&Tensor<3>> {
        self.anchors.as_ref()
    }

    /// Loss of every image, `[subsets, classes]`.
    ///
    /// `embeddings` are `[subsets, classes, values]`. Zero before the first [`Self::set_means`].
    pub fn losses(&self, embeddings: Tensor<3>) -> Tensor<2> {
        let [subsets, classes, values] = embeddings.dims();
        let Some(anchors) = &self.anchors else { return Tensor::zeros([subsets, classes], &embeddings.device()) };
        let anchors =
            if embeddings.device().is_autodiff() { Tensor::from_inner(anchors.clone()) } else { anchors.clone() };
        match self.loss {
            DistillationLoss::Euclid { .. } => {
                let squares = (embeddings - anchors).square().sum_dim(2);
                squares.reshape([subsets, classes]).div_scalar(values as f64)
            }
            DistillationLoss::ArcFace { scale, margin } => arc_face(unit(embeddings), anchors, scale, margin),
        }
    }
}

/// `-log softmax_a` of `scale cos(angle + margin)` to its own class mean, `scale cos(angle)` to the others.
fn arc_face(embeddings: Tensor<3>, means: Tensor<3>, scale: f64, margin: f64) -> Tensor<2> {
    let [subsets, classes, _] = embeddings.dims();
    let bound = 1.0 - COSINE_MARGIN;
    let cosines = embeddings.matmul(means.swap_dims(1, 2)).clamp(-bound, bound); // [subsets, image, class]
    let sines = (cosines.clone().square().neg() + 1.0).sqrt();
    let own = Tensor::<2>::eye(classes, &cosines.device()).unsqueeze::<3>();
    let shifted = cosines.clone() * margin.cos() - sines * margin.sin();
    let logits = cosines.clone() + (shifted - cosines) * own.clone();
    (log_softmax(logits * scale, 2) * own).sum_dim(2).neg().reshape([subsets, classes])
}

/// Vectors of length 1 in the same direction.
fn unit(vectors: Tensor<3>) -> Tensor<3> {
    let lengths = (vectors.clone().square().sum_dim(2) + EPSILON).sqrt();
    vectors / lengths
}

/// Weights of the class means in the targets, `[image][class]`.
fn mixing_matrix(
    loss: DistillationLoss,
    counts: &[usize; CLASSES],
    subset: usize,
) -> Result<[[f32; CLASSES]; CLASSES], DistillationError> {
    let mut matrix = [[0.0; CLASSES]; CLASSES];
    for (class, row) in matrix.iter_mut().enumerate() {
        match loss {
            DistillationLoss::Euclid { lambda } => {
                let own = lambda * counts[class] as f64;
                let others: usize = (0..CLASSES).filter(|&other| other != class).map(|other| counts[other]).sum();
                let curvature = own - others as f64;
                if curvature <= 0.0 {
                    return Err(DistillationError::NotConvex { subset, class, lambda });
                }
                for (other, weight) in row.iter_mut().enumerate() {
                    let share = if other == class { own } else { -(counts[other] as f64) };
                    *weight = (share / curvature) as f32;
                }
            }
            DistillationLoss::ArcFace { .. } => row[class] = 1.0,
        }
    }
    Ok(matrix)
}
