//! Where the list of terms is scrolled to, and how the chosen row is brought into sight.

use super::state::StackRoom;
use super::window::{ROW_PX, scrolled_to};
use crate::app::reactive::effect_after;
use crate::number;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Where the list stands.
#[derive(Clone, Copy)]
pub struct Scroll {
    /// The box.
    pub area: NodeRef<Div>,
    /// How far it is scrolled.
    pub top_px: RwSignal<f64>,
    /// Its inner height.
    pub height_px: RwSignal<f64>,
}

/// Follows the height of the box as the page changes.
pub fn follow_size(scroll: Scroll) {
    scroll.area.on_load(move |area| {
        let measured = area.clone();
        let measure = move || {
            let now = f64::from(measured.client_height());
            if now > 0.0 && (now - scroll.height_px.get_untracked()).abs() > 0.5 {
                scroll.height_px.set(now);
            }
        };
        measure();
        let callback = Closure::<dyn FnMut()>::new(measure);
        if let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(&area);
            on_cleanup_local(move || {
                observer.disconnect();
                drop(callback);
            });
        }
    });
}

/// Runs when the list is taken away; what belongs to the browser cannot be sent elsewhere, and need not be.
fn on_cleanup_local(end: impl FnOnce() + 'static) {
    let end = StoredValue::new_local(Some(end));
    on_cleanup(move || {
        let mut taken = None;
        end.try_update_value(|end| taken = end.take());
        if let Some(end) = taken {
            end();
        }
    });
}

/// Brings the chosen row into sight when it changes, or when other terms are shown.
pub fn show_active(room: StackRoom, scroll: Scroll, active: Memo<Option<usize>>) {
    effect_after(move |before: Option<usize>| {
        let shown = room.selection.with(|selection| selection.len());
        let area = scroll.area.get();
        if let (Some(row), Some(area)) = (active.get(), area) {
            let (top, height) = (f64::from(area.scroll_top()), scroll.height_px.get());
            if let Some(place) = scrolled_to(row, top, height) {
                // From afar the row lands in the middle, from nearby at the edge.
                let far = (place - top).abs() > height;
                let middle = row as f64 * ROW_PX - height / 2.0 + ROW_PX;
                area.set_scroll_top(number::whole(if far { middle.max(0.0) } else { place }));
            }
        } else if let Some(area) = scroll.area.get_untracked()
            && before.is_some_and(|before| before != shown)
        {
            area.set_scroll_top(0);
        }
        shown
    });
}
