// The static folder works at the root of a server and under a path: nothing is missing, every address is relative.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE_URL, GPU, SUB_PATH_URL, launch, open } from "./browser.mjs";
import { until } from "./explorer.mjs";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

for (const [place, address] of [["at the root", BASE_URL], ["under a path", SUB_PATH_URL]]) {
  test(`everything the page asks for is there ${place}`, async () => {
    const page = await browser.newPage();
    const missing = [];
    const outside = [];
    page.on("response", (response) => {
      if (response.status() >= 400) missing.push(`${response.status()} ${response.url()}`);
    });
    page.on("request", (request) => {
      const url = request.url();
      if (url.startsWith("http") && !url.startsWith(address)) outside.push(url);
    });
    await page.goto(address, { waitUntil: "networkidle", timeout: 180_000 });
    assert.match(await page.title(), /TaylorNet Explorer$/);
    assert.deepEqual(missing, []);
    assert.deepEqual(outside, []);
    await page.close();
  });
}

test("programs come compressed and with the type that lets browsers compile while loading", async () => {
  for (const name of ["pkg/app_bg.wasm", "pkg/worker_bg.wasm"]) {
    const answer = await fetch(new URL(name, BASE_URL), { headers: { "accept-encoding": "br" } });
    assert.equal(answer.headers.get("content-type"), "application/wasm");
    assert.equal(answer.headers.get("content-encoding"), "br");
    const bytes = new Uint8Array(await answer.arrayBuffer());
    assert.deepEqual([...bytes.slice(0, 4)], [0, 0x61, 0x73, 0x6d]);
  }
});

test("an earlier version's cache goes when the page is kept for offline use; a cache of somebody else's stays", async () => {
  const prepare = async (page) => {
    // A file of the same host, on which no service worker is set up.
    await page.goto(new URL("assets/manifest.json", BASE_URL).href);
    await page.evaluate(async () => {
      await (await caches.open("taylornet-explorer-0")).put("old", new Response("old"));
      await (await caches.open("somebody-else")).put("theirs", new Response("theirs"));
    });
  };
  const { page, context } = await open(browser, "", { prepare, serviceWorkers: "allow" });
  const names = () => page.evaluate(() => caches.keys());
  const ours = `taylornet-explorer-2 ${BASE_URL}`;
  await until(page, async (ours) => {
    const registration = await navigator.serviceWorker.getRegistration();
    return registration?.active?.state === "activated" && (await caches.has(ours));
  }, ours);
  assert.deepEqual((await names()).sort(), ["somebody-else", ours]);
  const theirs = () => caches.open("somebody-else").then((cache) => cache.match("/assets/theirs")).then((found) => found?.text());
  assert.equal(await page.evaluate(theirs), "theirs");
  await context.close();
});
