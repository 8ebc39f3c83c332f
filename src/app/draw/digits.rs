//! The test digits that a visitor can ask for instead of drawing: the first 500 images of MNIST's test set.

use super::strokes::{Picture, PictureSource};
use crate::number;
use std::sync::Arc;
use thiserror::Error;

/// Address of the file below the page: [`COUNT`] images of [`SIDE`] x [`SIDE`] bytes, then as many labels.
pub const ADDRESS: &str = "assets/data/mnist/test-digits.bin";
/// Number of digits in the file.
pub const COUNT: usize = 500;
/// Rows and columns of a digit.
pub const SIDE: usize = 28;
const IMAGE: usize = SIDE * SIDE;

/// Why the file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DigitsError {
    /// Cut short, or something else altogether.
    #[error("The file of test digits has {found} bytes instead of {}. Reload the page, or build the site again.", COUNT * (IMAGE + 1))]
    Length {
        /// Bytes found.
        found: usize,
    },
    /// A label that is no digit.
    #[error("The file of test digits is damaged: digit {index} is labelled {label}. Build the site again.")]
    Label {
        /// Which digit.
        index: usize,
        /// What its label says.
        label: u8,
    },
}

/// The file, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestDigits {
    bytes: Vec<u8>,
}

impl TestDigits {
    /// Checks length and labels.
    ///
    /// # Errors
    /// [`DigitsError`] for a file that is not as written by the data step.
    pub fn read(bytes: Vec<u8>) -> Result<Self, DigitsError> {
        if bytes.len() != COUNT * (IMAGE + 1) {
            return Err(DigitsError::Length { found: bytes.len() });
        }
        let labels = &bytes[COUNT * IMAGE..];
        match labels.iter().position(|&label| label > 9) {
            Some(index) => Err(DigitsError::Label { index, label: labels[index] }),
            None => Ok(Self { bytes }),
        }
    }

    /// A digit as a picture; indices beyond the last begin again.
    pub fn picture(&self, index: u16) -> Arc<Picture> {
        let at = usize::from(index) % COUNT;
        let source = PictureSource::TestDigit { index: number::to_u16(at), label: self.bytes[COUNT * IMAGE + at] };
        let ink = self.bytes[at * IMAGE..(at + 1) * IMAGE].to_vec();
        Arc::new(Picture { width: number::to_u32(SIDE), height: number::to_u32(SIDE), ink, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_and_labels_are_found() {
        let mut bytes = vec![0; COUNT * (IMAGE + 1)];
        bytes[2 * IMAGE] = 77;
        bytes[COUNT * IMAGE + 2] = 9;
        let digits = TestDigits::read(bytes).unwrap();
        let picture = digits.picture(2);
        assert_eq!((picture.ink.len(), picture.ink[0]), (IMAGE, 77));
        assert_eq!(picture.source, PictureSource::TestDigit { index: 2, label: 9 });
        assert_eq!(digits.picture(number::to_u16(COUNT) + 2), picture);
    }

    #[test]
    fn damaged_files_are_refused() {
        assert_eq!(TestDigits::read(vec![0; 100]), Err(DigitsError::Length { found: 100 }));
        let mut bytes = vec![0; COUNT * (IMAGE + 1)];
        bytes[COUNT * IMAGE + 7] = 10;
        let error = TestDigits::read(bytes).unwrap_err();
        assert_eq!(error, DigitsError::Label { index: 7, label: 10 });
        assert!(DigitsError::Length { found: 1 }.to_string().contains("392500"));
    }
}
