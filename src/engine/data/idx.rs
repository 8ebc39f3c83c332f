//! IDX, the format of the MNIST files: magic number, big-endian dimensions, then the values; plain or gzip.
//!
//! Source of the format: <https://yann.lecun.org/exdb/mnist/>. Every size is checked before memory is taken for it.

use super::{DataError, MAX_BYTES, MAX_SIDE};
use crate::config::CLASSES;
use flate2::read::MultiGzDecoder;
use std::io::{ErrorKind, Read};

/// Type code of unsigned bytes.
const UNSIGNED_BYTE: u8 = 0x08;
/// First bytes of a gzip file.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Bytes before the dimensions.
const MAGIC_BYTES: usize = 4;
/// Bytes of each dimension.
const DIMENSION_BYTES: usize = 4;

/// Grey images of one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdxImages {
    /// Number of images.
    pub count: usize,
    /// Rows of each.
    pub height: usize,
    /// Columns of each.
    pub width: usize,
    /// `[count, height, width]`, 0..255.
    pub pixels: Vec<u8>,
}

/// Decodes an IDX file of images; `source_name` names it in errors.
///
/// # Errors
/// [`DataError`] if it is not an IDX file of unsigned bytes in three dimensions, is empty, too large,
/// too short, too long, or damaged inside its gzip layer.
pub fn decode_images(source_name: &str, bytes: &[u8]) -> Result<IdxImages, DataError> {
    let ([count, height, width], pixels) = decode(source_name, bytes)?;
    Ok(IdxImages { count, height, width, pixels })
}

/// Decodes an IDX file of labels, each 0..9; `source_name` names it in errors.
///
/// # Errors
/// As [`decode_images`], for one dimension, and [`DataError::LabelOutOfRange`].
pub fn decode_labels(source_name: &str, bytes: &[u8]) -> Result<Vec<u8>, DataError> {
    let labels = decode_any_labels(source_name, bytes)?;
    check_labels(&labels, CLASSES)?;
    Ok(labels)
}

/// Decodes an IDX file of labels of any classes; `source_name` names it in errors.
///
/// # Errors
/// As [`decode_images`], for one dimension.
pub fn decode_any_labels(source_name: &str, bytes: &[u8]) -> Result<Vec<u8>, DataError> {
    decode(source_name, bytes).map(|([_], labels)| labels)
}

/// Checks that every label is a class.
pub(super) fn check_labels(labels: &[u8], classes: usize) -> Result<(), DataError> {
    match labels.iter().position(|&label| usize::from(label) >= classes) {
        Some(index) => Err(DataError::LabelOutOfRange { index, label: labels[index], classes }),
        None => Ok(()),
    }
}

/// Reads `D` dimensions and the values.
fn decode<const D: usize>(source_name: &str, bytes: &[u8]) -> Result<([usize; D], Vec<u8>), DataError> {
    if bytes.starts_with(&GZIP_MAGIC) {
        read_idx(source_name, MultiGzDecoder::new(bytes))
    } else {
        read_idx(source_name, bytes)
    }
}

/// [`decode`] after the choice between plain and gzip.
fn read_idx<const D: usize>(source_name: &str, mut reader: impl Read) -> Result<([usize; D], Vec<u8>), DataError> {
    let magic = read_up_to(source_name, &mut reader, MAGIC_BYTES)?;
    let &[0, 0, value_type, dimensions] = magic.as_slice() else {
        return Err(DataError::NotIdx { source_name: source_name.into(), found: magic });
    };
    if value_type != UNSIGNED_BYTE {
        return Err(DataError::IdxType { source_name: source_name.into(), found: value_type });
    }
    if usize::from(dimensions) != D {
        let found = dimensions.into();
        return Err(DataError::IdxDimensions { source_name: source_name.into(), expected: D, found });
    }
    let header = read_up_to(source_name, &mut reader, D * DIMENSION_BYTES)?;
    let header_end = MAGIC_BYTES + D * DIMENSION_BYTES;
    if header.len() < D * DIMENSION_BYTES {
        let found = MAGIC_BYTES + header.len();
        return Err(DataError::Truncated { source_name: source_name.into(), expected: header_end, found });
    }
    let mut sizes = [0; D];
    for (size, four) in sizes.iter_mut().zip(header.as_chunks::<DIMENSION_BYTES>().0) {
        *size = u32::from_be_bytes(*four) as usize;
    }
    let length = checked_length(source_name, &sizes)?;
    let values = read_up_to(source_name, &mut reader, length + 1)?;
    if values.len() > length {
        return Err(DataError::TooLong { source_name: source_name.into(), expected: header_end + length });
    }
    if values.len() < length {
        let (expected, found) = (header_end + length, header_end + values.len());
        return Err(DataError::Truncated { source_name: source_name.into(), expected, found });
    }
    Ok((sizes, values))
}

/// Product of the dimensions, refused when it is 0 or absurd.
fn checked_length(source_name: &str, sizes: &[usize]) -> Result<usize, DataError> {
    let count = sizes.first().copied().unwrap_or(0);
    let side = |axis: usize| sizes.get(axis).copied().unwrap_or(1);
    let (height, width) = (side(1), side(2));
    if count == 0 || height == 0 || width == 0 {
        return Err(DataError::Empty { source_name: source_name.into() });
    }
    let length = count.checked_mul(height).and_then(|rows| rows.checked_mul(width));
    match length {
        Some(length) if length <= MAX_BYTES && height <= MAX_SIDE && width <= MAX_SIDE => Ok(length),
        Some(_) | None => Err(DataError::TooLarge { source_name: source_name.into(), count, height, width }),
    }
}

/// Reads `limit` bytes, or all there are if that is less. Memory grows with what is there, not with what is promised.
fn read_up_to(source_name: &str, reader: &mut impl Read, limit: usize) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    match reader.take(limit as u64).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => {
            let is_short = error.kind() == ErrorKind::UnexpectedEof;
            let reason = if is_short { "it ends too early".into() } else { error.to_string() };
            Err(DataError::Gzip { source_name: source_name.into(), reason })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn idx(value_type: u8, sizes: &[u32], values: &[u8]) -> Vec<u8> {
        let mut file = vec![0, 0, value_type, sizes.len() as u8];
        file.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
        file.extend(values);
        file
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn refused(bytes: &[u8]) -> String {
        decode_images("file", bytes).unwrap_err().to_string()
    }

    #[test]
    fn images_and_labels_are_read_plain_and_gzip() {
        let values: Vec<u8> = (0..12).collect();
        let file = idx(8, &[2, 2, 3], &values);
        let expected = IdxImages { count: 2, height: 2, width: 3, pixels: values };
        assert_eq!(decode_images("file", &file), Ok(expected.clone()));
        assert_eq!(decode_images("file", &gzip(&file)), Ok(expected));
        let labels = idx(8, &[3], &[9, 0, 5]);
        assert_eq!(decode_labels("file", &labels), Ok(vec![9, 0, 5]));
        assert_eq!(decode_labels("file", &gzip(&labels)), Ok(vec![9, 0, 5]));
    }

    #[test]
    fn headers_that_are_wrong_are_refused() {
        assert!(refused(b"").contains("not an IDX file (it starts with [])"));
        assert!(refused(b"\x89PNG1234").contains("[89, 50, 4e, 47]"));
        assert!(refused(&idx(0x0d, &[1, 1, 1], &[0; 4])).contains("type 0x0d"));
        assert!(refused(&idx(8, &[4], &[0; 4])).contains("swapped"));
        assert!(refused(&idx(8, &[1, 1, 1], &[])[..9]).contains("9 of 16 bytes"));
        assert!(refused(&idx(8, &[0, 28, 28], &[])).contains("contains no images"));
        assert!(refused(&idx(8, &[3, 0, 28], &[])).contains("contains no images"));
    }

    #[test]
    fn wrong_lengths_are_refused() {
        assert!(refused(&idx(8, &[2, 2, 3], &[0; 11])).contains("ends after 27 of 28 bytes"));
        assert!(refused(&idx(8, &[2, 2, 3], &[0; 13])).contains("more than the 28 bytes"));
    }

    #[test]
    fn absurd_sizes_are_refused_before_memory_is_taken() {
        let max = u32::MAX;
        for sizes in [[max, max, max], [max, 28, 28], [1, max, 1], [1, 1, 4097], [(1 << 30) / 784 + 1, 28, 28]] {
            assert!(
                matches!(decode_images("file", &idx(8, &sizes, &[])), Err(DataError::TooLarge { .. })),
                "{sizes:?}"
            );
        }
    }

    #[test]
    fn damaged_gzip_is_refused() {
        let whole = gzip(&idx(8, &[4, 7, 7], &(0..196).map(|i| (i * 37 % 251) as u8).collect::<Vec<_>>()));
        for length in 0..whole.len() {
            assert!(decode_images("file", &whole[..length]).is_err(), "{length} bytes");
        }
        for at in [0, 1, 2, 12, 40, whole.len() - 8, whole.len() - 1] {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            assert!(decode_images("file", &damaged).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_label_out_of_range_is_named() {
        let error = decode_labels("file", &idx(8, &[4], &[1, 2, 10, 11])).unwrap_err();
        assert_eq!(error, DataError::LabelOutOfRange { index: 2, label: 10, classes: 10 });
        assert!(error.to_string().starts_with("label 2 is 10"));
    }
}
