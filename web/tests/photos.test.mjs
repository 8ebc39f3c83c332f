// The Photos room: photographs of CIFAR-10 and of the visitor are answered as the native program answers them.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { BASE_URL, GPU, launch } from "./browser.mjs";
import { LONG, SOON, id, openReady } from "./explorer.mjs";
import { taylornet } from "./native.mjs";
import { colourPng } from "./png.mjs";

const PHOTOS = 200;
const SIDE = 32;
const BYTES = SIDE * SIDE * 3;
const CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
/** Photographs that are looked at one by one. */
const LOOKED_AT = 24;
const ADDRESS = "assets/data/cifar-10/test-pictures.bin";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

async function photographs() {
  const bytes = new Uint8Array(await (await fetch(new URL(ADDRESS, BASE_URL))).arrayBuffer());
  assert.equal(bytes.length, PHOTOS * (BYTES + 1));
  return Array.from({ length: PHOTOS }, (_, index) => ({
    pixels: bytes.subarray(index * BYTES, (index + 1) * BYTES), name: CLASSES[bytes[PHOTOS * BYTES + index]],
  }));
}

/** Waits for an answer newer than `after`. */
async function answered(page, after = 0, name = "photo-answer") {
  const found = await page.waitForFunction(([name, after]) => {
    const { answer, version, probability, model } = document.querySelector(`[data-testid="${name}"]`)?.dataset ?? {};
    return answer && Number(version) > after ? { answer, version: Number(version), probability: Number(probability), model } : null;
  }, [name, after], { timeout: LONG });
  return found.jsonValue();
}

/** Red, green and blue of what the network got. */
const input = (page) => page.locator(`${id("photo-input")} canvas`).evaluate((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Array.from(data).filter((_, at) => at % 4 < 3);
});

/** What the native program says to a PNG file. */
function natively(png, model = "taylornet-cifar") {
  const folder = mkdtempSync(join(tmpdir(), "photo-"));
  const path = join(folder, "photo.png");
  writeFileSync(path, png);
  const [line] = taylornet("predict", "--weights", `assets/models/${model}.safetensors`, path);
  rmSync(folder, { recursive: true });
  return line;
}

const agrees = (found, line) => {
  assert.equal(found.answer, line.name);
  assert.ok(Math.abs(found.probability - Math.max(...line.probabilities)) < 2e-3, `${found.probability} ${line.probabilities}`);
};

test("the room opens with a photograph that is answered, and most of those after it correctly", async (t) => {
  const photos = await photographs();
  const { page, context, problems } = await openReady(browser, "?room=photos");
  let found = await answered(page);
  assert.equal(await page.locator(id("photo-truth")).getAttribute("data-class"), photos[0].name);
  assert.deepEqual(await input(page), Array.from(photos[0].pixels));
  agrees(found, natively(colourPng(SIDE, SIDE, photos[0].pixels)));
  let right = 0;
  for (let index = 0; index < LOOKED_AT; index += 1) {
    right += found.answer === photos[index].name ? 1 : 0;
    await page.locator(id("photo-next")).click();
    found = await answered(page, found.version);
  }
  t.diagnostic(`${right} of ${LOOKED_AT} photographs answered correctly`);
  assert.ok(right >= 0.6 * LOOKED_AT, `${right} of ${LOOKED_AT}`);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a photograph and the network beside it are part of the link", async () => {
  const photos = await photographs();
  const { page, context, problems } = await openReady(browser, "?room=photos");
  const first = await answered(page);
  await page.locator(id("photo-tile-17")).click();
  const found = await answered(page, first.version);
  await page.locator(id("photo-both")).check();
  await answered(page, found.version);
  const beside = await answered(page, found.version, "photo-answer-beside");
  assert.equal(beside.model, "conv-cifar");
  agrees(beside, natively(colourPng(SIDE, SIDE, photos[17].pixels), "conv-cifar"));
  await page.waitForURL(/photo=18.*both=1/);
  await page.reload();
  assert.equal((await answered(page)).answer, found.answer);
  assert.equal((await answered(page, 0, "photo-answer-beside")).answer, beside.answer);
  assert.equal(await page.locator(id("photo-truth")).getAttribute("data-index"), "17");
  assert.deepEqual(problems, []);
  await context.close();
});

test("a visitor's picture is cut to its middle, answered as natively, and what is no picture is refused", async () => {
  const photos = await photographs();
  // A ship of the test set, enlarged three times, with stripes beside it that must not count.
  const ship = photos.findIndex(({ name }) => name === "ship");
  const [width, height] = [150, 3 * SIDE];
  const pixels = new Uint8Array(width * height * 3).fill(255);
  const left = (width - height) / 2;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const inside = column >= left && column < left + height;
      const from = (Math.floor(row / 3) * SIDE + Math.floor((column - left) / 3)) * 3;
      for (let part = 0; part < 3; part += 1) {
        pixels[(row * width + column) * 3 + part] = inside ? photos[ship].pixels[from + part] : (column % 7) * 36;
      }
    }
  }
  const png = colourPng(width, height, pixels);
  const { page, context, problems } = await openReady(browser, "?room=photos");
  const before = await answered(page);
  const open = (name, mimeType, buffer) => page.locator(id("photo-file")).setInputFiles({ name, mimeType, buffer });
  await open("ship.png", "image/png", png);
  const found = await answered(page, before.version);
  agrees(found, natively(png));
  assert.match(await page.locator(id("photo-opened")).innerText(), /^ship\.png.*stays on this machine/);
  await open("letter.png", "image/png", Buffer.from("no picture"));
  await page.locator(id("photo-notice"), { hasText: /letter\.png: this is not a picture/ }).waitFor({ timeout: SOON });
  assert.equal((await answered(page)).answer, found.answer);
  // Back to the photographs.
  await page.locator(id("photo-next")).click();
  assert.equal((await answered(page, found.version)).answer, before.answer);
  assert.equal(await page.locator(id("photo-truth")).getAttribute("data-index"), "0");
  assert.deepEqual(problems, []);
  await context.close();
});

test("why: the orders add up to the native score, and the chosen class and order are shown", async () => {
  const photos = await photographs();
  const { page, context, problems } = await openReady(browser, "?room=photos&photo=3");
  const found = await answered(page);
  const line = natively(colourPng(SIDE, SIDE, photos[2].pixels));
  const number = async (name) => Number((await page.locator(id(name)).innerText()).replace("\u2212", "-").replace(/[^0-9.-]/g, ""));
  const explained = (name) => page.locator(`${id("photo-why")}[data-class="${name}"]`).waitFor({ timeout: LONG });
  await explained(found.answer);
  await page.locator(`${id("photo-why-check")}[data-holds="true"]`).waitFor({ timeout: SOON });
  assert.ok(Math.abs(await number("photo-why-network") - line.logits[CLASSES.indexOf(found.answer)]) < 5e-3);
  assert.equal(await page.locator(`${id("photo-why-orders")} tbody tr`).count(), 17);
  const orders = () => page.locator(`${id("photo-why-orders")} tbody tr`).evaluateAll((rows) => rows.map((row) => Number(row.dataset.value)));
  const map = async () => Number(await page.locator(id("photo-why-map")).getAttribute("data-sum"));
  const near = (one, other) => assert.ok(Math.abs(one - other) < 1e-3 * Math.max(1, Math.abs(other)), `${one} ${other}`);
  const all = await orders();
  near(await map() + all[0], all.reduce((sum, value) => sum + value, 0));
  await page.locator(id("photo-why-order-2")).click();
  near(await map(), all[2]);
  await page.locator(id("photo-why-class")).selectOption({ label: "horse" });
  await explained("horse");
  assert.ok(Math.abs(await number("photo-why-network") - line.logits[CLASSES.indexOf("horse")]) < 5e-3);
  await page.waitForURL(/because=7/);
  assert.deepEqual(problems, []);
  await context.close();
});

test("without the photographs a sentence says so, and a picture of one's own is answered all the same", async () => {
  const prepare = (page) => page.route(`**/${ADDRESS}`, (route) => route.fulfill({ status: 404 }));
  const { page, context } = await openReady(browser, "?room=photos", { prepare });
  await page.locator(id("photo-notice"), { hasText: /cargo xtask data cifar-10/ }).waitFor({ timeout: SOON });
  const sky = colourPng(40, 40, Buffer.alloc(40 * 40 * 3, Buffer.from([120, 170, 230])));
  await page.locator(id("photo-file")).setInputFiles({ name: "sky.png", mimeType: "image/png", buffer: sky });
  agrees(await answered(page), natively(sky));
  await context.close();
});
