//! Checkpoints of runs in the browser's database, so that a run survives a reload, a crash and a full disk.

use super::record::Record;
use crate::app::database::{self, Shelf};
use crate::app::from_js;
use crate::protocol::{Checkpoint, RunId};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

const SHELF: Shelf = Shelf { database: "taylornet-explorer", store: "runs" };

/// What is kept of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// Everything that the worker needs.
    pub checkpoint: Checkpoint,
    /// Everything that the page showed.
    pub record: Record,
    /// The settings, as the query of an address.
    pub query: String,
    /// When, in milliseconds since 1970.
    pub at_ms: f64,
}

/// Keeps a run, replacing what was kept under its number.
///
/// # Errors
/// A sentence for the visitor.
pub async fn keep(saved: Saved) -> Result<(), String> {
    let run = saved.checkpoint.summary.run;
    let value = serde_wasm_bindgen::to_value(&saved).map_err(|error| refused(&error.to_string()))?;
    database::write(SHELF, &key(run), Some(value)).await.map_err(|error| refused(&error.to_string()))
}

/// Forgets a run.
///
/// # Errors
/// A sentence for the visitor.
pub async fn forget(run: RunId) -> Result<(), String> {
    database::write(SHELF, &key(run), None).await.map_err(|error| refused(&error.to_string()))
}

/// All runs that are kept; what cannot be read (another version wrote it) is left out.
///
/// # Errors
/// A sentence for the visitor.
pub async fn kept() -> Result<Vec<Saved>, String> {
    let values = database::read(SHELF).await.map_err(|error| refused(&error.to_string()))?;
    Ok(values.iter().filter_map(|value| from_js::read(value).ok()).collect())
}

fn refused(reason: &str) -> String {
    let full = reason.contains("Quota") || reason.contains("quota");
    let why = if full { "the disk space for this site is used up" } else { reason };
    format!(
        "The run cannot be kept for later: {why}. Training goes on; save the weights as a file before closing the page."
    )
}

fn key(run: RunId) -> JsValue {
    JsValue::from_f64(f64::from(run))
}
