// On paper a room is a page to read, also from the dark theme; with colours forced by the system every bar, curve and
// digit stays visible.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import { LONG, SOON, answered, id, openReady } from "./explorer.mjs";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

const ROOMS = {
  draw: async (options) => {
    const opened = await openReady(browser, "?model=taylornet-7&drawing=t000", options);
    await answered(opened.page);
    await opened.page.locator(`${id("similarity")}[data-state="current"]`).waitFor({ timeout: LONG });
    return opened;
  },
  train: (options) => openReady(browser, "?room=train", options),
  stack: (options) => openReady(browser, "?room=polynomial", options),
  trained: async (options) => {
    const opened = await openReady(browser, "?room=polynomial&view=trained&class=3", options);
    await opened.page.locator(`${id("trained-terms")}[data-count]`).waitFor({ timeout: LONG });
    return opened;
  },
  direct: (options) => openReady(browser, "?room=polynomial&view=direct", options),
  distil: async (options) => {
    const opened = await openReady(browser, "?room=distil&shown=4", options);
    await opened.page.locator(`${id("distil-cells")}[data-complete="true"]`).waitFor({ timeout: LONG });
    return opened;
  },
  results: (options) => openReady(browser, "?room=results&everything=1", options),
  photos: async (options) => {
    const opened = await openReady(browser, "?room=photos&both=1", options);
    await opened.page.locator(`${id("photo-answer-beside")}[data-answer]`).waitFor({ timeout: LONG });
    return opened;
  },
  own: (options) => openReady(browser, "?room=own", options),
  idea: async (options) => {
    const opened = await openReady(browser, "?room=idea&merged=2", options);
    await opened.page.locator(`${id("idea-images")} svg[data-complete="true"]`).waitFor({ timeout: LONG });
    return opened;
  },
};
/** A4 without its margins, in CSS pixels. */
const PAPER = { width: 688, height: 970 };

/** Brightness of the pixels of a part of the page or of an element, 0 to 1. */
async function brightness(page, clip) {
  const shot = await ("screenshot" in clip ? clip.screenshot() : page.screenshot({ clip }));
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return Array.from({ length: data.length / 4 }, (_, at) => (0.3 * data[4 * at] + 0.59 * data[4 * at + 1] + 0.11 * data[4 * at + 2]) / 255);
  }, shot.toString("base64"));
}

for (const [room, enter] of Object.entries(ROOMS)) {
  test(`the ${room} room on paper is dark ink on white, whole, without controls`, async () => {
    const { page, context, problems } = await enter({ colorScheme: "dark", viewport: PAPER, reducedMotion: "reduce" });
    await page.locator('html[data-theme="dark"]').waitFor();
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.waitForFunction(() => matchMedia("print").matches && getComputedStyle(document.body).color === "rgb(28, 29, 32)", undefined, { timeout: SOON });
    const seen = await page.evaluate(() => {
      const looks = getComputedStyle(document.body);
      const shown = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility()).length;
      const cut = [...document.querySelectorAll("main *")].filter((element) => {
        const { overflowX, overflowY } = getComputedStyle(element);
        const scrolls = (overflow) => overflow === "auto" || overflow === "scroll";
        return element.checkVisibility() && ((scrolls(overflowX) && element.scrollWidth > element.clientWidth + 1) || (scrolls(overflowY) && element.scrollHeight > element.clientHeight + 1));
      });
      return {
        ink: looks.color, paper: looks.getPropertyValue("--page"), filter: looks.getPropertyValue("--digit-filter"),
        bars: shown(".top"), buttons: shown("main .button"), saves: shown(".save"), headings: shown("main h1"),
        wide: [document.documentElement.scrollWidth, document.documentElement.clientWidth],
        cut: cut.map((element) => element.className),
        address: document.querySelector(".printed-address").innerText,
      };
    });
    assert.equal(seen.ink, "rgb(28, 29, 32)");
    assert.equal(seen.paper, "#fbfbf9");
    assert.equal(seen.filter, "none", "digits are not inverted");
    assert.deepEqual([seen.bars, seen.buttons, seen.saves, seen.headings], [0, 0, 0, 1]);
    assert.ok(seen.wide[0] <= seen.wide[1], `${seen.wide}`);
    assert.deepEqual(seen.cut, [], "nothing is cut off");
    assert.ok(seen.address.startsWith("http"), seen.address);
    if (room !== "draw") assert.ok(seen.address.includes("room="), seen.address);
    const pdf = await page.pdf({ format: "A4" });
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    assert.ok(pages >= 1 && pages <= (room === "results" ? 40 : 12), `${pages} pages`);
    assert.deepEqual(problems, []);
    await context.close();
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`the ${room} room with forced colours, ${colorScheme}: bars, curves and digits are seen`, async () => {
      const { page, context } = await enter({ forcedColors: "active", colorScheme, viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
      // Bars: another brightness, or an edge, against the track that they are in.
      const bars = await page.locator("main :is(.fill, .signed-fill)").evaluateAll((bars) => bars
        .filter((bar) => bar.checkVisibility() && bar.getBoundingClientRect().width > 6)
        .map((bar) => {
          const { backgroundColor } = getComputedStyle(bar);
          return { own: backgroundColor, track: getComputedStyle(bar.parentElement).backgroundColor, name: bar.closest("[data-testid]")?.dataset.testid };
        }));
      for (const { own, track, name } of bars) assert.notEqual(own, track, name);
      if (room === "draw" || room === "trained" || room === "stack") assert.ok(bars.length > 0, `${bars.length} bars`);
      const bar = page.locator("main :is(.fill, .signed-fill):visible").first();
      if (bars.length > 0 && await bar.count() > 0) {
        const wide = await page.locator("main :is(.fill, .signed-fill)").evaluateAll((all) => all.findIndex((one) => one.checkVisibility() && one.getBoundingClientRect().width > 12));
        const one = page.locator("main :is(.fill, .signed-fill)").nth(wide);
        await one.scrollIntoViewIfNeeded();
        const { x, y, width, height } = await one.boundingBox();
        const [middle] = await brightness(page, { x: x + width / 2, y: y + height / 2, width: 1, height: 1 });
        const ground = await brightness(page, { x: 2, y: 400, width: 1, height: 1 });
        assert.ok(Math.abs(middle - ground[0]) > 0.2, `a bar of ${middle} on ${ground[0]}`);
      }
      // Curves and lines have a colour other than what they stand on.
      const faint = await page.evaluate(() => {
        const ground = getComputedStyle(document.body).backgroundColor;
        const lines = document.querySelectorAll("main :is(path.curve, path.level, path.own, line.edge, .idea-bond, .idea-cone.own, circle.dot)");
        return [...lines].filter((line) => line.checkVisibility()).map((line) => {
          const { stroke, fill } = getComputedStyle(line);
          return (line.matches("circle") ? fill : stroke) === ground ? line.getAttribute("class") : null;
        }).filter(Boolean);
      });
      assert.deepEqual(faint, []);
      // Digits: dark and light in one picture.
      const digit = page.locator("main :is(.pixels:not(.signed) canvas, canvas.sheet:not(.signed), .idea-image image)").locator("visible=true").first();
      if (await digit.count() > 0) {
        const found = await brightness(page, digit);
        const [low, high] = [found.reduce((a, b) => Math.min(a, b)), found.reduce((a, b) => Math.max(a, b))];
        assert.ok(high - low > 0.5, `${room}: from ${low} to ${high}`);
      }
      // What is chosen is told from what is not.
      const chosen = await page.evaluate(() => {
        const [here] = document.querySelectorAll(".top nav a[aria-current]");
        const [other] = document.querySelectorAll(".top nav a:not([aria-current])");
        return [here, other].map((link) => getComputedStyle(link).backgroundColor);
      });
      assert.notEqual(chosen[0], chosen[1]);
      await context.close();
    });
  }
}
