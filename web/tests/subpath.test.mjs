// Hosted under a path, the page computes, remembers and links as it does at the root.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, SUB_PATH_URL, launch } from "./browser.mjs";
import { DIGITS, SOON, answered, draw, id, kept, oneStep, openReady } from "./explorer.mjs";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

test("under a path both rooms compute, and addresses stay below it", async () => {
  const { page, context, problems } = await openReady(browser, "?model=taylornet-7", { base: SUB_PATH_URL });
  await draw(page, DIGITS[7]);
  assert.equal((await answered(page)).digit, 7);
  await page.waitForFunction(() => location.search.includes("drawing="), undefined, { timeout: SOON });
  assert.ok(page.url().startsWith(SUB_PATH_URL), page.url());
  const link = await page.locator(id("to-train")).evaluate((element) => element.href);
  assert.ok(link.startsWith(SUB_PATH_URL), link);
  await page.goto(link);
  await page.locator(id("train-width")).fill("8");
  assert.equal((await oneStep(page)).step, 1);
  await kept(page, 1);
  await page.reload();
  await page.locator(id("continue-run")).waitFor({ timeout: SOON });
  assert.deepEqual(problems, []);
  await context.close();
});
