//! The frame around all rooms: top bar, notices, what the worker is doing, and the room on screen.

use super::at_hand::{DigitAtHand, RunAtHand};
use super::components::{Notice, NoticeKind, ProgressBar};
use super::draw::DrawRoom;
use super::history::{Address, use_address};
use super::later::LaterRoom;
use super::lesson::{self, ShareLine};
use super::link::{WorkerLink, WorkerStatus, use_link};
use super::manifest::{self, Manifest};
use super::offline::{Offline, OfflineLine, RenewedNotice};
use super::status::active_name;
use super::theme::ThemeButton;
use super::tour::{TourButton, TourGuide, TourPanel};
use super::url::{self, Room};
use crate::app::reactive::{effect, effect_after, heard, memo};
use crate::app::views::{live, view};
use leptos::ev;
use leptos::prelude::*;

/// The manifest once it is here, or the sentence that says why not. A context value.
#[derive(Clone, Copy)]
pub struct Shipped(pub RwSignal<Option<Result<Manifest, String>>>);

/// Puts the page into the document.
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        // A panic leaves the page as it is, but dead; the message is part of index.html and merely hidden.
        if let Some(fatal) = web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id("fatal")) {
            let _ = fatal.remove_attribute("hidden");
        }
    }));
    let Some(root) = document().get_element_by_id("app") else { return };
    root.set_inner_html("");
    let root = wasm_bindgen::JsCast::unchecked_into(root);
    leptos::mount::mount_to(root, App).forget();
}

/// Otherwise the browser would show a dropped file in place of the page, in any room.
fn keep_the_page_where_files_are_dropped() {
    window_event_listener(ev::dragover, |event| event.prevent_default());
    window_event_listener(ev::drop, |event| event.prevent_default());
}

/// The whole page.
#[component]
fn App() -> impl IntoView {
    let address = Address::follow();
    provide_context(address);
    let link = WorkerLink::new(address.state.with_untracked(|state| state.device));
    provide_context(link);
    link.start_soon();
    let offline = Offline::follow(address);
    provide_context(RunAtHand::new());
    provide_context(DigitAtHand::new());
    let shipped = Shipped(RwSignal::new(None));
    provide_context(shipped);
    crate::app::task::spawn(async move { shipped.0.set(Some(manifest::fetch().await)) });
    let device = memo(move |_| address.state.with(|state| state.device));
    effect_after(move |previous: Option<_>| {
        let device = device.get();
        if previous.is_some_and(|previous| previous != device) {
            link.switch_device(device);
        }
        device
    });
    keep_the_page_where_files_are_dropped();
    lesson::follow(address);
    provide_context(TourGuide::follow(address));
    let room = address.room();
    effect(move || document().set_title(&format!("{} · TaylorNet Explorer", room.get().title())));
    view! {
        <a class="skip" href="#main">"Skip to the room"</a>
        <TopBar/>
        <TourPanel/>
        <div class="notices">
            <Notice id="address-notice" kind=NoticeKind::Info text=address.notice/>
            <Notice id="worker-notice" kind=NoticeKind::Warn text=link.notice()/>
            <WorkerFailure/>
            <RenewedNotice offline/>
        </div>
        <main id="main" tabindex="-1" data-room=move || room.get().key()>
            <ErrorBoundary fallback=|errors| {
                view! {
                    <div class="notice error" role="alert" data-testid="error-notice">
                        <p>"This room cannot be shown. Reload the page; if that does not help, choose another room."</p>
                        <ul>
                            {move || errors.get().into_iter().map(|(_, error)| view! { <li>{error.to_string()}</li> }).collect_view()}
                        </ul>
                    </div>
                }
            }>
                // Rooms stay alive when another is on screen: a run goes on, a drawing stays.
                <RoomPanel room=Room::Draw current=room><DrawRoom/></RoomPanel>
                <RoomPanel room=Room::Photos current=room><LaterRoom room=Room::Photos/></RoomPanel>
                <RoomPanel room=Room::Own current=room><LaterRoom room=Room::Own/></RoomPanel>
                <RoomPanel room=Room::Train current=room><LaterRoom room=Room::Train/></RoomPanel>
                <RoomPanel room=Room::Polynomial current=room><LaterRoom room=Room::Polynomial/></RoomPanel>
                <RoomPanel room=Room::Distil current=room><LaterRoom room=Room::Distil/></RoomPanel>
                <RoomPanel room=Room::Results current=room><LaterRoom room=Room::Results/></RoomPanel>
                <RoomPanel room=Room::Idea current=room><LaterRoom room=Room::Idea/></RoomPanel>
            </ErrorBoundary>
        </main>
        <footer class="foot">
            <ShareLine/>
            <OfflineLine offline/>
        </footer>
        <PrintedAddress/>
    }
}

/// On paper only: where the page that was printed can be found again.
#[component]
fn PrintedAddress() -> impl IntoView {
    let address = use_address();
    let text = move || {
        let place = window().location();
        let part = |part: Result<String, wasm_bindgen::JsValue>| part.unwrap_or_default();
        format!("{}{}{}", part(place.origin()), part(place.pathname()), url::write(&address.state.get()))
    };
    view! { <p class="printed-address" aria-hidden="true">{live(text)}</p> }
}

/// A room that is built when it is first on screen and only hidden afterwards.
#[component]
fn RoomPanel(
    /// The room inside.
    room: Room,
    /// The room on screen.
    current: Memo<Room>,
    /// Builds the room.
    children: ChildrenFn,
) -> impl IntoView {
    let opened = memo(move |previous: Option<&bool>| previous.copied().unwrap_or(false) || current.get() == room);
    view! {
        <section class="room" id=format!("room-{}", room.key()) aria-label=room.title() hidden=move || current.get() != room>
            {move || opened.get().then(|| children())}
        </section>
    }
}

#[component]
fn TopBar() -> impl IntoView {
    let address = use_address();
    let room = address.room();
    let links = Room::ALL.map(|target| {
        let href = move || {
            let mut state = address.state.get();
            state.room = target;
            let query = url::write(&state);
            if query.is_empty() { "?".to_owned() } else { query }
        };
        view! {
            <li>
                <a
                    href=href
                    id=format!("to-{}", target.key())
                    data-testid=format!("to-{}", target.key())
                    aria-current=move || (room.get() == target).then_some("page")
                    on:click=heard(move |event: web_sys::MouseEvent| {
                        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                            event.prevent_default();
                            address.state.update(|state| state.room = target);
                        }
                    })
                >
                    {target.title()}
                </a>
            </li>
        }
    });
    view! {
        <header class="top">
            <p class="brand">"TaylorNet" <span>" Explorer"</span></p>
            <nav aria-label="Rooms"><ul>{links.into_iter().collect_view()}</ul></nav>
            <WorkerState/>
            <TourButton/>
            <ThemeButton/>
        </header>
    }
}

/// One line about the worker: what it loads, or the device that computes.
#[component]
fn WorkerState() -> impl IntoView {
    let link = use_link();
    let text = move || match (link.busy().get(), link.status().get()) {
        (_, WorkerStatus::Crashed(_)) => "stopped".to_owned(),
        (Some(busy), _) => busy.sentence(),
        (None, WorkerStatus::Loading) => "Loading the engine".to_owned(),
        (None, WorkerStatus::Ready(report)) => active_name(&report),
    };
    // Said aloud without the numbers: they change many times a second.
    let spoken = memo(move |_| match (link.busy().get(), link.status().get()) {
        (_, WorkerStatus::Crashed(_)) => "The computing part of the page has stopped".to_owned(),
        (Some(busy), _) => busy.what,
        (None, WorkerStatus::Loading) => "Loading the engine".to_owned(),
        (None, WorkerStatus::Ready(report)) => format!("Computing on {}", active_name(&report)),
    });
    let share = move || link.busy().get().and_then(|busy| busy.total.map(|total| (busy.done / total).clamp(0.0, 1.0)));
    let working = move || link.busy().get().is_some() || link.status().get() == WorkerStatus::Loading;
    view! {
        <div class="worker-state" data-testid="worker-state" data-status=move || link.status().get().key()>
            <span class="text" aria-hidden="true" data-testid="device-name" title=text>{live(text)}</span>
            <span class="visually-hidden" role="status">{spoken}</span>
            <ProgressBar label="Loading" share=Signal::derive(share) hidden=Signal::derive(move || !working()) compact=true/>
        </div>
    }
}

/// Shown while there is no worker: why, and a button to try again.
#[component]
fn WorkerFailure() -> impl IntoView {
    let link = use_link();
    move || match link.status().get() {
        WorkerStatus::Loading | WorkerStatus::Ready(_) => None,
        WorkerStatus::Crashed(reason) => Some(view! {
            <div class="notice error" role="alert" data-testid="worker-failure">
                <p>
                    {format!("The computing part of the page is not running: {}. ", reason.trim_end_matches('.'))}
                    "Check the connection and start it again; if that does not help, try another browser."
                </p>
                <button type="button" class="button" data-testid="worker-restart" on:click=heard(move |_| link.restart())>
                    "Start again"
                </button>
            </div>
        }),
    }
}
