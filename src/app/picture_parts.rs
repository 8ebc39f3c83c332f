//! Pieces of the page as SVG: where they are, their ground and edges, and their words line by line.

use super::off_screen;
use js_sys::{Function, Reflect};
use leptos::prelude::*;
use std::fmt::Write as _;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CssStyleDeclaration, Element, Node};

/// A rectangle in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Place {
    /// Counted from the corner of another one.
    pub fn relative_to(self, origin: Self) -> Self {
        Self { x: self.x - origin.x, y: self.y - origin.y, ..self }
    }
}

impl Place {
    /// The smallest rectangle that holds both.
    pub fn with(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let right = (self.x + self.width).max(other.x + other.width);
        let bottom = (self.y + self.height).max(other.y + other.height);
        Self { x, y, width: right - x, height: bottom - y }
    }
}

/// Where an element is in the window.
pub fn area(element: &Element) -> Place {
    let rect = element.get_bounding_client_rect();
    Place { x: rect.x(), y: rect.y(), width: rect.width(), height: rect.height() }
}

/// The elements directly inside.
pub fn children(element: &Element) -> Vec<Element> {
    std::iter::successors(element.first_element_child(), Element::next_element_sibling).collect()
}

fn value(looks: &CssStyleDeclaration, property: &str) -> String {
    looks.get_property_value(property).unwrap_or_default()
}

/// Whether nothing of an element is seen.
pub fn hidden(looks: &CssStyleDeclaration) -> bool {
    value(looks, "display") == "none" || value(looks, "visibility") == "hidden" || value(looks, "opacity") == "0"
}

/// Whether what reaches beyond an element is not seen.
pub fn cuts(looks: &CssStyleDeclaration) -> bool {
    value(looks, "overflow-x") != "visible"
}

fn is_clear(colour: &str) -> bool {
    colour.is_empty() || colour == "transparent" || colour.ends_with(", 0)") || colour.ends_with("/ 0)")
}

fn pixels(text: &str) -> f64 {
    text.trim_end_matches("px").parse().unwrap_or(0.0)
}

/// Ground, edges and frame of an element; false where it has none.
pub fn edges(out: &mut String, looks: &CssStyleDeclaration, place: Place) -> bool {
    let before = out.len();
    let Place { x, y, width, height } = place;
    let ground = value(looks, "background-color");
    let radius = pixels(value(looks, "border-top-left-radius").split(' ').next().unwrap_or_default());
    // Writing to a string cannot fail.
    if !is_clear(&ground) {
        let _ = write!(
            out,
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="{radius:.1}" fill="{ground}"/>"#
        );
    }
    gradient(out, &value(looks, "background-image"), place);
    let sides = [
        ("top", [x, y, x + width, y]),
        ("right", [x + width, y, x + width, y + height]),
        ("bottom", [x, y + height, x + width, y + height]),
        ("left", [x, y, x, y + height]),
    ];
    for (side, [x1, y1, x2, y2]) in sides {
        let of = |what: &str| value(looks, &format!("border-{side}-{what}"));
        let (thick, colour, style) = (pixels(&of("width")), of("color"), of("style"));
        if thick > 0.0 && style != "none" && !is_clear(&colour) {
            let dashes = match style.as_str() {
                "dashed" => r#" stroke-dasharray="6 3""#,
                "dotted" => r#" stroke-dasharray="2 3""#,
                _ => "",
            };
            let _ = write!(
                out,
                r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" stroke="{colour}" stroke-width="{thick}"{dashes}/>"#
            );
        }
    }
    let (thick, style) = (pixels(&value(looks, "outline-width")), value(looks, "outline-style"));
    if thick > 0.0 && style == "solid" {
        let colour = value(looks, "outline-color");
        let _ = write!(
            out,
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="none" stroke="{colour}" stroke-width="{thick}"/>"#
        );
    }
    out.len() > before
}

/// The colours of a gradient from left to right as narrow rectangles: programs differ in how they name gradients.
fn gradient(out: &mut String, image: &str, place: Place) {
    let Some(stops) = image.strip_prefix("linear-gradient(to right, ") else { return };
    let stops: Vec<&str> =
        stops.split("rgb").skip(1).filter_map(|stop| stop.split_once(')').map(|(colour, _)| colour)).collect();
    let wide = place.width / stops.len().max(1) as f64;
    for (index, stop) in stops.iter().enumerate() {
        let x = place.x + wide * index as f64;
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            r#"<rect x="{x:.1}" y="{:.1}" width="{wide:.1}" height="{:.1}" fill="rgb{stop})"/>"#,
            place.y, place.height
        );
    }
}

/// The words directly inside an element with their place, one text for each line in which the browser has set them.
pub fn text_lines(element: &Element, looks: &CssStyleDeclaration, origin: Place) -> Vec<(Place, String)> {
    let mut lines: Vec<(Place, String)> = Vec::new();
    let nodes = std::iter::successors(element.first_child(), Node::next_sibling);
    for node in nodes.filter(|node| node.node_type() == Node::TEXT_NODE) {
        let first = lines.len();
        for (place, word) in words(&node).unwrap_or_default() {
            match lines[first..].last_mut().filter(|(line, _)| (line.y - place.y).abs() < 2.0) {
                Some((line, text)) => {
                    line.width = place.x + place.width - line.x;
                    text.push(' ');
                    text.push_str(&word);
                }
                None => lines.push((place, word)),
            }
        }
    }
    let size = pixels(&value(looks, "font-size"));
    let family = value(looks, "font-family").replace('"', "'");
    // A single letter of a formula is set in italics.
    let is_variable =
        element.local_name() == "mi" && element.text_content().is_some_and(|text| text.chars().count() == 1);
    let style = if is_variable { "italic".to_owned() } else { value(looks, "font-style") };
    let above = if lines.is_empty() { 0.0 } else { share_above_base(&family, size) };
    let write_line = |(place, text): (Place, String)| {
        let place = place.relative_to(origin);
        let Place { x, y, width, height } = place;
        let base = y + height * above;
        let quoted = text.replace('&', "&amp;").replace('<', "&lt;");
        let line = format!(
            r#"<text x="{x:.1}" y="{base:.1}" textLength="{width:.1}" lengthAdjust="spacingAndGlyphs" font-family="{}" font-size="{size}" font-weight="{}" font-style="{}" fill="{}">{quoted}</text>"#,
            family,
            value(looks, "font-weight"),
            style,
            value(looks, "color"),
        );
        (place, line)
    };
    lines.into_iter().filter(|(place, _)| place.width > 0.0).map(write_line).collect()
}

/// What share of the height of a line is above its base: in typefaces for formulas it is far from a half.
fn share_above_base(family: &str, size: f64) -> f64 {
    let measured = || {
        let (_, context) = off_screen::canvas(1, 1)?;
        context.set_font(&format!("{size}px {family}"));
        // By name: the bindings of measures are not among those that the page carries.
        let measure: Function = Reflect::get(&context, &"measureText".into()).ok()?.dyn_into().ok()?;
        let measures = measure.call1(&context, &"x".into()).ok()?;
        let side = |name: &str| Reflect::get(&measures, &name.into()).ok()?.as_f64();
        let (above, below) = (side("fontBoundingBoxAscent")?, side("fontBoundingBoxDescent")?);
        Some(above / (above + below)).filter(|share| share.is_finite())
    };
    measured().unwrap_or(0.78)
}

/// The words of a text with the place of each.
fn words(node: &Node) -> Option<Vec<(Place, String)>> {
    let text = node.node_value()?;
    let units: Vec<u16> = text.encode_utf16().collect();
    let is_space = |unit: &u16| matches!(*unit, 9 | 10 | 13 | 32);
    let mut found = Vec::new();
    let mut start = 0;
    for word in units.split(is_space) {
        let end = start + word.len();
        if !word.is_empty() {
            found.push((place_of(node, start, end)?, String::from_utf16_lossy(word)));
        }
        start = end + 1;
    }
    Some(found)
}

/// By name: the bindings of ranges are not among those that the page carries.
fn place_of(node: &Node, start: usize, end: usize) -> Option<Place> {
    let method = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok()?.dyn_into::<Function>().ok();
    let document = document();
    let range = method(&document, "createRange")?.call0(&document).ok()?;
    method(&range, "setStart")?.call2(&range, node, &JsValue::from_f64(start as f64)).ok()?;
    method(&range, "setEnd")?.call2(&range, node, &JsValue::from_f64(end as f64)).ok()?;
    let rect = method(&range, "getBoundingClientRect")?.call0(&range).ok()?;
    let side = |name: &str| Reflect::get(&rect, &name.into()).ok()?.as_f64();
    Some(Place { x: side("x")?, y: side("y")?, width: side("width")?, height: side("height")? })
}
