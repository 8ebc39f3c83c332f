// The Direct view: terms and accuracies of the orders, what pruning leaves, and the way into the Train room.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch, open } from "./browser.mjs";
import { SOON, id, shippedManifest } from "./explorer.mjs";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

/** Opens the view with a manifest that is changed on its way. */
function direct(change, options = {}) {
  const manifest = shippedManifest();
  change(manifest);
  const prepare = (page) => page.route("**/assets/manifest.json", (route) => route.fulfill({ json: manifest }));
  return open(browser, "?room=polynomial&view=direct", { prepare, ...options });
}

const model = (order, test_accuracy) => ({ name: `direct-${order}`, file: `models/direct-${order}.safetensors`, test_accuracy });
const report = {
  model: "direct-4", order: 4, terms: 292_824, images: 10_000, kept: [1, 0.5, 0.3, 0.1], accuracy: [0.981, 0.98, 0.972, 0.86],
};

test("orders, accuracies and pruning of the manifest stand beside the article's figures", async () => {
  const { page, context, problems } = await direct((manifest) => {
    manifest.models = manifest.models.filter(({ name }) => !name.startsWith("direct-"));
    manifest.polynomial.pruning = manifest.polynomial.pruning.filter(({ model }) => model !== "direct-4");
    manifest.models.push(model(1, 0.85), model(2, 0.95), model(3, 0.97), model(4, 0.981));
    manifest.direct = { pruning: [report] };
    manifest.polynomial.pruning.push({ ...report, about: "mean", accuracy: [0.981, 0.979, 0.978, 0.977] });
  });
  await page.locator(id("direct-accuracy")).waitFor({ timeout: SOON });
  const cells = (row) => page.locator(`${id(row)} td`).allInnerTexts();
  const plain = (texts) => texts.map((text) => text.replace(/[^\d.%+−]/g, ""));
  for (const [order, terms, accuracy] of [[1, "50", "85.00%"], [2, "1275", "95.00%"], [3, "22100", "97.00%"], [4, "292825", "98.10%"]]) {
    assert.deepEqual(plain(await cells(`direct-order-${order}`)).slice(0, 2), [terms, accuracy]);
  }
  assert.match(await page.locator(`${id("direct-accuracy")} svg`).textContent(), /article: about 98/);
  assert.deepEqual(plain(await cells("direct-kept-30")).slice(1), ["97.20%", "−0.90", "97.80%"]);
  assert.match((await cells("direct-kept-10"))[0], /about 85/);
  assert.deepEqual(problems, []);
  await context.close();
});

test("what the manifest lacks is not shown, and orders are trained here", async () => {
  const { page, context, problems } = await direct((manifest) => {
    manifest.models = manifest.models.filter(({ name }) => !name.startsWith("direct-"));
    delete manifest.direct;
  });
  await page.locator(id("direct-order-4")).waitFor({ timeout: SOON });
  assert.equal(await page.locator(id("direct-accuracy")).count(), 0);
  assert.equal(await page.locator(id("direct-pruning")).count(), 0);
  assert.equal(await page.locator(`${id("direct-order-4")} a`).count(), 0);
  await page.locator(`${id("direct-order-2")} a`, { hasText: "Train it here" }).click();
  await page.locator('main[data-room="train"]').waitFor({ timeout: SOON });
  assert.equal(await page.locator("#train-network").inputValue(), "direct-2");
  await page.goBack();
  await page.locator(id("direct-view")).waitFor({ timeout: SOON });
  assert.deepEqual(problems, []);
  await context.close();
});
