//! How the worker is and what it is doing, as the page shows it.

use super::format;
use crate::protocol::{BusyUnit, DeviceKind, DeviceReport};

/// How the worker is.
#[derive(Debug, Clone, PartialEq)]
pub enum WorkerStatus {
    /// Being downloaded, or choosing its device.
    Loading,
    /// At work on the reported device.
    Ready(DeviceReport),
    /// Gone; the sentence says why.
    Crashed(String),
}

/// Something that takes long goes on in the worker.
#[derive(Debug, Clone, PartialEq)]
pub struct Busy {
    /// What, as a sentence without a full stop.
    pub what: String,
    /// Done so far.
    pub done: f64,
    /// Total where known.
    pub total: Option<f64>,
    /// What is counted.
    pub unit: BusyUnit,
}

impl WorkerStatus {
    /// Name for tests and style sheets.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Ready(_) => "ready",
            Self::Crashed(_) => "crashed",
        }
    }
}

impl Busy {
    /// How far it is, 0 to 1, where that is known.
    pub fn share(&self) -> Option<f64> {
        self.total.map(|total| (self.done / total.max(1.0)).clamp(0.0, 1.0))
    }

    /// What goes on and how far it is.
    pub fn sentence(&self) -> String {
        let what = &self.what;
        match (self.unit, self.total) {
            (BusyUnit::Bytes, Some(total)) => {
                format!("{what}: {} of {}", format::bytes(self.done), format::bytes(total))
            }
            (BusyUnit::Bytes, None) if self.done > 0.0 => format!("{what}: {}", format::bytes(self.done)),
            (BusyUnit::Steps, Some(total)) if total > 1.0 => {
                format!("{what}: {} of {}", format::fixed(self.done, 0), format::fixed(total, 0))
            }
            (BusyUnit::Bytes | BusyUnit::Steps, _) => what.clone(),
        }
    }
}

/// Name of the device in use.
pub fn active_name(report: &DeviceReport) -> String {
    let active = report.devices.iter().find(|device| device.kind == report.active);
    active.map_or_else(
        || match report.active {
            DeviceKind::Cpu => "CPU".to_owned(),
            DeviceKind::Webgpu => "WebGPU".to_owned(),
        },
        |device| device.name.clone(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_is_said_with_its_unit() {
        let busy = |done, total, unit| Busy { what: "Loading MNIST".into(), done, total, unit }.sentence();
        assert_eq!(busy(2.0e6, Some(9.9e6), BusyUnit::Bytes), "Loading MNIST: 2.0\u{a0}MB of 9.9\u{a0}MB");
        assert_eq!(busy(2.0e6, None, BusyUnit::Bytes), "Loading MNIST: 2.0\u{a0}MB");
        assert_eq!(busy(3.0, Some(20.0), BusyUnit::Steps), "Loading MNIST: 3 of 20");
        assert_eq!(busy(0.0, None, BusyUnit::Steps), "Loading MNIST");
    }

    #[test]
    fn a_device_without_entry_still_has_a_name() {
        let report = DeviceReport { active: DeviceKind::Webgpu, reason: String::new(), devices: Vec::new() };
        assert_eq!(active_name(&report), "WebGPU");
    }
}
