// axe-core finds nothing serious in any room, everything is reached by keyboard with a visible focus, and nothing is
// cut off on narrow screens.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import { DIGITS, LONG, answered, draw, evaluated, id, openReady, trainTo } from "./explorer.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const WIDTHS = [1440, 360];
const ROOMS = {
  stack: async (browser, options) => {
    const opened = await openReady(browser, "?room=polynomial&cluster=2x2&monomial=1-2&numbers=1", options);
    await opened.page.locator(`${id("stack-check")}[data-state="holds"]`).waitFor();
    return opened;
  },
  direct: async (browser, options) => {
    const opened = await openReady(browser, "?room=polynomial&view=direct", options);
    await opened.page.locator(id("direct-order-4")).waitFor();
    return opened;
  },
  distil: async (browser, options) => {
    const opened = await openReady(browser, "?room=distil&shown=3&image=1.3.0", options);
    const { page } = opened;
    await page.locator(`${id("distil-cells")}[data-complete="true"]`).waitFor({ timeout: LONG });
    await page.locator(id("distil-width")).fill("4");
    await page.locator(id("distil-run")).click();
    await page.locator(`${id("distil-live")}[data-phase="Finished"]`).waitFor({ timeout: LONG });
    return opened;
  },
  draw: async (browser, options) => {
    const opened = await openReady(browser, "?model=taylornet-7&drawing=t000", options);
    await answered(opened.page);
    await opened.page.locator(id("draw-compare")).check();
    await opened.page.locator(id("draw-maps-open")).click();
    await opened.page.locator(id("draw-level-1")).waitFor();
    await opened.page.locator(`${id("why-pairs")}[data-count="8"]`).waitFor({ timeout: LONG });
    await opened.page.locator(`${id("similarity")}[data-state="current"]`).waitFor({ timeout: LONG });
    return opened;
  },
  trained: async (browser, options) => {
    const opened = await openReady(browser, "?room=polynomial&view=trained&pixel=24&class=3", options);
    const { page } = opened;
    await page.locator(`${id("trained-products")}[data-count="49"]`).waitFor({ timeout: LONG });
    await page.locator(id("trained-second")).click();
    await page.locator(`${id("trained-terms")}[data-count="1274"]`).waitFor({ timeout: LONG });
    await page.locator(`${id("trained-check")}[data-holds="true"]`).waitFor({ timeout: LONG });
    return opened;
  },
  results: async (browser, options) => {
    const opened = await openReady(browser, "?room=results", options);
    await opened.page.locator(`${id("results-table")} tr[data-path]`).first().waitFor({ timeout: LONG });
    return opened;
  },
  idea: async (browser, options) => {
    const opened = await openReady(browser, "?room=idea&merged=2&leaf=40", options);
    await opened.page.locator(`${id("idea-images")} svg[data-complete="true"]`).waitFor({ timeout: LONG });
    return opened;
  },
  photos: async (browser, options) => {
    const opened = await openReady(browser, "?room=photos&both=1", options);
    await opened.page.locator(`${id("photo-answer-beside")}[data-answer]`).waitFor({ timeout: LONG });
    return opened;
  },
  own: async (browser, options) => {
    const opened = await openReady(browser, "?room=own", options);
    const { page } = opened;
    await draw(page, DIGITS[1], "own-canvas");
    await page.locator(id("own-name")).fill("one");
    await page.locator(`${id("own-keep-new")}[aria-disabled="false"]`).click({ timeout: LONG });
    await page.locator(`${id("own-row")}[data-count="1"]`).waitFor();
    return opened;
  },
  train: async (browser, options) => {
    const opened = await openReady(browser, "?room=train&net=taylornet-7&width=8&batch=32&lr=0.02&compare=1", options);
    await trainTo(opened.page, 20);
    await evaluated(opened.page, 200);
    await opened.page.locator(id("maps-show")).click();
    await opened.page.locator(`${id("feature-maps")} canvas`).first().waitFor();
    return opened;
  },
};

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

/** Waits until what changed is painted and no transition is under way. */
const settled = (page) => page.evaluate(async () => {
  const frame = () => new Promise((resolve) => { requestAnimationFrame(resolve); });
  await frame();
  await frame();
  await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
});

/** What axe-core finds that is serious or worse, in short. */
async function serious(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), TAGS);
  const bad = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return bad.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}

for (const [room, enter] of Object.entries(ROOMS)) {
  test(`the ${room} room has nothing serious for axe-core, in light and dark, wide and narrow`, async () => {
    const { page, context, problems } = await enter(browser, { viewport: { width: WIDTHS[0], height: 900 } });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await settled(page);
        assert.deepEqual(await serious(page), [], `${colorScheme}, ${width} pixels wide`);
      }
    }
    for (const width of [360, 320]) {
      await page.setViewportSize({ width, height: 740 });
      await settled(page);
      const { inner, outer } = await page.evaluate(() => ({
        inner: document.documentElement.scrollWidth, outer: document.documentElement.clientWidth,
      }));
      assert.ok(inner <= outer, `${inner} pixels of content on ${width}`);
    }
    assert.deepEqual(problems, []);
    await context.close();
  });

  test(`the ${room} room is used by keyboard alone, with the focus in sight`, async () => {
    const { page, context } = await enter(browser, { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
    const controls = await page.evaluate(() => {
      const usable = "a[href], button, input, select, textarea, summary, [tabindex]";
      const groups = new Set();
      const wanted = [...document.querySelectorAll(usable)].filter((element) => {
        if (element.tabIndex < 0 || element.disabled || !element.checkVisibility({ visibilityProperty: true })) return false;
        // One of a group of radio buttons is a tab stop, the arrow keys reach the others.
        if (element.type !== "radio") return true;
        const isFirst = !groups.has(element.name);
        groups.add(element.name);
        return isFirst;
      });
      globalThis.looks = new Map();
      const look = (element) => {
        const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(element);
        return [outline, boxShadow, borderColor, backgroundColor, getComputedStyle(element, "::after").border].join();
      };
      // A hidden input shows its focus on the label or the words beside it.
      globalThis.lookAround = (element) => [element, element.nextElementSibling, element.parentElement].filter(Boolean).map(look).join(";");
      document.activeElement?.blur();
      for (const element of wanted) globalThis.looks.set(element, globalThis.lookAround(element));
      globalThis.wanted = wanted;
      return wanted.length;
    });
    assert.ok(controls > 10, `${controls} controls`);
    await page.locator("body").press("Tab");
    const faint = [];
    for (let presses = 0; presses < 2 * controls; presses += 1) {
      await settled(page);
      const seen = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return null;
        const reached = globalThis.wanted.find((one) => one === element || (one.type === "radio" && one.name === element.name));
        if (reached) globalThis.wanted.splice(globalThis.wanted.indexOf(reached), 1);
        const box = element.getBoundingClientRect();
        const before = globalThis.looks.get(element);
        const isFaint = before !== undefined && before === globalThis.lookAround(element);
        return { left: globalThis.wanted.length, isFaint, box: [box.width, box.height], html: element.outerHTML.slice(0, 120) };
      });
      if (seen?.isFaint) faint.push(seen.html);
      if (seen?.left === 0) break;
      await page.keyboard.press("Tab");
    }
    const missed = await page.evaluate(() => globalThis.wanted.map((element) => element.outerHTML.slice(0, 120)));
    assert.deepEqual(missed, [], "reached by Tab");
    assert.deepEqual(faint, [], "the focus is visible");
    await context.close();
  });
}
