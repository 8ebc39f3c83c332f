// Starts browsers for the tests: with a software WebGPU adapter, or without a graphics processor.
import { chromium } from "playwright-core";

/** Where the page is served, at the root of a server and under a path. Both end in a slash. */
export const BASE_URL = process.env.BASE_URL;
export const SUB_PATH_URL = process.env.SUB_PATH_URL ?? process.env.BASE_URL;

/** What a browser can be started with. */
export const GPU = Object.freeze({
  /** WebGPU on SwiftShader: correct, but slow. */
  SOFTWARE: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
  /** `navigator.gpu` exists and has no adapter. */
  NONE: ["--disable-gpu"],
});

/**
 * Starts a browser.
 * @param {readonly string[]} gpu one of {@link GPU}
 * @param {string[]} [extra] further switches
 */
export function launch(gpu = GPU.NONE, extra = []) {
  // Tests run as root in containers, where Chromium's own sandbox cannot start.
  const args = ["--no-sandbox", "--disable-dev-shm-usage", ...gpu, ...extra];
  return chromium.launch({ executablePath: process.env.CHROMIUM, headless: true, args });
}

/**
 * Opens a page in a context of its own and collects what goes wrong in it.
 * @param {import("playwright-core").Browser} browser
 * @param {string} [address] relative to the page: search, hash
 * @param {import("playwright-core").BrowserContextOptions & {
 *   prepare?: (page: import("playwright-core").Page) => Promise<unknown>, base?: string,
 *   example?: boolean,
 * }} [options] `example` lets the canvas begin with one; `prepare` runs before the page is loaded; `base` is another place to load it from
 */
export async function open(browser, address = "", { prepare, base = BASE_URL, example = false, ...options } = {}) {
  // A service worker would answer in place of the routes that some tests set.
  const context = await browser.newContext({ serviceWorkers: "block", ...options });
  // Most tests begin with an empty canvas.
  if (!example) await context.addInitScript(() => { try { localStorage.setItem("taylornet-example", "off"); } catch { /* not allowed */ } });
  const page = await context.newPage();
  /** @type {string[]} */
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await prepare?.(page);
  await page.goto(new URL(address, base).href);
  return { context, page, problems };
}
