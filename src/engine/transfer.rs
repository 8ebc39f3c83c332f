//! Values from the device.

use burn::tensor::{Tensor, Transaction};
use thiserror::Error;

/// The device failed, for the reason that it gives.
#[derive(Debug, Error)]
#[error("the device failed: {0}; try again on the CPU")]
pub struct DeviceError(pub String);

/// Reads several tensors in one go, each as a list.
///
/// # Errors
/// [`DeviceError`] where the device fails.
pub(crate) async fn read(tensors: Vec<Tensor<1>>) -> Result<Vec<Vec<f32>>, DeviceError> {
    let device_error = |error: &dyn std::fmt::Debug| DeviceError(format!("{error:?}"));
    let transaction = tensors.into_iter().fold(Transaction::default(), Transaction::register);
    let data = transaction.execute_async().await.map_err(|error| device_error(&error))?;
    data.into_iter().map(|data| data.try_into_vec::<f32>().map_err(|error| device_error(&error))).collect()
}
