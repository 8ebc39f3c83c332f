// Why a network answers as it does: the shares of pixels, orders and pairs add up to its score, and follow the drawing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import { DIGITS, LONG, SOON, answered, draw, id, openReady } from "./explorer.mjs";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

/** Waits for the explanation of what is on the canvas now and reads its numbers. */
async function explained(page) {
  await page.locator(`${id("why")}[data-state="current"]`).waitFor({ timeout: LONG });
  return page.evaluate(() => {
    const part = (name) => document.querySelector(`[data-testid="${name}"]`);
    const number = (text) => Number(text.replace("\u2212", "-").replace("+", "").replace(/\s/g, ""));
    const rows = [...document.querySelectorAll('[data-testid="why-orders"] tbody tr')];
    return {
      orders: rows.map((row) => Number(row.dataset.value)),
      sum: number(part("why-sum").textContent),
      network: number(part("why-network").textContent),
      pixels: Number(part("why-map").dataset.sum),
      side: Number(part("why-map").dataset.side),
      holds: part("why-check").dataset.holds,
      sentence: part("why-sentence").textContent,
      logits: Array.from({ length: 10 }, (_, digit) => Number(part(`draw-probability-${digit}`).dataset.logit)),
    };
  });
}

const total = (values) => values.reduce((sum, value) => sum + value, 0);
const near = (one, other, what, tolerance = 2e-3) => assert.ok(Math.abs(one - other) <= tolerance, `${what}: ${one} and ${other}`);

for (const [model, side, degree] of [["taylornet-7", 7, 8], ["taylornet-28", 28, 16], ["conv-7", 7, 1]]) {
  test(`the shares of orders and pixels of ${model} add up to the difference of two scores`, async () => {
    const { page, context, problems } = await openReady(browser, `?drawing=t000&model=${model}`);
    await answered(page);
    const found = await explained(page);
    const [first, second] = [...found.logits].sort((a, b) => b - a);
    assert.equal(found.side, side);
    assert.equal(found.orders.length, degree + 1);
    assert.equal(found.holds, "true");
    near(found.network, first - second, "the network's difference");
    near(total(found.orders), found.network, "the orders");
    near(found.pixels + found.orders[0], found.network, "the pixels and the constant", 5e-3);
    assert.match(found.sentence, new RegExp(`^7, not ${found.logits.indexOf(second)}, by \\+`));
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test("class, opponent and order are chosen", async () => {
  const { page, context } = await openReady(browser, "?drawing=t000&model=taylornet-7");
  await answered(page);
  await explained(page);
  await page.locator(id("why-against")).selectOption("nothing");
  let found = await explained(page);
  near(found.network, found.logits[7], "the score alone");
  await page.locator(id("why-class")).selectOption("2");
  await page.locator(id("why-against")).selectOption("3");
  found = await explained(page);
  near(found.network, found.logits[2] - found.logits[3], "the difference of two others");
  await page.locator(id("why-order-3")).click();
  near(Number(await page.locator(id("why-map")).getAttribute("data-sum")), found.orders[3], "the map of one order");
  assert.equal(await page.locator(id("why-order-3")).getAttribute("aria-pressed"), "true");
  await page.locator(id("why-order-all")).click();
  near(Number(await page.locator(id("why-map")).getAttribute("data-sum")), found.pixels, "the map of all orders");
  await context.close();
});

test("what is asked stands in the link, and comes back with it", async () => {
  const { page, context, problems } = await openReady(browser, "?drawing=t000&model=taylornet-7&why=2&whynot=3&whyorder=3");
  await answered(page);
  let found = await explained(page);
  near(found.network, found.logits[2] - found.logits[3], "the difference that the link asks for");
  near(found.pixels, found.orders[3], "the order that the link asks for");
  assert.equal(await page.locator(id("why-class")).inputValue(), "2");
  await page.locator(id("why-against")).selectOption("nothing");
  await page.locator(id("why-class")).selectOption("follow");
  await page.locator(id("why-order-5")).click();
  await page.waitForFunction(() => /whynot=nothing&whyorder=5/.test(location.search) && !/why=/.test(location.search), undefined, { timeout: SOON });
  await page.reload();
  await answered(page);
  found = await explained(page);
  near(found.network, found.logits[7], "the score alone");
  assert.equal(await page.locator(id("why-order-5")).getAttribute("aria-pressed"), "true");
  assert.deepEqual(problems, []);
  await context.close();
});

test("a link with an order that the network does not have shows all orders", async () => {
  const { page, context } = await openReady(browser, "?drawing=t000&model=conv-7&whyorder=9&why=77");
  await answered(page);
  const found = await explained(page);
  near(found.network, found.logits[9] - found.logits[7], "the last class, against the answer");
  assert.equal(await page.locator(id("why-order-all")).getAttribute("aria-pressed"), "true");
  near(found.pixels + found.orders[0], found.network, "the map of all orders", 5e-3);
  await context.close();
});

test("the strongest pairs of small images come by themselves, those of large ones when asked for", async () => {
  const { page, context } = await openReady(browser, "?drawing=t000&model=taylornet-7");
  await page.locator(`${id("why-pairs")}[data-count="8"]`).waitFor({ timeout: LONG });
  assert.equal(await page.locator(`${id("why-pairs")} tbody tr`).count(), 8);
  await page.locator(`${id("why-pairs")} .why-pair`).first().focus();
  assert.equal(await page.locator(`${id("why-pairs")} .why-arcs g.faint`).count(), 7);
  await page.locator(id("draw-model")).selectOption("taylornet-28");
  await page.locator(id("why-pairs-ask")).click({ timeout: LONG });
  await page.locator(`${id("why-pairs")}[data-count="8"]`).waitFor({ timeout: LONG });
  assert.match(await page.locator(id("why-pairs")).innerText(), /Patches of 4×4 pixels/);
  await context.close();
});

test("the explanation follows the pen, and the answer does not wait for it", async () => {
  const { page, context } = await openReady(browser, "?model=taylornet-28");
  assert.equal(await page.locator(id("why")).getAttribute("data-state"), "empty");
  const [first, ...others] = DIGITS[7][0];
  await draw(page, [[first, ...others]]);
  const answer = await answered(page);
  const found = await explained(page);
  assert.match(found.sentence, new RegExp(`^${answer.digit}, not `));
  await page.locator(id("draw-clear")).click();
  await page.locator(`${id("why")}[data-state="empty"]`).waitFor({ timeout: SOON });
  await draw(page, DIGITS[0]);
  await answered(page);
  assert.match((await explained(page)).sentence, /^0, not /);
  await context.close();
});

test("a network with activation functions is refused with the reason", async () => {
  const { page, context } = await openReady(browser, "?drawing=t000&model=resnet-7");
  await answered(page);
  await page.locator(`${id("why")}[data-state="refused"]`).waitFor({ timeout: SOON });
  assert.match(await page.locator(id("why-sentence")).innerText(), /ReLU.*no polynomial.*Choose a TaylorNet/s);
  assert.equal(await page.locator(id("why-map")).isVisible(), false);
  await page.locator(id("draw-model")).selectOption("conv-7");
  await explained(page);
  assert.match(await page.locator(id("why-pairs")).innerText(), /never multiplies two pixels/);
  await context.close();
});

test("the first screen holds the drawing, its answer and the similarities, and the panel follows", async () => {
  const { page, context } = await openReady(browser, "?drawing=t000", { viewport: { width: 1440, height: 900 } });
  await answered(page);
  const below = async (name) => {
    const box = await page.locator(name).boundingBox();
    return box.y + box.height;
  };
  assert.ok(await below(id("draw-canvas")) < 760 && await below(id("draw-probability-9")) < 860, "the drawing and its answer");
  assert.ok(await below(".draw-similarity ol") < 900, "the similarities");
  assert.ok(await below(id("why-sentence")) < 1100, "the sentence");
  await context.close();
});
