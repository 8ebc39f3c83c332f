//! The program beside the worker that makes matrix products, where the browser could load it (`web/worker.js`).

use crate::engine::cluster::{ProductTask, use_products};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `task` is an address in the memory that both share.
    #[wasm_bindgen(js_namespace = taylornet, js_name = product)]
    fn product(task: usize);
}

/// Called once `taylornet.product` is there.
#[wasm_bindgen]
pub fn use_fused_products() {
    use_products(|task| product(std::ptr::from_ref::<ProductTask>(task) as usize));
}
