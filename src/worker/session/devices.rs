//! Which device computes: probed, tested against the CPU, and chosen by a measured step.

use super::measurement::step_ms;
use super::{Answer, Session};
use crate::engine::selftest;
use crate::protocol::{DeviceChoice, DeviceKind, DeviceReport, DeviceStatus, Event, SelfTestReport};
use crate::worker::fault::Fault;
use crate::worker::host::{Adapter, Host};
use burn::tensor::Device;

/// Largest relative difference from the CPU with which a graphics processor is trusted.
const MAX_DIFFERENCE: f64 = 1e-3;
/// A self-test slower than this is not worth a measurement with the real network, in milliseconds.
const MAX_TEST_MS: f64 = 750.0;

/// The devices and what is known of them.
pub struct Devices {
    wish: DeviceChoice,
    active: DeviceKind,
    reason: String,
    /// The measurement that the choice waits for has still to be made.
    undecided: bool,
    cpu: Device,
    cpu_step_ms: Option<f64>,
    gpu: Gpu,
}

#[derive(Default)]
struct Gpu {
    /// Looked for at the first choice.
    adapter: Option<Result<Adapter, String>>,
    device: Option<Device>,
    /// Why it is not used any more.
    failure: Option<String>,
    step_ms: Option<f64>,
    difference: Option<f64>,
    /// Duration of the self-test, once it has been passed.
    test_ms: Option<f64>,
}

/// A device and which it is.
#[derive(Debug, Clone)]
pub struct ActiveDevice {
    pub kind: DeviceKind,
    device: Device,
}

impl ActiveDevice {
    pub fn by_ref(&self) -> (DeviceKind, &Device) {
        (self.kind, &self.device)
    }
}

impl Default for Devices {
    fn default() -> Self {
        Self {
            wish: DeviceChoice::Auto,
            active: DeviceKind::Cpu,
            reason: String::new(),
            undecided: false,
            cpu: Device::flex(),
            cpu_step_ms: None,
            gpu: Gpu::default(),
        }
    }
}

impl Devices {
    /// Device of the runs.
    pub fn active(&self) -> Device {
        self.active_with_kind().device
    }

    /// Device of the runs, and which it is.
    pub fn active_with_kind(&self) -> ActiveDevice {
        match (self.active, &self.gpu.device) {
            (DeviceKind::Webgpu, Some(device)) => ActiveDevice { kind: DeviceKind::Webgpu, device: device.clone() },
            _ => ActiveDevice { kind: DeviceKind::Cpu, device: self.cpu.clone() },
        }
    }

    /// Device for single images: the CPU answers faster, and does not wait for training on the GPU.
    pub fn for_single_images(&self) -> Device {
        let forced = self.wish == DeviceChoice::Webgpu && !self.gpu.is_software();
        if forced { self.active() } else { self.cpu.clone() }
    }

    /// True while the measurement has still to be made.
    pub fn is_undecided(&self) -> bool {
        self.undecided
    }

    /// Never uses the graphics processor again.
    pub fn give_up_gpu(&mut self, reason: String) {
        self.choose(DeviceKind::Cpu, format!("The GPU failed: {reason}. Reload the page to try it again."));
        self.gpu.failure = Some(reason);
    }

    /// What was found and what is used.
    pub fn report(&self) -> DeviceReport {
        let cpu = DeviceStatus {
            kind: DeviceKind::Cpu,
            name: cpu_name().into(),
            usable: true,
            note: String::new(),
            step_ms: self.cpu_step_ms,
            difference: None,
        };
        DeviceReport { active: self.active, reason: self.reason.clone(), devices: vec![cpu, self.gpu.status()] }
    }

    fn choose(&mut self, kind: DeviceKind, reason: String) {
        self.active = kind;
        self.reason = reason;
        self.undecided = false;
    }
}

impl Gpu {
    /// True where the CPU only pretends to be a graphics processor.
    fn is_software(&self) -> bool {
        matches!(&self.adapter, Some(Ok(adapter)) if adapter.software)
    }

    fn status(&self) -> DeviceStatus {
        let (name, usable, note) = match (&self.adapter, &self.failure) {
            (_, Some(reason)) | (Some(Err(reason)), None) => ("WebGPU".into(), false, reason.clone()),
            (None, None) => ("WebGPU".into(), false, "not looked for yet".into()),
            (Some(Ok(adapter)), None) => {
                let note = if adapter.software { "software, computed by the CPU" } else { "" };
                (format!("WebGPU — {}", adapter.name), true, note.to_owned())
            }
        };
        let kind = DeviceKind::Webgpu;
        DeviceStatus { kind, name, usable, note, step_ms: self.step_ms, difference: self.difference }
    }
}

/// Name of the CPU as a device.
fn cpu_name() -> &'static str {
    #[cfg(target_family = "wasm")]
    if crate::engine::cluster::has_products() {
        return "CPU (relaxed SIMD)";
    }
    if cfg!(any(target_feature = "simd128", not(target_family = "wasm"))) { "CPU (SIMD)" } else { "CPU" }
}

impl<H: Host> Session<H> {
    /// The first request.
    pub(super) async fn start(&mut self, base_url: String, wish: DeviceChoice) -> Answer {
        self.base_url = Some(if base_url.ends_with('/') { base_url } else { format!("{base_url}/") });
        self.prepare_choice(wish).await;
        Ok(Some(Event::Ready { device: self.devices.report() }))
    }

    /// Moves everything to another device.
    pub(super) async fn switch_device(&mut self, wish: DeviceChoice) -> Answer {
        let before = self.devices.active_with_kind().kind;
        self.prepare_choice(wish).await;
        if self.devices.undecided {
            self.measure().await;
        }
        self.forget_predictors(None);
        if self.devices.active_with_kind().kind != before {
            self.move_runs().await?;
        }
        Ok(Some(Event::Ready { device: self.devices.report() }))
    }

    /// Chooses where no measurement is needed, else stays on the CPU for now.
    async fn prepare_choice(&mut self, wish: DeviceChoice) {
        if self.devices.gpu.adapter.is_none() {
            self.devices.gpu.adapter = Some(self.host.find_adapter().await);
        }
        self.devices.wish = wish;
        let missing = match (&self.devices.gpu.adapter, &self.devices.gpu.failure) {
            (_, Some(reason)) | (Some(Err(reason)), None) => Some(reason.clone()),
            (Some(Ok(_)) | None, None) => None,
        };
        let software = self.devices.gpu.is_software();
        match (wish, missing) {
            (DeviceChoice::Cpu, _) => self.devices.choose(DeviceKind::Cpu, "You chose the CPU.".into()),
            (_, Some(reason)) => {
                self.devices.choose(DeviceKind::Cpu, format!("The CPU computes, because WebGPU cannot: {reason}."));
            }
            (DeviceChoice::Auto, None) if software => {
                let reason = "The CPU computes, because the GPU of this browser is software and slower than the CPU.";
                self.devices.choose(DeviceKind::Cpu, reason.into());
            }
            (DeviceChoice::Auto, None) => {
                self.devices.choose(DeviceKind::Cpu, "The CPU computes while the GPU is being tested.".into());
                self.devices.undecided = true;
            }
            (DeviceChoice::Webgpu, None) => match self.test_gpu().await {
                Ok(_) => self.devices.choose(DeviceKind::Webgpu, "You chose WebGPU.".into()),
                Err(reason) => self.distrust(&reason),
            },
        }
    }

    /// Makes the measurement that is still open, before work begins that depends on it.
    pub(super) async fn settle_device(&mut self) {
        if self.devices.undecided {
            self.decide_device().await;
        }
    }

    /// Makes the measurement that is still open and tells the page.
    pub(super) async fn decide_device(&mut self) {
        self.busy(self.current, "Testing the GPU", 0, None);
        self.measure().await;
        if self.devices.active == DeviceKind::Webgpu
            && let Err(fault) = self.move_runs().await
        {
            self.conclude(0, Err(fault));
            return;
        }
        self.send(0, Event::Ready { device: self.devices.report() });
    }

    /// Compares the devices and takes the faster one.
    async fn measure(&mut self) {
        let test_ms = match self.test_gpu().await {
            Ok(test_ms) => test_ms,
            Err(reason) => return self.distrust(&reason),
        };
        if test_ms > MAX_TEST_MS {
            let reason = format!("The CPU computes, because the GPU is very slow ({test_ms:.0} ms for the self-test).");
            return self.devices.choose(DeviceKind::Cpu, reason);
        }
        let Some(gpu) = self.devices.gpu.device.clone() else { return self.distrust("it went away") };
        let cpu = self.devices.cpu.clone();
        let durations = match (step_ms(&*self.host, &cpu).await, step_ms(&*self.host, &gpu).await) {
            (Ok(cpu), Ok(gpu)) => (cpu, gpu),
            (Err(Fault::Device(reason)), _) | (_, Err(Fault::Device(reason))) => return self.distrust(&reason),
            (Err(_), _) | (_, Err(_)) => return self.distrust("the measurement failed"),
        };
        (self.devices.cpu_step_ms, self.devices.gpu.step_ms) = (Some(durations.0), Some(durations.1));
        let kind = if durations.1 < durations.0 { DeviceKind::Webgpu } else { DeviceKind::Cpu };
        let reason =
            format!("A training step takes {:.0} ms on the GPU and {:.0} ms on the CPU.", durations.1, durations.0);
        self.devices.choose(kind, reason);
    }

    fn distrust(&mut self, reason: &str) {
        self.devices.gpu.failure.get_or_insert_with(|| reason.to_owned());
        self.devices.choose(DeviceKind::Cpu, format!("The CPU computes, because the GPU cannot be used: {reason}."));
    }

    /// Opens the GPU and compares it with the CPU, once; returns the duration of its pass in milliseconds.
    async fn test_gpu(&mut self) -> Result<f64, String> {
        if let Some(test_ms) = self.devices.gpu.test_ms {
            return Ok(test_ms);
        }
        if self.devices.gpu.device.is_none() {
            self.devices.gpu.device = Some(self.host.open_adapter().await?);
        }
        let Some(gpu) = self.devices.gpu.device.clone() else { return Err("it went away".into()) };
        let (expected, cpu_ms) = self.timed_test(&self.devices.cpu.clone()).await?;
        let (mut found, mut gpu_ms) = self.timed_test(&gpu).await?;
        // The first pass compiles the kernels. Software is known to be slow, and a second pass would take seconds.
        if !self.devices.gpu.is_software() {
            (found, gpu_ms) = self.timed_test(&gpu).await?;
            if self.devices.gpu.step_ms.is_none() {
                let steps = expected.losses.len().max(1) as f64;
                (self.devices.cpu_step_ms, self.devices.gpu.step_ms) = (Some(cpu_ms / steps), Some(gpu_ms / steps));
            }
        }
        let difference = selftest::difference(&expected, &found);
        self.devices.gpu.difference = difference.is_finite().then_some(difference);
        if difference <= MAX_DIFFERENCE {
            self.devices.gpu.test_ms = Some(gpu_ms);
            Ok(gpu_ms)
        } else {
            Err(format!("its results differ by {difference:.1e} from the CPU's"))
        }
    }

    async fn timed_test(&self, device: &Device) -> Result<(SelfTestReport, f64), String> {
        let started_ms = self.host.now_ms();
        let report = selftest::run(device).await.map_err(|error| error.to_string())?;
        Ok((report, self.host.now_ms() - started_ms))
    }

    /// The self-test on the active device.
    pub(super) async fn self_test(&mut self) -> Answer {
        self.settle_device().await;
        let mut report = selftest::run_in_full(&self.devices.active()).await?;
        report.device = match self.devices.active_with_kind().kind {
            DeviceKind::Cpu => cpu_name().into(),
            DeviceKind::Webgpu => self.devices.gpu.status().name,
        };
        Ok(Some(Event::SelfTested { report }))
    }
}
