// The polynomial that a trained network is: orders, maps, terms, distances, fewer terms, files, and the check mark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import { LONG, SOON, downloaded, id, oneStep, openReady, saved, trainTo } from "./explorer.mjs";

const VIEW = "?room=polynomial&view=trained";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

const count = (page, name) => page.locator(id(name)).getAttribute("data-count").then(Number);
const counted = (page, name, value) => page.locator(`${id(name)}[data-count="${value}"]`).waitFor({ timeout: LONG });
const expanded = (page) => page.locator(`${id("trained-maps")}[data-state="ready"]`).waitFor({ timeout: LONG });
const holds = (page, value) => page.locator(`${id("trained-check")}[data-holds="${value}"]`).waitFor({ timeout: LONG });
const number = (text) => Number(text.replace("\u2212", "-").replace("+", "").replace(/\s/g, ""));

/** Presses a button that measures, where the figures are not shipped. */
async function measured(page, button, slider) {
  const found = await page.waitForFunction(([button, slider]) => {
    const part = (name) => document.querySelector(`[data-testid="${name}"]`);
    if (part(slider) && !part(slider).disabled) return "shipped";
    return part(button) ? "absent" : null;
  }, [button, slider], { timeout: SOON });
  if (await found.jsonValue() === "absent") await page.locator(id(button)).click();
  await page.locator(`${id(slider)}:not([disabled])`).waitFor({ timeout: LONG });
}

/** Sets a slider by keyboard. */
async function slide(page, slider, ...keys) {
  await page.locator(id(slider)).focus();
  for (const key of keys) await page.keyboard.press(key);
}

test("first order comes by itself, with the check mark; pixels are chosen by pointer, keyboard and number", async () => {
  const { page, context, problems } = await openReady(browser, VIEW);
  await expanded(page);
  await holds(page, "true");
  await counted(page, "trained-terms", 49);
  await page.locator(`${id("trained-map-3")} canvas`).click({ position: { x: 60, y: 60 } });
  await counted(page, "trained-products", 49);
  assert.equal(await page.locator(id("trained-class")).inputValue(), "3");
  assert.deepEqual([await page.locator(id("trained-row")).inputValue(), await page.locator(id("trained-column")).inputValue()], ["4", "4"]);
  await counted(page, "trained-terms", 98);
  await page.locator(`${id("trained-products")} canvas`).focus();
  for (const key of ["ArrowRight", "ArrowRight", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  await page.waitForFunction(() => document.querySelector('[data-testid="trained-column"]').value === "2");
  assert.equal(await page.locator(id("trained-row")).inputValue(), "2");
  await page.locator(id("trained-row")).fill("7");
  await page.locator(id("trained-row")).press("Tab");
  await page.waitForFunction(() => location.search.includes("pixel=43"), undefined, { timeout: SOON });
  assert.deepEqual(problems, []);
  await context.close();
});

test("all products are expanded, sorted, scrolled, filtered and drawn against distance", async () => {
  const { page, context, problems } = await openReady(browser, `${VIEW}&class=7&against=1&pixel=24`);
  await expanded(page);
  await page.locator(id("trained-second")).click();
  await counted(page, "trained-terms", 49 + 1225);
  const rows = page.locator(`${id("trained-rows")} tbody tr[aria-rowindex]`);
  const values = (await rows.locator(".number").allInnerTexts()).map((text) => Math.abs(number(text)));
  assert.ok(values.length < 60, `${values.length} rows stand in the document`);
  assert.ok(values.every((value, index) => index === 0 || value <= values[index - 1] * 1.001), "the strongest first");
  await page.locator(id("trained-rows")).evaluate((element) => { element.scrollTop = element.scrollHeight; });
  await page.locator(`${id("trained-rows")} tr[aria-rowindex="1275"]`).waitFor({ timeout: SOON });
  await page.locator(id("trained-only-pixel")).check();
  await counted(page, "trained-terms", 1 + 49);
  assert.match(await rows.first().locator("th").getAttribute("aria-label"), /x\(4,4\)/);
  await page.locator(id("trained-only-pixel")).uncheck();
  const cells = page.locator(`${id("trained-interactions-table")} tbody td`);
  await page.locator(`${id("trained-interactions")} details:not(.save) > summary`).click();
  const sum = async () => (await cells.allInnerTexts()).filter((_, index) => index % 6 !== 5).reduce((total, text) => total + number(text), 0);
  assert.equal(await sum(), 1225);
  await page.locator(id("trained-by-absolute")).check({ force: true });
  assert.equal(await sum(), 1225);
  await page.locator(id("trained-third")).click();
  await counted(page, "trained-terms", 49 + 1225 + 1225);
  assert.deepEqual(problems, []);
  await context.close();
});

test("orders are cut and terms left out, with the accuracy beside them", async () => {
  const { page, context, problems } = await openReady(browser, VIEW);
  await measured(page, "trained-measure", "trained-cut-slider");
  const share = async (name) => Number.parseFloat((await page.locator(id(name)).innerText()).match(/([\d.]+)\s*%/)[1]);
  await slide(page, "trained-cut-slider", "End");
  const whole = await share("trained-cut-words");
  assert.ok(whole > 95, `${whole} % with all orders`);
  await slide(page, "trained-cut-slider", "Home");
  const none = await share("trained-cut-words");
  assert.ok(none < 20, `${none} % with the constant alone`);
  await slide(page, "trained-cut-slider", "ArrowRight", "ArrowRight");
  assert.equal(await page.locator(id("trained-cut")).innerText(), "2");
  await page.waitForFunction(() => location.search.includes("cut=2"), undefined, { timeout: SOON });
  assert.equal(await page.locator(`${id("trained-heat")} tbody tr`).count(), 5);
  assert.equal(await page.locator(`${id("trained-spectrum")} tbody tr`).count(), 9);
  await measured(page, "trained-prune", "trained-kept-slider");
  await slide(page, "trained-kept-slider", "End");
  const all = await page.locator(id("trained-kept-words")).innerText();
  assert.match(all, /1\s?274 of 1\s?274 terms per class/);
  await slide(page, "trained-kept-slider", "Home");
  assert.match(await page.locator(id("trained-kept-words")).innerText(), /^13 of 1\s?274/);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a polynomial leaves as formula, table, program and picture", async () => {
  const { page, context } = await openReady(browser, `${VIEW}&class=7&against=1`);
  await expanded(page);
  await page.locator(id("trained-second")).click();
  await counted(page, "trained-terms", 49 + 1225);
  const file = async (format) => {
    await page.locator(id("trained-format")).selectOption({ label: format });
    const { name, bytes } = await downloaded(page, "trained-download");
    assert.match(name, /^taylornet-7-score-7-minus-1-about-mean\./);
    return bytes.toString();
  };
  assert.match(await file("LaTeX"), /\\delta_\{/);
  const lines = (await file("CSV")).trim().split("\n");
  // The names, the terms and the expansion point.
  assert.equal(lines.length, 1 + 1 + 49 + 1225 + 1);
  assert.match(await file("Rust"), /pub fn polynomial/);
  assert.match(await file("Python"), /def polynomial/);
  assert.match(await file("C"), /double polynomial/);
  await page.locator(id("trained-point")).selectOption("black");
  await page.waitForFunction(() => location.search.includes("x0=black"), undefined, { timeout: SOON });
  await expanded(page);
  await page.locator(id("trained-format")).selectOption({ label: "LaTeX" });
  const black = await downloaded(page, "trained-download");
  assert.match(black.name, /^taylornet-7-score-7-minus-1\./);
  assert.match(black.bytes.toString(), /x_\{/);
  const svg = await saved(page, "trained-maps", "svg");
  assert.match(svg.bytes.toString(), /^<svg .*<\/svg>$/s);
  const png = await saved(page, "trained-maps", "png");
  assert.equal(png.bytes.subarray(1, 4).toString(), "PNG");
  await context.close();
});

test("the polynomial of a run is a snapshot: another step of training turns the check mark into a warning", async () => {
  const { page, context, problems } = await openReady(browser, "?room=train&net=taylornet-7&width=8&batch=32&lr=0.02");
  await trainTo(page, 20);
  await page.locator(id("to-polynomial")).click();
  await page.locator(id("tab-trained")).click();
  await page.locator(id("trained-network")).selectOption("run:0");
  await expanded(page);
  await holds(page, "true");
  await page.locator(id("to-train")).click();
  await oneStep(page);
  await page.locator(id("to-polynomial")).click();
  await holds(page, "false");
  assert.match(await page.locator(id("trained-check")).innerText(), /Not any more: the polynomial is that of step \d+, the network is at step \d+/);
  await page.locator(id("trained-again")).click();
  await holds(page, "true");
  await page.locator(id("trained-measure")).click();
  await page.locator(`${id("trained-cut-slider")}:not([disabled])`).waitFor({ timeout: LONG });
  await page.locator(id("to-train")).click();
  await page.locator(id("train-reset")).click();
  await page.locator(id("to-polynomial")).click();
  assert.match(await page.locator(id("trained-refusal")).innerText(), /no network in training/);
  assert.deepEqual(problems, []);
  await context.close();
});

test("what cannot be expanded is refused with the reason", async () => {
  const { page, context } = await openReady(browser, `${VIEW}&of=resnet-7`);
  assert.match(await page.locator(id("trained-refusal")).innerText(), /ReLU.*no polynomial/s);
  assert.equal(await page.locator(id("trained-maps")).isVisible(), false);
  await page.locator(id("trained-network")).selectOption("taylornet-28");
  await expanded(page);
  await page.locator(id("trained-second")).click();
  await page.locator(`${id("trained-second-words")}.failed`).waitFor({ timeout: LONG });
  assert.match(await page.locator(id("trained-second-words")).innerText(), /307\D?720.*choose one pixel/s);
  await page.locator(`${id("trained-map-0")} canvas`).click({ position: { x: 60, y: 60 } });
  await counted(page, "trained-products", 784);
  await context.close();
});

test("a long measurement is cancelled and can be begun again", async () => {
  const { page, context, problems } = await openReady(browser, "?room=train&net=taylornet-28&batch=4");
  await oneStep(page);
  await page.locator(id("to-polynomial")).click();
  await page.locator(id("tab-trained")).click();
  await page.locator(id("trained-network")).selectOption("run:0");
  await expanded(page);
  await page.locator(id("trained-measure")).click();
  await page.locator(id("trained-measure-cancel")).click({ timeout: SOON });
  await page.locator(id("trained-measure")).waitFor({ timeout: SOON });
  assert.equal(await page.locator(id("trained-cut-slider")).isEnabled(), false);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a link brings everything back", async () => {
  const { page, context } = await openReady(browser, `${VIEW}&of=conv-7&class=4&against=9&pixel=10`);
  await expanded(page);
  assert.equal(await page.locator(id("trained-network")).inputValue(), "conv-7");
  assert.equal(await page.locator(id("trained-class")).inputValue(), "4");
  assert.equal(await page.locator(id("trained-against")).inputValue(), "9");
  await counted(page, "trained-products", 49);
  assert.deepEqual([await page.locator(id("trained-row")).inputValue(), await page.locator(id("trained-column")).inputValue()], ["2", "4"]);
  await context.close();
});

test("one operation for all levels has fixed points, with the numbers that numpy finds", async () => {
  const { page, context, problems } = await openReady(browser, `${VIEW}&of=taylornet-28-scale`);
  const rows = page.locator(`${id("trained-scale-points")} tbody tr`);
  await rows.first().waitFor({ timeout: LONG });
  // Damped Newton steps and eigenvalues in numpy, from the shipped file.
  const [, length, relevant, largest] = await rows.first().locator("td").allTextContents();
  assert.deepEqual([length, relevant, largest], ["0.862", "30 of 64", "2.764"]);
  const ways = await page.locator(`${id("trained-scale")} path.way`).count();
  assert.ok(ways > 10, `${ways} ways`);
  assert.match(await page.locator(id("trained-scale-words")).textContent(), /30 of 64 directions are relevant/);
  await page.locator(id("trained-network")).selectOption("taylornet-7");
  await page.locator(id("trained-scale")).waitFor({ state: "detached", timeout: SOON });
  assert.deepEqual(problems, []);
  await context.close();
});
