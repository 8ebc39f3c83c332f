//! Devices as the visitor sees them.

use serde::{Deserialize, Serialize};

/// Where tensors are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// The CPU, with SIMD where the machine has it.
    Cpu,
    /// The graphics processor, through WebGPU.
    Webgpu,
}

/// What the visitor wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceChoice {
    /// The faster one, by a short measured step.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// WebGPU, even if slower; the CPU where there is none.
    Webgpu,
}

/// What is known of one device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceStatus {
    /// Which.
    pub kind: DeviceKind,
    /// Name for people: "WebGPU — Apple M2", "CPU (SIMD)", "CPU (relaxed SIMD)".
    pub name: String,
    /// Whether it can be used.
    pub usable: bool,
    /// Why not, or what the measurement said.
    pub note: String,
    /// Duration of one training step of the small test network in milliseconds, where measured.
    pub step_ms: Option<f64>,
    /// Largest relative difference from the CPU on the self-test (forward and backward), where measured.
    pub difference: Option<f64>,
}

/// What was found at start-up and what is used now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceReport {
    /// The device in use.
    pub active: DeviceKind,
    /// Why this one, in a sentence.
    pub reason: String,
    /// All devices that were looked at.
    pub devices: Vec<DeviceStatus>,
}
