//! How long a training step takes on a device.

use crate::config::{ImageShape, NetworkConfig, TrainingConfig};
use crate::engine::data::{ImageSet, SIDE_28};
use crate::engine::train::Trainer;
use crate::number;
use crate::worker::fault::Fault;
use crate::worker::host::Host;
use burn::tensor::Device;
use std::sync::Arc;

/// The network and the batch of the measured step.
const MEASURED: (&str, usize) = ("taylornet-28", 8);

/// Duration of a training step after the first one.
pub async fn step_ms(host: &impl Host, device: &Device) -> Result<f64, Fault> {
    let shape = ImageShape { channels: 1, height: SIDE_28, width: SIDE_28 };
    let pixels = (0..MEASURED.1 * shape.len()).map(|index| number::to_u8(index * 37 % 256)).collect();
    let images = ImageSet::new(shape, pixels, (0..MEASURED.1).map(number::to_u8).collect())?;
    let training = TrainingConfig { batch: MEASURED.1, ..TrainingConfig::default() };
    let network = NetworkConfig::named(MEASURED.0)?;
    let mut trainer = Trainer::new(&network, &training, Arc::new(images), device)?;
    trainer.step()?;
    trainer.report().await?;
    host.next_turn().await;
    let started_ms = host.now_ms();
    trainer.step()?;
    trainer.report().await?;
    Ok(host.now_ms() - started_ms)
}
