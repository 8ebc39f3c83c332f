//! What is on the page as a file: SVG that looks as it does on screen, and PNG made of it.
//!
//! Everything in a figure is written where the browser has laid it out: drawings with the colours of the style sheet,
//! canvases as images, and bars, frames and words of HTML as rectangles, lines and texts.

use super::picture_parts::{Place, area, children, cuts, edges, hidden, text_lines};
use super::{colour, off_screen, save};
use crate::number;
use js_sys::{Array, Function, Reflect};
use leptos::prelude::*;
use std::fmt::Write as _;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleDeclaration, Element, HtmlCanvasElement};

/// What the style sheet decides about a drawing.
const PROPERTIES: [&str; 13] = [
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
    "image-rendering",
];
/// What is not part of a picture.
const LEFT_OUT: &str =
    "details, select, input, a, button.button, label:has(input, select), .visually-hidden, .tip, .progress";
/// Empty space around it; a little of a drawing may reach into it.
const MARGIN: f64 = 16.0;
/// Pixels of a PNG for each unit of the drawing.
const SCALE: f64 = 3.0;
/// Pixels of a file for each pixel of a digit: programs that smooth images then leave its edges sharp.
const ENLARGED: u32 = 8;
const REFUSED: &str = "The browser could not make a picture of the drawing. Save it as SVG instead.";

/// A figure as an SVG file of its own; nothing where it has no size.
pub fn svg_text(figure: &Element) -> Option<String> {
    let place = area(figure);
    if place.width <= 0.0 || place.height <= 0.0 {
        return None;
    }
    let mut picture = Sheet::default();
    write_element(&mut picture, figure, place)?;
    let Place { x, y, width, height } = picture.filled?;
    let (x, y, width, height) = (x - MARGIN, y - MARGIN, (width + 2.0 * MARGIN).ceil(), (height + 2.0 * MARGIN).ceil());
    let paper = token("--surface").unwrap_or_else(|| colour::PAPER.css());
    let head = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x:.1} {y:.1} {width} {height}" width="{width}" height="{height}">"#
    );
    let ground = format!(r#"<rect x="{x:.1}" y="{y:.1}" width="{width}" height="{height}" fill="{paper}"/>"#);
    Some(format!("{head}{ground}{}</svg>", picture.out))
}

/// Writes an element and all in it; places are those of the window, moved to the origin of the figure.
fn write_element(sheet: &mut Sheet, element: &Element, origin: Place) -> Option<()> {
    let looks = window().get_computed_style(element).ok().flatten()?;
    if hidden(&looks) || element.matches(LEFT_OUT).unwrap_or(false) {
        return Some(());
    }
    let place = area(element).relative_to(origin);
    match element.local_name().as_str() {
        "svg" => {
            write_drawing(&mut sheet.out, element, place)?;
            sheet.fill(place);
        }
        "canvas" => {
            write_canvas(&mut sheet.out, element, &looks, place)?;
            sheet.fill(place);
        }
        _ => {
            if edges(&mut sheet.out, &looks, place) {
                sheet.fill(place);
            }
            // A drawing within a drawing shows only what is inside its frame, like a box that scrolls.
            let is_cut = cuts(&looks);
            if is_cut {
                let Place { x, y, width, height } = place;
                // Writing to a string cannot fail.
                let _ = write!(
                    sheet.out,
                    r#"<svg x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" viewBox="{x:.1} {y:.1} {width:.1} {height:.1}">"#
                );
            }
            let outside = sheet.filled;
            for (place, line) in text_lines(element, &looks, origin) {
                sheet.out.push_str(&line);
                sheet.fill(place);
            }
            for child in children(element) {
                write_element(sheet, &child, origin)?;
            }
            if is_cut {
                sheet.out.push_str("</svg>");
                sheet.filled = outside;
                sheet.fill(place);
            }
        }
    }
    Some(())
}

/// What has been written, and the part of the plane that it fills.
#[derive(Default)]
struct Sheet {
    out: String,
    filled: Option<Place>,
}

impl Sheet {
    fn fill(&mut self, place: Place) {
        self.filled = Some(self.filled.map_or(place, |filled| filled.with(place)));
    }
}

fn write_drawing(out: &mut String, svg: &Element, place: Place) -> Option<()> {
    let copy: Element = svg.clone_node_with_deep(true).ok()?.dyn_into().ok()?;
    for (name, value) in [("x", place.x), ("y", place.y), ("width", place.width), ("height", place.height)] {
        copy.set_attribute(name, &format!("{value:.1}")).ok()?;
    }
    // Otherwise a reader of the file takes it for something other than a drawing.
    copy.set_attribute("xmlns", "http://www.w3.org/2000/svg").ok()?;
    copy.set_attribute("overflow", "visible").ok()?;
    settle(svg, &copy)?;
    out.push_str(&copy.outer_html().replace("&nbsp;", "&#160;"));
    Some(())
}

/// Writes what the style sheet says about an element and all below it into the copy itself.
fn settle(original: &Element, copy: &Element) -> Option<()> {
    let looks = window().get_computed_style(original).ok().flatten()?;
    for property in PROPERTIES {
        if let Some(value) = looks.get_property_value(property).ok().filter(|value| !value.is_empty()) {
            copy.set_attribute(property, &value).ok()?;
        }
    }
    // Where the typeface of the page is missing, another one fills the same width.
    if original.local_name() == "text"
        && let Some(length) = length_of(original)
    {
        copy.set_attribute("textLength", &format!("{length:.1}")).ok()?;
        copy.set_attribute("lengthAdjust", "spacingAndGlyphs").ok()?;
    }
    // Digits are inverted on dark surfaces.
    let filter =
        looks.get_property_value("filter").ok().filter(|filter| filter != "none" && original.local_name() == "image");
    if let Some(filter) = filter {
        copy.set_attribute("style", &format!("filter:{filter}")).ok()?;
    }
    for attribute in ["class", "id", "tabindex", "role", "data-testid", "aria-pressed", "aria-checked", "aria-label"] {
        copy.remove_attribute(attribute).ok()?;
    }
    let mut pair = (original.first_element_child(), copy.first_element_child());
    while let (Some(original), Some(copy)) = pair {
        settle(&original, &copy)?;
        pair = (original.next_element_sibling(), copy.next_element_sibling());
    }
    Some(())
}

/// By name: the bindings of drawings are not among those that the page carries.
fn length_of(text: &Element) -> Option<f64> {
    let measure: Function = Reflect::get(text, &"getComputedTextLength".into()).ok()?.dyn_into().ok()?;
    measure.call0(text).ok()?.as_f64().filter(|length| *length > 0.0)
}

/// A canvas on the ground that it has on screen, every pixel a square.
fn write_canvas(out: &mut String, canvas: &Element, looks: &CssStyleDeclaration, place: Place) -> Option<()> {
    let canvas: &HtmlCanvasElement = canvas.dyn_ref()?;
    if canvas.width() == 0 || place.width <= 0.0 {
        return Some(());
    }
    let enlarged = if canvas.width() < 200 { ENLARGED } else { 1 };
    let (width, height) = (canvas.width() * enlarged, canvas.height() * enlarged);
    let (copy, context) = off_screen::canvas(width, height)?;
    context.set_image_smoothing_enabled(false);
    let ground = looks.get_property_value("background-color").unwrap_or_default();
    context.set_fill_style_str(&ground);
    context.fill_rect(0.0, 0.0, width.into(), height.into());
    context.draw_image_with_html_canvas_element_and_dw_and_dh(canvas, 0.0, 0.0, width.into(), height.into()).ok()?;
    if looks.get_property_value("filter").is_ok_and(|filter| filter.contains("invert")) {
        // The difference from white inverts grey values.
        context.set_global_composite_operation("difference").ok()?;
        context.set_fill_style_str(&colour::PAPER.css());
        context.fill_rect(0.0, 0.0, width.into(), height.into());
    }
    let Place { x, y, width, height } = place;
    let address = copy.to_data_url().ok()?;
    let opacity = looks.get_property_value("opacity").unwrap_or_default();
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        r#"<image x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" opacity="{opacity}" preserveAspectRatio="none" href="{address}"/>"#
    );
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
    let (canvas, context) = off_screen::canvas(number::whole(width), number::whole(height))?;
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
    binary.chars().map(|one| u8::try_from(one).ok()).collect()
}

/// The value of a token of the style sheet, such as `--surface`.
pub fn token(name: &str) -> Option<String> {
    let root = document().document_element()?;
    let looks = window().get_computed_style(&root).ok().flatten()?;
    looks.get_property_value(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}
