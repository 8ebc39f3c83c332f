//! Reads the values that other programs computed (`tests/fixtures`).

use serde::de::DeserializeOwned;

/// The cases of a fixture file.
pub(crate) fn cases<Case: DeserializeOwned>(json: &str) -> Vec<Case> {
    serde_json::from_str(json).unwrap()
}

/// Bytes of a hexadecimal string.
pub(crate) fn bytes_of_hex(hex: &str) -> Vec<u8> {
    hex.as_bytes().chunks(2).map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap()).collect()
}
