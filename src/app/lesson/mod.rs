//! Links for lessons: copying the address with a word on what it holds, hiding groups of controls, and standing inside
//! another page.

mod words;

#[cfg(feature = "app")]
mod share;

#[cfg(feature = "app")]
pub use share::{ShareLine, follow};

pub use words::{address, contents, embedding};
