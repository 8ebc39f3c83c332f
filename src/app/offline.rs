//! Which part of the site is kept for use without a network, and a new build of it. `web/offline.js` does it and
//! reports it by window events; a site without a build says nothing, and nothing is shown.

use super::components::ProgressBar;
use super::format;
use super::history::Address;
use super::later::download_when_idle;
use super::link::{WorkerStatus, use_link};
use super::views::view;
use crate::app::reactive::{effect, heard, memo};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit};

/// Window events; `web/boot.js` and `web/offline.js` know them by the same names.
const SETTLED: &str = "explorer-settled";
const SAYS: &str = "explorer-offline";
const ASKS: &str = "explorer-offline-ask";
/// This long after the engine is ready the first screen is answered, and what is kept for later holds nothing up.
const AFTER_READY: Duration = Duration::from_millis(2500);

/// What is kept.
#[derive(Debug, Clone, PartialEq, Default)]
enum Kept {
    /// Nothing was said yet.
    #[default]
    Unknown,
    /// Bytes of the first part: done, and in all.
    Keeping(f64, f64),
    /// The first part; the rest is this many bytes.
    First(f64),
    /// Bytes of the rest: done, and in all.
    Fetching(f64, f64),
    /// All files.
    Everything,
    /// Why not.
    Failed(String),
}

impl Kept {
    fn key(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Keeping(..) => "keeping",
            Self::First(_) => "first",
            Self::Fetching(..) => "fetching",
            Self::Everything => "everything",
            Self::Failed(_) => "failed",
        }
    }

    fn sentence(&self) -> String {
        let of = |done: f64, total: f64| format!("{} of {}", format::bytes(done), format::bytes(total));
        match self {
            Self::Unknown => String::new(),
            Self::Keeping(done, total) => format!("Being kept for use without a network: {}.", of(*done, *total)),
            Self::First(_) => {
                "Kept for use without a network: the page, the networks that it opens with, and the references of levels 4 and 5."
                    .into()
            }
            Self::Fetching(done, total) => format!("Keeping everything: {}.", of(*done, *total)),
            Self::Everything => "Everything is kept: all rooms work without a network.".into(),
            Self::Failed(reason) => format!("Not kept for use without a network: {reason}."),
        }
    }

    fn share(&self) -> Option<f64> {
        match self {
            Self::Keeping(done, total) | Self::Fetching(done, total) => Some((done / total.max(1.0)).clamp(0.0, 1.0)),
            Self::Unknown | Self::First(_) | Self::Everything | Self::Failed(_) => None,
        }
    }

    /// What the script says; nothing where it is about something else.
    fn read(detail: &JsValue) -> Option<Self> {
        let field = |name: &str| js_sys::Reflect::get(detail, &name.into()).ok();
        let number = |name: &str| field(name).and_then(|value| value.as_f64()).unwrap_or_default();
        Some(match field("state")?.as_string()?.as_str() {
            "keeping" => Self::Keeping(number("done"), number("total")),
            "kept" => Self::First(number("more")),
            "fetching" => Self::Fetching(number("done"), number("total")),
            "everything" => Self::Everything,
            "failed" => Self::Failed(field("reason").and_then(|reason| reason.as_string()).unwrap_or_default()),
            _ => return None,
        })
    }
}

/// Signals of what is kept. A context value.
#[derive(Clone, Copy)]
pub struct Offline {
    kept: RwSignal<Kept>,
    /// Whether a new build waits.
    renewed: RwSignal<bool>,
}

impl Offline {
    /// Listens to the script, and tells it once the first screen is answered.
    pub fn follow(address: Address) -> Self {
        let offline = Self { kept: RwSignal::new(Kept::default()), renewed: RwSignal::new(false) };
        let says = window_event_listener_untyped(SAYS, move |event| {
            let Some(event) = event.dyn_ref::<CustomEvent>() else { return };
            let detail = event.detail();
            if js_sys::Reflect::get(&detail, &"update".into()).is_ok_and(|update| update.is_truthy()) {
                offline.renewed.set(true);
            }
            if let Some(kept) = Kept::read(&detail) {
                offline.kept.set(kept);
            }
        });
        on_cleanup(move || says.remove());
        let link = use_link();
        let is_told = StoredValue::new(false);
        effect(move || {
            // A room inside another page is not what a visitor comes back to.
            let is_embedded = address.state.with_untracked(|state| state.lesson.embed);
            if matches!(link.status().get(), WorkerStatus::Ready(_)) && !is_told.get_value() && !is_embedded {
                is_told.set_value(true);
                let settled = || {
                    download_when_idle();
                    tell(SETTLED, "");
                };
                set_timeout(settled, AFTER_READY);
            }
        });
        offline
    }
}

fn tell(name: &str, detail: &str) {
    let options = CustomEventInit::new();
    options.set_detail(&detail.into());
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &options) {
        let _ = window().dispatch_event(&event);
    }
}

/// A line with what is kept, and a button for the rest.
#[component]
pub fn OfflineLine(
    /// What is kept.
    offline: Offline,
) -> impl IntoView {
    let kept = offline.kept;
    let key = move || kept.with(Kept::key);
    let sentence = memo(move |_| kept.with(Kept::sentence));
    // Said aloud without the numbers: they change many times a second.
    let spoken = memo(move |_| if kept.with(|kept| kept.share().is_some()) { String::new() } else { sentence.get() });
    let button = move || {
        let (label, ask) = kept.with(|kept| match kept {
            Kept::Unknown | Kept::Keeping(..) | Kept::Everything => None,
            Kept::First(more) => Some((format!("Keep everything ({})", format::bytes(*more)), "everything")),
            Kept::Fetching(..) => Some(("Cancel".to_owned(), "stop")),
            Kept::Failed(_) => Some(("Try again".to_owned(), "everything")),
        })?;
        Some(view! {
            <button type="button" class="button" data-testid="offline-button" on:click=heard(move |_| tell(ASKS, ask))>{label}</button>
        })
    };
    view! {
        <div class="offline" data-testid="offline" data-kept=key hidden=move || kept.with(|kept| *kept == Kept::Unknown)>
            <p aria-hidden="true">{sentence}</p>
            <p class="visually-hidden" role="status">{spoken}</p>
            {button}
            <ProgressBar
                label="Keeping for use without a network"
                share=Signal::derive(move || kept.with(Kept::share))
                hidden=Signal::derive(move || kept.with(|kept| kept.share().is_none()))
                compact=true
            />
        </div>
    }
}

/// Shown while a new build waits: it takes over as a whole, when the visitor says so.
#[component]
pub fn RenewedNotice(
    /// What is kept.
    offline: Offline,
) -> impl IntoView {
    view! {
        <div role="status" class="live">
            {move || {
                offline.renewed.get().then(|| view! {
                    <div class="notice info" data-testid="renewed">
                        <p>
                            "A new version of this page is ready. All open tabs of it are reloaded together; "
                            "drawings stay, and training goes on from its last checkpoint."
                        </p>
                        <button type="button" class="button" data-testid="renewed-reload" on:click=heard(|_| tell(ASKS, "reload"))>
                            "Reload"
                        </button>
                        <button
                            type="button"
                            class="button quiet close"
                            aria-label="Close this message"
                            on:click=heard(move |_| offline.renewed.set(false))
                        >
                            "×"
                        </button>
                    </div>
                })
            }}
        </div>
    }
}
