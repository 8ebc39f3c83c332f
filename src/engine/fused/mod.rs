//! Which devices have kernels of our own, and what all kernels for graphics processors share.

#[cfg(feature = "cube")]
pub mod gpu;

use burn::backend::DispatchDevice;
use burn::tensor::Device;

/// Where kernels run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernels {
    /// Burn's CPU backend.
    Cpu,
    /// A graphics processor.
    #[cfg(feature = "cube")]
    Gpu,
}

/// The kernels of a device, with or without gradients; `None` where only burn's own operations are at hand.
pub fn kernels_of(device: &Device) -> Option<Kernels> {
    let device = device.clone().inner();
    match device.as_dispatch() {
        DispatchDevice::Flex(_) => Some(Kernels::Cpu),
        #[cfg(feature = "cube")]
        DispatchDevice::Cube(_) => Some(Kernels::Gpu),
        _ => None,
    }
}
