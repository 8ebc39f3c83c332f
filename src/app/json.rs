//! Parsed JSON, read piece by piece.

use serde::de::DeserializeOwned;

/// Parsed JSON in the form its parser gives it: the browser parses for the page, which needs no reader of its own.
pub trait Json: Sized {
    /// The entry of that name.
    fn entry(&self, key: &str) -> Option<Self>;
    /// The elements of a list; none where this is no list.
    fn elements(&self) -> Vec<Self>;
    /// The names of all entries; none where this has no names.
    fn keys(&self) -> Vec<String>;
    /// As a value of a type.
    fn read<T: DeserializeOwned>(self) -> Option<T>;

    /// What can be read of the list of that name; an element of another version is left out.
    fn list<T: DeserializeOwned>(&self, key: &str) -> Vec<T> {
        let list = self.entry(key).map(|list| list.elements()).unwrap_or_default();
        list.into_iter().filter_map(Self::read).collect()
    }
}

#[cfg(feature = "app")]
impl Json for wasm_bindgen::JsValue {
    fn entry(&self, key: &str) -> Option<Self> {
        js_sys::Reflect::get(self, &key.into()).ok().filter(|entry| !entry.is_undefined())
    }

    fn elements(&self) -> Vec<Self> {
        if js_sys::Array::is_array(self) { js_sys::Array::from(self).iter().collect() } else { Vec::new() }
    }

    fn keys(&self) -> Vec<String> {
        if !self.is_object() || js_sys::Array::is_array(self) {
            return Vec::new();
        }
        let keys = js_sys::Reflect::own_keys(self).unwrap_or_default();
        keys.iter().filter_map(|key| key.as_string()).collect()
    }

    fn read<T: DeserializeOwned>(self) -> Option<T> {
        super::from_js::read(&self).ok()
    }
}

#[cfg(test)]
impl Json for serde_json::Value {
    fn entry(&self, key: &str) -> Option<Self> {
        self.get(key).cloned()
    }

    fn elements(&self) -> Vec<Self> {
        self.as_array().cloned().unwrap_or_default()
    }

    fn keys(&self) -> Vec<String> {
        self.as_object().map(|entries| entries.keys().cloned().collect()).unwrap_or_default()
    }

    fn read<T: DeserializeOwned>(self) -> Option<T> {
        serde_json::from_value(self).ok()
    }
}
