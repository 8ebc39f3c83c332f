// The static folder works at the root of a server and under a path: nothing is missing, every address is relative.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE_URL, GPU, SUB_PATH_URL, launch } from "./browser.mjs";

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
