//! Weights and measurements as files, in and out.

use super::record::{Phase, Record, csv};
use super::state::{Training, use_training};
use super::test::looked_at;
use crate::app::reactive::heard;
use crate::app::save;
use crate::app::views::view;
use crate::protocol::{Event, Request};
use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlInputElement;

/// Largest file of weights that is read; the largest network here has about ten megabytes.
const LARGEST: f64 = 256e6;

/// Save and load weights, download measurements.
#[component]
pub fn Files() -> impl IntoView {
    let training = use_training();
    let run = looked_at(training);
    let ready = move || run.get().record.with(|record| record.summary.is_some() && record.phase != Phase::Preparing);
    let measured = move || training.runs.iter().any(|run| run.record.with(|record| !record.points.is_empty()));
    let save = move |_| {
        let run = run.get_untracked();
        let name = run.record.with_untracked(|record| format!("{}-step-{}.safetensors", record.name, record.step));
        training.link.send(Request::SaveWeights { run: run.id }, move |event| {
            if let Event::Weights { file, .. } = event {
                download(training, &name, "application/octet-stream", file);
            } else {
                training.complain(event);
            }
        });
    };
    let metrics = move |_| {
        let records: Vec<Record> = training.runs.iter().map(|run| run.record.get_untracked()).collect();
        download(training, "taylornet-metrics.csv", "text/csv", csv(&records).as_bytes());
    };
    view! {
        <section class="panel files" aria-labelledby="files-title">
            <h2 id="files-title">"Files"</h2>
            <div class="row wrap">
                <button type="button" class="button" data-testid="save-weights" disabled=move || !ready() on:click=heard(save)>
                    "Save weights"
                </button>
                <label class="button file">
                    "Load weights"
                    <input
                        type="file"
                        class="visually-hidden"
                        accept=".safetensors"
                        data-testid="load-weights"
                        on:change=heard(move |event: web_sys::Event| {
                            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
                                load(training, &input);
                            }
                        })
                    />
                </label>
                <button type="button" class="button" data-testid="save-metrics" disabled=move || !measured() on:click=heard(metrics)>
                    "Download measurements (CSV)"
                </button>
            </div>
            <p class="muted small">"Weights are safetensors files. To load one, choose the settings that it was trained with."</p>
        </section>
    }
}

/// Reads the chosen file and gives its weights to the run on view.
fn load(training: Training, input: &HtmlInputElement) {
    let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
    // The same file can be chosen again.
    input.set_value("");
    if file.size() > LARGEST {
        training
            .notice
            .set(Some("The file is too large for weights of these networks. Choose a safetensors file.".into()));
        return;
    }
    let run = training.runs[0];
    crate::app::task::spawn(async move {
        match JsFuture::from(file.array_buffer()).await {
            Ok(buffer) => {
                let bytes = Uint8Array::new(&buffer).to_vec();
                let give = move || {
                    let request = Request::LoadWeights { run: run.id, file: bytes.clone() };
                    // Normalisation is folded into the file's weights. The settings must say so, or Start would build anew.
                    let follow = move || training.address.state.update(|state| state.train.normalization = false);
                    training.build(run, request, follow);
                };
                let finished = run.record.with_untracked(|record| record.phase == Phase::Finished);
                if finished { give() } else { training.prepared(run, give) }
            }
            Err(_) => training.notice.set(Some("The file could not be read. Choose it again.".into())),
        }
    });
}

/// Hands bytes to the visitor as a file.
fn download(training: Training, name: &str, kind: &str, bytes: &[u8]) {
    if !save::download(name, kind, bytes) {
        training
            .notice
            .set(Some("The browser does not let the page write a file. Allow downloads for this page.".into()));
    }
}
