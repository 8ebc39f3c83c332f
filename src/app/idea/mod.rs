//! The Idea room: coarse-graining as in Fig. 1 of the article, and the same gesture on a stack of CG operations and on the
//! tree of distilled images.

mod formula;
mod tree;

#[cfg(feature = "app")]
mod images;
#[cfg(feature = "app")]
mod operator;
#[cfg(feature = "app")]
mod panel;
#[cfg(feature = "app")]
mod room;
#[cfg(feature = "app")]
mod stack;

pub use tree::{DISTILLED, LEAVES, PAIRS, SCALES, Tree};

#[cfg(feature = "app")]
pub use room::IdeaRoom;
