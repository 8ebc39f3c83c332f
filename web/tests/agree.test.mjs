// The same small network on the same numbers: native, WebAssembly and WebGPU give the same logits, gradients and losses,
// and the fused cluster operation gives what the plain one gives, on random clusters.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BASE_URL, GPU, launch } from "./browser.mjs";
import { taylornet } from "./native.mjs";

const LARGEST_DIFFERENCE = 1e-4;
const KINDS = ["logits", "gradient_norms", "losses"];

/** Talks to the worker alone, from an empty page, and returns the report of its self-test. */
async function selfTest(browser, device, without) {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  const empty = new URL("empty.html", BASE_URL).href;
  await page.route(empty, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><title>empty</title>" }));
  if (without) await page.route(without, (route) => route.abort());
  await page.goto(empty);
  const report = await page.evaluate(([device, base]) => new Promise((resolve, reject) => {
    const worker = new Worker("web/worker.js", { type: "module" });
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data: { fatal, event } }) => {
      if (fatal) reject(new Error(fatal));
      else if (event === "loaded") worker.postMessage({ id: 1, request: { start: { base_url: base, device } } });
      else if (event.ready) worker.postMessage({ id: 2, request: "self_test" });
      else if (event.self_tested) resolve(event.self_tested.report);
      else if (event.failed) reject(new Error(JSON.stringify(event.failed.error)));
    };
  }), [device, BASE_URL]);
  await context.close();
  return report;
}

/** Largest difference of each kind of number, relative to the largest of its kind. */
function differences(one, other) {
  return KINDS.map((kind) => {
    assert.equal(one[kind].length, other[kind].length, kind);
    assert.ok([...one[kind], ...other[kind]].every(Number.isFinite), kind);
    const scale = Math.max(...one[kind].map(Math.abs), ...other[kind].map(Math.abs));
    return Math.max(...one[kind].map((value, index) => Math.abs(value - other[kind][index]))) / scale;
  });
}

const DEVICES = [
  ["cpu", /^CPU \(relaxed SIMD\)/, GPU.NONE],
  // A browser that cannot load the products with fused multiplication and addition.
  ["cpu", /^CPU \(SIMD\)/, GPU.NONE, "**/products.wasm"],
  ["webgpu", /^WebGPU/, GPU.SOFTWARE],
];

for (const [device, name, gpu, without] of DEVICES) {
  test(`the worker on ${device}${without ? ` without ${without}` : ""} agrees with the native program`, async (t) => {
    const browser = await launch(gpu);
    t.after(() => browser.close());
    const [native] = taylornet("selftest");
    const report = await selfTest(browser, device, without);
    assert.match(report.device, name);
    assert.equal(report.logits.length, 40);
    const found = differences(native, report);
    t.diagnostic(`${report.device}: ${KINDS.map((kind, index) => `${kind} ${found[index].toExponential(1)}`).join(", ")}`);
    const { clusters, numbers, ...largest } = report.agreement;
    t.diagnostic(`fused against plain, ${clusters} random clusters: ${Object.entries(largest).map(([kind, value]) => `${kind} ${value.toExponential(1)}`).join(", ")}`);
    assert.equal(clusters, 12);
    assert.ok(numbers > 10_000, `${numbers} numbers are compared`);
    for (const [kind, value] of Object.entries(largest)) assert.ok(value <= LARGEST_DIFFERENCE, `${kind}: ${value}`);
    for (const [index, kind] of KINDS.entries()) assert.ok(found[index] <= LARGEST_DIFFERENCE, `${kind}: ${found[index]}`);
  });
}
