//! Images and labels from bytes: IDX and PNG decoding, data sets, resizing and shifting.
//!
//! Nothing here opens a file: the command line reads files, the worker fetches them, and both hand over the bytes.

mod dataset;
mod error;
#[cfg(test)]
pub(crate) mod fixture;
mod idx;
mod mean;
mod png;
mod resize;
mod rows;
mod shift;

pub use dataset::ImageSet;
pub use error::DataError;
pub use idx::{IdxImages, decode_any_labels, decode_images, decode_labels};
pub use png::{Picture, PngColour, decode_png};
pub use resize::{Reducer, Resizer};
pub use shift::{shifted, shifted_28};

/// Side of an MNIST image in pixels.
pub const SIDE_28: usize = 28;
/// Side of the reduced images in pixels.
pub const SIDE_7: usize = 7;
/// Pixels of an MNIST image.
pub const PIXELS_28: usize = SIDE_28 * SIDE_28;
/// Pixels of a reduced image.
pub const PIXELS_7: usize = SIDE_7 * SIDE_7;
/// Longest side of an image accepted in a data set or as a drawing, in pixels.
pub const MAX_SIDE: usize = 4096;
/// Most bytes of decoded pixels accepted from one file or folder. (The largest set of MNIST's format in common use,
/// EMNIST by class, has 547 million.)
pub const MAX_BYTES: usize = 1 << 30;
