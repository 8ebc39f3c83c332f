//! Work that the page waits for.

use std::future::Future;

/// Runs a task to its end, even if the room that began it is gone by then: it uses the `try_` forms of signals, or
/// signals of the whole page. The only place that starts tasks.
#[expect(clippy::disallowed_methods, reason = "the one place that starts tasks")]
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(task);
}
