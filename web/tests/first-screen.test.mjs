// Each room shows something true before anything is touched: what it answers stands in the first screen.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import { LONG, SOON, answered, id, openReady, shippedManifest } from "./explorer.mjs";

const LAPTOPS = [{ width: 1440, height: 900 }, { width: 1280, height: 720 }];
const PHONE = { width: 360, height: 740 };
/** A canvas with less ink than this looks empty. */
const SOME_INK = 0.01;

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

/** Opens a room as on a first visit, without the digit that takes its time to write itself. */
const visit = (address, viewport, options = {}) => openReady(browser, address, { viewport, example: true, reducedMotion: "reduce", ...options });

/** Which of these do not lie within the first screen as a whole, with where they end. */
async function outOfSight(page, selectors) {
  assert.equal(await page.evaluate(() => scrollY), 0);
  const { height, width } = page.viewportSize();
  const out = [];
  for (const selector of selectors) {
    const box = await page.locator(selector).first().boundingBox();
    if (!box || box.y < 0 || box.y + box.height > height || box.x < 0 || box.x + box.width > width) out.push([selector, box]);
  }
  return out;
}

/** Share of dark pixels of a canvas. */
const ink = (page, selector) => page.locator(selector).evaluate((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let dark = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 128 && data[at] < 128) dark += 1;
  return dark / (data.length / 4);
});

/** Waits until a canvas is painted. */
const painted = (page, selector) => page.waitForFunction(([selector, least]) => {
  const canvas = document.querySelector(selector);
  if (!canvas?.width) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let dark = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 128 && data[at] < 128) dark += 1;
  return dark / (data.length / 4) > least;
}, [selector, SOME_INK], { timeout: LONG });

for (const viewport of LAPTOPS) {
  const size = `${viewport.width}x${viewport.height}`;

  test(`Draw answers an example, with similarity and the beginning of Why in sight, at ${size}`, async () => {
    const { page, context, problems } = await visit("", viewport);
    const { digit, probabilities } = await answered(page);
    assert.ok(probabilities[digit] > 0.9);
    await page.locator(`${id("similarity")}[data-state="current"]`).waitFor({ timeout: LONG });
    await page.locator(`${id("why")}[data-state="current"]`).waitFor({ timeout: LONG });
    assert.equal(await page.locator(id("similarity")).getAttribute("data-winner"), String(digit));
    const why = page.locator(".why-short");
    await page.locator(".why-short", { hasText: new RegExp(`^Why\\? ${digit}`) }).waitFor({ timeout: SOON });
    assert.match(await why.innerText(), /orders? \d/);
    const seen = [id("draw-canvas"), id("draw-answer"), id("draw-probability-9"), ".draw-similarity li:last-child .pixels", id("similarity-sentence"), ".why-short"];
    assert.deepEqual(await outOfSight(page, seen), []);
    assert.deepEqual(problems, []);
    await context.close();
  });

  test(`Train shows what the shipped network reached in the empty charts at ${size}`, async () => {
    const { page, context, problems } = await visit("?room=train", viewport);
    const { test_accuracy: accuracy, test_loss: loss } = shippedManifest().models.find(({ name }) => name === "taylornet-7");
    const mark = (chart) => page.locator(`${id(chart)} .mark-name`);
    await mark("chart-accuracy").waitFor({ timeout: SOON });
    assert.match(await mark("chart-accuracy").textContent(), new RegExp(`shipped, on test images: ${(100 * accuracy).toFixed(2)}`));
    assert.match(await mark("chart-loss").textContent(), new RegExp(`: ${loss.toFixed(3)}$`));
    assert.match(await page.locator(`${id("chart-accuracy")} .plot`).getAttribute("aria-label"), /shipped, on test images/);
    assert.deepEqual(await outOfSight(page, [`${id("chart-accuracy")} .mark-name`, id("train-start"), `${id("chart-loss")} .mark-name`]), []);
    assert.deepEqual(problems, []);
    await context.close();
  });

  test(`Polynomial shows a network and its terms at ${size}`, async () => {
    const { page, context, problems } = await visit("?room=polynomial", viewport);
    await page.locator(`${id("stack-check")}[data-state="holds"]`).waitFor({ timeout: LONG });
    assert.deepEqual(await outOfSight(page, [".stack-picture svg, #room-polynomial svg", id("stack-check")]), []);
    assert.deepEqual(problems, []);
    await context.close();
  });

  test(`Photos answers a photograph of the test set at ${size}`, async () => {
    const { page, context, problems } = await visit("?room=photos", viewport);
    await page.locator(`${id("photo-answer")}[data-answer]`).waitFor({ timeout: LONG });
    const seen = [".photo-stage canvas", id("photo-next"), id("photo-truth"), id("photo-answer"), id("photo-probability-9"), id("photo-both")];
    assert.deepEqual(await outOfSight(page, seen), []);
    assert.deepEqual(problems, []);
    await context.close();
  });

  test(`Distil shows ten images in sight, and below them what a run would end with, at ${size}`, async () => {
    const { page, context, problems } = await visit("?room=distil", viewport);
    await painted(page, ".distil-gallery canvas");
    assert.deepEqual(await outOfSight(page, [".distil-gallery canvas", id("distil-specimen")]), []);
    await painted(page, ".live-row.faint canvas");
    const [start, end] = [page.locator(".live-row").nth(0), page.locator(".live-row").nth(1)];
    assert.match(await start.innerText(), /start/);
    assert.match(await end.innerText(), /at the end/);
    const picture = (row) => page.locator(".live-row canvas").nth(row).evaluate((canvas) => canvas.toDataURL());
    assert.equal(await picture(1), await picture(2), "the last frame is the shipped image");
    assert.notEqual(await picture(0), await picture(1));
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test("on a phone the answer is in sight below the canvas", async () => {
  const { page, context, problems } = await visit("", PHONE, { hasTouch: true, isMobile: true });
  await answered(page);
  assert.deepEqual(await outOfSight(page, [id("draw-canvas"), id("draw-answer")]), []);
  assert.ok(await ink(page, id("draw-canvas")) > SOME_INK);
  assert.deepEqual(problems, []);
  await context.close();
});

test("on a phone a photograph and its answer are in sight", async () => {
  const { page, context, problems } = await visit("?room=photos", PHONE, { hasTouch: true, isMobile: true });
  await page.locator(`${id("photo-answer")}[data-answer]`).waitFor({ timeout: LONG });
  assert.deepEqual(await outOfSight(page, [".photo-stage canvas", id("photo-answer")]), []);
  assert.deepEqual(problems, []);
  await context.close();
});

test("at a level of its own the live part shows the digits that its group begins with", async () => {
  const { page, context, problems } = await visit("?room=distil&shown=1&image=1.3.0", LAPTOPS[0]);
  await painted(page, ".live-row.faint canvas");
  assert.deepEqual(problems, []);
  await context.close();
});
