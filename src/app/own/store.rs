//! Images of one's own in the browser's database, with the network that learnt them.

use super::collection::Collection;
use crate::app::database::{self, Shelf};
use crate::app::from_js;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

const SHELF: Shelf = Shelf { database: "taylornet-explorer-own", store: "collections" };
/// There is one collection.
const KEY: f64 = 0.0;

/// What is kept.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Kept {
    /// The images.
    pub collection: Collection,
    /// The network as a file with weights; empty while there is none.
    #[serde(with = "serde_bytes")]
    pub network: Vec<u8>,
}

/// Keeps everything in place of what was kept.
///
/// # Errors
/// A sentence for the visitor.
pub async fn keep(kept: Kept) -> Result<(), String> {
    let value = serde_wasm_bindgen::to_value(&kept).map_err(|error| refused(&error.to_string()))?;
    let key = JsValue::from_f64(KEY);
    database::write(SHELF, &key, Some(value)).await.map_err(|error| refused(&error.to_string()))
}

/// What was kept; nothing where there is none or it cannot be used.
///
/// # Errors
/// A sentence for the visitor.
pub async fn kept() -> Result<Kept, String> {
    let values = database::read(SHELF).await.map_err(|error| {
        format!("What was collected before cannot be read ({error}). What is drawn now lasts until the page is closed.")
    })?;
    let kept = values.first().and_then(|value| from_js::read::<Kept>(value).ok());
    Ok(kept.filter(|kept| kept.collection.is_sound()).unwrap_or_default())
}

fn refused(reason: &str) -> String {
    let full = reason.contains("Quota") || reason.contains("quota");
    let why = if full { "the disk space for this site is used up" } else { reason };
    format!("The images cannot be kept for later: {why}. They are here until the page is closed.")
}
