// Without a network: what was seen works after one visit, everything after it was asked for, and a new build takes over as
// a whole.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch, open } from "./browser.mjs";
import { DIGITS, LONG, SOON, answered, draw, evaluated, id, ready, trainTo, until } from "./explorer.mjs";
import { renewed, serve } from "./renewing-server.mjs";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

/** Opens the page at a server of its own. */
async function visit(address = "", options = {}) {
  const server = await serve();
  const opened = await open(browser, address, { base: server.address, serviceWorkers: "allow", ...options });
  const close = async () => {
    await opened.context.close();
    await server.close();
  };
  return { ...opened, server, close };
}

/** Waits until the page says that this much is kept. */
const says = (page, kept) => page.locator(`${id("offline")}[data-kept="${kept}"]`).waitFor({ state: "attached", timeout: LONG });
/** Waits until the page is answered by its service worker. */
const isAnswered = (page) => until(page, () => navigator.serviceWorker.controller !== null);
const buildOf = (page) => page.locator('meta[name="explorer-build"]').getAttribute("content");

test("after one visit a drawing is answered without a network, with similarity and Why", async () => {
  const { page, server, close } = await visit();
  await says(page, "first");
  assert.match(await page.locator(id("offline")).innerText(), /Kept for use without a network.*Keep everything \(\d\d\.\d.MB\)/s);
  await isAnswered(page);
  server.setDown(true);
  await page.reload();
  await ready(page);
  await draw(page, DIGITS[7]);
  assert.equal((await answered(page)).digit, 7);
  await page.locator(`${id("similarity")}[data-state="current"][data-winner="7"]`).waitFor({ timeout: LONG });
  await page.locator(`${id("why")}[data-state="current"]`).waitFor({ timeout: LONG });
  await says(page, "first");
  // A link to another room is a page of its own, and what was never fetched is reported.
  await page.goto(`${server.address}?room=distil`);
  await page.locator(".distil-gallery canvas").waitFor({ timeout: SOON });
  await page.locator(id("distil-notice"), { hasText: "Check the connection" }).waitFor({ timeout: SOON });
  await close();
});

test("after everything was kept all rooms work without a network, and one can train", async () => {
  const { page, server, close, problems } = await visit();
  await says(page, "first");
  await page.locator(id("offline-button")).click();
  await says(page, "everything");
  await isAnswered(page);
  server.setDown(true);
  await page.goto(`${server.address}?room=train&net=taylornet-7&width=8&batch=32&lr=0.02`);
  await ready(page);
  await says(page, "everything");
  assert.ok((await trainTo(page, 20)).step >= 20);
  assert.ok((await evaluated(page, 200)).accuracy > 0.1);
  await page.goto(`${server.address}?room=polynomial&view=trained&class=3`);
  await page.locator(`${id("trained-products")}[data-count]`).waitFor({ timeout: LONG });
  await page.goto(`${server.address}?room=polynomial&view=direct`);
  await page.locator(id("direct-order-4")).waitFor({ timeout: LONG });
  await page.goto(`${server.address}?room=distil&shown=1&image=1.3.0`);
  await page.locator(`${id("distil-cells")}[data-complete="true"]`).waitFor({ timeout: LONG });
  await page.goto(`${server.address}?model=resnet-7&drawing=t000`);
  await answered(page);
  assert.deepEqual(problems, []);
  await close();
});

test("keeping everything is cancelled, and goes on where it was", async () => {
  const { page, server, close } = await visit();
  await says(page, "first");
  const before = server.asked.length;
  await page.locator(id("offline-button")).click();
  await says(page, "fetching");
  await page.locator(id("offline-button"), { hasText: "Cancel" }).click();
  await says(page, "first");
  await page.locator(id("offline-button"), { hasText: "Keep everything" }).click();
  await says(page, "everything");
  const fetched = server.asked.slice(before).filter((path) => path.startsWith("assets/"));
  assert.ok(fetched.length - new Set(fetched).size <= 1, `only what was broken off is fetched again: ${fetched}`);
  await close();
});

test("a new build waits for the visitor, takes over as a whole and in all tabs, and keeps what has not changed", async () => {
  const { page, context, server, close, problems } = await visit("?model=taylornet-7");
  await says(page, "first");
  await isAnswered(page);
  const old = await buildOf(page);
  const second = await context.newPage();
  await second.goto(`${server.address}?room=train`);
  await ready(second);
  const next = await renewed({
    "web/boot.js": (text) => `${text}\nglobalThis.renewedBoot = true;\n`,
    "web/style.css": (text) => `${text}\n:root { --renewed: 1; }\n`,
  });
  server.renew(next.files);
  const from = server.asked.length;
  await page.reload();
  // The old build, all of it, until the visitor says so.
  await page.locator(id("renewed")).waitFor({ timeout: LONG });
  assert.equal(await buildOf(page), old);
  assert.equal(await page.evaluate(() => globalThis.renewedBoot), undefined);
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--renewed")), "");
  await draw(page, DIGITS[1]);
  assert.equal((await answered(page)).digit, 1);
  const fetched = server.asked.slice(from).filter((path) => path !== "sw.js" && path !== "offline.json");
  assert.deepEqual(fetched.sort(), ["index.html", "web/boot.js", "web/style.css"], "only what has changed");
  await page.waitForFunction(() => location.search.includes("drawing="), undefined, { timeout: SOON });
  await page.locator(id("renewed-reload")).click();
  for (const tab of [page, second]) {
    await tab.waitForFunction((build) => document.querySelector('meta[name="explorer-build"]').content === build, next.build, { timeout: LONG });
    await ready(tab);
    assert.equal(await tab.evaluate(() => globalThis.renewedBoot), true);
    assert.equal(await tab.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--renewed")), "1");
  }
  assert.equal((await answered(page)).digit, 1, "the drawing stayed");
  await says(page, "first");
  server.setDown(true);
  await page.reload();
  await ready(page);
  assert.equal(await buildOf(page), next.build);
  assert.equal((await answered(page)).digit, 1);
  assert.deepEqual(problems, []);
  await close();
});

test("a file of another build is never used: not by the service worker, not by a page, not by an engine", async () => {
  const { page, server, close } = await visit();
  await says(page, "first");
  await isAnswered(page);
  const next = await renewed({ "assets/models/conv-28.safetensors": (text) => `${text} ` });
  server.renew(new Map([["assets/models/conv-28.safetensors", next.files.get("assets/models/conv-28.safetensors")]]));
  const fetched = () => page.evaluate(() => fetch("assets/models/conv-28.safetensors").then((answer) => answer.arrayBuffer()).then(({ byteLength }) => byteLength, String));
  assert.match(String(await fetched()), /TypeError/);
  server.renew(new Map());
  assert.ok(await fetched() > 700_000);
  await close();

  // Without a service worker: the page was sent, then the site was renewed.
  const { page: plain, server: other, close: closeOther } = await visit("", { serviceWorkers: "block" });
  await ready(plain);
  other.renew(new Map([["offline.json", next.files.get("offline.json")]]));
  await plain.reload();
  await plain.locator(id("boot-error"), { hasText: "renewed" }).waitFor({ timeout: SOON });
  other.renew(new Map());
  await plain.reload();
  await ready(plain);
  other.renew(new Map([["offline.json", next.files.get("offline.json")]]));
  await plain.evaluate(() => new Promise((resolve) => {
    const build = document.querySelector('meta[name="explorer-build"]').content;
    const worker = new Worker("web/worker.js", { type: "module", name: build });
    worker.onmessage = ({ data }) => { if (data.fatal) { globalThis.fatal = data.fatal; resolve(); } };
  }));
  assert.match(await plain.evaluate(() => globalThis.fatal), /renewed/);
  await closeOther();
});

test("a site made without a build keeps nothing, and takes away what a built one has kept", async () => {
  const { page, server, close, problems } = await visit();
  await says(page, "first");
  await isAnswered(page);
  const quick = await renewed({});
  const plain = (name) => {
    const { bytes, ...rest } = quick.files.get(name);
    return [name, { ...rest, bytes: Buffer.from(bytes.toString().replaceAll(quick.build, "")) }];
  };
  server.renew(new Map([plain("index.html"), plain("sw.js"), ["offline.json", { status: 404, type: "text/plain", bytes: Buffer.alloc(0) }]]));
  await page.reload();
  await page.locator('meta[name="explorer-build"][content=""]').waitFor({ state: "attached", timeout: LONG });
  await ready(page);
  await until(page, async () => (await navigator.serviceWorker.getRegistrations()).length === 0 && (await caches.keys()).length === 0);
  const from = server.asked.length;
  await page.reload();
  await ready(page);
  assert.ok(server.asked.slice(from).includes("pkg/app_bg.wasm"), "everything comes from the server");
  assert.equal(await page.locator(id("offline")).isVisible(), false);
  assert.deepEqual(problems, []);
  await close();
});

test("the page can be installed", async () => {
  const { page, close } = await visit();
  const address = await page.locator('link[rel="manifest"]').evaluate((link) => link.href);
  const manifest = await (await fetch(address)).json();
  assert.equal(new URL(manifest.start_url, address).href, new URL("./", page.url()).href);
  for (const icon of manifest.icons) {
    const answer = await fetch(new URL(icon.src, address));
    assert.equal(answer.headers.get("content-type"), icon.type);
    if (icon.type === "image/png") {
      const bytes = Buffer.from(await answer.arrayBuffer());
      assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, icon.sizes);
    }
  }
  const session = await page.context().newCDPSession(page);
  const { errors } = await session.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  await close();
});
