//! Looks at the graphics adapter before the engine does: the engine panics where something that it needs is missing.

use crate::worker::Adapter;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// A feature without which cubecl panics in a browser.
const NEEDED_FEATURE: &str = "timestamp-query";
/// Adapters that compute on the CPU.
const SOFTWARE: [&str; 6] = ["swiftshader", "llvmpipe", "lavapipe", "basic render", "softpipe", "software"];

/// Some drivers never answer; an adapter is found in well under a second.
const PATIENCE_MS: i32 = 4_000;
/// What then takes the place of an adapter.
const NO_ANSWER: &str = "no answer";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &js_sys::Function, ms: i32, argument: &str) -> f64;

    type Gpu;
    #[wasm_bindgen(thread_local_v2, js_namespace = navigator, js_name = gpu)]
    static GPU: Option<Gpu>;
    #[wasm_bindgen(method, catch, js_name = requestAdapter)]
    fn request_adapter(this: &Gpu, options: &JsValue) -> Result<Promise, JsValue>;

    type GpuAdapter;
    #[wasm_bindgen(method, getter)]
    fn features(this: &GpuAdapter) -> Features;
    #[wasm_bindgen(method, getter)]
    fn info(this: &GpuAdapter) -> Option<Info>;
    #[wasm_bindgen(method, getter, js_name = isFallbackAdapter)]
    fn is_fallback(this: &GpuAdapter) -> Option<bool>;

    type Features;
    #[wasm_bindgen(method)]
    fn has(this: &Features, name: &str) -> bool;

    type Info;
    #[wasm_bindgen(method, getter)]
    fn vendor(this: &Info) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn architecture(this: &Info) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn description(this: &Info) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = isFallbackAdapter)]
    fn is_fallback(this: &Info) -> Option<bool>;
}

/// Finds an adapter that the engine can use. The error is the reason, for people.
pub async fn find() -> Result<Adapter, String> {
    let missing = || "this browser has no WebGPU".to_owned();
    let promise = GPU.with(|gpu| {
        let gpu = gpu.as_ref().ok_or_else(missing)?;
        let options = js_sys::Object::new();
        let wish = JsValue::from("high-performance");
        js_sys::Reflect::set(&options, &"powerPreference".into(), &wish).map_err(|_| missing())?;
        gpu.request_adapter(&options).map_err(|_| missing())
    })?;
    let adapter =
        JsFuture::from(within(&promise, PATIENCE_MS)).await.map_err(|_| "WebGPU is switched off".to_owned())?;
    if adapter == NO_ANSWER {
        return Err("the browser does not answer when asked for a graphics adapter".into());
    }
    if adapter.is_null() || adapter.is_undefined() {
        return Err("the browser offers no graphics adapter".into());
    }
    let adapter: GpuAdapter = adapter.unchecked_into();
    let (name, fallback) = match adapter.info() {
        Some(info) => (name_of(&info), info.is_fallback()),
        None => (String::new(), None),
    };
    if !adapter.features().has(NEEDED_FEATURE) {
        return Err(format!("the graphics adapter {name} lacks {NEEDED_FEATURE}").replace("  ", " "));
    }
    let lower = name.to_lowercase();
    let software = fallback.or_else(|| adapter.is_fallback()).unwrap_or(false)
        || SOFTWARE.iter().any(|software| lower.contains(software));
    Ok(Adapter { name: if name.is_empty() { "graphics adapter".into() } else { name }, software })
}

/// Settles as `promise` does, or to [`NO_ANSWER`] after `ms` milliseconds.
fn within(promise: &Promise, ms: i32) -> Promise {
    let late = Promise::new(&mut |resolve, _| {
        set_timeout(&resolve, ms, NO_ANSWER);
    });
    Promise::race(&js_sys::Array::of2(promise, &late))
}

/// The description where there is one, else maker and architecture.
fn name_of(info: &Info) -> String {
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    if let Some(description) = given(info.description()) {
        return description;
    }
    let parts: Vec<String> = [given(info.vendor()), given(info.architecture())].into_iter().flatten().collect();
    let name = parts.join(" ");
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
