//! The strongest eigen-digits of a shipped network as a file: 784x784 matrices are not for a browser to take apart.
//!
//! A safetensors file: `values` (f32, `[class, sign, rank]`), `vectors` (i8, `[class, sign, rank, pixel]`) with one
//! factor for each in `scales` (f32), and `point` (f32, `[pixel]`). Its metadata name network, point and weights.

use crate::config::{CLASSES, ExpansionPoint};
use crate::report::EigenImages;
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use thiserror::Error;

const METADATA_KEY: &str = "eigen_digits";
/// Largest side and count that are accepted, so that a damaged file cannot ask for much memory.
const LIMITS: [u32; 2] = [64, 64];

/// Why a file of eigen-digits cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EigenFileError {
    /// Not such a file.
    #[error(
        "the file holds no eigen-digits ({0}); download it again, or write it with `taylornet expand eigen-digits --ship`"
    )]
    Damaged(String),
    /// A tensor is missing or of another size.
    #[error("'{tensor}' is missing or not of the size that the file describes; download it again")]
    Tensor {
        /// Its name.
        tensor: &'static str,
    },
    /// A value is no number.
    #[error("'{tensor}' has a value that is not finite; download it again")]
    NotFinite {
        /// Its name.
        tensor: &'static str,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct Description {
    model: String,
    about: ExpansionPoint,
    side: u32,
    count: u32,
    /// SHA-256 of the file with the weights.
    weights_sha256: String,
}

fn damaged(error: &(impl ToString + ?Sized)) -> EigenFileError {
    EigenFileError::Damaged(error.to_string())
}

/// Writes eigen-digits of the weights with that SHA-256.
///
/// # Errors
/// [`EigenFileError::Damaged`] where they are not of one size.
pub fn to_bytes(images: &EigenImages, weights_sha256: &str) -> Result<Vec<u8>, EigenFileError> {
    let pixels = images.point.len();
    let (mut vectors, mut scales) = (Vec::new(), Vec::new());
    for vector in images.vectors.chunks_exact(pixels.max(1)) {
        let largest = vector.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let scale = (largest / 127.0) as f32;
        let factor = if scale > 0.0 { 1.0 / f64::from(scale) } else { 0.0 };
        // In -127..=127, kept as the bits of an i8.
        vectors.extend(vector.iter().map(|value| (value * factor).round() as i8 as u8));
        scales.push(scale);
    }
    let description = Description {
        model: images.model.clone(),
        about: images.about,
        side: images.side,
        count: images.count,
        weights_sha256: weights_sha256.to_owned(),
    };
    let bytes = |values: &[f64]| -> Vec<u8> { values.iter().flat_map(|value| (*value as f32).to_le_bytes()).collect() };
    let scales: Vec<u8> = scales.iter().flat_map(|value| value.to_le_bytes()).collect();
    let (values, point) = (bytes(&images.values), bytes(&images.point));
    let shape = vec![CLASSES, 2, images.count as usize];
    let with_pixels = [shape.as_slice(), &[pixels]].concat();
    let tensors = [
        ("values", Dtype::F32, shape.clone(), &values),
        ("scales", Dtype::F32, shape, &scales),
        ("vectors", Dtype::I8, with_pixels, &vectors),
        ("point", Dtype::F32, vec![pixels], &point),
    ];
    let views = tensors
        .iter()
        .map(|(name, kind, shape, bytes)| {
            Ok((*name, TensorView::new(*kind, shape.clone(), bytes).map_err(|error| damaged(&error))?))
        })
        .collect::<Result<Vec<_>, EigenFileError>>()?;
    let text = serde_json::to_string(&description).map_err(|error| damaged(&error))?;
    serialize(views, Some(HashMap::from([(METADATA_KEY.to_owned(), text)]))).map_err(|error| damaged(&error))
}

/// Reads eigen-digits, and the SHA-256 of the weights that they belong to.
///
/// # Errors
/// [`EigenFileError`] where the file is damaged or holds no eigen-digits.
pub fn from_bytes(bytes: &[u8]) -> Result<(EigenImages, String), EigenFileError> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| damaged(&error))?;
    let text = metadata.metadata().as_ref().and_then(|metadata| metadata.get(METADATA_KEY));
    let text = text.ok_or_else(|| damaged("its description is missing"))?;
    let description: Description = serde_json::from_str(text).map_err(|error| damaged(&error))?;
    if description.side > LIMITS[0] || description.count > LIMITS[1] {
        return Err(damaged("its description is of other images"));
    }
    let file = SafeTensors::deserialize(bytes).map_err(|error| damaged(&error))?;
    let pixels = (description.side * description.side) as usize;
    let digits = CLASSES * 2 * description.count as usize;
    let raw = |tensor: &'static str, kind: Dtype, len: usize| {
        let view = file.tensor(tensor).ok().filter(|view| view.dtype() == kind);
        let bytes = view.map(|view| view.data().to_vec()).filter(|bytes| bytes.len() * 8 == len * kind.bitsize());
        bytes.ok_or(EigenFileError::Tensor { tensor })
    };
    let numbers = |tensor: &'static str, len: usize| {
        let bytes = raw(tensor, Dtype::F32, len)?;
        let values: Vec<f64> =
            bytes.as_chunks::<4>().0.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect();
        if values.iter().all(|value| value.is_finite()) {
            Ok(values)
        } else {
            Err(EigenFileError::NotFinite { tensor })
        }
    };
    let scales = numbers("scales", digits)?;
    let vectors = raw("vectors", Dtype::I8, digits * pixels)?;
    let vectors: Vec<f64> = vectors
        .chunks_exact(pixels.max(1))
        .zip(&scales)
        .flat_map(|(vector, scale)| vector.iter().map(move |&byte| f64::from(byte as i8) * scale))
        .collect();
    let images = EigenImages {
        model: description.model,
        step: 0,
        about: description.about,
        point: numbers("point", pixels)?.into(),
        side: description.side,
        count: description.count,
        values: numbers("values", digits)?.into(),
        vectors: vectors.into(),
        image: None,
        compute_ms: 0.0,
    };
    Ok((images, description.weights_sha256))
}

#[cfg(test)]
mod tests;
