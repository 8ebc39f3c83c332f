// The Yours room: drawings and pictures of one's own are collected, learnt on this machine, and told apart.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { GPU, launch } from "./browser.mjs";
import { LONG, SOON, downloaded, draw, id, notice, openReady } from "./explorer.mjs";
import { taylornet } from "./native.mjs";
import { greyPng } from "./png.mjs";

const SIDE = 30;
const THREE = [[[0.3, 0.22], [0.42, 0.15], [0.58, 0.15], [0.68, 0.24], [0.66, 0.37], [0.5, 0.46], [0.66, 0.54], [0.7, 0.68], [0.6, 0.82], [0.42, 0.85], [0.28, 0.78]]];
const SHAPES = {
  cross: (row, column) => Math.abs(row) <= 1 || Math.abs(column) <= 1,
  ring: (row, column) => Math.hypot(row, column) >= 6 && Math.hypot(row, column) < 9,
  stripes: (row) => (row + 60) % 8 < 3,
};

let browser;
let folder;
before(async () => {
  browser = await launch(GPU.NONE);
  folder = mkdtempSync(join(tmpdir(), "shapes-"));
});
after(async () => {
  await browser?.close();
  if (folder) rmSync(folder, { recursive: true });
});

/** A shape somewhere near the middle, dark on light, with grains: another one for every number. */
function shape(name, number) {
  let random = number * 2_654_435_761 + name.length;
  const below = (bound) => { random = (random * 1_664_525 + 1_013_904_223) % 2 ** 32; return Math.floor(random / 65_536) % bound; };
  const [down, right] = [below(7) - 3, below(7) - 3];
  const pixels = Buffer.alloc(SIDE * SIDE);
  for (let at = 0; at < pixels.length; at += 1) {
    const ink = SHAPES[name](Math.floor(at / SIDE) - SIDE / 2 - down, (at % SIDE) - SIDE / 2 - right);
    pixels[at] = (ink ? 20 : 210) + below(40);
  }
  return greyPng(SIDE, SIDE, pixels);
}

/** An archive with one file. */
function zip(path, content) {
  const name = Buffer.from(path);
  const body = deflateRawSync(content, { level: 9 });
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(8, 4);
  head.writeUInt32LE(body.length, 14);
  head.writeUInt32LE(content.length, 18);
  head.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), head, name, body]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), head, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

const stand = (page, stand) => page.locator(`${id("own-learning")}[data-stand="${stand}"]`).waitFor({ timeout: LONG });
const rows = (page) => page.locator(id("own-row")).evaluateAll((all) => all.map(({ dataset }) => [dataset.class, Number(dataset.count)]));
const says = (page, name) => page.locator(`${id("own-answer")}[data-answer="${name}"]`).waitFor({ timeout: SOON });

/** A bar that lies or stands, from one edge of the canvas to the other. */
function bar(name, number) {
  const at = 0.3 + 0.04 * (number % 10);
  const [from, to] = [0.15 + 0.01 * number, 0.85];
  return name === "lying" ? [[[from, at], [to, at]]] : [[[at, from], [at, to]]];
}

async function keep(page, name, number) {
  await draw(page, bar(name, number), "own-canvas");
  const row = page.locator(`${id("own-row")}[data-class="${name}"]`);
  const button = await row.count() ? row.locator(id("own-keep")) : page.locator(id("own-keep-new"));
  if (!await row.count()) await page.locator(id("own-name")).fill(name);
  await page.waitForFunction((button) => button.getAttribute("aria-disabled") === "false", await button.elementHandle(), { timeout: SOON });
  await button.click();
  await page.locator(`${id("own-row")}[data-class="${name}"][data-count="${number + 1}"]`).waitFor({ timeout: SOON });
}

test("thirty drawings of two classes are learnt, told apart, and are there again after a reload", async () => {
  const { page, context, problems } = await openReady(browser, "?room=own");
  await page.locator(id("own-canvas")).waitFor();
  assert.equal(await page.locator(id("own-learn")).getAttribute("aria-disabled"), "true");
  for (let number = 0; number < 15; number += 1) for (const name of ["lying", "standing"]) await keep(page, name, number);
  assert.deepEqual(await rows(page), [["lying", 15], ["standing", 15]]);
  await page.locator(id("own-learn")).click();
  await stand(page, "learnt");
  assert.match(await page.locator(id("own-said")).innerText(), /Of 4 images that were set aside .* 4 are right/);
  for (const name of ["standing", "lying"]) {
    await draw(page, bar(name, 4.5), "own-canvas");
    await says(page, name);
    await page.locator(id("own-clear")).click();
  }

  await page.reload();
  await page.locator(`${id("own-row")}[data-class="standing"][data-count="15"]`).waitFor({ timeout: LONG });
  assert.deepEqual(await rows(page), [["lying", 15], ["standing", 15]]);
  await stand(page, "kept");
  await draw(page, bar("lying", 6.5), "own-canvas");
  await says(page, "lying");
  // Saved, deleted and opened again they are the same.
  const { bytes } = await downloaded(page, "own-save-images");
  const archive = join(folder, "own.zip");
  writeFileSync(archive, bytes);
  for (const name of ["lying", "standing"]) await page.locator(`${id("own-row")}[data-class="${name}"] ${id("own-delete")}`).click();
  await page.waitForFunction((row) => !document.querySelector(row), id("own-row"));
  await page.locator(id("own-archive")).setInputFiles(archive);
  await page.locator(`${id("own-row")}[data-class="standing"][data-count="15"]`).waitFor({ timeout: SOON });
  assert.deepEqual(await rows(page), [["lying", 15], ["standing", 15]]);
  const again = await downloaded(page, "own-save-images");
  assert.ok(bytes.equals(again.bytes), "the same pixels");
  // Another class: the network no longer fits, and says so by asking to learn.
  await page.locator(`${id("own-row")}[data-class="lying"] ${id("own-delete")}`).click();
  await stand(page, "idle");
  assert.match(await page.locator(id("own-said")).innerText(), /two classes/);
  assert.deepEqual(problems, []);
  await context.close();
});

test("an example is there at once", async () => {
  const { page, context, problems } = await openReady(browser, "?room=own");
  await page.locator(id("own-example")).click();
  await page.locator(`${id("own-row")}[data-class="eight"][data-count="20"]`).waitFor({ timeout: SOON });
  assert.deepEqual(await rows(page), [["three", 20], ["eight", 20]]);
  assert.equal(await page.locator(id("own-example")).count(), 0);
  await page.locator(id("own-learn")).click();
  await stand(page, "learnt");
  await draw(page, THREE, "own-canvas");
  await says(page, "three");
  assert.deepEqual(problems, []);
  await context.close();
});

test("a folder of pictures with three classes is learnt, and a picture never seen is classified, as natively", async () => {
  for (const name of Object.keys(SHAPES)) {
    mkdirSync(join(folder, "shapes", name), { recursive: true });
    for (let number = 0; number < 24; number += 1) writeFileSync(join(folder, "shapes", name, `${number}.png`), shape(name, number));
  }
  writeFileSync(join(folder, "shapes", "ring", "broken.png"), shape("ring", 1).subarray(0, 50));
  writeFileSync(join(folder, "shapes", "ring", "notes.txt"), "no picture");
  const { page, context, problems } = await openReady(browser, "?room=own");
  await page.locator(id("own-folder")).setInputFiles(join(folder, "shapes"));
  await page.locator(`${id("own-row")}[data-class="stripes"][data-count="24"]`).waitFor({ timeout: SOON });
  assert.deepEqual((await rows(page)).sort(), [["cross", 24], ["ring", 24], ["stripes", 24]]);
  assert.match(await notice(page, "own-notice"), /^2 of the files cannot be read .*(broken\.png|notes\.txt)/);
  await page.locator(id("own-learn")).click();
  await stand(page, "learnt");
  const weights = join(folder, "own.safetensors");
  writeFileSync(weights, (await downloaded(page, "own-save")).bytes);
  for (const name of Object.keys(SHAPES)) {
    const unseen = join(folder, `unseen-${name}.png`);
    writeFileSync(unseen, shape(name, 1_000));
    await page.locator(id("own-file")).setInputFiles(unseen);
    await page.locator(id("own-tried"), { hasText: `unseen-${name}` }).waitFor({ timeout: SOON });
    await says(page, name);
    const shares = await page.locator(`${id("own-answer")} li`).evaluateAll((all) => all.map(({ dataset }) => [dataset.class, Number(dataset.value)]));
    const [native] = taylornet("predict", unseen, "--weights", weights);
    assert.equal(native.name, name);
    // The browser reduces pictures in its own way.
    for (const [at, [, share]] of shares.entries()) assert.ok(Math.abs(share - native.probabilities[at]) < 0.05, `${share} ${native.probabilities[at]}`);
  }
  assert.deepEqual(problems, []);
  await context.close();
});

test("what cannot be used is named, and nothing is lost", async () => {
  const { page, context, problems } = await openReady(browser, "?room=own");
  const flat = join(folder, "flat");
  mkdirSync(flat, { recursive: true });
  writeFileSync(join(flat, "a.png"), shape("ring", 1));
  await page.locator(id("own-folder")).setInputFiles(flat);
  await page.locator(`${id("own-row")}[data-class="flat"][data-count="1"]`).waitFor({ timeout: SOON });
  await page.locator(`${id("own-row")}[data-class="flat"] ${id("own-delete")}`).click();
  const top = join(folder, "top.zip");
  writeFileSync(top, zip("a.png", shape("ring", 1)));
  await page.locator(id("own-archive")).setInputFiles(top);
  assert.match(await notice(page, "own-notice"), /one folder of pictures for each class/);
  const deflated = join(folder, "deflated.zip");
  writeFileSync(deflated, zip("shapes/ring/a.png", shape("ring", 1)));
  await page.locator(id("own-archive")).setInputFiles(deflated);
  await page.locator(`${id("own-row")}[data-class="ring"][data-count="1"]`).waitFor({ timeout: SOON });
  await page.locator(`${id("own-row")}[data-class="ring"] ${id("own-delete")}`).click();
  const [damaged, bomb] = [join(folder, "damaged.zip"), join(folder, "bomb.zip")];
  writeFileSync(damaged, Buffer.alloc(500, 7));
  await page.locator(id("own-archive")).setInputFiles(damaged);
  await page.locator(id("own-notice"), { hasText: "no complete zip archive" }).waitFor({ timeout: SOON });
  // Half a megabyte that would become 512.
  writeFileSync(bomb, zip("huge/bomb.png", Buffer.alloc(512 << 20)));
  await page.locator(id("own-archive")).setInputFiles(bomb);
  await page.locator(id("own-notice"), { hasText: /1 of the files cannot be read .* bomb\.png/ }).waitFor({ timeout: SOON });
  const text = join(folder, "text.png");
  writeFileSync(text, "no picture");
  await page.locator(id("own-file")).setInputFiles(text);
  await page.locator(id("own-notice"), { hasText: "not a picture that the browser can read" }).waitFor({ timeout: SOON });
  await keep(page, "lying", 0);
  await keep(page, "standing", 0);
  assert.match(await page.locator(id("own-said")).innerText(), /lying has one image/);
  await page.locator(id("own-learn")).click({ force: true });
  assert.equal(await page.locator(id("own-learning")).getAttribute("data-stand"), "idle");
  await page.locator(`${id("own-row")}[data-class="lying"] .own-tile`).click();
  assert.deepEqual(await rows(page), [["standing", 1]]);
  assert.deepEqual(problems, []);
  await context.close();
});
