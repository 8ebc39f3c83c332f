//! Where an entry of the manifest comes from.

use super::Context;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// The command that makes an entry again, and when, where and how fast it was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Provenance {
    /// The command.
    pub command: String,
    /// Day on which it ended.
    pub date: String,
    /// Where it was computed.
    pub device: String,
    /// Time that it took, in seconds.
    pub duration_secs: f64,
}

impl Provenance {
    /// Of a command that ends now.
    pub(super) fn new(command: String, started: Instant, context: &Context) -> Self {
        Self {
            command,
            date: jiff::Zoned::now().strftime("%Y-%m-%d").to_string(),
            device: context.device_name.clone(),
            duration_secs: started.elapsed().as_secs_f64(),
        }
    }
}
