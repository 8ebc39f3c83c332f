//! The Photos room: what a network without activation functions sees in colour pictures (CIFAR-10).

mod pixels;
mod test_photos;

#[cfg(feature = "app")]
mod answer;
#[cfg(feature = "app")]
mod ask;
#[cfg(feature = "app")]
mod choice;
#[cfg(feature = "app")]
mod image;
#[cfg(feature = "app")]
mod open;
#[cfg(feature = "app")]
mod room;
#[cfg(feature = "app")]
mod state;
#[cfg(feature = "app")]
mod why;

pub use test_photos::COUNT as TEST_PHOTOS;

#[cfg(feature = "app")]
pub use room::PhotosRoom;
