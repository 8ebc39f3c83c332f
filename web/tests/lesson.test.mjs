// Links for lessons: they hide what they say and nothing else, say what they hold, and work inside a page of another origin.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { BASE_URL, GPU, launch, open } from "./browser.mjs";
import { DIGITS, LONG, SOON, answered, draw, id, openReady, ready } from "./explorer.mjs";

/** What each word of `hide=` takes away, by room. */
const GROUPS = {
  rooms: { "drawing=t000": [".top nav", id("similarity-distil")] },
  settings: {
    "drawing=t000": [id("draw-model"), id("similarity-level")],
    "room=photos": [id("photo-model")],
    "room=train": [id("train-network")],
    "room=polynomial": [id("stack-cluster")],
    "room=polynomial&view=trained": [id("trained-network")],
    "room=distil": [id("distil-width")],
  },
  answer: {
    "drawing=t000": [id("draw-answer"), id("draw-probability-3")],
    "room=photos": [id("photo-answer"), id("photo-probability-3")],
  },
  similarity: { "drawing=t000": [id("similarity"), id("similarity-distil"), id("similarity-level")] },
  why: { "drawing=t000": [id("why"), ".why-short"], "room=photos": [id("photo-why")] },
  maps: { "drawing=t000": [id("draw-maps-open")], "room=train": [id("feature-maps")] },
  device: { "room=train": [id("device-switch")] },
  files: {
    "drawing=t000": [".draw-open"],
    "room=photos": [".photo-open"],
    "room=own": [id("own-save"), id("own-save-images")],
    "room=train": [id("save-weights")],
    "room=polynomial": [id("stack-download")],
    "room=polynomial&view=trained": [id("trained-export")],
    "room=distil": [id("distil-save"), id("distil-zip-all")],
  },
  text: { "drawing=t000": [".draw-background"], "room=photos": ["#room-photos .draw-background"], "room=polynomial": [".poly-background"], "room=distil": [".distil-prose"] },
};
const ROOMS = ["drawing=t000", "room=photos", "room=own", "room=train", "room=polynomial", "room=polynomial&view=trained", "room=distil"];
const ARRIVING = {
  "room=photos": [`${id("photo-why-check")}[data-holds="true"]`, id("photo-tile-39")],
  "drawing=t000": [`${id("why")}[data-state="current"]`, `${id("similarity")}[data-state="current"]`],
  "room=polynomial": [`${id("stack-check")}[data-state="holds"]`],
  "room=polynomial&view=trained": [`${id("trained-maps")}[data-state="ready"]`],
};
/** Everything that some word hides in a room. */
const hideable = (room) => Object.values(GROUPS).flatMap((group) => group[room] ?? []);

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

for (const room of ROOMS) {
  test(`with ${room} each word hides what it says and nothing else`, async () => {
    const { page, context, problems } = await openReady(browser, `?${room}`, { viewport: { width: 1440, height: 900 } });
    for (const selector of hideable(room)) await page.locator(selector).first().waitFor({ timeout: LONG });
    // What comes by and by must be there before it is counted.
    for (const selector of ARRIVING[room] ?? []) await page.locator(selector).waitFor({ timeout: LONG });
    const controls = () => page.evaluate(() => [...document.querySelectorAll("button, input, select, a[href], summary")].filter((one) => one.checkVisibility() && !one.closest(".job-row")).length);
    const all = await controls();
    for (const [word, groups] of Object.entries(GROUPS)) {
      await page.evaluate((address) => { history.pushState(null, "", address); dispatchEvent(new PopStateEvent("popstate")); }, `?${room}&hide=${word}`);
      await page.locator(`html[data-hide="${word}"]`).waitFor({ timeout: SOON });
      const own = new Set(groups[room] ?? []);
      for (const selector of hideable(room)) {
        assert.equal(await page.locator(selector).first().isVisible(), !own.has(selector), `${selector} with hide=${word}`);
      }
      if (own.size === 0 && word !== "rooms") assert.equal(await controls(), all, `hide=${word} hides something in ${room}`);
      const { inner, outer } = await page.evaluate(() => ({ inner: document.documentElement.scrollWidth, outer: document.documentElement.clientWidth }));
      assert.ok(inner <= outer);
    }
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test("a copied link says what it holds and leads to the same state", async () => {
  const { page, context, problems } = await openReady(browser, "?model=taylornet-7", { permissions: ["clipboard-read", "clipboard-write"] });
  await draw(page, DIGITS[7]);
  await answered(page);
  await page.locator(id("link-holds"), { hasText: "the room Draw, the drawing and the networks that answer" }).waitFor({ timeout: SOON });
  await page.locator(id("copy-link")).click();
  await page.locator(id("link-said"), { hasText: "Link copied." }).waitFor({ timeout: SOON });
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(link.startsWith(BASE_URL) && link.includes("drawing="), link);
  await page.goto(link);
  await ready(page);
  const { digit, model } = await answered(page);
  assert.deepEqual({ digit, model }, { digit: 7, model: "taylornet-7" });
  assert.deepEqual(problems, []);
  await context.close();
});

test("where the clipboard is refused the page says what to do", async () => {
  const prepare = (page) => page.addInitScript(() => { Object.defineProperty(navigator, "clipboard", { value: undefined }); });
  const { page, context } = await openReady(browser, "", { prepare });
  await page.locator(id("copy-link")).click();
  await page.locator(id("link-said"), { hasText: "Select the text below" }).waitFor({ timeout: SOON });
  await context.close();
});

test("the form makes the link of a lesson, and the page that makes it goes on showing everything", async () => {
  const { page, context, problems } = await openReady(browser, "?room=distil&shown=3");
  await page.locator(`${id("lesson")} summary`).click();
  await page.locator(id("hide-files")).check();
  await page.locator(id("hide-text")).check();
  const link = await page.locator(id("lesson-link")).inputValue();
  assert.equal(new URL(link).searchParams.get("hide"), "files,text");
  assert.equal(await page.locator(id("distil-save")).isVisible(), true);
  await page.goto(link);
  await ready(page);
  assert.equal(await page.locator(id("distil-save")).isVisible(), false);
  assert.equal(await page.locator(id("distil-width")).isVisible(), true);
  // Other rooms of a lesson hide the same.
  await page.locator(id("to-draw")).click();
  assert.equal(await page.locator(".draw-background").isVisible(), false);
  await page.goto(new URL("?hide=why,nonsense", BASE_URL).href);
  await page.locator(id("address-notice"), { hasText: "hide" }).waitFor({ timeout: SOON });
  assert.deepEqual(problems, []);
  await context.close();
});

test("a room works inside a page of another origin, by the HTML that the form gives", async () => {
  const { page: maker, context: first } = await openReady(browser, "?model=taylornet-7");
  await maker.locator(`${id("lesson")} summary`).click();
  await maker.locator(id("hide-similarity")).check();
  const code = await maker.locator(id("lesson-code")).inputValue();
  await first.close();
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(`<!doctype html><html lang="en"><title>A lesson</title><body>${code}`);
  });
  await new Promise((resolve) => { server.listen(0, "localhost", resolve); });
  const context = await browser.newContext({ serviceWorkers: "allow" });
  const page = await context.newPage();
  const problems = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(`http://localhost:${server.address().port}/`);
  const part = page.frameLocator("iframe");
  await part.locator(`${id("worker-state")}[data-status="ready"]`).waitFor({ state: "attached", timeout: LONG });
  await part.locator(id("draw-canvas")).waitFor({ timeout: SOON });
  const origins = page.frames().map((frame) => new URL(frame.url()).origin);
  assert.deepEqual([origins.length, new Set(origins).size], [2, 2]);
  assert.equal(await part.locator(".top").isVisible(), false);
  assert.equal(await part.locator(id("similarity")).isVisible(), false);
  const box = await part.locator(id("draw-canvas")).boundingBox();
  await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.15 * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.49 * box.width, box.y + 0.85 * box.height, { steps: 12 });
  await page.mouse.up();
  await part.locator(`${id("draw-answer")}[data-answer="1"]`).waitFor({ timeout: LONG });
  const out = part.locator(id("way-out"));
  const target = await out.getAttribute("href");
  assert.ok(!target.includes("embed") && !target.includes("hide"));
  const [opened] = await Promise.all([context.waitForEvent("page"), out.click()]);
  await ready(opened);
  assert.equal(await opened.locator(".top").isVisible(), true);
  assert.deepEqual(problems, []);
  await context.close();
  await new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
});

test("the page says what it is where no script runs", async () => {
  const { page, context } = await open(browser, "", { javaScriptEnabled: false });
  assert.match(await page.locator("noscript").innerText(), /TaylorNet.*polynomial.*needs JavaScript and WebAssembly/s);
  for (const [name, attribute] of [["og:title", "property"], ["og:description", "property"], ["og:image", "property"], ["og:image:alt", "property"], ["twitter:card", "name"]]) {
    assert.ok((await page.locator(`meta[${attribute}="${name}"]`).getAttribute("content")).length > 5, name);
  }
  const image = await page.locator('meta[property="og:image"]').getAttribute("content");
  assert.equal((await fetch(new URL(image, BASE_URL))).headers.get("content-type"), "image/png");
  await context.close();
});
