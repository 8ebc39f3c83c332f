//! The engine, as the browser loads it into a worker.

#[cfg(target_family = "wasm")]
fn main() {
    taylornet_explorer::worker::browser::start();
}

#[cfg(not(target_family = "wasm"))]
fn main() {}
