//! Devices by name.

use super::{CliError, remote};
use burn::tensor::Device;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A device that the program may have been built with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceName {
    /// The CPU with all its cores.
    Cpu,
    /// A GPU with the shaders that a browser would use.
    Webgpu,
    /// A GPU through Vulkan.
    Vulkan,
    /// A GPU through CUDA.
    Cuda,
    /// The device that `taylornet serve-device` lends at an address (`host:port`).
    Remote(String),
}

/// A device that is ready, with the name under which results mention it.
#[derive(Debug, Clone)]
pub struct OpenDevice {
    /// For messages and the manifest.
    pub name: String,
    /// Ready to compute.
    pub device: Device,
}

impl DeviceName {
    /// Makes the device ready; one of another machine is given up after `limit`.
    pub fn open(&self, limit: Duration) -> Result<OpenDevice, CliError> {
        let device = match self {
            Self::Cpu => Device::flex(),
            #[cfg(feature = "webgpu")]
            Self::Webgpu => Device::wgpu(burn::tensor::DeviceKind::DefaultDevice),
            #[cfg(not(feature = "webgpu"))]
            Self::Webgpu => return Err(CliError::NoDevice { device: "webgpu" }),
            #[cfg(feature = "vulkan")]
            Self::Vulkan => Device::vulkan(burn::tensor::DeviceKind::DefaultDevice),
            #[cfg(not(feature = "vulkan"))]
            Self::Vulkan => return Err(CliError::NoDevice { device: "vulkan" }),
            #[cfg(feature = "cuda")]
            Self::Cuda => Device::cuda(0),
            #[cfg(not(feature = "cuda"))]
            Self::Cuda => return Err(CliError::NoDevice { device: "cuda" }),
            Self::Remote(address) => remote::connect(address, limit)?,
        };
        Ok(OpenDevice { name: self.to_string(), device })
    }
}

impl FromStr for DeviceName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "cpu" => Ok(Self::Cpu),
            "webgpu" => Ok(Self::Webgpu),
            "vulkan" => Ok(Self::Vulkan),
            "cuda" => Ok(Self::Cuda),
            _ => match text.strip_prefix("remote:") {
                Some(address) if address.contains(':') => Ok(Self::Remote(address.to_owned())),
                _ => Err("choose cpu, webgpu, vulkan, cuda or remote:HOST:PORT".to_owned()),
            },
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
            Self::Webgpu => formatter.write_str("GPU (WebGPU)"),
            Self::Vulkan => formatter.write_str("GPU (Vulkan)"),
            Self::Cuda => formatter.write_str("GPU (CUDA)"),
            Self::Remote(address) => write!(formatter, "remote {address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_others_refused() {
        assert_eq!("cpu".parse(), Ok(DeviceName::Cpu));
        assert_eq!("remote:gpu:3000".parse(), Ok(DeviceName::Remote("gpu:3000".into())));
        assert_eq!("remote:gpu:3000".parse::<DeviceName>().map(|name| name.to_string()), Ok("remote gpu:3000".into()));
        for wrong in ["tpu", "remote:", "remote:gpu"] {
            assert!(wrong.parse::<DeviceName>().is_err_and(|error| error.contains("remote:HOST:PORT")), "{wrong}");
        }
    }
}
