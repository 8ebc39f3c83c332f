// The digit that writes itself: it is answered, each visit has another one, and the first touch takes it away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import { LONG, SOON, answered, draw, emptied, id, openReady } from "./explorer.mjs";
import { strokesOf } from "./strokes.mjs";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

const canvas = (page) => page.locator(id("draw-canvas"));
const isExample = (page) => canvas(page).getAttribute("data-example");

/** Waits until a digit is written and returns the answer to it. */
async function example(page, version) {
  await page.locator(`${id("draw-canvas")}[data-example="true"]`).waitFor({ timeout: SOON });
  await page.waitForFunction(([canvas, version]) => Number(document.querySelector(canvas).dataset.version) >= version, [id("draw-canvas"), version], { timeout: LONG });
  return answered(page);
}

test("each visit begins with another digit, correctly answered, with Why and similarity", async () => {
  const { page, context, problems } = await openReady(browser, "", { example: true, reducedMotion: "reduce" });
  const seen = new Set();
  for (let visit = 0; visit < 5; visit += 1) {
    if (visit > 0) await page.reload();
    // At once where little motion is wanted.
    const { digit, probabilities } = await example(page, 1);
    seen.add(digit);
    assert.ok(probabilities[digit] > 0.9, `${digit} with ${probabilities[digit]}`);
  }
  assert.deepEqual([...seen].sort(), [2, 3, 4, 5, 7]);
  await page.locator(`${id("why")}[data-state="current"]`).waitFor({ timeout: LONG });
  assert.match(await page.locator(id("draw-example")).innerText(), /example/i);
  assert.equal(new URL(page.url()).search, "");
  assert.deepEqual(problems, []);
  await context.close();
});

test("it is written stroke by stroke, and the first touch takes it away for good", async () => {
  const { page, context, problems } = await openReady(browser, "", { example: true });
  await example(page, 20);
  await draw(page, [[[0.52, 0.14], [0.5, 0.5], [0.48, 0.86]]]);
  assert.equal(await isExample(page), "false");
  await page.waitForFunction(() => location.search.includes("drawing="), undefined, { timeout: SOON });
  assert.equal(strokesOf(page.url()).length, 1);
  await page.locator(id("draw-undo")).click();
  await emptied(page);
  await page.locator(id("draw-testdigit")).click();
  await page.locator(id("draw-truth")).waitFor({ timeout: SOON });
  await page.reload();
  await answered(page);
  assert.equal(await isExample(page), "false", "a drawing in the address stays");
  assert.deepEqual(problems, []);
  await context.close();
});

test("Clear and the keyboard take it away, and other rooms do not compute with it", async () => {
  const { page, context, problems } = await openReady(browser, "", { example: true, reducedMotion: "reduce" });
  await example(page, 1);
  await page.locator(id("to-polynomial")).click();
  await page.locator(id("tab-trained")).click();
  await page.locator(".trained-walk", { hasText: "the first test digit" }).waitFor({ timeout: LONG });
  await page.locator(id("to-draw")).click();
  await page.locator(id("draw-clear")).click();
  await emptied(page);
  await page.reload();
  await example(page, 1);
  await canvas(page).focus();
  await page.keyboard.press("Delete");
  await emptied(page);
  assert.deepEqual(problems, []);
  await context.close();
});
