//! What cannot be read, said in a few words: the rest of what serde would say is code that the page does not need.

use serde::de::Error;
use std::fmt::{self, Display, Formatter};

/// A value that is missing or of another kind than expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable {
    /// Name of the field; empty outside every struct.
    field: &'static str,
}

impl Unreadable {
    /// Outside every struct.
    pub const OTHER_KIND: Self = Self { field: "" };

    /// Of several structs inside each other the innermost one names the field.
    #[must_use]
    pub fn within(self, field: &'static str) -> Self {
        if self.field.is_empty() { Self { field } } else { self }
    }
}

impl Display for Unreadable {
    fn fmt(&self, formatter: &mut Formatter) -> fmt::Result {
        formatter.write_str("missing or of another kind: ")?;
        formatter.write_str(if self.field.is_empty() { "the message" } else { self.field })
    }
}

impl std::error::Error for Unreadable {}

impl Error for Unreadable {
    fn custom<T: Display>(_: T) -> Self {
        Self::OTHER_KIND
    }

    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self::OTHER_KIND
    }

    fn invalid_type(_: serde::de::Unexpected, _: &dyn serde::de::Expected) -> Self {
        Self::OTHER_KIND
    }

    fn invalid_value(_: serde::de::Unexpected, _: &dyn serde::de::Expected) -> Self {
        Self::OTHER_KIND
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::OTHER_KIND
    }
}
