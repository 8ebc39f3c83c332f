// Long polynomials on the clipboard: complete, in every format, and without holding up the page.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { GPU, launch, open } from "./browser.mjs";
import { LONG, SOON, downloaded, id, longestTask, openReady, watchTasks } from "./explorer.mjs";
import { taylornet } from "./native.mjs";

/**
 * A page that does not answer for longer than this feels stuck: twice the 100 ms within which an answer seems immediate.
 * The page itself pauses every 10 ms. What cannot be cut is that the browser takes over the whole text, and other programs
 * that run on the same machine: the limit for training, 50 ms, would fail by chance.
 */
const BAR_MS = 200;
const TERMS = 22_229;
const MEGABYTE = 1_000_000;
const CLIPBOARD = Object.freeze({ permissions: ["clipboard-read", "clipboard-write"], prepare: watchTasks });

let browser;
let folder;
before(async () => {
  browser = await launch(GPU.NONE);
  folder = mkdtempSync(join(tmpdir(), "copy-"));
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

/** What the command line writes of the same polynomial. */
function written(format, numbers) {
  const path = join(folder, "polynomial");
  const more = numbers ? ["--numbers", numbers] : [];
  taylornet("expand", "stack", "--cluster", "2x2", "--orders", "2,3", ...more, "--format", format.toLowerCase(), "--out", path);
  return readFileSync(path, "utf8");
}

for (const [format, numbers] of [["LaTeX"], ["LaTeX", "3"], ["CSV"], ["MathML"], ["Rust"], ["C", "3"]]) {
  test(`${TERMS} terms are copied as ${format}, ${numbers ? "numbers" : "symbols"}`, async (t) => {
    const query = `?room=polynomial&cluster=2x2&orders=2.3${numbers ? `&numbers=${numbers}` : ""}`;
    const { page, context, problems } = await open(browser, query, CLIPBOARD);
    await page.locator(`${id("stack-terms-list")}[aria-rowcount="${TERMS}"]`).waitFor({ timeout: LONG });
    await page.locator(id("stack-format")).selectOption({ label: format });
    await page.evaluate(() => { globalThis.longTasks.length = 0; });
    await page.locator(id("stack-copy")).click();
    await page.locator(id("stack-said"), { hasText: /^Copied all 22.229 terms/ }).waitFor({ timeout: LONG });
    const longest = await longestTask(page);
    const text = await clipboard(page);
    t.diagnostic(`${(text.length / MEGABYTE).toFixed(1)} MB, longest task of the page ${longest.toFixed(0)} ms (0: none over 50 ms)`);
    assert.ok(text.trim() === written(format, numbers).trim(), "the clipboard has what the command line writes");
    // Some of the numbers are 0, and their terms are left out.
    if (format === "LaTeX" && !numbers) assert.equal(text.trim().split("\n").length, TERMS);
    if (format === "CSV") assert.equal(text.trim().split("\n").length, TERMS + 1);
    assert.ok(longest <= BAR_MS, `a task took ${longest} ms`);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

const BLACK = { LaTeX: /^[+-]?\d/, "Plain text": /^-?\d/, CSV: /^coefficient,degree,x_0_0/ };
const MEAN = { LaTeX: /^% \\delta = x - x0, where x0 is the mean/, "Plain text": /^-?\d.*\n\nd_0_0 = x_0_0/s, CSV: /^coefficient,degree,d_0_0/ };
/** Lines beside the terms: the comments of the formula, and the last line and the first of the table. */
const MORE = { black: { LaTeX: 0, CSV: 1 }, mean: { LaTeX: 1 + 7, CSV: 2 } };

for (const [about, begins] of Object.entries({ black: BLACK, mean: MEAN })) test(`the polynomial of a trained network about the ${about} image is copied as it is saved`, async (t) => {
  const query = `?room=polynomial&view=trained&x0=${about}&class=7&against=1`;
  const { page, context, problems } = await openReady(browser, query, CLIPBOARD);
  await page.locator(`${id("trained-maps")}[data-state="ready"]`).waitFor({ timeout: LONG });
  await page.locator(id("trained-second")).click();
  await page.locator(`${id("trained-terms")}[data-count="1274"]`).waitFor({ timeout: LONG });
  for (const [format, begin] of Object.entries(begins)) {
    await page.locator(id("trained-format")).selectOption({ label: format });
    await page.evaluate(() => { globalThis.longTasks.length = 0; });
    await page.locator(id("trained-copy")).click();
    await page.locator(id("trained-export-said"), { hasText: "Copied." }).waitFor({ timeout: SOON });
    const longest = await longestTask(page);
    const text = await clipboard(page);
    assert.match(text, begin);
    const { bytes } = await downloaded(page, "trained-download");
    assert.ok(text === bytes.toString(), `${format}: the clipboard has what the file has`);
    const more = MORE[about][format];
    if (more !== undefined) assert.equal(text.trim().split("\n").length, 1275 + more);
    t.diagnostic(`${format}: ${text.length} characters, longest task ${longest.toFixed(0)} ms`);
    assert.ok(longest <= BAR_MS, `a task took ${longest} ms`);
  }
  assert.deepEqual(problems, []);
  await context.close();
});

test("where the browser refuses the clipboard, the page says what to do instead", async () => {
  const prepare = (page) => page.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  const { page, context } = await open(browser, "?room=polynomial", { prepare });
  await page.locator(id("stack-copy")).click();
  await page.locator(id("stack-said"), { hasText: /does not let the page copy.*Download the file/ }).waitFor({ timeout: SOON });
  await context.close();
});
