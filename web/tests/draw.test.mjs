// Drawing by mouse, finger and keyboard gives an answer; links bring a drawing back, and broken links do no harm.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch, open } from "./browser.mjs";
import { DIGITS, SOON, answered, draw, emptied, id, openReady, ready } from "./explorer.mjs";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

const isDistribution = ({ probabilities, digit }) => {
  const sum = probabilities.reduce((total, value) => total + value, 0);
  assert.ok(Math.abs(sum - 1) < 1e-4, `the probabilities sum to ${sum}`);
  assert.equal(probabilities.indexOf(Math.max(...probabilities)), digit);
};

test("the mouse draws, the answer follows, undo, redo and clear work", async () => {
  const { page, context, problems } = await openReady(browser);
  await emptied(page);
  for (const digit of [7, 0, 1]) {
    await draw(page, DIGITS[digit]);
    const answer = await answered(page);
    isDistribution(answer);
    assert.equal(answer.digit, digit);
    await page.locator(id("draw-clear")).click();
    await emptied(page);
  }
  await page.locator(id("draw-undo")).click();
  assert.equal((await answered(page)).digit, 1);
  await page.locator(id("draw-undo")).click();
  await emptied(page);
  await page.locator(id("draw-redo")).click();
  assert.equal((await answered(page)).digit, 1);
  assert.deepEqual(problems, []);
  await context.close();
});

test("the answer comes while the pen is still down", async () => {
  const { page, context } = await openReady(browser);
  const box = await page.locator(id("draw-canvas")).boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.2);
  await page.mouse.down();
  let version = -1;
  for (const y of [0.4, 0.6, 0.8]) {
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * y, { steps: 4 });
    ({ version } = await answered(page, version));
  }
  await page.mouse.up();
  assert.equal((await answered(page)).digit, 1);
  await context.close();
});

test("a finger draws on a telephone, and the page does not scroll under it", async () => {
  const telephone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
  const { page, context, problems } = await openReady(browser, "", telephone);
  const canvas = page.locator(id("draw-canvas"));
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  const scrolled = await page.evaluate(() => scrollY);
  const finger = await context.newCDPSession(page);
  const touch = (type, points) => finger.send("Input.dispatchTouchEvent", {
    type, touchPoints: points.map(([x, y]) => ({ x: box.x + x * box.width, y: box.y + y * box.height })),
  });
  const [first, ...others] = DIGITS[0][0];
  await touch("touchStart", [first]);
  for (const point of others) await touch("touchMove", [point]);
  await touch("touchEnd", []);
  const answer = await answered(page);
  isDistribution(answer);
  assert.equal(answer.digit, 0);
  assert.equal(await page.evaluate(() => scrollY), scrolled);
  assert.deepEqual(problems, []);
  await context.close();
});

test("the keyboard alone draws", async () => {
  const { page, context } = await openReady(browser);
  for (let presses = 0; presses < 30; presses += 1) {
    if (await page.evaluate(() => document.activeElement?.id === "draw-canvas")) break;
    await page.keyboard.press("Tab");
  }
  assert.equal(await page.evaluate(() => document.activeElement?.id), "draw-canvas");
  await page.locator(id("draw-cursor")).waitFor();
  await page.keyboard.press("Space");
  for (let steps = 0; steps < 19; steps += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  const answer = await answered(page);
  isDistribution(answer);
  assert.equal(answer.digit, 1);
  assert.match(await page.locator(id("draw-cursor-status")).innerText(), /Pen up/);
  await page.keyboard.press("Control+z");
  await emptied(page);
  await page.keyboard.press("Control+y");
  await answered(page);
  await page.keyboard.press("Delete");
  await emptied(page);
  await context.close();
});

test("a reload brings the drawing and its answer back", async () => {
  const { page, context } = await openReady(browser, "?model=taylornet-7");
  await draw(page, DIGITS[7]);
  const first = await answered(page);
  await page.waitForFunction(() => location.search.includes("drawing="), undefined, { timeout: SOON });
  const address = page.url();
  await page.reload();
  const second = await answered(page);
  assert.equal(second.model, "taylornet-7");
  first.probabilities.forEach((value, digit) => assert.ok(Math.abs(value - second.probabilities[digit]) < 1e-4));
  assert.equal(page.url(), address);
  await context.close();
});

test("test digits come with their truth, and a picture file is drawn", async () => {
  const { page, context } = await openReady(browser, "?drawing=t003");
  const answer = await answered(page);
  const truth = await page.locator(id("draw-truth")).evaluate((element) => ({ ...element.dataset }));
  assert.equal(truth.index, "3");
  assert.equal(answer.digit, Number(truth.label));
  await page.locator(id("draw-testdigit")).click();
  await page.locator(`${id("draw-truth")}[data-index="4"]`).waitFor({ timeout: SOON });
  await page.locator(id("draw-file")).setInputFiles({ name: "letter.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
  await page.locator(id("draw-notice")).waitFor({ timeout: SOON });
  assert.match(await page.locator(id("draw-notice")).innerText(), /letter\.png: .*not a picture/s);
  assert.equal(await page.locator(id("draw-truth")).getAttribute("data-index"), "4", "the canvas stays as it was");
  await context.close();
});

const LINKS = [
  ["another version", "?v=99&room=train&model=resnet-7", "draw", "address-notice", /another version/],
  ["an unknown room", "?room=kitchen", "draw", "address-notice", /room/],
  ["an unknown network", "?model=gpt", "draw", "address-notice", /model/],
  ["a drawing with foreign letters", "?drawing=a!!%00", "draw", "address-notice", /drawing/],
  ["a drawing of another version", "?drawing=zAAAA", "draw", "draw-notice", /another version/],
  ["a drawing cut short", "?drawing=aCAMK", "draw", "draw-notice", /starts empty/],
  ["a test digit that does not exist", "?drawing=t999", "draw", "draw-notice", /starts empty/],
  ["an endless drawing", `?drawing=a${"A".repeat(7000)}`, "draw", "address-notice", /drawing/],
  ["numbers out of range", "?room=train&width=1e9&lr=-1&batch=0&epochs=-3&seed=x&order=9&shift=99&dilations=1.b&device=quantum",
    "train", "address-notice", /width.*lr.*batch.*epochs.*seed.*order.*shift.*dilations.*device/],
  ["nonsense", "?%E0%A4%A&=&&===&foo=bar&v=1", "draw", null, null],
];
for (const [name, link, room, noticeId, sentence] of LINKS) {
  test(`a link with ${name} shows the standard settings and says so`, async () => {
    const { page, context, problems } = await open(browser, link);
    await page.locator(`main[data-room="${room}"]`).waitFor({ timeout: SOON });
    if (noticeId) {
      await page.locator(id(noticeId)).waitFor({ timeout: SOON });
      assert.match(await page.locator(id(noticeId)).innerText(), sentence);
    } else {
      assert.equal(await page.locator(id("address-notice")).count(), 0);
    }
    if (room === "draw") {
      await page.locator(`${id("draw-canvas")}[data-empty="true"]`).waitFor({ timeout: SOON });
    } else {
      await ready(page);
      assert.equal(await page.locator(id("train-start")).isEnabled(), true);
    }
    assert.equal(await page.locator("#fatal").isVisible(), false);
    assert.deepEqual(problems, []);
    await context.close();
  });
}
