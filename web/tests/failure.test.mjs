// Whatever breaks, the page says what happened and what to do, and goes on where it can.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE_URL, GPU, launch, open } from "./browser.mjs";
import {
  DIGITS, SOON, answered, beforeWorker, deviceName, downloaded, draw, emptied, evaluated, id, kept, notice, oneStep, openReady, reached,
  ready, runState, trainTo,
} from "./explorer.mjs";

const SMALL = "?room=train&net=taylornet-7&width=8&batch=32&lr=0.02";
const sentence = (page, name) => page.locator(id(name)).innerText({ timeout: SOON });
const abort = (route) => route.abort("connectionreset");
/** The page computes at most this long after asking a graphics driver that does not answer. */
const DRIVER_LIMIT_MS = 15_000;
const missing = (route) => route.fulfill({ status: 404, body: "not found" });

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

test("without WebAssembly there is a sentence that says what to do", async () => {
  const prepare = (page) => page.addInitScript(() => { delete globalThis.WebAssembly; });
  const { page, context } = await open(browser, "", { prepare });
  assert.match(await sentence(page, "boot-error"), /no WebAssembly.*current (Firefox|Chrome)/s);
  await context.close();
});

test("without JavaScript there is a sentence too", async () => {
  const { page, context } = await open(browser, "", { javaScriptEnabled: false });
  assert.match(await page.locator("noscript").innerText(), /needs JavaScript and WebAssembly/);
  await context.close();
});

for (const [name, answer] of [["the connection breaks", abort], ["the file is missing", missing]]) {
  for (const file of ["app.js", "parts.js", "app_bg.wasm"]) {
    test(`${name} while ${file} loads: a sentence, and a reload works`, async () => {
      const { page, context } = await open(browser, "", { prepare: (page) => page.route(`**/pkg/${file}`, answer) });
      assert.match(await sentence(page, "boot-error"), /could not be downloaded.*reload/s);
      await page.unroute(`**/pkg/${file}`);
      await page.reload();
      await page.locator(id("draw-canvas")).waitFor({ timeout: SOON });
      await context.close();
    });
  }
  test(`${name} while the other rooms load: Draw works, the room says so and comes when asked again`, async () => {
    const rooms = "**/pkg/rooms-*.wasm";
    const { page, context } = await open(browser, "?room=train", { prepare: (page) => page.route(rooms, answer) });
    assert.match(await sentence(page, "room-missing"), /could not be downloaded.*try again/s);
    await page.locator(id("to-draw")).click();
    await draw(page, DIGITS[1]);
    assert.equal((await answered(page)).digit, 1);
    await page.locator(id("to-train")).click();
    await page.unroute(rooms);
    await page.locator(`#room-train ${id("room-again")}`).click();
    await page.locator(id("train-start")).waitFor({ timeout: SOON });
    assert.equal(await page.locator(id("room-missing")).count(), 0);
    await context.close();
  });
  test(`${name} while the engine loads: the page works, says so, and starts it again on request`, async () => {
    const prepare = (page) => page.route("**/pkg/worker_bg.wasm", answer);
    const { page, context } = await open(browser, "", { prepare });
    assert.match(await sentence(page, "worker-failure"), /is not running: .*(fetch|404|network).*start it again/is);
    await draw(page, DIGITS[1]);
    assert.equal(await page.locator(id("draw-undo")).isEnabled(), true, "drawing works without the engine");
    await page.unroute("**/pkg/worker_bg.wasm");
    await page.locator(id("worker-restart")).click();
    assert.equal((await answered(page)).digit, 1);
    assert.equal(await page.locator(id("worker-failure")).count(), 0);
    await context.close();
  });
}

test("a server that does not know the type of WebAssembly is no hindrance", async () => {
  const untyped = async (route) => {
    const body = await (await route.fetch()).body();
    await route.fulfill({ status: 200, contentType: "application/octet-stream", body });
  };
  const { page, context } = await open(browser, "", { prepare: (page) => page.route("**/pkg/*.wasm", untyped) });
  await draw(page, DIGITS[1]);
  assert.equal((await answered(page)).digit, 1);
  await context.close();
});

test("a program cut short is refused with a sentence", async () => {
  const prepare = (page) => page.route("**/pkg/worker_bg.wasm", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.body()).subarray(0, 50_000);
    await route.fulfill({ status: 200, contentType: "application/wasm", body });
  });
  const { page, context } = await open(browser, "", { prepare });
  assert.match(await sentence(page, "worker-failure"), /is not running/);
  await context.close();
});

for (const [name, answer, says] of [
  ["missing", missing, /Could not load taylornet-7.*404.*try again/s],
  ["damaged", (route) => route.fulfill({ body: Buffer.alloc(3000, 7) }), /cannot be used.*safetensors/s],
]) {
  test(`shipped weights that are ${name} are named, and the next drawing tries again`, async () => {
    const weights = "**/assets/models/taylornet-7.safetensors";
    const { page, context } = await openReady(browser, "?model=taylornet-7", { prepare: (page) => page.route(weights, answer) });
    await draw(page, DIGITS[1]);
    assert.match(await sentence(page, "draw-failure"), says);
    await page.unroute(weights);
    await page.locator(id("draw-clear")).click();
    await draw(page, DIGITS[1]);
    assert.equal((await answered(page)).digit, 1);
    await context.close();
  });
}

for (const device of ["cpu", "auto", "webgpu"]) {
  test(`a graphics driver that never answers does not keep the page from computing, with device=${device}`, async () => {
    let asked;
    const prepare = async (page) => {
      asked = page.waitForEvent("console", { predicate: (message) => message.text() === "asked for an adapter", timeout: SOON });
      await beforeWorker(page, `navigator.gpu.requestAdapter = () => {
        console.info("asked for an adapter");
        return new Promise(() => {});
      };`);
    };
    const { page, context, problems } = await open(browser, `?device=${device}`, { prepare });
    await asked;
    await ready(page, DRIVER_LIMIT_MS);
    // Meanwhile the line may say what is being loaded.
    await page.locator(id("device-name"), { hasText: /^CPU/ }).waitFor({ timeout: SOON });
    await draw(page, DIGITS[1]);
    assert.equal((await answered(page)).digit, 1);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test("training images that arrive damaged are refused, and starting again works", async () => {
  const labels = "**/train-labels-idx1-ubyte.gz";
  const cut = async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.body()).subarray(0, 9_000) });
  };
  const { page, context } = await openReady(browser, SMALL, { prepare: (page) => page.route(labels, cut) });
  await page.locator(id("train-start")).click();
  assert.match(await notice(page, "error-notice"), /MNIST|train-labels/);
  await page.unroute(labels);
  await page.locator(id("train-start")).click();
  await reached(page, "training", 1);
  await context.close();
});

test("files that are no weights, or of another network, are refused and the run stays as it is", async () => {
  const { page, context } = await openReady(browser, SMALL);
  await trainTo(page, 20);
  const { step } = await runState(page);
  const { bytes } = await downloaded(page, "save-weights");
  const other = Buffer.from(await (await fetch(new URL("assets/models/conv-7.safetensors", BASE_URL))).arrayBuffer());
  const infinite = Buffer.from(bytes);
  infinite.writeFloatLE(Number.NaN, infinite.length - 4);
  const { accuracy } = await evaluated(page, 200);
  for (const [name, buffer, says] of [
    ["noise.safetensors", Buffer.alloc(500, 3), /safetensors/],
    ["empty.safetensors", Buffer.alloc(0), /safetensors/],
    ["short.safetensors", bytes.subarray(0, bytes.length - 100), /complete safetensors/],
    ["other.safetensors", other, /conv-7.*choose/is],
    ["nan.safetensors", infinite, /not finite/],
  ]) {
    await page.locator(id("load-weights")).setInputFiles({ name, mimeType: "application/octet-stream", buffer });
    assert.match(await notice(page, "error-notice"), says, name);
    await page.locator(`${id("error-notice")} .close`).click();
    await page.locator(id("error-notice")).waitFor({ state: "detached" });
    assert.deepEqual({ ...(await runState(page)), loss: 0 }, { phase: "paused", step, loss: 0 }, name);
  }
  assert.equal((await evaluated(page, 200)).accuracy, accuracy);
  assert.equal((await oneStep(page)).step, step + 1);
  await context.close();
});

test("a worker that dies is started again, and its run is offered again", async () => {
  const { page, context } = await openReady(browser, SMALL);
  const { step } = await trainTo(page, 20);
  await kept(page, step);
  const die = () => page.workers().at(-1).evaluate(() => { setTimeout(() => { throw new Error("killed by the test"); }); });
  await die();
  assert.match(await notice(page, "worker-notice"), /started again.*checkpoint/s);
  await ready(page);
  await page.locator(id("continue-run")).click();
  assert.equal((await reached(page, "paused", step)).step, step);
  assert.equal((await oneStep(page)).step, step + 1);
  await kept(page, step + 1);
  // Once more at once: now the visitor decides.
  await die();
  assert.match(await sentence(page, "worker-failure"), /killed by the test/);
  await page.locator(id("to-draw")).click();
  await draw(page, DIGITS[1]);
  await page.locator(id("worker-restart")).click();
  assert.equal((await answered(page)).digit, 1);
  await page.locator(id("to-train")).click();
  await page.locator(id("continue-run")).click();
  assert.equal((await reached(page, "paused", step + 1)).step, step + 1);
  await context.close();
});

test("a kept run that is damaged is refused, and a new one can be started", async () => {
  const { page, context } = await openReady(browser, SMALL);
  const { step } = await trainTo(page, 10);
  await kept(page, step);
  await page.evaluate(() => new Promise((resolve, reject) => {
    const asked = indexedDB.open("taylornet-explorer");
    asked.onsuccess = () => {
      const store = asked.result.transaction(["runs"], "readwrite").objectStore("runs");
      store.get(0).onsuccess = ({ target }) => {
        target.result.checkpoint.state.fill(7, 100);
        store.put(target.result, 0).onsuccess = resolve;
      };
    };
    asked.onerror = reject;
  }));
  await page.reload();
  await ready(page);
  await page.locator(id("continue-run")).click();
  assert.match(await notice(page, "error-notice"), /checkpoint cannot be used|damaged|not finite/i);
  await page.locator(id("train-step")).click();
  assert.equal((await reached(page, "paused", 1)).step, 1);
  await context.close();
});

test("a full disk is reported, and training goes on", async () => {
  const prepare = (page) => page.addInitScript(() => {
    IDBObjectStore.prototype.put = () => { throw new DOMException("no space", "QuotaExceededError"); };
  });
  const { page, context } = await openReady(browser, SMALL, { prepare });
  const { step } = await trainTo(page, 10);
  assert.match(await notice(page, "error-notice"), /disk space.*Training goes on/s);
  assert.equal((await oneStep(page)).step, step + 1);
  await context.close();
});

test("without a database the page works", async () => {
  const prepare = (page) => page.addInitScript(() => {
    IDBFactory.prototype.open = () => { throw new DOMException("not here", "SecurityError"); };
  });
  const { page, context } = await openReady(browser, SMALL, { prepare });
  const { step } = await trainTo(page, 10);
  assert.match(await notice(page, "error-notice"), /cannot be kept for later/);
  assert.equal((await oneStep(page)).step, step + 1);
  await context.close();
});

test("pictures without a digit get a sentence and no answer", async () => {
  const { greyPng } = await import("./png.mjs");
  const { page, context } = await openReady(browser);
  const plain = greyPng(40, 30, new Uint8Array(1200).fill(200));
  await page.locator(id("draw-file")).setInputFiles({ name: "plain.png", mimeType: "image/png", buffer: plain });
  assert.match(await notice(page, "draw-notice"), /plain\.png.*no ink|contrast/is);
  await emptied(page);
  const cut = greyPng(28, 28, new Uint8Array(784).map((_, index) => (index % 28 === 14 ? 255 : 0))).subarray(0, 60);
  await page.locator(id("draw-file")).setInputFiles({ name: "cut.png", mimeType: "image/png", buffer: cut });
  await page.locator(id("draw-notice"), { hasText: "cut.png" }).waitFor({ timeout: SOON });
  await context.close();
});

test("missing test digits and a missing manifest are reported", async () => {
  const prepare = async (page) => {
    await page.route("**/test-digits.bin", missing);
    await page.route("**/manifest.json", abort);
  };
  const { page, context } = await openReady(browser, "", { prepare });
  await page.locator(id("draw-testdigit")).click();
  assert.match(await notice(page, "draw-notice"), /could not be loaded.*try again/s);
  await draw(page, DIGITS[1]);
  assert.equal((await answered(page)).digit, 1);
  await context.close();
});
