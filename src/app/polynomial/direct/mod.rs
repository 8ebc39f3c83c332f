//! The Direct view: all Taylor terms of the pixels in one linear layer, order by order (Eq. 3, Fig. 2 of the article).

pub mod figures;

#[cfg(feature = "app")]
mod chart;
#[cfg(feature = "app")]
mod pruning;
#[cfg(feature = "app")]
mod view;

#[cfg(feature = "app")]
pub use view::DirectView;
