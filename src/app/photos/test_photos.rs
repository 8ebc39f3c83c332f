//! The photographs that a visitor can look at without having any: the first 200 images of CIFAR-10's test set.

use crate::config::CIFAR_10;
use crate::number;
use crate::protocol::ColourRaster;
use thiserror::Error;

/// Address of the file below the page: [`COUNT`] images, red, green and blue for each pixel, then as many labels.
#[cfg(feature = "app")]
pub const ADDRESS: &str = "assets/data/cifar-10/test-pictures.bin";
/// Number of photographs in the file.
pub use crate::config::SAMPLE_PHOTOS as COUNT;
const SIDE: usize = CIFAR_10.shape.height;
const IMAGE: usize = SIDE * SIDE * 3;

/// Why the file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhotosError {
    /// Cut short, or something else altogether.
    #[error("The file of photographs has {found} bytes instead of {}. Reload the page, or build the site again.", COUNT * (IMAGE + 1))]
    Length {
        /// Bytes found.
        found: usize,
    },
    /// A label that is no class.
    #[error("The file of photographs is damaged: photograph {index} is labelled {label}. Build the site again.")]
    Label {
        /// Which photograph.
        index: usize,
        /// What its label says.
        label: u8,
    },
}

/// The file, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestPhotos {
    bytes: Vec<u8>,
}

impl TestPhotos {
    /// Checks length and labels.
    ///
    /// # Errors
    /// [`PhotosError`] for a file that is not as written by the data step.
    pub fn read(bytes: Vec<u8>) -> Result<Self, PhotosError> {
        if bytes.len() != COUNT * (IMAGE + 1) {
            return Err(PhotosError::Length { found: bytes.len() });
        }
        let labels = &bytes[COUNT * IMAGE..];
        match labels.iter().position(|&label| usize::from(label) >= CIFAR_10.classes.len()) {
            Some(index) => Err(PhotosError::Label { index, label: labels[index] }),
            None => Ok(Self { bytes }),
        }
    }

    /// A photograph; indices beyond the last begin again.
    pub fn photo(&self, index: usize) -> ColourRaster {
        let at = index % COUNT * IMAGE;
        ColourRaster {
            width: number::to_u32(SIDE),
            height: number::to_u32(SIDE),
            pixels: self.bytes[at..at + IMAGE].to_vec(),
        }
    }

    /// What it shows.
    pub fn class(&self, index: usize) -> &'static str {
        CIFAR_10.classes[usize::from(self.bytes[COUNT * IMAGE + index % COUNT])]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photographs_and_classes_are_found() {
        let mut bytes = vec![0; COUNT * (IMAGE + 1)];
        bytes[2 * IMAGE] = 77;
        bytes[COUNT * IMAGE + 2] = 9;
        let photos = TestPhotos::read(bytes).unwrap();
        let photo = photos.photo(2);
        assert_eq!((photo.width, photo.pixels.len(), photo.pixels[0]), (32, IMAGE, 77));
        assert_eq!((photos.class(2), photos.class(COUNT + 2), photos.class(0)), ("truck", "truck", "airplane"));
        assert_eq!(photos.photo(COUNT + 2), photo);
    }

    #[test]
    fn damaged_files_are_refused() {
        assert_eq!(TestPhotos::read(vec![0; 5]), Err(PhotosError::Length { found: 5 }));
        let mut bytes = vec![0; COUNT * (IMAGE + 1)];
        bytes[COUNT * IMAGE + 7] = 10;
        assert_eq!(TestPhotos::read(bytes), Err(PhotosError::Label { index: 7, label: 10 }));
    }
}
