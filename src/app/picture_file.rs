//! Drawings of the page as files: SVG with the colours that it has on screen, and PNG made of it.

use super::{off_screen, save};
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

/// What the style sheet decides about a drawing.
const PROPERTIES: [&str; 12] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
    "opacity",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "text-anchor",
];
/// Pixels of a PNG for each unit of the drawing.
const SCALE: f64 = 3.0;
const REFUSED: &str = "The browser could not make a picture of the drawing. Save it as SVG instead.";

/// An `svg` element as a file of its own. Its size is that of its `viewBox`.
///
/// # Errors
/// A sentence for the visitor.
pub fn svg_text(svg: &Element) -> Result<String, String> {
    standalone(svg).ok_or_else(|| "The drawing could not be written. Reload the page and try again.".into())
}

fn standalone(svg: &Element) -> Option<String> {
    let copy: Element = svg.clone_node_with_deep(true).ok()?.dyn_into().ok()?;
    let size = svg.get_attribute("viewBox")?;
    let size: Vec<&str> = size.split_whitespace().collect();
    copy.set_attribute("xmlns", "http://www.w3.org/2000/svg").ok()?;
    copy.set_attribute("width", size.get(2)?).ok()?;
    copy.set_attribute("height", size.get(3)?).ok()?;
    settle(svg, &copy)?;
    Some(copy.outer_html().replace("&nbsp;", "&#160;"))
}

/// Writes what the style sheet says about an element and all below it into the copy itself.
fn settle(original: &Element, copy: &Element) -> Option<()> {
    let looks = window().get_computed_style(original).ok().flatten()?;
    for property in PROPERTIES {
        if let Some(value) = looks.get_property_value(property).ok().filter(|value| !value.is_empty()) {
            copy.set_attribute(property, &value).ok()?;
        }
    }
    for attribute in ["class", "id", "tabindex", "role", "data-testid", "aria-pressed", "aria-label"] {
        copy.remove_attribute(attribute).ok()?;
    }
    let mut pair = (original.first_element_child(), copy.first_element_child());
    while let (Some(original), Some(copy)) = pair {
        settle(&original, &copy)?;
        pair = (original.next_element_sibling(), copy.next_element_sibling());
    }
    Some(())
}

/// Draws an SVG text and hands it over as a PNG file; `failed` hears a sentence where that does not work.
pub fn offer_png(svg: &str, name: String, failed: impl Fn(String) + Clone + 'static) {
    if draw(svg, name, failed.clone()).is_none() {
        failed(REFUSED.into());
    }
}

fn draw(svg: &str, name: String, failed: impl Fn(String) + Clone + 'static) -> Option<()> {
    let address = format!("data:image/svg+xml;charset=utf-8,{}", String::from(js_sys::encode_uri_component(svg)));
    let image = document().create_element("img").ok()?;
    let drawn = image.clone();
    let on_load = {
        let failed = failed.clone();
        Closure::once_into_js(move || {
            if rasterise(&drawn, &name).is_none() {
                failed(REFUSED.into());
            }
        })
    };
    let on_error = Closure::once_into_js(move || failed(REFUSED.into()));
    image.add_event_listener_with_callback("load", on_load.unchecked_ref()).ok()?;
    image.add_event_listener_with_callback("error", on_error.unchecked_ref()).ok()?;
    image.set_attribute("src", &address).ok()
}

fn rasterise(image: &Element, name: &str) -> Option<()> {
    let side = |key: &str| Reflect::get(image, &key.into()).ok().and_then(|value| value.as_f64());
    let (width, height) = (side("naturalWidth")? * SCALE, side("naturalHeight")? * SCALE);
    let (canvas, context) = off_screen::canvas(width as u32, height as u32)?;
    let paint: Function = Reflect::get(&context, &"drawImage".into()).ok()?.dyn_into().ok()?;
    let arguments = Array::of1(image);
    for number in [0.0, 0.0, width, height] {
        arguments.push(&JsValue::from_f64(number));
    }
    paint.apply(&context, &arguments).ok()?;
    let data = canvas.to_data_url().ok()?;
    let bytes = base64(data.split_once(',')?.1)?;
    save::download(name, "image/png", &bytes).then_some(())
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let binary = window().atob(text).ok()?;
    Some(binary.chars().map(|one| one as u32 as u8).collect())
}

/// The value of a token of the style sheet, such as `--surface`.
pub fn token(name: &str) -> Option<String> {
    let root = document().document_element()?;
    let looks = window().get_computed_style(&root).ok().flatten()?;
    looks.get_property_value(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}
