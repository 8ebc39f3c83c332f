//! Reads JavaScript values as our types: messages of the worker, the manifest, kept runs.
//!
//! The general reader, `serde-wasm-bindgen`, hands a struct over as a map from names to values, for which serde compiles
//! a search for every name and a place for every value that may not have come yet. Here the fields are asked for in
//! their own order, so that a struct is read like a list: a fraction of the code.

mod unreadable;

use crate::number;
pub use unreadable::Unreadable;

use js_sys::{Array, Number, Object, Reflect, Uint8Array};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, SeqAccess, VariantAccess, Visitor};
use serde::forward_to_deserialize_any;
use wasm_bindgen::{JsCast, JsValue};

/// A JavaScript value as a value of ours: plain objects as structs, strings or objects of one entry as enums, lists,
/// numbers, strings, byte buffers.
///
/// # Errors
/// [`Unreadable`] where something is missing or of another kind.
pub fn read<T: DeserializeOwned>(value: &JsValue) -> Result<T, Unreadable> {
    T::deserialize(Value(value))
}

/// A value that is to be read.
#[derive(Clone, Copy)]
struct Value<'a>(&'a JsValue);

const OTHER_KIND: Unreadable = Unreadable::OTHER_KIND;

impl Value<'_> {
    /// Whole numbers that JavaScript holds exactly.
    fn whole(self) -> Result<i64, Unreadable> {
        if !Number::is_safe_integer(self.0) {
            return Err(OTHER_KIND);
        }
        self.0.as_f64().map(number::whole).ok_or(OTHER_KIND)
    }

    fn list(self) -> Result<Elements, Unreadable> {
        let list = self.0.dyn_ref::<Array>().ok_or(OTHER_KIND)?;
        Ok(Elements { list: list.clone(), next: 0 })
    }

    /// Name and content of a variant.
    fn variant(self) -> Result<Variant, Unreadable> {
        if let Some(name) = self.0.as_string() {
            return Ok(Variant { name, content: JsValue::UNDEFINED });
        }
        let object = self.0.dyn_ref::<Object>().ok_or(OTHER_KIND)?;
        let entry = Object::entries(object).get(0);
        let [name, content] = [0, 1].map(|index| Reflect::get_u32(&entry, index).unwrap_or_default());
        Ok(Variant { name: name.as_string().ok_or(OTHER_KIND)?, content })
    }
}

/// The elements of a list, one after the other.
struct Elements {
    list: Array,
    next: u32,
}

impl<'de> SeqAccess<'de> for Elements {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unreadable> {
        if self.next == self.list.length() {
            return Ok(None);
        }
        self.next += 1;
        seed.deserialize(Value(&self.list.get(self.next - 1))).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some((self.list.length() - self.next) as usize)
    }
}

/// The fields of a struct in the order in which it declares them.
struct Fields<'a> {
    object: &'a JsValue,
    names: std::slice::Iter<'static, &'static str>,
    /// The field asked for last.
    name: &'static str,
}

impl Fields<'_> {
    fn next(&mut self) -> JsValue {
        self.name = self.names.next().copied().unwrap_or_default();
        Reflect::get(self.object, &JsValue::from_str(self.name)).unwrap_or_default()
    }
}

impl<'de> SeqAccess<'de> for &mut Fields<'_> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unreadable> {
        let value = self.next();
        match seed.deserialize(Value(&value)) {
            Ok(value) => Ok(Some(value)),
            // An optional field has been read as `None` above; any other may have a default.
            Err(_) if value.is_undefined() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A variant of an enum.
struct Variant {
    name: String,
    content: JsValue,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Unreadable;
    type Variant = JsContent;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, JsContent), Unreadable> {
        Ok((seed.deserialize(Name(&self.name))?, JsContent(self.content)))
    }
}

/// The name of a variant.
struct Name<'a>(&'a str);

impl<'de> Deserializer<'de> for Name<'_> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_str(self.0)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// What stands in a variant.
struct JsContent(JsValue);

impl<'de> VariantAccess<'de> for JsContent {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Unreadable> {
        seed.deserialize(Value(&self.0))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(Value(&self.0).list()?)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        Value(&self.0).deserialize_struct("", fields, visitor)
    }
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Unreadable;

    /// For the types that look at what they are given: [`crate::protocol::Numbers`].
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_instance_of::<Uint8Array>() {
            self.deserialize_byte_buf(visitor)
        } else {
            self.deserialize_seq(visitor)
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.0.as_bool().ok_or(OTHER_KIND)?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_i64(self.whole()?)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_f64(self.0.as_f64().ok_or(OTHER_KIND)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.0.as_string().ok_or(OTHER_KIND)?)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_byte_buf(self.0.dyn_ref::<Uint8Array>().ok_or(OTHER_KIND)?.to_vec())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.0.is_undefined() || self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        if !self.0.is_object() {
            return Err(OTHER_KIND);
        }
        let mut fields = Fields { object: self.0, names: names.iter(), name: "" };
        visitor.visit_seq(&mut fields).map_err(|error| error.within(fields.name))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(self.variant()?)
    }

    // Nothing that the page reads has these.
    forward_to_deserialize_any! { i8 i16 i128 u128 char bytes unit unit_struct tuple_struct map identifier ignored_any }
}
