// The Distil room: levels, the tree down to the original digits, a live run on the CPU and on WebGPU, and the evidence.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { GPU, launch, open } from "./browser.mjs";
import { LONG, SOON, downloaded, id, openReady, shippedManifest } from "./explorer.mjs";

const LIVE = id("distil-live");
const here = dirname(fileURLToPath(import.meta.url));

/** Waits until every image of the level is on show. */
const complete = (page, level) => page.locator(`${id("distil-cells")}[data-level="${level}"][data-complete="true"]`).waitFor({ timeout: SOON });

/** Waits until the live run is in one of the phases. */
const reached = (page, ...phases) => page.waitForFunction(
  ([live, phases]) => phases.includes(document.querySelector(live)?.dataset.phase), [LIVE, phases], { timeout: LONG },
);

const ink = (page) => page.locator(LIVE).getAttribute("data-ink");

/** Starts a run and returns how often its images had changed when it had made a few steps. */
async function changes(page, times) {
  await page.locator(id("distil-run")).click();
  await reached(page, "Running", "Finished");
  const seen = new Set();
  for (let turn = 0; turn < times; turn += 1) {
    const last = await ink(page);
    seen.add(last);
    await page.waitForFunction(
      ([live, last]) => document.querySelector(live).dataset.ink !== last, [LIVE, last], { timeout: LONG },
    );
  }
  return seen.size;
}

/** A longer run, narrow so that steps are quick. */
async function narrow(page, networks) {
  await page.locator(id("distil-width")).fill("4");
  await page.locator(id("distil-draws")).fill(String(networks));
}

describe("on the CPU", () => {
  let browser;
  before(async () => { browser = await launch(GPU.NONE); });
  after(() => browser?.close());

  test("levels are stepped through at once, and play by themselves", async (t) => {
    const { page, context, problems } = await open(browser, "?room=distil");
    await complete(page, 5);
    await page.locator(id("distil-level-1")).check({ force: true });
    await complete(page, 1);
    const delays = await page.evaluate(async () => {
      const part = (name) => document.querySelector(`[data-testid="${name}"]`);
      const frame = () => new Promise((resolve) => { requestAnimationFrame(resolve); });
      const delays = [];
      for (const level of [2, 3, 4, 5, 4, 3, 2, 1]) {
        const begin = performance.now();
        part(`distil-level-${level}`).click();
        await frame();
        await frame();
        const { level: shown, complete } = part("distil-cells").dataset;
        if (shown !== String(level) || complete !== "true") throw new Error(`level ${level} is not there`);
        delays.push(performance.now() - begin);
      }
      return delays;
    });
    t.diagnostic(`from the press to the second frame, in ms: ${delays.map((delay) => delay.toFixed(0)).join(" ")}`);
    assert.equal(await page.locator(`${id("distil-cells")} [role=option]:visible`).count(), 60);
    await page.waitForFunction(() => location.search.includes("shown=1"));
    await page.locator(id("distil-play")).click();
    await page.locator(`${id("distil-cells")}[data-level="3"]`).waitFor({ timeout: SOON });
    assert.equal(await page.locator(id("distil-play")).innerText(), "Pause");
    await page.locator(id("distil-play")).click();
    assert.equal(await page.locator(id("distil-play")).innerText(), "Play");
    assert.deepEqual(problems, []);
    await context.close();
  });

  test("with little motion the levels go on one at a time", async () => {
    const { page, context } = await open(browser, "?room=distil&shown=3", { reducedMotion: "reduce" });
    await complete(page, 3);
    assert.equal(await page.locator(id("distil-play")).innerText(), "Next");
    await page.locator(id("distil-play")).click();
    await complete(page, 4);
    assert.equal(await page.locator(id("distil-play")).getAttribute("aria-pressed"), "false");
    await context.close();
  });

  test("one class, its pages, and the change from the level below", async () => {
    const { page, context, problems } = await open(browser, "?room=distil&shown=2");
    await complete(page, 2);
    await page.locator(id("distil-class")).selectOption("7");
    await complete(page, 2);
    const names = () => page.locator(`${id("distil-cells")} [role=option]:visible`).evaluateAll((all) => all.map((one) => one.ariaLabel));
    assert.ok((await names()).every((name) => name.startsWith("7, level 2")));
    assert.equal((await names()).length, 60);
    await page.locator(id("distil-page")).fill("1");
    await page.locator(`${id("distil-cells")}[data-count="40"]`).waitFor();
    assert.match(await page.locator(id("distil-page-words")).innerText(), /61 to 100 of 100/);
    await page.locator(id("distil-difference")).check();
    await page.locator(`${id("distil-cells")} canvas.signed`).waitFor();
    await page.locator(".distil-legend .scale-legend").waitFor();
    await complete(page, 2);
    // The address follows a moment later.
    await page.waitForFunction(() => location.search.includes("change=1"));
    await page.reload();
    await page.locator(`${id("distil-cells")}[data-count="40"] canvas.signed`).waitFor({ timeout: SOON });
    assert.deepEqual(problems, []);
    await context.close();
  });

  test("the tree opens down to the original digits, by keyboard too, and leads back up", async () => {
    const { page, context, problems } = await openReady(browser, "?room=distil&shown=4");
    await complete(page, 4);
    await page.locator(`${id("distil-cells")} [role=option]`).nth(13).click();
    const specimen = page.locator(id("distil-specimen"));
    assert.equal(await specimen.getAttribute("data-image"), "4.3.1");
    const tree = page.locator(id("distil-tree"));
    await page.locator(`${id("distil-tree")}[data-rows="3"]`).waitFor();
    await tree.locator('[role=group][aria-label^="level 3"] [role=treeitem]').nth(2).click();
    await page.locator(`${id("distil-tree")}[data-rows="4"]`).waitFor();
    await tree.focus();
    for (const rows of [5, 6, 6]) {
      await page.keyboard.press("ArrowDown");
      await page.locator(`${id("distil-tree")}[data-rows="${rows}"]`).waitFor({ timeout: SOON });
    }
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((name) => document.querySelector(name).dataset.image.startsWith("0.3."), id("distil-specimen"));
    const digit = tree.locator('[role=treeitem][aria-selected="true"]');
    assert.match(await digit.getAttribute("aria-label"), /^3, training image/);
    // The digit has come from the training set: its picture is not empty.
    await page.waitForFunction(() => {
      const canvas = document.querySelector("#distil-own canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
      return data.some((value) => value > 0);
    }, undefined, { timeout: LONG });
    await page.locator(`${id("distil-crumbs")} button`, { hasText: "level 5" }).click();
    assert.equal(await specimen.getAttribute("data-image"), "5.3.0");
    const { name, bytes } = await downloaded(page, "distil-save");
    assert.equal(name, "distilled-level-5-class-3-0.png");
    assert.deepEqual([...bytes.subarray(1, 4)], [...Buffer.from("PNG")]);
    await page.locator(id("distil-level-0")).check({ force: true });
    await complete(page, 0);
    assert.deepEqual(problems, []);
    await context.close();
  });

  test("images are saved as archives that another program reads, the same as the shipped ones", async () => {
    const { page, context, problems } = await open(browser, "?room=distil&shown=4");
    await complete(page, 4);
    const folder = mkdtempSync(join(tmpdir(), "archive-"));
    /** Saves an archive and returns its name and how many of its images are those of the levels. */
    const saved = async (control, levels) => {
      const { name, bytes } = await downloaded(page, control);
      const path = join(folder, name);
      writeFileSync(path, bytes);
      const same = execFileSync("python3", [join(here, "archive.py"), path, join(here, "../../assets/distilled/mnist-alike"), ...levels]);
      return [name, Number(same)];
    };
    assert.deepEqual(await saved("distil-zip-level", [4]), ["mnist-alike-level-4.zip", 40]);
    await page.locator(`${id("distil-zip-all")}:not([disabled])`).waitFor({ timeout: SOON });
    assert.deepEqual(await saved("distil-zip-all", [1, 2, 3, 4, 5]), ["mnist-alike-levels.zip", 7_250]);
    rmSync(folder, { recursive: true });
    await page.locator(id("distil-level-0")).check({ force: true });
    assert.equal(await page.locator(id("distil-zip-level")).isVisible(), false);
    assert.deepEqual(problems, []);
    await context.close();
  });

  test("the image on show follows the level, up and down its own branch of the tree", async () => {
    const { page, context, problems } = await open(browser, "?room=distil&image=5.7.0");
    await complete(page, 5);
    const image = () => page.locator(id("distil-specimen")).getAttribute("data-image");
    const to = async (level) => {
      await page.locator(id(`distil-level-${level}`)).check({ force: true });
      await page.waitForFunction(([part, level]) => document.querySelector(part).dataset.image.startsWith(level), [id("distil-specimen"), String(level)], { timeout: SOON });
      return image();
    };
    await page.locator(id("distil-tree")).waitFor({ timeout: SOON });
    const down = [await to(4), await to(2), await to(1)];
    for (const key of down) assert.match(key, /^\d\.7\.\d+$/);
    assert.equal(await to(2), down[1]);
    assert.equal(await to(5), "5.7.0");
    assert.deepEqual(problems, []);
    await context.close();
  });

  test("groups of likes and of any images are two trees, in the address, and old links show the article's", async () => {
    const { page, context, problems } = await openReady(browser, "?room=distil&shown=4");
    const ink = async () => {
      await complete(page, 4);
      return page.evaluate(() => [...document.querySelectorAll('[data-testid="distil-cells"] canvas')].map((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.reduce((sum, value) => sum + value, 0);
      }).join());
    };
    const alike = await ink();
    assert.equal(await page.locator(id("distil-start")).inputValue(), "mean");
    await page.locator(id("distil-groups")).selectOption("random");
    await page.waitForFunction(() => location.search.includes("groups=random"), undefined, { timeout: SOON });
    const random = await ink();
    assert.notEqual(alike, random);
    assert.equal(await page.locator(id("distil-start")).inputValue(), "real");
    assert.equal(await page.locator(id("distil-lambda")).inputValue(), "19");
    assert.match(await page.locator(id("distil-save-level")).getAttribute("href"), /distilled\/mnist\/level-4\.png$/);
    assert.deepEqual(problems, []);
    await context.close();
    const old = await open(browser, "?room=distil&shown=4&v=1");
    await complete(old.page, 4);
    assert.equal(await old.page.locator(id("distil-groups")).inputValue(), "random");
    await old.context.close();
  });

  test("the flow picture follows the level and the digits, and both are in the address", async () => {
    const { page, context, problems } = await openReady(browser, "?room=distil&shown=4&groups=random&flow=71");
    const flow = page.locator(id("distil-flow"));
    await flow.locator("path.dots.level-4.one").waitFor({ state: "attached", timeout: SOON });
    const dots = async (kind) => (await flow.locator(`path.dots:not(.faint).${kind}`).getAttribute("d")).split("M").length - 1;
    assert.deepEqual([await dots("one"), await dots("other")], [4, 4]);
    // Five means in a row, from level 1 to 5.
    assert.equal((await flow.locator("path.trail.one").getAttribute("d")).match(/[ML]/g).length, 5);
    assert.equal(await flow.locator("path.theory").count(), 2);
    assert.match(await page.locator(id("distil-flow-words")).textContent(), /level 4, of 7 to the left and of 1 to the right/);
    const leftOf = (kind) => flow.locator(`path.trail.${kind}`).evaluate((path) => path.getPointAtLength(0).x);
    assert.ok(await leftOf("one") < await leftOf("other"));
    await page.locator(id("distil-level-2")).check({ force: true });
    await flow.locator("path.dots.level-2.one").waitFor({ state: "attached", timeout: SOON });
    assert.equal(await dots("other"), 100);
    // The same digit twice spans no plane: the other one makes room.
    await page.locator(id("flow-one")).selectOption("1");
    await page.waitForFunction(() => location.search.includes("flow=17"), undefined, { timeout: SOON });
    assert.equal(await page.locator(id("flow-other")).inputValue(), "7");
    const { theory, levels } = (await shippedManifest()).distillation.mnist.flow;
    const rows = await page.locator(`${id("distil-flow-table")} tbody tr`).allTextContents();
    assert.equal(rows.length, levels.length);
    assert.ok(rows[1].includes(theory.toFixed(2)) && rows[1].includes(levels[1].growth.toFixed(2)), rows[1]);
    assert.match(await page.locator(id("distil-flow-law")).textContent(), /relevant direction/);
    assert.deepEqual(problems, []);
    await context.close();
  });

  test("settings of a live run come with the address and go into it, orthogonal filters too", async () => {
    const { page, context, problems } = await openReady(browser, "?room=distil&image=5.0.0&live-width=4&live-networks=2000&live-orthogonal=1&live-start=noise");
    assert.equal(await page.locator(id("distil-width")).inputValue(), "4");
    assert.equal(await page.locator(id("distil-start")).inputValue(), "noise");
    assert.ok(await page.locator(id("distil-orthogonal")).isChecked());
    assert.ok(await changes(page, 3) === 3);
    await page.locator(id("distil-cancel")).click();
    await reached(page, "Stopped");
    await page.locator(id("distil-orthogonal")).uncheck();
    await page.locator(id("distil-lambda")).fill("12");
    await page.waitForFunction(() => location.search.includes("live-lambda=12") && !location.search.includes("orthogonal"), undefined, { timeout: SOON });
    assert.deepEqual(problems, []);
    await context.close();
  });

  test("a live run changes its images, is held, goes on, and is given up within a step", async () => {
    const { page, context, problems } = await openReady(browser, "?room=distil&image=5.0.0");
    await complete(page, 5);
    await narrow(page, 2_000);
    assert.ok(await changes(page, 3) === 3);
    await page.locator(id("distil-run")).click();
    await reached(page, "Held");
    await page.locator(id("distil-run"), { hasText: "Go on" }).click();
    await reached(page, "Running");
    await page.locator(id("distil-cancel")).click();
    await reached(page, "Stopped");
    assert.match(await page.locator(id("distil-live-state")).innerText(), /CPU.*Stopped at step \d+ \/ \d+/s);
    await page.locator(id("distil-draws")).fill("2");
    await page.locator(id("distil-loss")).selectOption("arcface");
    await page.locator(id("distil-start")).selectOption("noise");
    await page.locator(id("distil-run")).click();
    await reached(page, "Finished");
    assert.match(await page.locator(id("distil-live-state")).innerText(), /Finished/);
    assert.deepEqual(problems, []);
    await context.close();
  });

  test("a lambda that cannot work is refused with the reason", async () => {
    const { page, context, problems } = await openReady(browser, "?room=distil");
    await page.locator(id("distil-lambda")).fill("9");
    assert.match(await page.locator(id("distil-problem")).innerText(), /Lambda is 9, but must be above 9.*falls without end/s);
    assert.equal(await page.locator(id("distil-lambda")).getAttribute("aria-invalid"), "true");
    assert.equal(await page.locator(id("distil-run")).isDisabled(), true);
    await page.locator(id("distil-lambda")).fill("10");
    assert.equal(await page.locator(id("distil-problem")).innerText(), "");
    assert.equal(await page.locator(id("distil-run")).isDisabled(), false);
    assert.deepEqual(problems, []);
    await context.close();
  });

  test("what was measured stands in charts, tables and words; what was not is not shown", async () => {
    const evidence = (measured) => open(browser, "?room=distil&groups=random", {
      prepare: (page) => page.route("**/assets/manifest.json", (route) => route.fulfill({
        json: { ...shippedManifest(), distillation: measured },
      })),
    });
    const level = (number, within) => ({ level: number, within, between: 0.4, removed: 0.9, moved: 0.05 });
    const { page, context } = await evidence({ mnist: {
      levels: [level(1, 0.5), level(2, 0.6), level(3, 0.58)],
      accuracy: [
        { references: "level-1", embedder: "resnet-18", loss: "euclid", accuracy: 0.991 },
        { references: "level-5", embedder: "resnet-18", loss: "euclid", accuracy: 0.987 },
        { references: "class_means", embedder: "resnet-18", loss: null, accuracy: 0.992 },
      ],
      ten_images: { mean: 0.89, deviation: 0.004, seeds: 5 },
    } });
    await page.locator(id("distil-evidence")).waitFor({ timeout: SOON });
    assert.match(await page.locator(id("distil-similarity-words")).innerText(),
      /within the classes goes from 0\.500.*but it falls from level 2 to 3/);
    for (const chart of ["distil-accuracy", "distil-similarity", "distil-removed", "distil-moved"]) {
      assert.equal(await page.locator(`${id(chart)} details:not(.save) > summary`).count(), 1);
    }
    const rows = await page.locator(`${id("distil-accuracies")} tbody tr`).allInnerTexts();
    assert.equal(rows.length, 4);
    assert.match(rows[1], /distilled, level 5\s+Euclid\s+98\.70/);
    assert.equal(await page.locator(`${id("distil-accuracies")} thead th`).nth(2).innerText(), "resnet-18");
    await context.close();
    const bare = await evidence(undefined);
    await complete(bare.page, 5);
    assert.equal(await bare.page.locator(id("distil-evidence")).count(), 0);
    assert.deepEqual(bare.problems, []);
    await bare.context.close();
  });

  test("files that are missing are named", async () => {
    const prepare = (page) => page.route("**/distilled/mnist-alike/level-5.png", (route) => route.abort());
    const { page, context } = await open(browser, "?room=distil", { prepare });
    await page.locator(id("distil-notice")).waitFor({ timeout: SOON });
    assert.match(await page.locator(id("distil-notice")).innerText(), /Check the connection/);
    await context.close();
  });
});

describe("on WebGPU", () => {
  let browser;
  before(async () => { browser = await launch(GPU.SOFTWARE); });
  after(() => browser?.close());

  test("a live run changes its images and is given up", async () => {
    const { page, context, problems } = await openReady(browser, "?room=distil&device=webgpu");
    await complete(page, 5);
    await narrow(page, 100);
    assert.ok(await changes(page, 2) === 2);
    assert.match(await page.locator(id("distil-live-state")).innerText(), /WebGPU/);
    await page.locator(id("distil-cancel")).click();
    await reached(page, "Stopped");
    assert.deepEqual(problems, []);
    await context.close();
  });
});
