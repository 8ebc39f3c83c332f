//! Devices by name.

use super::CliError;
use burn::tensor::Device;
use std::fmt;

/// A device that the program may have been built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DeviceName {
    /// The CPU with all its cores.
    Cpu,
    /// A GPU through Vulkan.
    Vulkan,
    /// A GPU through CUDA.
    Cuda,
}

impl DeviceName {
    /// Makes the device ready.
    pub fn open(self) -> Result<Device, CliError> {
        match self {
            Self::Cpu => Ok(Device::flex()),
            #[cfg(feature = "vulkan")]
            Self::Vulkan => Ok(Device::vulkan(burn::tensor::DeviceKind::DefaultDevice)),
            #[cfg(not(feature = "vulkan"))]
            Self::Vulkan => Err(CliError::NoDevice { device: "vulkan" }),
            #[cfg(feature = "cuda")]
            Self::Cuda => Ok(Device::cuda(0)),
            #[cfg(not(feature = "cuda"))]
            Self::Cuda => Err(CliError::NoDevice { device: "cuda" }),
        }
    }
}

impl fmt::Display for DeviceName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => {
                let threads = rayon::current_num_threads();
                write!(formatter, "CPU, {threads} thread{}", if threads == 1 { "" } else { "s" })
            }
            Self::Vulkan => formatter.write_str("GPU (Vulkan)"),
            Self::Cuda => formatter.write_str("GPU (CUDA)"),
        }
    }
}
