// Loads the page's WebAssembly. Whatever goes wrong becomes a sentence that says what to do.
import { fetchWasm } from "./fetch-wasm.js";

const text = document.getElementById("boot-text");
const bar = document.getElementById("boot-progress");

function fail(sentence) {
  text.textContent = sentence;
  text.setAttribute("role", "alert");
  text.dataset.testid = "boot-error";
  text.className = "notice error";
  bar.remove();
}

/**
 * Lets the page open without a network next time. `sw.js` lies beside the page in the built site only; where it is
 * missing, or the address is not secure, nothing happens.
 */
async function keepOffline() {
  if (!("serviceWorker" in navigator) || !isSecureContext) return;
  try {
    await navigator.serviceWorker.register("sw.js");
    await navigator.serviceWorker.ready;
    // This visit's files came before the service worker: they are kept now, from the browser's own cache.
    const seen = performance.getEntriesByType("resource").map((entry) => entry.name);
    const engine = ["./", "web/worker.js", "web/fetch-wasm.js", "pkg/worker.js", "pkg/worker_bg.wasm", "pkg/products.wasm"];
    const files = new Set([...seen, ...engine.map((file) => new URL(file, location.origin + location.pathname).href)]);
    const cache = await caches.open("taylornet-explorer-1");
    for (const file of files) {
      const ours = new URL(file).origin === location.origin;
      if (ours && !(await cache.match(file))) await cache.add(file).catch(() => {});
    }
  } catch (error) {
    console.info("not kept for offline use:", error);
  }
}

async function boot() {
  if (typeof WebAssembly !== "object" || !WebAssembly.compileStreaming) {
    fail("This browser has no WebAssembly, or it is switched off. Switch it on, or open the page in a current Firefox, Chrome, Edge or Safari.");
    return;
  }
  let module;
  let init;
  try {
    [{ default: init }, module] = await Promise.all([
      import("../pkg/app.js"),
      fetchWasm(new URL("../pkg/app_bg.wasm", import.meta.url), (done, total) => {
        if (total) bar.value = done / total;
      }),
    ]);
  } catch (error) {
    console.error(error);
    fail("A part of the page could not be downloaded. Check the connection and reload the page.");
    return;
  }
  try {
    await init({ module_or_path: module });
    setTimeout(keepOffline, 8000);
  } catch (error) {
    console.error(error);
    fail("The page could not be started in this browser. Update the browser, or open the page in a current Firefox, Chrome, Edge or Safari.");
  }
}

boot();
