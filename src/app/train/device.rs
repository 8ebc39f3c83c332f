//! Where the computing is done, by name, with a switch; and how far the GPU is from the CPU.

use super::state::use_training;
use crate::app::components::{Term, unique_id};
use crate::app::format;
use crate::app::link::WorkerStatus;
use crate::app::reactive::{heard, memo};
use crate::app::status::active_name;
use crate::app::url::device_key;
use crate::app::views::{live, view};
use crate::protocol::{DeviceChoice, DeviceKind, DeviceReport};
use leptos::prelude::*;

const CHOICES: [(DeviceChoice, &str); 3] =
    [(DeviceChoice::Auto, "Automatic"), (DeviceChoice::Cpu, "CPU"), (DeviceChoice::Webgpu, "WebGPU")];

/// The device panel.
#[component]
pub fn DevicePanel() -> impl IntoView {
    let training = use_training();
    let report = memo(move |_| match training.link.status().get() {
        WorkerStatus::Ready(report) => Some(report),
        WorkerStatus::Loading | WorkerStatus::Crashed(_) => None,
    });
    let name = move || report.with(|report| report.as_ref().map_or("Being chosen …".to_owned(), active_name));
    let reason = move || report.with(|report| report.as_ref().map(|report| report.reason.clone()));
    let chosen = memo(move |_| training.address.state.with(|state| state.device));
    let group = unique_id("device");
    let radio = CHOICES.map(|(device, label)| {
        let group = group.clone();
        view! {
            <label class="segment">
                <input
                    type="radio"
                    name=group
                    value=device_key(device)
                    data-testid=format!("device-{}", device_key(device))
                    prop:checked=move || chosen.get() == device
                    on:change=heard(move |_| training.address.state.update(|state| state.device = device))
                />
                <span>{label}</span>
            </label>
        }
    });
    view! {
        <section class="panel device" aria-labelledby="device-title">
            <h2 id="device-title">"Device"</h2>
            <p class="device-name" data-testid="train-device">{live(name)}</p>
            <p class="muted small reason">{live(reason)}</p>
            <fieldset class="segments" data-testid="device-switch">
                <legend class="visually-hidden">"Compute on"</legend>
                {radio.into_iter().collect_view()}
            </fieldset>
            <dl class="figures">
                <div>
                    <dt>
                        <Term
                            word="CPU and GPU differ by"
                            meaning="Both compute the same small batch, forwards and backwards, when the page starts. This is their largest relative difference."
                        />
                    </dt>
                    <dd class="badge" data-testid="device-difference">
                        {move || report.with(|report| report.as_ref().map_or(format::NONE.to_owned(), difference))}
                    </dd>
                </div>
                <div>
                    <dt>"Test step"</dt>
                    <dd data-testid="device-times">
                        {move || report.with(|report| report.as_ref().map_or(format::NONE.to_owned(), times))}
                    </dd>
                </div>
            </dl>
        </section>
    }
}

fn difference(report: &DeviceReport) -> String {
    let gpu = report.devices.iter().find(|device| device.kind == DeviceKind::Webgpu);
    match gpu {
        Some(gpu) => match gpu.difference {
            Some(difference) => format::significant(difference, 2),
            None if gpu.usable => "not measured".to_owned(),
            None => gpu.note.clone(),
        },
        None => "no GPU here".to_owned(),
    }
}

fn times(report: &DeviceReport) -> String {
    let measured = report.devices.iter().filter_map(|device| {
        let name = match device.kind {
            DeviceKind::Cpu => "CPU",
            DeviceKind::Webgpu => "GPU",
        };
        device.step_ms.map(|ms| format!("{name} {}", format::milliseconds(ms)))
    });
    let text = measured.collect::<Vec<_>>().join(", ");
    if text.is_empty() { format::NONE.to_owned() } else { text }
}
