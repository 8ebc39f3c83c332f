// The second answer of the Draw room: which distilled reference is the drawing most similar to?
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import { DIGITS, LONG, SOON, answered, draw, id, notice, openReady } from "./explorer.mjs";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

const INDEX = "**/assets/distilled/mnist-alike/index.json";

/** Waits for the similarities to what is on the canvas now. */
async function compared(page, state = "current") {
  await page.locator(`${id("similarity")}[data-state="${state}"]`).waitFor({ timeout: LONG });
  return page.evaluate(() => {
    const { level, embedder, winner } = document.querySelector('[data-testid="similarity"]').dataset;
    const tiles = Array.from({ length: 10 }, (_, digit) => document.querySelector(`[data-testid="similarity-${digit}"]`));
    return {
      level: Number(level), embedder, winner,
      cosines: tiles.map(({ dataset }) => (dataset.cosine === undefined ? null : Number(dataset.cosine))),
      framed: tiles.flatMap((tile, digit) => (tile.classList.contains("best") ? [digit] : [])),
      ink: tiles.map((tile) => {
        const canvas = tile.querySelector("canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.reduce((sum, value, at) => sum + (at + 1) * value, 0);
      }),
      outlines: tiles.map((tile) => getComputedStyle(tile.querySelector(".pixels")).outlineWidth),
    };
  });
}

/** Moves the slider; the level is reached when its images are there. */
async function chooseLevel(page, level) {
  await page.locator(id("similarity-level")).fill(String(level));
  await page.locator(`${id("similarity")}[data-level="${level}"]`).waitFor({ timeout: LONG });
}

test("a drawing has ten similarities, and the largest is framed", async () => {
  const { page, context, problems } = await openReady(browser);
  const empty = await compared(page, "empty");
  assert.deepEqual([empty.level, empty.embedder, empty.winner], [5, "resnet-light", ""]);
  assert.ok(empty.cosines.every((cosine) => cosine === null) && empty.framed.length === 0, "nothing is said about an empty canvas");
  assert.equal(new Set(empty.ink).size, 10, "ten different references");
  await draw(page, DIGITS[7]);
  await answered(page);
  const found = await compared(page);
  assert.ok(found.cosines.every((cosine) => cosine >= -1 && cosine <= 1.00001), found.cosines.join());
  const best = found.cosines.indexOf(Math.max(...found.cosines));
  assert.deepEqual([found.winner, found.framed], [String(best), [best]]);
  assert.equal(best, 7);
  assert.equal(found.outlines.filter((width) => width !== found.outlines[(best + 1) % 10]).length, 1, "one frame is another");
  assert.match(await page.locator(id("similarity-sentence")).innerText(), /^Closest to 7 \(0\.\d{3}\), then \d \(-?[−0]?\.?\d/);
  await page.locator(id("draw-clear")).click();
  assert.deepEqual((await compared(page, "empty")).framed, []);
  assert.deepEqual(problems, []);
  await context.close();
});

test("the similarities follow the pen", async () => {
  const { page, context } = await openReady(browser);
  await draw(page, DIGITS[1]);
  await answered(page);
  const one = await compared(page);
  await page.locator(id("draw-clear")).click();
  await draw(page, DIGITS[0]);
  await answered(page);
  const zero = await compared(page);
  assert.deepEqual([one.winner, zero.winner], ["1", "0"]);
  await context.close();
});

test("the level and the embedder are chosen, and both are in the address", async () => {
  const { page, context } = await openReady(browser, "?drawing=t000");
  await answered(page);
  const top = await compared(page);
  await chooseLevel(page, 4);
  const lower = await compared(page);
  assert.ok(lower.ink.some((ink, digit) => ink !== top.ink[digit]), "other images");
  assert.match(await page.locator(id("similarity-level-title")).innerText(), /^4 · 4 per class$/);
  await page.locator(id("similarity-embedder")).selectOption("taylornet-28");
  await page.locator(`${id("similarity")}[data-embedder="taylornet-28"]`).waitFor({ timeout: LONG });
  const other = await compared(page);
  assert.equal(other.winner, "7");
  assert.notDeepEqual(other.cosines, lower.cosines);
  assert.match(await page.locator(id("similarity-distil")).getAttribute("href"), /room=distil&shown=4&groups=alike$/);
  await page.waitForURL(/references=4&embedder=taylornet-28/, { timeout: SOON });
  await page.reload();
  const again = await compared(page);
  assert.deepEqual([again.level, again.embedder, again.cosines], [4, "taylornet-28", other.cosines]);
  await context.close();
});

test("references of groups of likes and of any images are others, and the choice is in the address", async () => {
  const { page, context, problems } = await openReady(browser, "?drawing=t000");
  await answered(page);
  const alike = await compared(page);
  await page.locator(id("similarity-groups")).selectOption("random");
  await page.waitForURL(/reference-groups=random/, { timeout: SOON });
  await page.waitForFunction(() => document.querySelector('[data-testid="similarity"]').dataset.state === "current", undefined, { timeout: LONG });
  const random = await compared(page);
  assert.deepEqual([alike.winner, random.winner], ["7", "7"]);
  assert.ok(random.ink.every((ink, digit) => ink !== alike.ink[digit]), "other images");
  await page.reload();
  assert.deepEqual((await compared(page)).cosines, random.cosines);
  assert.deepEqual(problems, []);
  await context.close();
});

test("many references are made ready with progress, and another level does not wait for them", async () => {
  const { page, context } = await openReady(browser, "?drawing=t000&references=2");
  await page.locator(id("similarity-sentence")).filter({ hasText: /Embedding the references of level 2: \d+ of 1.000/ }).waitFor({ timeout: LONG });
  await draw(page, DIGITS[1]);
  assert.ok((await answered(page)).version > 0, "drawings are answered meanwhile");
  await chooseLevel(page, 5);
  assert.equal((await compared(page)).level, 5);
  await context.close();
});

test("level 0 is the data set itself", async () => {
  const { page, context } = await openReady(browser, "?drawing=t000&references=0");
  const found = await compared(page);
  assert.deepEqual([found.level, found.winner], [0, "7"]);
  assert.match(await page.locator(id("similarity-level-title")).innerText(), /the first 100 originals per class/);
  await context.close();
});

test("levels and embedders that do not exist are corrected with a notice", async () => {
  const { page, context } = await openReady(browser, "?references=17&embedder=alexnet");
  assert.match(await notice(page, "address-notice"), /references, embedder/);
  const { level, embedder } = await compared(page, "empty");
  assert.deepEqual([level, embedder], [5, "resnet-light"]);
  await context.close();
});

for (const [name, answer, says] of [
  ["missing", (route) => route.fulfill({ status: 404, body: "not found" }), /Could not load index\.json.*404.*try again/s],
  ["out of reach", (route) => route.abort("connectionreset"), /Could not load index\.json.*try again/s],
  ["damaged", (route) => route.fulfill({ body: "{\"format\": 1, " }), /index\.json is damaged.*restore the file/s],
]) {
  test(`where the list of references is ${name} the room says so and goes on, and the next drawing tries again`, async () => {
    const { page, context } = await openReady(browser, "", { prepare: (page) => page.route(INDEX, answer) });
    await page.locator(`${id("similarity")}[data-state="failed"]`).waitFor({ timeout: LONG });
    assert.match(await page.locator(id("similarity-sentence")).innerText(), says);
    await draw(page, DIGITS[1]);
    assert.equal((await answered(page)).digit, 1);
    await page.locator(`${id("why")}[data-state="current"]`).waitFor({ timeout: LONG });
    await page.unroute(INDEX);
    await page.locator(id("draw-clear")).click();
    await draw(page, DIGITS[1]);
    assert.equal((await compared(page)).winner, "1");
    await context.close();
  });
}
