//! Images as files: grey PNGs in a zip archive, both uncompressed.
//!
//! Written here because of what the page may weigh: the crate `zip` without any compression adds 38 kB to an empty program
//! (brotli), of which 17 are the tables of its checksums.

use super::pixels::SIDE;
use super::place::Place;
use crate::number;
use adler2::adler32_slice;
use crc::{CRC_32_ISO_HDLC, Crc, NoTable};

/// Version of the format in which a file is stored as it is.
const VERSION: u16 = 10;
/// Flag of names that are not ASCII.
const UTF_8: u16 = 0x800;
/// The first day that the format knows, 1 January 1980: the same images give the same bytes.
const DATE: u16 = 0x21;

/// The checksum of zip and PNG, without tables: they are most of what the page would have to load.
const CRC_32: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// A zip archive in the making. Its files together must stay under 4 GB and 65,536 in number.
#[derive(Debug, Default)]
pub struct Archive {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    files: u16,
}

impl Archive {
    /// Appends a file; the folders of its name are separated by `/`.
    pub fn add(&mut self, name: &str, content: &[u8]) {
        let (at, size) = (number::to_u32(self.bytes.len()), number::to_u32(content.len()));
        // Version, flags, method, time and date; checksum and sizes; lengths of the name and of what may follow it.
        let flags = if name.is_ascii() { 0 } else { UTF_8 };
        let mut header = words([VERSION, flags, 0, 0, DATE]);
        header.extend([CRC_32.checksum(content), size, size].into_iter().flat_map(u32::to_le_bytes));
        header.extend(words([number::to_u16(name.len()), 0]));
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&header);
        self.bytes.extend(name.bytes());
        self.bytes.extend(content);
        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(words([VERSION]));
        self.directory.extend(header);
        // No comment, first disk, no attributes.
        self.directory.extend(words([0; 5]));
        self.directory.extend(at.to_le_bytes());
        self.directory.extend(name.bytes());
        self.files += 1;
    }

    /// The archive as the bytes of a file.
    pub fn finish(self) -> Vec<u8> {
        let Self { mut bytes, directory, files } = self;
        let at = number::to_u32(bytes.len());
        bytes.extend(&directory);
        bytes.extend(b"PK\x05\x06");
        bytes.extend(words([0, 0, files, files]));
        bytes.extend([number::to_u32(directory.len()), at].into_iter().flat_map(u32::to_le_bytes));
        bytes.extend(words([0]));
        bytes
    }
}

/// Where an image lies in an archive.
pub fn file_name(Place { level, class, subset }: Place) -> String {
    format!("level-{level}/class-{class}/{subset}.png")
}

/// An image of 28x28 grey values as a PNG of 8 bits.
pub fn grey_png(pixels: &[u8]) -> Vec<u8> {
    // Each row is marked as unfiltered, and the whole as one block without compression.
    let rows: Vec<u8> = pixels.chunks(SIDE).flat_map(|row| std::iter::once(0).chain(row.iter().copied())).collect();
    let length = number::to_u16(rows.len());
    let mut body = vec![0x78, 0x01, 0x01];
    body.extend(words([length, !length]));
    body.extend(&rows);
    body.extend(adler32_slice(&rows).to_be_bytes());
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let side = number::to_u32(SIDE).to_be_bytes();
    // Eight bits, grey; then compression, filters and interlacing, each of which has only one kind here.
    chunk(&mut png, *b"IHDR", &[&side[..], &side, &[8, 0, 0, 0, 0]].concat());
    chunk(&mut png, *b"IDAT", &body);
    chunk(&mut png, *b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], body: &[u8]) {
    png.extend(number::to_u32(body.len()).to_be_bytes());
    png.extend(kind);
    png.extend(body);
    let mut sum = CRC_32.digest();
    sum.update(&kind);
    sum.update(body);
    png.extend(sum.finalize().to_be_bytes());
}

fn words<const N: usize>(words: [u16; N]) -> Vec<u8> {
    words.into_iter().flat_map(u16::to_le_bytes).collect()
}

#[cfg(all(test, feature = "engine"))]
mod tests {
    use super::*;

    /// By the decoder that the native program reads pictures with. What reads the archive is a browser test's concern.
    #[test]
    fn another_program_reads_the_picture() {
        let pixels: Vec<u8> = (0..SIDE * SIDE).map(|pixel| number::to_u8(pixel * 7 % 256)).collect();
        let mut reader = png::Decoder::new(std::io::Cursor::new(grey_png(&pixels))).read_info().unwrap();
        let mut read = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut read).unwrap();
        assert_eq!((frame.width, frame.height, frame.color_type), (28, 28, png::ColorType::Grayscale));
        assert_eq!(read, pixels);
    }
}
