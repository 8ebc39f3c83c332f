//! Checkpoints: a training run as bytes.
//!
//! A safetensors file with the tensors `parameters`, `statistics`, `moment_1`, `moment_2` (flat, f32) and one metadata
//! entry `taylornet-training` with the settings as JSON. Weights for use are files of another kind.

use crate::config::{NetworkConfig, TrainingConfig};
use crate::engine::network::Network;
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use thiserror::Error;

const METADATA_KEY: &str = "taylornet-training";

/// A run as it stands between two steps.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingState {
    /// The network.
    pub network: NetworkConfig,
    /// The settings.
    pub training: TrainingConfig,
    /// Steps done.
    pub step: usize,
    /// All parameters, in the order of the network's layout.
    pub parameters: Vec<f32>,
    /// Running statistics of the normalisations.
    pub statistics: Vec<f32>,
    /// First and second moment of `AdamW`; `None` before the first step.
    pub moments: Option<[Vec<f32>; 2]>,
}

/// Why a checkpoint cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// Not a safetensors file, or a damaged one.
    #[error("the checkpoint is damaged ({0}); start the run again or use an older one")]
    Damaged(String),
    /// A safetensors file of another kind.
    #[error("this file is no training checkpoint; files with weights for use are opened with 'Load weights'")]
    OtherKind,
    /// Made by a network that this version does not build the same way.
    #[error("the checkpoint holds {found} values for '{tensor}' where the network has {expected}; start the run again")]
    Mismatch {
        /// Which tensor.
        tensor: &'static str,
        /// Values in the file.
        found: usize,
        /// Values of the network.
        expected: usize,
    },
}

#[derive(Serialize, Deserialize)]
struct Metadata {
    network: NetworkConfig,
    training: TrainingConfig,
    step: usize,
}

impl TrainingState {
    /// As bytes.
    ///
    /// # Errors
    /// [`CheckpointError::Damaged`] where the values cannot be written, which no valid state causes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CheckpointError> {
        let metadata = Metadata { network: self.network.clone(), training: self.training.clone(), step: self.step };
        let text = serde_json::to_string(&metadata).map_err(damaged)?;
        let mut tensors = vec![("parameters", &self.parameters), ("statistics", &self.statistics)];
        if let Some([first, second]) = &self.moments {
            tensors.extend([("moment_1", first), ("moment_2", second)]);
        }
        let views = tensors
            .iter()
            .map(|(name, values)| {
                let view = TensorView::new(Dtype::F32, vec![values.len()], bytemuck::cast_slice(values));
                view.map(|view| (*name, view)).map_err(damaged)
            })
            .collect::<Result<Vec<_>, _>>()?;
        serialize(views, Some(HashMap::from([(METADATA_KEY.to_owned(), text)]))).map_err(damaged)
    }

    /// From bytes, checked against the network that they name.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
        let text = header.metadata().as_ref().and_then(|entries| entries.get(METADATA_KEY));
        let metadata: Metadata = serde_json::from_str(text.ok_or(CheckpointError::OtherKind)?).map_err(damaged)?;
        let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
        let network = Network::new(&metadata.network).map_err(damaged)?;
        let (parameters, statistics) = (network.layout().len(), network.initial_statistics().len());
        let has_moments = file.tensor("moment_1").is_ok();
        let moment = |name| tensor(&file, name, parameters);
        Ok(Self {
            parameters: tensor(&file, "parameters", parameters)?,
            statistics: tensor(&file, "statistics", statistics)?,
            moments: if has_moments { Some([moment("moment_1")?, moment("moment_2")?]) } else { None },
            network: metadata.network,
            training: metadata.training,
            step: metadata.step,
        })
    }
}

fn tensor(file: &SafeTensors, name: &'static str, expected: usize) -> Result<Vec<f32>, CheckpointError> {
    let view = file.tensor(name).map_err(damaged)?;
    let values: Vec<f32> = bytemuck::pod_collect_to_vec(view.data());
    if values.len() != expected || view.dtype() != Dtype::F32 {
        return Err(CheckpointError::Mismatch { tensor: name, found: values.len(), expected });
    }
    Ok(values)
}

fn damaged(error: impl std::fmt::Display) -> CheckpointError {
    CheckpointError::Damaged(error.to_string())
}
