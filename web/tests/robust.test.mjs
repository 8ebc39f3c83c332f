// What browsers, their users and their add-ons do to a page: translate it, enlarge its text, still its motion, lose a file.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import { DIGITS, SOON, answered, draw, id, openReady, reached } from "./explorer.mjs";

const ROOMS = ["?room=photos", "?room=own", "?room=draw&drawing=t000", "?room=train", "?room=polynomial", "?room=polynomial&view=trained", "?room=polynomial&view=direct", "?room=distil"];

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

/** Wraps every text of the page, as translators of browsers do. */
const translate = (page) => page.evaluate(() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const all = [];
  while (texts.nextNode()) if (texts.currentNode.data.trim() && !texts.currentNode.parentElement.closest("script, style, svg")) all.push(texts.currentNode);
  for (const text of all) {
    const font = document.createElement("font");
    text.replaceWith(font);
    font.append(text.data.toUpperCase());
  }
  return all.length;
});

test("a page whose texts a translator has replaced still works", async () => {
  const { page, context, problems } = await openReady(browser, "?net=taylornet-7&width=8&batch=32&lr=0.02");
  assert.ok(await translate(page) > 30);
  await draw(page, DIGITS[7]);
  assert.equal((await answered(page)).digit, 7);
  for (const room of ["train", "polynomial", "distil", "draw"]) {
    await page.locator(id(`to-${room}`)).click();
    await page.locator(`#room-${room} h1`).waitFor({ timeout: SOON });
    await translate(page);
  }
  await page.locator(id("draw-clear")).click();
  await draw(page, DIGITS[1]);
  assert.equal((await answered(page)).digit, 1);
  await page.locator(id("to-train")).click();
  await page.locator(id("train-step")).click();
  assert.equal((await reached(page, "paused", 1)).step, 1);
  assert.deepEqual(problems, []);
  await context.close();
});

for (const [name, pattern] of [["a style sheet", "**/web/*.css"], ["a font", "**/*.woff2"]]) {
  test(`without ${name} the page is used all the same`, async () => {
    const prepare = (page) => page.route(pattern, (route) => route.abort());
    const { page, context } = await openReady(browser, "", { prepare });
    await draw(page, DIGITS[7]);
    assert.equal((await answered(page)).digit, 7);
    await page.locator(id("to-train")).click();
    await page.locator(id("train-start")).waitFor({ timeout: SOON });
    // A hidden room stays hidden.
    assert.equal(await page.locator("#room-draw").isVisible(), false);
    await context.close();
  });
}

for (const address of ROOMS) {
  test(`with text of twice the size nothing is cut off at the side: ${address}`, async () => {
    const { page, context, problems } = await openReady(browser, address, { viewport: { width: 1280, height: 800 }, reducedMotion: "reduce" });
    await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
    await page.waitForFunction(() => getComputedStyle(document.body).fontSize === "32px", undefined, { timeout: SOON });
    const { inner, outer } = await page.evaluate(() => ({ inner: document.documentElement.scrollWidth, outer: document.documentElement.clientWidth }));
    assert.ok(inner <= outer, `${inner} pixels of content on ${outer}`);
    const cut = await page.evaluate(() => [...document.querySelectorAll("button, label, h1, h2, h3, select")]
      .filter((one) => one.checkVisibility() && !one.closest(".visually-hidden, .stack-scroll, .poly-scroll"))
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
      .map((one) => one.outerHTML.slice(0, 120)));
    assert.deepEqual(cut, []);
    assert.deepEqual(problems, []);
    await context.close();
  });

  test(`where little motion is wanted nothing moves for long: ${address}`, async () => {
    const { page, context } = await openReady(browser, address, { reducedMotion: "reduce", example: true });
    const longest = await page.evaluate(() => Math.max(0, ...document.getAnimations().map((one) => {
      const { duration, iterations } = one.effect.getComputedTiming();
      return duration * Math.min(iterations, 1000);
    })));
    assert.ok(longest <= 1, `${longest} ms`);
    await context.close();
  });
}
