// Boot module of the worker: loads the engine with progress, and makes sure that the page hears of every failure.
import { fetchWasm } from "./fetch-wasm.js";

// A promise rejected in a worker does not fire `error` at the page; an exception does.
self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  const reason = event.reason instanceof Error ? event.reason.message : String(event.reason);
  self.postMessage({ fatal: reason });
});

function tell(done, total) {
  const busy = { what: "Loading the engine", done, total: total ?? undefined, unit: "bytes" };
  self.postMessage({ id: 0, event: { busy } });
}

/** A small program with fused multiplication and addition; `null` in browsers that do not know it. */
async function loadProducts() {
  try {
    return await fetchWasm(new URL("../pkg/products.wasm", import.meta.url), () => {});
  } catch {
    return null;
  }
}

/** The worker is named after the build of its page: an engine of another build must not compute for it. */
async function compare() {
  if (!self.name) return;
  const answer = await fetch(new URL("../offline.json", import.meta.url), { cache: "no-store" }).catch(() => null);
  if (answer?.ok && (await answer.json()).build !== self.name) {
    throw new Error("the site was renewed while this page was open; reload the page");
  }
}

/** The bindings may be older than their program where a server lets browsers keep files: so they are asked for anew. */
async function bindings() {
  const address = new URL("../pkg/worker.js", import.meta.url);
  if (self.name) await fetch(address, { cache: "no-cache" });
  return import(address);
}

try {
  let last = 0;
  const [{ default: init, use_fused_products: useFusedProducts }, module, products] = await Promise.all([
    bindings(),
    fetchWasm(new URL("../pkg/worker_bg.wasm", import.meta.url), (done, total) => {
      if (done - last > 200_000) {
        last = done;
        tell(done, total);
      }
    }),
    loadProducts(),
  ]);
  await compare();
  const { memory } = await init({ module_or_path: module });
  if (products) {
    self.taylornet = new WebAssembly.Instance(products, { env: { memory } }).exports;
    useFusedProducts();
  }
} catch (error) {
  self.postMessage({ fatal: error instanceof Error ? error.message : String(error) });
}
