// How long a visitor waits: for the page, and for the worker behind it.
import { GPU, launch } from "../tests/browser.mjs";
import { reason, summary } from "./statistics.mjs";

const LIMIT_MS = 120_000;

/** Notes in the page when each of these appears for the first time, in milliseconds since the navigation. */
function watch() {
  const milestones = {
    usable: '[data-testid="draw-canvas"]',
    ready: '[data-testid="worker-state"][data-status="ready"]',
  };
  globalThis.seen = {};
  const look = () => {
    for (const [name, selector] of Object.entries(milestones)) {
      if (!(name in globalThis.seen) && document.querySelector(selector)) globalThis.seen[name] = performance.now();
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-status"] });
}

async function load(context, address) {
  const page = await context.newPage();
  try {
    await page.addInitScript(watch);
    await page.goto(address, { waitUntil: "commit", timeout: LIMIT_MS });
    await page.waitForFunction(() => "ready" in globalThis.seen, null, { timeout: LIMIT_MS });
    return await page.evaluate(() => {
      const paint = performance.getEntriesByName("first-contentful-paint")[0];
      return { paint: paint?.startTime ?? NaN, ...globalThis.seen };
    });
  } finally {
    await page.close();
  }
}

/** Cold: nothing is cached. Warm: the browser has the files and asks the server whether they are still the newest. */
export async function loading(baseUrl, repetitions, say) {
  const browser = await launch(GPU.NONE);
  const times = { cold: [], warm: [] };
  try {
    for (let index = 1; index <= repetitions; index++) {
      say(`loading the page: ${index} of ${repetitions}`);
      const context = await browser.newContext();
      for (const cache of ["cold", "warm"]) times[cache].push(await load(context, baseUrl));
      await context.close();
    }
  } catch (error) {
    return [{ cache: "cold", error: reason(error) }];
  } finally {
    await browser.close();
  }
  return Object.entries(times).map(([cache, each]) => ({
    cache,
    paint_ms: summary(each.map(({ paint }) => paint)),
    usable_ms: summary(each.map(({ usable }) => usable)),
    ready_ms: summary(each.map(({ ready }) => ready)),
  }));
}
