// How long a visitor waits: for the page, for the worker behind it, and for the first answer; and whether the page moves
// meanwhile.
import { GPU, launch } from "../tests/browser.mjs";
import { reason, summary } from "./statistics.mjs";

const LIMIT_MS = 120_000;

/** Notes in the page when each of these appears for the first time, in milliseconds since the navigation. */
function watch() {
  const milestones = {
    usable: '[data-testid="draw-canvas"]',
    ready: '[data-testid="worker-state"][data-status="ready"]',
    // The digit that writes itself is answered while it is written.
    answered: '[data-testid="draw-answer"][data-answer]:not([data-answer=""])',
  };
  globalThis.seen = {};
  const look = () => {
    for (const [name, selector] of Object.entries(milestones)) {
      if (!(name in globalThis.seen) && document.querySelector(selector)) globalThis.seen[name] = performance.now();
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-status", "data-answer"] });
  globalThis.largest = NaN;
  new PerformanceObserver((list) => { globalThis.largest = list.getEntries().at(-1).startTime; }).observe({ type: "largest-contentful-paint", buffered: true });
  globalThis.shifts = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) globalThis.shifts += value;
  }).observe({ type: "layout-shift", buffered: true });
}

async function load(context, address) {
  const page = await context.newPage();
  try {
    await page.addInitScript(watch);
    await page.goto(address, { waitUntil: "commit", timeout: LIMIT_MS });
    // Moving the mouse would end the search for the largest paint.
    await page.waitForFunction(() => "answered" in globalThis.seen, null, { timeout: LIMIT_MS });
    return await page.evaluate(() => {
      const paint = performance.getEntriesByName("first-contentful-paint")[0];
      return { paint: paint?.startTime ?? NaN, largest: globalThis.largest, shifts: globalThis.shifts, ...globalThis.seen };
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
      // Without a service worker: its cache is neither of the two.
      const context = await browser.newContext({ serviceWorkers: "block" });
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
    largest_paint_ms: summary(each.map(({ largest }) => largest)),
    layout_shift: Math.round(1e4 * Math.max(...each.map(({ shifts }) => shifts))) / 1e4,
    ready_ms: summary(each.map(({ ready }) => ready)),
    answered_ms: summary(each.map(({ answered }) => answered)),
  }));
}
