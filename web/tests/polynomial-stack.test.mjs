// The Stack view: the article's counts, paths that light up, filters, long lists, and what can be taken away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch, open } from "./browser.mjs";
import { LONG, SOON, downloaded, id, saved } from "./explorer.mjs";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

/** Opens the view; small stacks need no worker. */
async function stack(query = "", options = {}) {
  const opened = await open(browser, `?room=polynomial${query}`, options);
  await opened.page.locator(id("stack-view")).waitFor({ timeout: SOON });
  return opened;
}

const list = (page) => page.locator(id("stack-terms-list"));
const rows = async (page) => Number(await list(page).getAttribute("aria-rowcount"));
const counts = async (page) => (await page.locator('[data-testid^="stack-count-"]').allInnerTexts()).map((text) => Number(text.replace(/\D/g, "")));
const chosen = (page) => page.locator(id("stack-chosen")).getAttribute("data-monomial");
const term = (page, monomial) => page.locator(`${id("stack-term")}[data-monomial="${monomial}"]`);
const listed = (page, count) => page.locator(`${id("stack-terms-list")}[aria-rowcount="${count}"]`).waitFor({ timeout: LONG });

test("the article's counts: 54 terms of Fig. 4(c), 1,453 of four clusters of four", async () => {
  const { page, context, problems } = await stack();
  await listed(page, 54);
  assert.deepEqual(await counts(page), [1, 4, 10, 20, 19]);
  assert.equal(await page.locator(id("stack-terms")).getAttribute("data-count"), "54");
  await page.locator(id("stack-cluster")).selectOption("2x2");
  await listed(page, 1453);
  assert.deepEqual(await counts(page), [1, 16, 136, 560, 740]);
  await page.locator(`${id("stack-check")}[data-state="holds"]`).waitFor({ timeout: SOON });
  assert.match(await page.locator(id("stack-check")).innerText(), /nested .* = expanded .*, difference/);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a monomial lights up its paths, and one path alone", async () => {
  const { page, context } = await stack();
  await listed(page, 54);
  await term(page, "x1^2").click();
  assert.equal(await chosen(page), "x1^2");
  assert.match(await page.locator(id("stack-paths")).innerText(), /5 paths/);
  const lit = (what) => page.locator(`${id("stack-drawing")} ${what}.lit`).count();
  assert.equal(await lit(".variable"), 1);
  assert.equal(await lit(".value"), 3);
  const all = await lit(".edge");
  await page.locator(id("stack-path-1")).click();
  assert.ok(await lit(".edge") < all);
  // x1^3 x3 needs three factors of the first level, where two are multiplied.
  assert.equal(await term(page, "x1^3*x3").count(), 0);
  await page.waitForFunction(() => location.search.includes("monomial=1-2"), undefined, { timeout: SOON });
  await context.close();
});

test("a variable and a degree filter the terms", async () => {
  const { page, context } = await stack();
  await listed(page, 54);
  await page.locator(id("variable-1")).click();
  const with1 = await rows(page);
  assert.ok(with1 > 1 && with1 < 54, `${with1} terms with x1`);
  const monomials = await page.locator(id("stack-term")).evaluateAll((terms) => terms.map((row) => row.dataset.monomial));
  assert.ok(monomials.every((monomial) => /x1(\D|$)/.test(monomial)), monomials.join(" "));
  await page.locator(id("stack-degree-1")).click();
  await listed(page, 1);
  await page.locator(id("stack-unfilter")).click();
  await listed(page, 54);
  await page.locator(id("stack-degree-3")).click();
  await listed(page, 20);
  await context.close();
});

test("numbers take the place of symbols, and a link brings everything back", async () => {
  const { page, context, problems } = await stack("&numbers=7&monomial=1.3&uses=3&orders=2.2.2&sharing=level");
  await page.locator(id("stack-chosen")).waitFor({ timeout: SOON });
  assert.equal(await chosen(page), "x1*x3");
  assert.equal(await page.locator(id("stack-uses")).inputValue(), "2");
  assert.equal(await page.locator(id("stack-sharing")).inputValue(), "level");
  assert.equal(await page.locator(id("stack-levels")).inputValue(), "3");
  assert.equal(await page.locator(id("stack-seed")).inputValue(), "7");
  assert.match(await term(page, "x1*x3").innerText(), /[+−]\s*\d/);
  const count = await rows(page);
  await page.reload();
  await listed(page, count);
  assert.equal(await chosen(page), "x1*x3");
  assert.deepEqual(problems, []);
  await context.close();
});

test("one set of coefficients for levels of different orders is refused with what to change", async () => {
  const { page, context } = await stack("&orders=2.3&sharing=all");
  const refused = page.locator(id("stack-refused"));
  await refused.waitFor({ timeout: SOON });
  assert.match(await refused.innerText(), /one order throughout/);
  await page.locator(id("stack-sharing")).selectOption("separate");
  await list(page).waitFor({ timeout: SOON });
  await context.close();
});

test("too large is refused beforehand, with the count and what to reduce", async () => {
  const { page, context } = await stack("&cluster=2x2&orders=2.2.2");
  const refused = page.locator(id("stack-refused"));
  await refused.waitFor({ timeout: SOON });
  assert.match(await refused.innerText(), /13,581,081 terms.*choose/s);
  assert.equal(await page.locator(id("stack-copy")).isEnabled(), false);
  await page.locator(id("stack-levels")).selectOption("2");
  await listed(page, 1453);
  await context.close();
});

test("397,306 terms scroll with only the rows in sight in the document", async () => {
  const { page, context, problems } = await stack("&cluster=1x3&orders=2.2.2");
  await listed(page, 397_306);
  const inside = () => page.locator(id("stack-term")).count();
  assert.ok(await inside() < 60, `${await inside()} rows`);
  for (const share of [0.25, 0.5, 0.999]) {
    await list(page).evaluate((area, share) => { area.scrollTop = share * area.scrollHeight; }, share);
    await page.waitForFunction((share) => {
      const numbers = [...document.querySelectorAll('[data-testid="stack-term"]')].map((row) => Number(row.getAttribute("aria-rowindex")));
      return numbers.some((number) => Math.abs(number / 397_306 - share) < 0.01);
    }, share, { timeout: SOON });
    assert.ok(await inside() < 60, `${await inside()} rows`);
  }
  await list(page).focus();
  await page.keyboard.press("End");
  await page.locator(`${id("stack-term")}[aria-rowindex="397306"][aria-selected="true"]`).waitFor({ timeout: SOON });
  await page.keyboard.press("Home");
  await page.locator(`${id("stack-term")}[aria-rowindex="1"][aria-selected="true"]`).waitFor({ timeout: SOON });
  assert.deepEqual(problems, []);
  await context.close();
});

test("copy and download in every format", async () => {
  const { page, context, problems } = await stack("", { permissions: ["clipboard-read", "clipboard-write"] });
  await listed(page, 54);
  await page.locator(id("stack-copy")).click();
  await page.locator(id("stack-said"), { hasText: "Copied all 54 terms" }).waitFor({ timeout: SOON });
  const latex = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(latex, /^z = .*x_\{1\}/s);
  const begins = { MathML: "<math", CSV: "coefficient,degree,x1,x2,x3,x4", Rust: "///", Python: "#", C: "//" };
  for (const [format, begin] of Object.entries(begins)) {
    await page.locator(id("stack-format")).selectOption({ label: format });
    const { bytes } = await downloaded(page, "stack-download");
    const text = bytes.toString();
    assert.ok(text.startsWith(begin), `${format}: ${text.slice(0, 80)}`);
    if (format === "CSV") assert.equal(text.trim().split("\n").length, 55);
  }
  const { bytes } = await saved(page, "stack", "svg");
  assert.match(bytes.toString(), /^<svg[^>]*viewBox/);
  const png = await saved(page, "stack", "png");
  assert.deepEqual([...png.bytes.subarray(1, 4)], [...Buffer.from("PNG")]);
  assert.deepEqual(problems, []);
  await context.close();
});

test("the keyboard alone chooses a stack, a term and a variable", async () => {
  const { page, context } = await stack();
  await listed(page, 54);
  await list(page).focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
  assert.equal(await chosen(page), "x2");
  const active = await list(page).getAttribute("aria-activedescendant");
  assert.equal(await page.locator(`#${active}`).getAttribute("data-monomial"), "x2");
  await page.keyboard.press("End");
  assert.equal(await chosen(page), "x4^4");
  await page.locator("#variable-0").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(id("variable-2")).getAttribute("aria-pressed"), "true");
  assert.equal(await page.locator(id("stack-uses")).inputValue(), "1");
  await page.locator(id("tab-stack")).focus();
  await page.keyboard.press("ArrowLeft");
  await page.locator(id("direct-view")).waitFor({ timeout: SOON });
  await page.keyboard.press("ArrowRight");
  await page.locator(id("stack-view")).waitFor({ timeout: SOON });
  await context.close();
});
