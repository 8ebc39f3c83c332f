//! Long lists of numbers as byte buffers: a hundred thousand JavaScript numbers one by one would hold up the page.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A list of `f64` that travels as little-endian bytes where the format knows bytes, and as a list in JSON.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Numbers(pub Vec<f64>);

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() && !cfg!(target_arch = "wasm32") {
            return self.0.serialize(serializer);
        }
        let bytes: Vec<u8> = self.0.iter().flat_map(|value| value.to_le_bytes()).collect();
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Numbers;

            fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
                formatter.write_str("numbers")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Numbers, E> {
                let (values, rest) = bytes.as_chunks::<8>();
                if !rest.is_empty() {
                    return Err(E::invalid_length(bytes.len(), &self));
                }
                Ok(Numbers(values.iter().map(|value| f64::from_le_bytes(*value)).collect()))
            }

            fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Numbers, E> {
                self.visit_bytes(&bytes)
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Numbers, A::Error> {
                let mut values = Vec::with_capacity(list.size_hint().unwrap_or_default().min(1 << 20));
                while let Some(value) = list.next_element()? {
                    values.push(value);
                }
                Ok(Numbers(values))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl std::ops::Deref for Numbers {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.0
    }
}

impl From<Vec<f64>> for Numbers {
    fn from(values: Vec<f64>) -> Self {
        Self(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_json_exactly() {
        let numbers = Numbers(vec![0.1, -3.0, 1e-300, f64::MAX]);
        let text = serde_json::to_string(&numbers).unwrap();
        assert!(text.starts_with("[0.1,-3.0,"), "{text}");
        assert_eq!(serde_json::from_str::<Numbers>(&text).unwrap(), numbers);
    }
}
