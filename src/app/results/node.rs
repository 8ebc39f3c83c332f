//! A place in the manifest: what stands there, and the way to it, so that every number can say where it was read.

use super::measured::Source;
use crate::app::json::Json;

/// Parsed JSON with its path, such as `.models[0].test_accuracy`.
pub struct Node<J> {
    json: J,
    /// The way from the root.
    pub path: String,
}

impl<J: Json> Node<J> {
    /// Something with a path of its own.
    pub const fn new(json: J, path: String) -> Self {
        Self { json, path }
    }

    /// The entry of that name.
    pub fn get(&self, key: &str) -> Option<Self> {
        self.json.entry(key).map(|json| Self::new(json, child(&self.path, key)))
    }

    /// The elements of the list of that name.
    pub fn items(&self, key: &str) -> Vec<Self> {
        self.get(key).map(|list| list.elements()).unwrap_or_default()
    }

    /// All entries with their names.
    pub fn entries(&self) -> Vec<(String, Self)> {
        self.json.keys().into_iter().filter_map(|key| self.get(&key).map(|node| (key, node))).collect()
    }

    /// A text.
    pub fn text(&self, key: &str) -> Option<String> {
        self.json.entry(key)?.read()
    }

    /// A number.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.json.entry(key)?.read()
    }

    /// A number as the source of a result.
    pub fn source(&self, key: &str) -> Option<Source> {
        let value = self.number(key)?;
        Some(Source { path: child(&self.path, key), value, label: String::new() })
    }

    /// The numbers of a list, one after the other, with labels made from their positions.
    pub fn series(&self, key: &str, label: impl Fn(usize) -> String) -> Vec<Source> {
        let numbers: Vec<Option<f64>> = self.json.list(key);
        let path = child(&self.path, key);
        let source = |(index, value): (usize, Option<f64>)| {
            Some(Source { path: format!("{path}[{index}]"), value: value?, label: label(index) })
        };
        numbers.into_iter().enumerate().filter_map(source).collect()
    }

    /// A list of texts.
    pub fn series_of_texts(&self, key: &str) -> Vec<String> {
        self.json.list(key)
    }

    /// The elements, where this is a list.
    pub fn elements(&self) -> Vec<Self> {
        let item = |(index, json)| Self::new(json, format!("{}[{index}]", self.path));
        self.json.elements().into_iter().enumerate().map(item).collect()
    }

    /// A list of numbers.
    pub fn numbers(&self, key: &str) -> Vec<f64> {
        self.json.list(key)
    }
}

/// As `jq` writes it.
fn child(path: &str, key: &str) -> String {
    let is_plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_plain { format!("{path}.{key}") } else { format!("{path}[\"{key}\"]") }
}
