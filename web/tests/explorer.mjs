// The page as its visitors use it: finds controls by their test ids, draws, and waits for conditions.
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { open } from "./browser.mjs";

/** A software GPU or a busy machine may need this long to get ready. */
export const LONG = 300_000;
/** Anything else. */
export const SOON = 60_000;
/** How often the page is asked where it cannot tell by itself. */
const POLL_MS = 100;

/** Strokes in units of the canvas. */
export const DIGITS = Object.freeze({
  0: [Array.from({ length: 25 }, (_, i) => [0.5 - 0.22 * Math.sin((i / 24) * 2 * Math.PI), 0.5 - 0.34 * Math.cos((i / 24) * 2 * Math.PI)])],
  1: [[[0.52, 0.14], [0.5, 0.5], [0.48, 0.86]]],
  7: [[[0.26, 0.2], [0.5, 0.19], [0.74, 0.2], [0.6, 0.5], [0.45, 0.86]]],
});

/** The manifest as it is shipped. A page that closes while its request is passed on would fail the test, so it is read here. */
export const shippedManifest = () => JSON.parse(readFileSync(new URL("../../assets/manifest.json", import.meta.url), "utf8"));

/** @param {string} name a test id */
export const id = (name) => `[data-testid="${name}"]`;

/**
 * Opens the page and waits until the worker computes.
 * @param {import("playwright-core").Browser} browser
 */
export async function openReady(browser, address = "", options = {}) {
  const opened = await open(browser, address, options);
  await ready(opened.page);
  return opened;
}

/** Waits until the worker computes. */
export function ready(page, timeout = LONG) {
  return page.locator(`${id("worker-state")}[data-status="ready"]`).waitFor({ state: "attached", timeout });
}

/** Name of the device in use. */
export const deviceName = (page) => page.locator(id("device-name")).innerText();

/** Draws with the mouse: presses, moves through all points, lets go. */
export async function draw(page, strokes, name = "draw-canvas") {
  const canvas = page.locator(id(name));
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  for (const points of strokes) {
    const [first, ...others] = points.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height]);
    await page.mouse.move(...first);
    await page.mouse.down();
    for (const point of others) await page.mouse.move(...point, { steps: 6 });
    await page.mouse.up();
  }
}

/**
 * Waits for the answer to what is on the canvas now.
 * @returns {Promise<{ digit: number, model: string, version: number, probabilities: number[] }>}
 */
export async function answered(page, after = -1) {
  const found = await page.waitForFunction((after) => {
    const part = (name) => document.querySelector(`[data-testid="${name}"]`);
    const [canvas, answer] = [part("draw-canvas")?.dataset, part("draw-answer")?.dataset];
    if (!answer?.answer || answer.version !== canvas.version || Number(canvas.version) <= after) return null;
    const probabilities = Array.from({ length: 10 }, (_, digit) => Number(part(`draw-probability-${digit}`).dataset.value));
    if (probabilities.some((value) => !Number.isFinite(value))) return null;
    return { digit: Number(answer.answer), model: answer.model, version: Number(answer.version), probabilities };
  }, after, { timeout: SOON });
  return found.jsonValue();
}

/** Waits until the canvas is empty and nothing is answered. */
export async function emptied(page) {
  await page.locator(`${id("draw-canvas")}[data-empty="true"]`).waitFor({ timeout: SOON });
  await page.locator(id("draw-empty-hint")).waitFor({ timeout: SOON });
  await page.locator(`${id("draw-answer")}:not([data-answer])`).waitFor({ timeout: SOON });
}

/** What the first run is doing. */
export async function runState(page) {
  const { phase, step, loss } = await page.locator(id("train-state")).evaluate((element) => ({ ...element.dataset }));
  return { phase, step: Number(step), loss: loss === undefined ? undefined : Number(loss) };
}

/** Waits until the first run is in the phase and has done at least this many steps. */
export async function reached(page, phase, step = 0, timeout = LONG) {
  await page.waitForFunction(([phase, step]) => {
    const run = document.querySelector('[data-testid="train-state"]')?.dataset;
    return run && (!phase || run.phase === phase) && Number(run.step) >= step;
  }, [phase, step], { timeout });
  return runState(page);
}

/** Trains until at least this many steps are done, then pauses. */
export async function trainTo(page, step, timeout = LONG) {
  await page.locator(id("train-start")).click();
  await reached(page, "training", step, timeout);
  await page.locator(id("train-pause")).click();
  return reached(page, "paused", step);
}

/** Makes one step and waits for it. */
export async function oneStep(page) {
  const { step } = await runState(page);
  await page.locator(id("train-step")).click();
  return reached(page, "paused", step + 1);
}

/** Waits until what the page is asked for comes true, promises too: `waitForFunction` takes a promise itself for true. */
export async function until(page, asks, argument) {
  const late = AbortSignal.timeout(SOON);
  while (!(await page.evaluate(asks, argument))) {
    late.throwIfAborted();
    await pause(POLL_MS);
  }
}

/** Waits until the browser's database holds the first run at this step. */
export function kept(page, step) {
  return until(page, (step) => new Promise((resolve) => {
    const asked = indexedDB.open("taylornet-explorer");
    // The page makes it; an empty one in its place would have no store.
    asked.onupgradeneeded = () => asked.transaction.abort();
    asked.onerror = () => resolve(false);
    asked.onsuccess = () => {
      const database = asked.result;
      if (!database.objectStoreNames.contains("runs")) { database.close(); resolve(false); return; }
      const read = database.transaction(["runs"]).objectStore("runs").get(0);
      read.onsuccess = () => { database.close(); resolve(read.result?.checkpoint?.summary?.step === step); };
      read.onerror = () => { database.close(); resolve(false); };
    };
  }), step);
}

/** Presses a control and returns the bytes of the file that the page offers. */
export async function downloaded(page, control) {
  const [download] = await Promise.all([page.waitForEvent("download", { timeout: SOON }), page.locator(id(control)).click()]);
  const parts = [];
  for await (const part of await download.createReadStream()) parts.push(part);
  return { name: download.suggestedFilename(), bytes: Buffer.concat(parts) };
}

/** Saves a picture through its small control, as "svg" or "png". */
export async function saved(page, name, kind) {
  await page.locator(`details.save:not([open]) > ${id(`save-${name}`)}`).click();
  return downloaded(page, `save-${name}-${kind}`);
}

/** Rows of the measurements as objects. */
export async function measurements(page) {
  const { bytes } = await downloaded(page, "save-metrics");
  const [head, ...rows] = bytes.toString().trim().split("\n").map((line) => line.split(","));
  const number = (text) => (text === "" || Number.isNaN(Number(text)) ? text : Number(text));
  return rows.map((row) => Object.fromEntries(head.map((name, column) => [name, number(row[column])])));
}

/** Tests the run on this many images; returns accuracy from 0 to 1 and the counts of the confusion matrix. */
export async function evaluated(page, images) {
  await page.locator(id("test-images")).selectOption(String(images));
  await page.locator(id("test-start")).click();
  await page.locator(`${id("test-start")}:not([disabled])`).waitFor({ timeout: LONG });
  const text = await page.locator(id("test-accuracy")).innerText();
  const cells = await page.locator(`${id("confusion")} tbody td`).allInnerTexts();
  const counts = cells.map((cell) => Number(cell.replace(/\D/g, "") || 0));
  return { accuracy: Number.parseFloat(text.replace(",", ".")) / 100, counts };
}

/** Text of a notice, once it is there. */
export async function notice(page, name) {
  const found = page.locator(id(name));
  await found.waitFor({ timeout: SOON });
  return found.innerText();
}

/** Notes what holds the page up for more than 50 ms: before it is opened. */
export function watchTasks(page) {
  return page.addInitScript(() => {
    globalThis.longTasks = [];
    new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: "longtask" });
  });
}

/** The longest such task since the list was emptied, in milliseconds; 0 where there was none. */
export const longestTask = async (page) => Math.max(0, ...await page.evaluate(() => globalThis.longTasks));

/** Runs code inside the worker before its own: see the messages of `failure.test.mjs`. */
export function beforeWorker(page, code) {
  return page.route("**/web/worker.js", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: `${await answer.text()}`.replace(/^(import .*)$/m, `$1\n${code}`) });
  });
}
