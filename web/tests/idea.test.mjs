// The Idea room: one scale for three pictures, a variable's way up, and the ways into the other rooms.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch, open } from "./browser.mjs";
import { LONG, SOON, id } from "./explorer.mjs";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

async function idea(query = "", options = {}) {
  const opened = await open(browser, `?room=idea${query}`, options);
  await opened.page.locator(`${id("idea-images")} svg[data-complete="true"]`).waitFor({ timeout: LONG });
  return opened;
}

const count = (page, selector) => page.locator(selector).count();
/** A formula without the places where its lines may break. */
const formula = async (page, name) => (await page.locator(id(`${name}-formula`)).textContent()).replaceAll("\u{200b}", "");

test("the opening shows a merge that has happened, with shipped images", async () => {
  const { page, context, problems } = await idea();
  assert.equal(await page.locator(id("idea-scale-1")).isChecked(), true);
  assert.equal(await count(page, `${id("idea-operator")} .idea-cone`), 4);
  assert.equal(await count(page, `${id("idea-stack")} .idea-cone`), 4);
  assert.equal(await count(page, `${id("idea-images")} .idea-cone`), 20);
  // One image of level 5, four of 4, twenty of 3, and the five of the group that is followed.
  assert.equal(await count(page, `${id("idea-images")} image`), 1 + 4 + 20 + 5);
  const drawn = await page.locator(`${id("idea-images")} image`).evaluateAll((images) => new Set(images.map((image) => image.getAttribute("href"))).size);
  assert.ok(drawn > 20, `${drawn} different images`);
  assert.deepEqual(problems, []);
  await context.close();
});

test("merging goes scale by scale in all three pictures, and the numbers are those of the article", async () => {
  const { page, context } = await idea("&merged=0");
  const says = (name) => page.locator(id(`${name}-says`)).innerText();
  // Fig. 1: 8, 4, 2, 1 variables. Fig. 4(c): 54 terms after two levels. Fig. 7: 100, 20, 4, 1 images of each class.
  const expected = [
    [/8 variables/, /8 variables/, /100 images/],
    [/4 variables/, /4 values.*degree 2 .* 6 terms/, /20 images.*300/],
    [/2 variables/, /2 values.*degree 4 .* 54 terms/, /4 images.*1\u{202f}500/u],
    [/One variable/, /One value.*degree 8 /, /One image/],
  ];
  for (const [scale, texts] of expected.entries()) {
    await page.locator(`${id("idea-operator")}[data-scale="${scale}"]`).waitFor({ timeout: SOON });
    for (const [place, name] of ["idea-operator", "idea-stack", "idea-images"].entries()) {
      assert.match(await says(name), texts[place], `${name} at scale ${scale}`);
    }
    await page.locator(id("idea-step")).click();
  }
  // The last press starts again.
  await page.locator(`${id("idea-operator")}[data-scale="0"]`).waitFor({ timeout: SOON });
  await context.close();
});

test("a variable is written as what it is made of, in the same way three times", async () => {
  const { page, context } = await idea("&merged=2&site=5&leaf=26");
  assert.equal(await formula(page, "idea-operator"), "σ2(2) = U(2)(U(1)(σ5(0), σ6(0)), U(1)(σ7(0), σ8(0)))");
  assert.equal(await formula(page, "idea-stack"), "x2(2) = CG(2)(CG(1)(x5(0), x6(0)), CG(1)(x7(0), x8(0)))");
  assert.equal(await formula(page, "idea-images"), "Y2(4) = D(4)(D(3)(Y26(2), …, Y30(2)), …, D(3)(…))");
  await context.close();
});

test("keyboard and pointer choose what is followed, and the address keeps it", async () => {
  const { page, context } = await idea();
  await page.locator(id("idea-site-0")).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => location.search.includes("site=3"), undefined, { timeout: SOON });
  assert.equal(await page.evaluate(() => document.activeElement.id), "idea-site-2");
  assert.match(await formula(page, "idea-stack"), /^x2\(1\)/);
  // Both trees of eight follow the same place.
  assert.equal(await page.locator(id("idea-variable-2")).getAttribute("aria-checked"), "true");
  await page.locator(id("idea-image-40")).click();
  await page.waitForFunction(() => location.search.includes("leaf=41"), undefined, { timeout: SOON });
  await page.locator(id("idea-image-40")).focus();
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction(() => document.activeElement.id === "idea-image-39", undefined, { timeout: SOON });
  await page.locator(id("idea-digit")).selectOption("4");
  await page.locator(id("idea-scale-2")).check();
  await page.waitForFunction(() => location.search.includes("digit=4") && location.search.includes("merged=2"), undefined, { timeout: SOON });
  await page.reload();
  await page.locator(`${id("idea-images")}[data-scale="2"]`).waitFor({ timeout: SOON });
  assert.match(await formula(page, "idea-images"), /^Y2\(4\)/);
  await context.close();
});

test("each picture leads to where it is alive", async () => {
  const { page, context, problems } = await idea("&merged=2&digit=7&leaf=60");
  await page.locator(id("idea-stack-way")).click();
  await page.locator('main[data-room="polynomial"]').waitFor({ timeout: SOON });
  await page.waitForFunction(() => location.search.includes("orders=2.2.2"), undefined, { timeout: SOON });
  await page.goBack();
  await page.locator(id("idea-images-way")).click();
  await page.locator('main[data-room="distil"]').waitFor({ timeout: SOON });
  // At scale 2 an image of level 4 is followed.
  await page.locator(`${id("distil-specimen")}[data-image^="4.7."]`).waitFor({ timeout: SOON });
  await page.goBack();
  await page.locator(id("idea-operator-way")).click();
  await page.locator('main[data-room="results"]').waitFor({ timeout: SOON });
  assert.deepEqual(problems, []);
  await context.close();
});
