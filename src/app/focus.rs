//! Moving the focus to parts of the page that arrow keys lead to.

use js_sys::{Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Moves the focus to the element with this id, if there is one.
pub fn focus(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    // By name: elements of HTML and of drawings have it from different interfaces.
    let method = Reflect::get(&element, &"focus".into()).ok().and_then(|method| method.dyn_into::<Function>().ok());
    if let Some(method) = method {
        // An element that cannot take the focus leaves it where it is.
        let _ = method.call0(&element);
    }
}
