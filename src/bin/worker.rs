//! The engine, as the browser loads it into a worker.

#[cfg(target_family = "wasm")]
unsafe extern "C" {
    /// Made by the linker: registers what libraries collect before `main` (here the operations of the kernel compiler).
    ///
    /// Where nothing calls it, the linker puts a call to it in front of *every* exported function. Each string passed
    /// to or from JavaScript then registered everything again, which took 15 ms of every answer to a drawing.
    fn __wasm_call_ctors();
}

#[cfg(target_family = "wasm")]
fn main() {
    // SAFETY: called once, before anything else.
    unsafe { __wasm_call_ctors() };
    taylornet_explorer::worker::browser::start();
}

#[cfg(not(target_family = "wasm"))]
fn main() {}
