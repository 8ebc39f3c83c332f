//! The Stack view: a network of a handful of variables, drawn, and its polynomial beside it (Fig. 4 of the article).

#[cfg(feature = "app")]
mod view;

#[cfg(feature = "app")]
pub use view::StackView;
