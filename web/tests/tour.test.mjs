// The guided tour: each step shows and lights up what it talks about, all of it by keyboard, and it leaves what a visitor
// has made as it was.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import { DIGITS, LONG, SOON, answered, draw, id, openReady } from "./explorer.mjs";
import { strokesOf } from "./strokes.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 360, height: 740 };
/** Of each step: its room, a word of its title, and something inside of what it lights up. */
const STEPS = [
  ["draw", /digit goes in/, id("draw-canvas")],
  ["draw", /polynomial answers/, id("draw-answer")],
  ["draw", /similar/, id("similarity-sentence")],
  ["draw", /Why/, id("why-sentence")],
  ["polynomial", /degree/, id("stack-drawing")],
  ["polynomial", /orders/, id("trained-answer")],
  ["polynomial", /direct/, "svg path"],
  ["train", /learn/, id("train-start")],
  ["distil", /become ten/, "canvas"],
  ["distil", /originals/, "canvas"],
  ["photos", /digits/, `${id("photo-answer")}[data-answer]`],
  ["results", /hold/, ".results-quantity"],
];

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

const panel = (page, step) => page.locator(`${id("tour-panel")}[data-step="${step}"]`);

/** Waits until a step is on screen with what it talks about. */
async function shown(page, number) {
  const [room, title, inside] = STEPS[number - 1];
  await panel(page, number).waitFor({ timeout: SOON });
  await page.locator(`#main[data-room="${room}"]`).waitFor({ timeout: SOON });
  assert.match(await page.locator("#tour-title").innerText(), title);
  await page.locator(`[data-lit] ${inside}`).first().waitFor({ timeout: LONG });
  assert.equal(await page.locator("[data-lit]").count(), 1);
}

/** Waits until the panel has the focus, which it takes a moment after each step. */
const focused = (page) =>
  page.waitForFunction(() => document.activeElement?.id === "tour-panel", undefined, { timeout: SOON });

/** How much of what is lit up is in sight, in pixels from top to bottom. */
const inSight = (page) => page.evaluate(() => {
  const lit = document.querySelector("[data-lit]").getBoundingClientRect();
  const tour = document.querySelector(".tour").getBoundingClientRect();
  const floor = tour.width > 0.9 * innerWidth ? tour.top : innerHeight;
  return Math.min(lit.bottom, floor) - Math.max(lit.top, 0);
});

async function serious(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), TAGS);
  const bad = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return bad.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

for (const [index] of STEPS.entries()) {
  test(`step ${index + 1} is a link that shows what it talks about`, async () => {
    const { page, context, problems } = await openReady(browser, `?tour=${index + 1}`, { viewport: WIDE, reducedMotion: "reduce", example: true });
    await shown(page, index + 1);
    await focused(page);
    assert.ok(await inSight(page) > 100);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

for (const viewport of [WIDE, NARROW]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`by keyboard alone, ${viewport.width} pixels wide, ${colorScheme}, with nothing serious for axe-core`, async () => {
      const { page, context, problems } = await openReady(browser, "?model=taylornet-7&drawing=t000", { viewport, colorScheme, reducedMotion: "reduce" });
      // What waits for an answer is faint.
      await page.locator(`${id("why-pairs")}[data-count="8"]`).waitFor({ timeout: LONG });
      await page.locator(`${id("similarity")}[data-state="current"]`).waitFor({ timeout: LONG });
      await page.locator(id("tour")).focus();
      await page.keyboard.press("Enter");
      for (let number = 1; number <= STEPS.length; number += 1) {
        await shown(page, number);
        await focused(page);
        assert.ok(await inSight(page) > 60, `step ${number}: ${await inSight(page)} pixels`);
        if (number === 6) await page.locator(`${id("trained-maps")}[data-state="ready"]`).waitFor({ timeout: LONG });
        assert.deepEqual(await serious(page), [], `step ${number}`);
        const { inner, outer } = await page.evaluate(() => ({ inner: document.documentElement.scrollWidth, outer: document.documentElement.clientWidth }));
        assert.ok(inner <= outer, `step ${number}: ${inner} pixels of content on ${outer}`);
        if (number === 4) {
          await page.keyboard.press("ArrowLeft");
          await shown(page, 3);
          await focused(page);
          await page.keyboard.press("ArrowRight");
          await shown(page, 4);
          await focused(page);
        }
        // End, Back, Next.
        for (let tab = 0; tab < 3; tab += 1) await page.keyboard.press("Tab");
        assert.equal(await page.evaluate(() => document.activeElement.dataset.testid), "tour-next");
        await page.keyboard.press("Enter");
      }
      await page.locator(id("tour-panel")).waitFor({ state: "detached", timeout: SOON });
      await page.waitForFunction(() => document.activeElement?.id === "tour", undefined, { timeout: SOON });
      assert.equal(await page.locator("[data-lit]").count(), 0);
      assert.equal(await page.locator("#main").getAttribute("data-room"), "draw");
      assert.deepEqual(problems, []);
      await context.close();
    });
  }
}

test("what a visitor has made before and during the tour stays", async () => {
  const address = "?model=taylornet-7&references=3&shown=2&net=conv-7&width=9";
  const { page, context, problems } = await openReady(browser, address, { viewport: WIDE, reducedMotion: "reduce" });
  await draw(page, [DIGITS[7][0].slice(0, 2)]);
  await answered(page);
  await page.locator(id("tour")).click();
  await shown(page, 1);
  await draw(page, [[[0.6, 0.5], [0.45, 0.86]]]);
  await page.locator(id("tour-next")).click();
  await shown(page, 2);
  await page.locator(id("tour-next")).click();
  await shown(page, 3);
  assert.equal(await page.locator(id("similarity-level")).inputValue(), "5");
  // A reload in the middle goes on with the tour.
  await page.waitForFunction(() => location.search.includes("tour=3") && location.search.includes("drawing="), undefined, { timeout: SOON });
  await page.reload();
  await shown(page, 3);
  await page.locator(id("tour-panel")).press("Escape");
  await page.locator(id("tour-panel")).waitFor({ state: "detached", timeout: SOON });
  assert.equal(await page.locator(id("similarity-level")).inputValue(), "3");
  await page.waitForFunction(() => !location.search.includes("tour="), undefined, { timeout: SOON });
  const query = new URL(page.url()).searchParams;
  for (const [key, value] of new URLSearchParams(address)) assert.equal(query.get(key), value, key);
  assert.equal(strokesOf(page.url()).length, 2, "both strokes");
  assert.deepEqual(problems, []);
  await context.close();
});
