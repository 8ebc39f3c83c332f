//! Checkpoints: a batch of subsets between two steps, as a safetensors file.

use super::DistillationError;
use crate::config::DistillationConfig;
use safetensors::tensor::{Dtype, SafeTensors, TensorView, serialize};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

const METADATA_KEY: &str = "taylornet-distillation";

/// Everything needed to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct DistillationState {
    /// The settings.
    pub config: DistillationConfig,
    /// 1 for the level made from the data set itself.
    pub level: usize,
    /// Steps done.
    pub step: usize,
    /// `[subsets, classes, height, width, channels]`, 0..1.
    pub images: Vec<f32>,
    /// Last step of every pixel, for the momentum.
    pub velocity: Vec<f32>,
}

#[derive(Serialize, Deserialize)]
struct Metadata {
    config: DistillationConfig,
    level: usize,
    step: usize,
}

impl DistillationState {
    /// As bytes.
    ///
    /// # Errors
    /// [`DistillationError::Damaged`] where the values cannot be written, which no valid state causes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, DistillationError> {
        let metadata = Metadata { config: self.config.clone(), level: self.level, step: self.step };
        let text = serde_json::to_string(&metadata).map_err(damaged)?;
        let tensors = [("images", &self.images), ("velocity", &self.velocity)];
        let views = tensors.iter().map(|(name, values)| {
            let view = TensorView::new(Dtype::F32, vec![values.len()], bytemuck::cast_slice(values));
            view.map(|view| (*name, view)).map_err(damaged)
        });
        let views = views.collect::<Result<Vec<_>, _>>()?;
        serialize(views, Some(HashMap::from([(METADATA_KEY.to_owned(), text)]))).map_err(damaged)
    }

    /// From bytes.
    ///
    /// # Errors
    /// [`DistillationError::Damaged`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DistillationError> {
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(damaged)?;
        let text = header.metadata().as_ref().and_then(|entries| entries.get(METADATA_KEY));
        let text = text.ok_or_else(|| damaged("it is a file of another kind"))?;
        let Metadata { config, level, step } = serde_json::from_str(text).map_err(damaged)?;
        let file = SafeTensors::deserialize(bytes).map_err(damaged)?;
        let values = |name| {
            let view = file.tensor(name).map_err(damaged)?;
            if view.dtype() != Dtype::F32 {
                return Err(damaged("its values are not 32-bit numbers"));
            }
            Ok(bytemuck::pod_collect_to_vec(view.data()))
        };
        Ok(Self { images: values("images")?, velocity: values("velocity")?, config, level, step })
    }
}

fn damaged(error: impl std::fmt::Display) -> DistillationError {
    DistillationError::Damaged(error.to_string())
}
