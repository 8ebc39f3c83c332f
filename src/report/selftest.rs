//! Numbers that are compared between devices and builds.

use serde::{Deserialize, Serialize};

/// Numbers of a forward and backward pass of a small fixed network, to be compared between devices and builds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SelfTestReport {
    /// Device that computed it.
    pub device: String,
    /// Logits of the batch.
    pub logits: Vec<f32>,
    /// Norm of the gradient of every parameter tensor, in the order of their names.
    pub gradient_norms: Vec<f32>,
    /// Loss after each of a few training steps.
    pub losses: Vec<f32>,
    /// Where it was asked for: the fused operation on this device against the plain one on the CPU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<ClusterAgreement>,
}

/// Largest differences between the fused and the plain cluster operation, each relative to the largest value of its
/// tensor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ClusterAgreement {
    /// Random clusters that were compared.
    pub clusters: u32,
    /// Numbers that were compared in all.
    pub numbers: u32,
    /// Of the values.
    pub output: f64,
    /// Of the gradient of the input.
    pub input_gradient: f64,
    /// Of the gradient of the weight.
    pub weight_gradient: f64,
}
