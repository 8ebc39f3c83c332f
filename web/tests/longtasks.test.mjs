// While the worker trains and answers, the page itself is never blocked for long.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import { DIGITS, answered, draw, id, longestTask, openReady, reached, watchTasks } from "./explorer.mjs";

const BAR_MS = 50;

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

test("the main thread is free while the worker trains", async (t) => {
  const { page, context } = await openReady(browser, "?room=train&net=taylornet-7&model=taylornet-7", { prepare: watchTasks });
  await page.locator(id("train-start")).click();
  await reached(page, "training", 1);
  const begin = () => page.evaluate(() => { globalThis.longTasks.length = 0; });
  await begin();
  const { step } = await reached(page, "training", 120);
  const training = await longestTask(page);
  await page.locator(id("to-draw")).click();
  await draw(page, DIGITS[1]);
  await answered(page);
  await begin();
  await draw(page, DIGITS[0]);
  await answered(page);
  const drawing = await longestTask(page);
  t.diagnostic(`longest task of the page in ${step} training steps: ${training.toFixed(0)} ms, ` +
    `while drawing meanwhile: ${drawing.toFixed(0)} ms (0: none over ${BAR_MS} ms)`);
  assert.ok(training <= BAR_MS, `a task took ${training} ms while it trained`);
  assert.ok(drawing <= BAR_MS, `a task took ${drawing} ms while somebody drew`);
  await context.close();
});
