//! What can be wrong with images and labels that come from outside, and what to do about it.

use super::{MAX_BYTES, MAX_SIDE};
use crate::config::ImageShape;
use thiserror::Error;

/// Why bytes are not usable as images or labels. `source_name` and `name` are the names the caller gave the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DataError {
    /// The file ends before its content does.
    #[error("{source_name} ends after {found} of {expected} bytes; download or copy it again")]
    Truncated {
        /// Name of the file.
        source_name: String,
        /// Bytes its header promises (after decompression).
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// The file goes on after its content.
    #[error(
        "{source_name} has more than the {expected} bytes its header promises; it is damaged or in another format, so get it again"
    )]
    TooLong {
        /// Name of the file.
        source_name: String,
        /// Bytes its header promises (after decompression).
        expected: usize,
    },
    /// The gzip layer is damaged.
    #[error("{source_name} cannot be decompressed ({reason}); download or copy it again")]
    Gzip {
        /// Name of the file.
        source_name: String,
        /// What the decompressor says.
        reason: String,
    },
    /// The file does not start like an IDX file.
    #[error(
        "{source_name} is not an IDX file (it starts with {found:02x?}); choose a file such as train-images-idx3-ubyte, plain or gzip"
    )]
    NotIdx {
        /// Name of the file.
        source_name: String,
        /// Its first bytes, up to four.
        found: Vec<u8>,
    },
    /// The IDX file holds numbers other than bytes.
    #[error("{source_name} holds values of IDX type 0x{found:02x}; only unsigned bytes (0x08) are read, so convert it")]
    IdxType {
        /// Name of the file.
        source_name: String,
        /// Type code found.
        found: u8,
    },
    /// The IDX file has another number of dimensions.
    #[error(
        "{source_name} has {found} dimensions instead of {expected} (images have 3, labels 1); check that images and labels are not swapped"
    )]
    IdxDimensions {
        /// Name of the file.
        source_name: String,
        /// Dimensions needed.
        expected: usize,
        /// Dimensions found.
        found: usize,
    },
    /// The content would be too large.
    #[error(
        "{source_name} claims {count} images of {height}x{width}; at most {MAX_SIDE} pixels a side and {MAX_BYTES} bytes in all are read, so make it smaller"
    )]
    TooLarge {
        /// Name of the file.
        source_name: String,
        /// Number of images (or of labels, which are 1x1).
        count: usize,
        /// Rows of each.
        height: usize,
        /// Columns of each.
        width: usize,
    },
    /// There is nothing in it.
    #[error("{source_name} contains no images; choose another file or folder")]
    Empty {
        /// Name of the file or folder.
        source_name: String,
    },
    /// A label is no class.
    #[error("label {index} is {label}, but classes are 0 to {}; correct the labels", classes - 1)]
    LabelOutOfRange {
        /// Which label, from 0.
        index: usize,
        /// Its value.
        label: u8,
        /// Number of classes.
        classes: usize,
    },
    /// Images and labels do not belong together.
    #[error("there are {images} images but {labels} labels; choose the two files of the same set")]
    CountsDiffer {
        /// Number of images.
        images: usize,
        /// Number of labels.
        labels: usize,
    },
    /// A class has no image.
    #[error("class {class} has no image; add PNG files to its folder")]
    ClassWithoutImages {
        /// The class.
        class: u8,
    },
    /// Images of one set differ in size.
    #[error(
        "{name} is {height}x{width}, but the images before it are {expected_height}x{expected_width}; resize them to one size"
    )]
    MixedSizes {
        /// Name of the image that differs.
        name: String,
        /// Its rows.
        height: usize,
        /// Its columns.
        width: usize,
        /// Rows of the first image.
        expected_height: usize,
        /// Columns of the first image.
        expected_width: usize,
    },
    /// The PNG cannot be decoded.
    #[error("{name} is not a readable PNG ({reason}); save it again or choose another file")]
    Png {
        /// Name of the file.
        name: String,
        /// What the decoder says.
        reason: String,
    },
    /// A picture whose rows are not images of the data set.
    #[error("{name} has rows of {found} pixels where an image has {expected}; fetch the data set again")]
    RowLength {
        /// Name of the file.
        name: String,
        /// Pixels of a row.
        found: usize,
        /// Pixels of an image.
        expected: usize,
    },
    /// The file of labels has no list of them.
    #[error("{name} holds no list of labels ({reason}); fetch the data set again")]
    Labels {
        /// Name of the file.
        name: String,
        /// What the reader says.
        reason: String,
    },
    /// The number of pixels does not fit the size of the image.
    #[error(
        "{what} of {height}x{width} with {channels} channels has {found} values; send one value per pixel and channel"
    )]
    PixelCount {
        /// What kind of image.
        what: &'static str,
        /// Rows.
        height: usize,
        /// Columns.
        width: usize,
        /// Channels.
        channels: usize,
        /// Values found.
        found: usize,
    },
    /// An image has a side of no pixels or too many.
    #[error("{what} of {height}x{width} pixels cannot be used; sides must be between 1 and {MAX_SIDE}")]
    Size {
        /// What kind of image.
        what: &'static str,
        /// Rows.
        height: usize,
        /// Columns.
        width: usize,
    },
    /// The operation needs grey images of 28x28.
    #[error(
        "28x28 grey images are needed, but these are {}x{} with {} channels; choose another data set",
        found.height,
        found.width,
        found.channels
    )]
    NotMnistShape {
        /// Shape of the images.
        found: ImageShape,
    },
}
