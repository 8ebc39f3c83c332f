//! The precision in which a trained network is shipped.

use super::manifest::PrecisionEntry;
use super::{CliError, Context};
use crate::engine::data::ImageSet;
use crate::engine::evaluate::{Predictions, Predictor};
use crate::engine::network::Network;
use crate::engine::weights::{Precision, WeightsFile};
use std::path::Path;

/// Share of the test images that 8 bits may cost; where they cost more, 16 are shipped.
const MAX_LOSS_OF_8_BITS: f64 = 0.000_5;

/// A file as it is shipped.
pub struct Shipped {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it says about the test images.
    pub predictions: Predictions,
    /// What every precision costs, where there was a choice.
    pub precisions: Vec<PrecisionEntry>,
}

/// Brings weights into their precision. What is evaluated is the file, with what its precision has cost.
pub fn choose(
    weights: &WeightsFile,
    network: &Network,
    test: &ImageSet,
    path: &Path,
    context: &Context,
) -> Result<Shipped, CliError> {
    let measured = |precision: Precision| -> Result<(Vec<u8>, Predictions), CliError> {
        let in_file = |source| CliError::Weights { path: path.to_owned(), source };
        let bytes = weights.to_bytes_in(precision).map_err(in_file)?;
        let predictor = Predictor::of_file(&WeightsFile::from_bytes(&bytes).map_err(in_file)?, &context.device)?;
        let predictions = pollster::block_on(predictor.predict(test, 0..test.len()))?;
        Ok((bytes, predictions))
    };
    let mut wanted = Precision::shipped(network);
    if wanted == Precision::Single {
        let (bytes, predictions) = measured(wanted)?;
        return Ok(Shipped { bytes, predictions, precisions: Vec::new() });
    }
    let [single, half, byte] = [measured(Precision::Single)?, measured(Precision::Half)?, measured(Precision::Byte)?];
    if single.1.accuracy() - byte.1.accuracy() >= MAX_LOSS_OF_8_BITS && wanted == Precision::Byte {
        wanted = Precision::Half;
    }
    let entry = |precision: Precision, (bytes, predictions): &(Vec<u8>, Predictions)| PrecisionEntry {
        bits: precision.bits(),
        bytes: bytes.len(),
        test_accuracy: predictions.accuracy(),
        shipped: precision == wanted,
    };
    let all = Precision::ALL.iter().zip([&single, &half, &byte]);
    let precisions = all.map(|(&precision, measured)| entry(precision, measured)).collect();
    let (bytes, predictions) = match wanted {
        Precision::Single => single,
        Precision::Half => half,
        Precision::Byte => byte,
    };
    Ok(Shipped { bytes, predictions, precisions })
}
