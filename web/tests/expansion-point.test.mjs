// The image about which a network is expanded: the value stays, the orders change, and everything follows the choice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import { LONG, SOON, answered, id, openReady } from "./explorer.mjs";
import { taylornet } from "./native.mjs";

const TRAINED = "?room=polynomial&view=trained";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

const total = (values) => values.reduce((sum, value) => sum + value, 0);
const size = (values) => Math.max(...values.map(Math.abs));
const value = (page, name) => page.locator(id(name)).inputValue();

/** Contributions of the orders, once they are those of what is asked now. */
async function orders(page) {
  await page.locator(`${id("why")}[data-state="current"]`).waitFor({ timeout: LONG });
  const rows = page.locator(`${id("why-orders")} tbody tr`);
  return rows.evaluateAll((rows) => rows.map((row) => Number(row.dataset.value)));
}

const choose = async (page, point) => {
  await page.locator(id("why-point")).selectOption(point);
  return orders(page);
};

test("the sum is the same about every point, and its orders are small about the mean image only", async () => {
  const { page, context, problems } = await openReady(browser, "?drawing=t000&model=taylornet-28");
  await answered(page);
  assert.equal(await value(page, "why-point"), "mean");
  const mean = await orders(page);
  const score = total(mean);
  assert.ok(size(mean) < 3 * Math.abs(score), `${size(mean)} of ${score}`);
  const black = await choose(page, "black");
  assert.ok(size(black) > 5 * Math.abs(score), `${size(black)} of ${score}`);
  const tolerance = 1e-5 * size(black);
  const itself = await choose(page, "drawing");
  assert.equal(size(itself.slice(1)), 0, "nothing is left of the digit without itself");
  for (const found of [black, itself, await choose(page, "mean-3"), await choose(page, "reference-5-7-0")]) {
    assert.ok(Math.abs(total(found) - score) <= tolerance, `${total(found)} and ${score}`);
    assert.equal(await page.locator(id("why-check")).getAttribute("data-holds"), "true");
  }
  assert.deepEqual(problems, []);
  await context.close();
});

test("the walk of the sum settles sooner about the mean image, and stands in the link", async () => {
  const { page, context } = await openReady(browser, "?drawing=t000&model=taylornet-7&whyx0=black");
  await answered(page);
  const settled = async () => Number(await page.locator(id("why-walk")).getAttribute("data-settled"));
  await orders(page);
  assert.equal(await page.locator(id("why-walk")).getAttribute("data-orders"), "8");
  assert.equal(await page.locator(`${id("why-walk")} path.black`).getAttribute("d"), "");
  const black = await settled();
  await choose(page, "mean");
  assert.ok(await settled() <= black, `${await settled()} and ${black}`);
  assert.notEqual(await page.locator(`${id("why-walk")} path.black`).getAttribute("d"), "");
  await page.waitForFunction(() => !location.search.includes("whyx0"), undefined, { timeout: SOON });
  await page.locator(id("why-basis")).selectOption("chebyshev");
  await page.waitForFunction(() => location.search.includes("whybasis=chebyshev"), undefined, { timeout: SOON });
  assert.ok(await settled() <= 2, `degree ${await settled()} of the way`);
  assert.match(await page.locator(id("why-walk-words")).innerText(), /degree|constant/);
  await page.locator(id("why-basis")).selectOption("powers");
  await page.locator(id("why-point")).selectOption("mean-7");
  await page.waitForFunction(() => location.search.includes("whyx0=mean-7"), undefined, { timeout: SOON });
  await page.reload();
  await answered(page);
  await orders(page);
  assert.equal(await value(page, "why-point"), "mean-7");
  await context.close();
});

test("a trained network answers how many orders it needs, in every basis and about every shipped point", async () => {
  const { page, context, problems } = await openReady(browser, `${TRAINED}&of=taylornet-28`, { viewport: { width: 1440, height: 900 } });
  const answer = page.locator(id("trained-answer"));
  await page.locator(`${id("trained-cut-slider")}:not([disabled])`).waitFor({ timeout: LONG });
  const orders = async () => (await answer.innerText()).match(/\d+/g).map(Number);
  assert.match(await answer.innerText(), /mean/);
  const box = await answer.boundingBox();
  assert.ok(box.y + box.height < 900, "the answer stands in the first screen");
  const [, powers] = await orders();
  await page.locator(id("trained-basis")).selectOption("chebyshev");
  await page.waitForFunction(() => location.search.includes("basis=chebyshev"), undefined, { timeout: SOON });
  const [chebyshev] = await orders();
  assert.ok(chebyshev < powers && chebyshev <= 3, `${chebyshev} and ${powers}`);
  await page.locator(id("trained-basis")).selectOption("powers");
  await page.locator(id("trained-point")).selectOption("black");
  await page.waitForFunction(() => /^All 16/.test(document.querySelector('[data-testid="trained-answer"]').textContent), undefined, { timeout: SOON });
  assert.deepEqual(problems, []);
  await context.close();
});

test("the trained room shows the walk of a digit, the network trained the other way, and its eigen-digits", async () => {
  const { page, context, problems } = await openReady(browser, `${TRAINED}&of=taylornet-7-nested&class=7`);
  await page.locator(`${id("trained-walk")}[data-orders="8"]`).waitFor({ timeout: LONG });
  const nested = Number(await page.locator(id("trained-walk")).getAttribute("data-settled"));
  assert.match(await page.locator(id("trained-answer")).innerText(), /orders 0 to [1-3] of 8 .* trained as a whole needs (all|0 to) 8/);
  assert.match(await page.locator(`${id("trained-curve")} .legend`).textContent(), /trained as a whole/);
  assert.match(await page.locator(`${id("trained-sizes")} .plot`).getAttribute("aria-label"), /about the mean image from .* about the black image from/);
  // The test digit is a 7: what speaks for it sums up to what the rows say, eight of each sign.
  for (const sign of ["for", "against"]) {
    await page.locator(`${id(`trained-eigen-${sign}`)}[data-count="8"]`).waitFor({ timeout: LONG });
  }
  await page.locator(id("trained-network")).selectOption("taylornet-7");
  await page.waitForFunction((nested) => Number(document.querySelector('[data-testid="trained-walk"]').dataset.settled) >= nested, nested, { timeout: LONG });
  assert.deepEqual(problems, []);
  await context.close();
});

test("coefficients about a point are those of the command line, with the check mark", async () => {
  const { page, context, problems } = await openReady(browser, `${TRAINED}&x0=mean-3&class=3`);
  await page.locator(`${id("trained-maps")}[data-state="ready"]`).waitFor({ timeout: LONG });
  await page.locator(`${id("trained-check")}[data-holds="true"]`).waitFor({ timeout: LONG });
  const strongest = page.locator(`${id("trained-rows")} tbody tr[aria-rowindex] .number`).first();
  const shown = Math.abs(Number((await strongest.innerText()).replace("\u2212", "-").replace("+", "").replace(/\s/g, "")));
  const words = ["expand", "network", "assets/models/taylornet-7.safetensors", "--about", "mean-3", "--coefficients", "1"];
  const [found] = taylornet(...words);
  const expected = size(found.first.slice(3 * 49, 4 * 49));
  assert.ok(Math.abs(shown - expected) <= 2e-3 * expected, `${shown} and ${expected}`);
  assert.deepEqual(problems, []);
  await context.close();
});
