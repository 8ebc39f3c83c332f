//! A drawing as a short text for the link.
//!
//! Strokes are a version letter, then base64url of: per stroke the brush, the number of points, the first point and
//! the differences from point to point, as variable-length integers. A handwritten digit takes 100 to 600 characters.
//! A test digit goes before them as `t` and three figures, its index.

use super::digits::COUNT;
use super::strokes::{BRUSH_RANGE, GRID, MAX_POINTS, MAX_STROKES, POINT_SPACING, PictureSource, Point, Sketch, Stroke};
use crate::number;
use std::sync::Arc;
use thiserror::Error;

/// First letter of the strokes; another one means another version.
const VERSION: char = 'a';
/// First letter of a code with a test digit.
const TEST_DIGIT: char = 't';
/// Figures of its index.
const INDEX_FIGURES: usize = 3;
/// Longest code written or read: addresses up to about 8000 characters work everywhere.
pub const MAX_CODE_LENGTH: usize = 6_000;

/// Why a text is no drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CodeError {
    /// Longer than anything we write.
    #[error("the drawing in the link is longer than {MAX_CODE_LENGTH} characters")]
    TooLong,
    /// Another version letter.
    #[error("the drawing in the link was made by another version of this page")]
    Version,
    /// Letters outside base64url, or a text cut short.
    #[error("the drawing in the link is incomplete or was changed on the way")]
    Damaged,
    /// A number outside its range.
    #[error("the drawing in the link holds numbers that no drawing has")]
    OutOfRange,
}

/// What a code says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decoded {
    /// Index of the test digit under the strokes.
    pub test_digit: Option<u16>,
    /// The strokes.
    pub strokes: Vec<Arc<Stroke>>,
}

/// The code of a drawing; empty for an empty one. `None` where it cannot be put into a link: over a picture of
/// the visitor's, or where even a coarser copy would be longer than [`MAX_CODE_LENGTH`].
pub fn encode(sketch: &Sketch) -> Option<String> {
    let prefix = match sketch.picture.as_deref().map(|picture| &picture.source) {
        None => String::new(),
        Some(PictureSource::TestDigit { index, .. }) => format!("{TEST_DIGIT}{index:0INDEX_FIGURES$}"),
        Some(PictureSource::File { .. }) => return None,
    };
    encode_strokes(&sketch.strokes).map(|strokes| prefix + &strokes)
}

fn encode_strokes(strokes: &[Arc<Stroke>]) -> Option<String> {
    if strokes.is_empty() {
        return Some(String::new());
    }
    let fits = |code: &String| code.len() + 1 + INDEX_FIGURES <= MAX_CODE_LENGTH;
    let exact = encode_all(strokes.iter().map(AsRef::as_ref));
    if fits(&exact) {
        return Some(exact);
    }
    (1..=3).find_map(|doublings| {
        let coarse: Vec<Stroke> = strokes.iter().map(|stroke| stroke.thinned(POINT_SPACING << doublings)).collect();
        Some(encode_all(coarse.iter())).filter(fits)
    })
}

fn encode_all<'a>(strokes: impl Iterator<Item = &'a Stroke>) -> String {
    let mut bytes = Vec::new();
    for stroke in strokes {
        bytes.push(stroke.brush);
        push_varint(&mut bytes, number::to_u32(stroke.points.len()));
        let mut last = Point::default();
        for &point in &stroke.points {
            push_varint(&mut bytes, zigzag(i32::from(point.x) - i32::from(last.x)));
            push_varint(&mut bytes, zigzag(i32::from(point.y) - i32::from(last.y)));
            last = point;
        }
    }
    let mut code = String::from(VERSION);
    push_base64(&mut code, &bytes);
    code
}

/// The drawing of a code; an empty one for the empty text.
///
/// # Errors
/// [`CodeError`] for anything that [`encode`] does not write.
pub fn decode(code: &str) -> Result<Decoded, CodeError> {
    if code.len() > MAX_CODE_LENGTH {
        return Err(CodeError::TooLong);
    }
    let Some(rest) = code.strip_prefix(TEST_DIGIT) else {
        return Ok(Decoded { test_digit: None, strokes: decode_strokes(code)? });
    };
    let figures = rest.get(..INDEX_FIGURES).filter(|figures| figures.bytes().all(|byte| byte.is_ascii_digit()));
    let index: u16 = figures.and_then(|figures| figures.parse().ok()).ok_or(CodeError::Damaged)?;
    if usize::from(index) >= COUNT {
        return Err(CodeError::OutOfRange);
    }
    Ok(Decoded { test_digit: Some(index), strokes: decode_strokes(&rest[INDEX_FIGURES..])? })
}

fn decode_strokes(code: &str) -> Result<Vec<Arc<Stroke>>, CodeError> {
    if code.is_empty() {
        return Ok(Vec::new());
    }
    let body = code.strip_prefix(VERSION).ok_or(CodeError::Version)?;
    let bytes = bytes_from_base64(body).ok_or(CodeError::Damaged)?;
    let mut reader = Reader { bytes: &bytes };
    let mut strokes = Vec::new();
    let mut points_left = MAX_POINTS;
    while !reader.bytes.is_empty() {
        if strokes.len() == MAX_STROKES {
            return Err(CodeError::OutOfRange);
        }
        let stroke = reader.stroke(points_left)?;
        points_left -= stroke.points.len();
        strokes.push(Arc::new(stroke));
    }
    Ok(strokes)
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8, CodeError> {
        let (&first, rest) = self.bytes.split_first().ok_or(CodeError::Damaged)?;
        self.bytes = rest;
        Ok(first)
    }

    fn varint(&mut self) -> Result<u32, CodeError> {
        let mut value = 0;
        for shift in [0, 7, 14] {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(CodeError::Damaged)
    }

    fn stroke(&mut self, points_left: usize) -> Result<Stroke, CodeError> {
        let brush = self.byte()?;
        let count = self.varint()? as usize;
        if !BRUSH_RANGE.contains(&brush) || count == 0 || count > points_left {
            return Err(CodeError::OutOfRange);
        }
        let mut points = Vec::with_capacity(count);
        let mut last = Point::default();
        for _ in 0..count {
            last = Point { x: self.coordinate(last.x)?, y: self.coordinate(last.y)? };
            points.push(last);
        }
        Ok(Stroke { brush, points })
    }

    fn coordinate(&mut self, last: u16) -> Result<u16, CodeError> {
        let value = i32::from(last) + unzigzag(self.varint()?);
        u16::try_from(value).ok().filter(|&value| value <= GRID).ok_or(CodeError::OutOfRange)
    }
}

fn push_varint(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
}

/// Small numbers of either sign become small numbers: 0, -1, 1, -2 to 0, 1, 2, 3.
fn zigzag(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)).cast_unsigned()
}

fn unzigzag(value: u32) -> i32 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn push_base64(text: &mut String, bytes: &[u8]) {
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, &byte| word << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for position in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(word >> (18 - 6 * position) & 63) as usize]));
        }
    }
}

fn bytes_from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for chunk in text.as_bytes().chunks(4) {
        let mut word = 0_u32;
        for &letter in chunk {
            word = word << 6 | number::to_u32(ALPHABET.iter().position(|&known| known == letter)?);
        }
        word <<= 6 * (4 - chunk.len());
        let length = chunk.len().checked_sub(1).filter(|&length| length > 0)?;
        let spare = 8 * (3 - length);
        if word & ((1 << spare) - 1) != 0 {
            return None;
        }
        bytes.extend(&word.to_be_bytes()[1..=length]);
    }
    Some(bytes)
}

#[cfg(test)]
#[path = "code_tests.rs"]
mod tests;
