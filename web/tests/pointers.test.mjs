// Mice, pens, palms and dropped files in every order that devices think of: the drawing is what the hand meant.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import { DIGITS, SOON, answered, draw, emptied, id, openReady } from "./explorer.mjs";
import { greyPng } from "./png.mjs";
import { strokesOf } from "./strokes.mjs";

/** A position is snapped to the canvas's grid and to the mouse's whole pixels. */
const NEAR = 0.01;

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

const isNear = ([x, y], [otherX, otherY]) => Math.abs(x - otherX) <= NEAR && Math.abs(y - otherY) <= NEAR;
/** First and last point of every stroke, to one part in twenty of the canvas. */
const ends = (strokes) => {
  const rounded = (at) => at.map((part) => Math.round(part * 20) / 20);
  return strokes.map((stroke) => [rounded(stroke[0]), rounded(stroke.at(-1))]);
};

/** The strokes in the address as soon as the last of them ends there. */
async function drawnUpTo(page, end) {
  await page.waitForURL((address) => {
    const last = strokesOf(address).at(-1);
    return last !== undefined && isNear(last.at(-1), end);
  }, { timeout: SOON });
  return strokesOf(page.url());
}

/**
 * Sends pointer events to the canvas as a device would.
 * @param {[type: string, at: [number, number], more?: PointerEventInit][]} events places in units of the canvas
 */
function point(page, pointer, events) {
  return page.locator(id("draw-canvas")).evaluate((canvas, [pointer, events]) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    for (const [type, [x, y], more] of events) {
      const at = { clientX: left + x * width, clientY: top + y * height };
      const moves = type === "pointermove" ? { button: -1 } : {};
      const usual = { bubbles: true, cancelable: true, isPrimary: true, button: 0, buttons: type === "pointerup" ? 0 : 1 };
      canvas.dispatchEvent(new PointerEvent(type, { ...usual, ...moves, ...at, ...pointer, ...more }));
    }
  }, [pointer, events]);
}

/** A stroke of a device from one place to another. */
const stroke = (page, pointer, from, to) => point(page, pointer, [["pointerdown", from], ["pointermove", to], ["pointerup", to]]);

/** Moves the mouse to a place in units of the canvas. */
async function mouseTo(page, [x, y]) {
  const box = await page.locator(id("draw-canvas")).boundingBox();
  await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
}

const PALM = { pointerType: "touch", pointerId: 11, width: 60, height: 60 };
const PEN = { pointerType: "pen", pointerId: 12, pressure: 0.5 };
const MOUSE = { pointerType: "mouse", pointerId: 13 };
/** What is drawn last, so that everything before it is in the address too. */
const LAST = [[0.5, 0.2], [0.5, 0.8]];

test("a browser that does not gather movements draws and answers all the same", async () => {
  const prepare = (page) => page.addInitScript(() => { delete PointerEvent.prototype.getCoalescedEvents; });
  const { page, context, problems } = await openReady(browser, "", { prepare });
  assert.equal(await page.evaluate(() => "getCoalescedEvents" in PointerEvent.prototype), false);
  for (const digit of [1, 7]) {
    await draw(page, DIGITS[digit]);
    assert.equal((await answered(page)).digit, digit);
    await page.locator(id("draw-clear")).click();
    await emptied(page);
  }
  await draw(page, [LAST]);
  const strokes = await drawnUpTo(page, LAST[1]);
  assert.deepEqual(ends(strokes), [LAST]);
  assert.ok(strokes[0].length >= 3, `${strokes[0].length} points: the movements between are missing`);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a pen that comes after the palm draws alone, and the palm leaves no dot", async () => {
  const { page, context, problems } = await openReady(browser);
  await point(page, PALM, [["pointerdown", [0.8, 0.8]], ["pointermove", [0.85, 0.85]]]);
  await page.locator(`${id("draw-canvas")}[data-empty="false"]`).waitFor({ timeout: SOON });
  await point(page, PEN, [["pointerdown", LAST[0]], ["pointermove", [0.5, 0.5]]]);
  await point(page, PALM, [["pointermove", [0.9, 0.9]], ["pointerup", [0.9, 0.9]]]);
  await point(page, PEN, [["pointermove", LAST[1]], ["pointerup", LAST[1]]]);
  const strokes = await drawnUpTo(page, LAST[1]);
  assert.deepEqual(ends(strokes), [LAST]);
  assert.deepEqual(strokes[0].filter(([x]) => Math.abs(x - 0.5) > NEAR), [], "points of the palm are in the stroke");
  await answered(page);
  await page.locator(id("draw-undo")).click();
  await emptied(page);
  assert.equal(await page.locator(id("draw-undo")).getAttribute("aria-disabled"), "true");
  assert.deepEqual(problems, []);
  await context.close();
});

test("a palm that comes after the pen, and a second finger, draw nothing", async () => {
  const { page, context, problems } = await openReady(browser);
  await point(page, PEN, [["pointerdown", LAST[0]]]);
  await stroke(page, PALM, [0.8, 0.8], [0.9, 0.9]);
  await point(page, PEN, [["pointermove", LAST[1]], ["pointerup", LAST[1]]]);
  await stroke(page, { ...PALM, isPrimary: false }, [0.2, 0.8], [0.2, 0.9]);
  await stroke(page, MOUSE, [0.2, 0.2], [0.8, 0.2]);
  assert.deepEqual(ends(await drawnUpTo(page, [0.8, 0.2])), [LAST, [[0.2, 0.2], [0.8, 0.2]]]);
  assert.deepEqual(problems, []);
  await context.close();
});

test("Control and a press draw nothing and leave no pen down", async () => {
  const { page, context, problems } = await openReady(browser);
  await mouseTo(page, [0.2, 0.2]);
  await page.keyboard.down("Control");
  await page.mouse.down();
  await mouseTo(page, [0.4, 0.4]);
  await page.keyboard.up("Control");
  await mouseTo(page, [0.6, 0.6]);
  await page.mouse.up();
  await mouseTo(page, [0.8, 0.8]);
  // A Mac opens a menu and reports no release.
  await point(page, MOUSE, [
    ["pointerdown", [0.2, 0.8], { ctrlKey: true }], ["pointermove", [0.3, 0.8]], ["pointermove", [0.4, 0.8], { buttons: 0 }],
  ]);
  await draw(page, [LAST]);
  assert.deepEqual(ends(await drawnUpTo(page, LAST[1])), [LAST]);
  await answered(page);
  assert.deepEqual(problems, []);
  await context.close();
});

for (const [name, end] of [
  ["a movement without a pressed button", ["pointermove", [0.6, 0.6], { buttons: 0 }]],
  ["a cancelled pointer", ["pointercancel", [0.6, 0.6], { buttons: 0 }]],
  ["a lost capture", ["lostpointercapture", [0.6, 0.6]]],
]) {
  test(`${name} ends the stroke: later movements draw nothing, the next press draws`, async () => {
    const { page, context, problems } = await openReady(browser);
    await point(page, MOUSE, [
      ["pointerdown", [0.2, 0.2]], ["pointermove", [0.4, 0.4]], end,
      ["pointerleave", [1.1, 0.7]], ["pointerenter", [0.95, 0.7]],
      ["pointermove", [0.7, 0.7]], ["pointermove", [0.8, 0.8], { buttons: 0 }], ["pointerup", [0.8, 0.8]],
    ]);
    await stroke(page, MOUSE, ...LAST);
    assert.deepEqual(ends(await drawnUpTo(page, LAST[1])), [[[0.2, 0.2], [0.4, 0.4]], LAST]);
    await answered(page);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test("a stroke that leaves the canvas and comes back with the button down goes on", async () => {
  const { page, context, problems } = await openReady(browser);
  await mouseTo(page, [0.2, 0.5]);
  await page.mouse.down();
  for (const at of [[-0.05, 0.5], [-0.05, 1.05], [0.5, 1.05], [0.8, 0.5]]) await mouseTo(page, at);
  await page.mouse.up();
  await mouseTo(page, [0.9, 0.1]);
  const strokes = await drawnUpTo(page, [0.8, 0.5]);
  assert.deepEqual(ends(strokes), [[[0.2, 0.5], [0.8, 0.5]]]);
  const beyond = strokes[0].flat().filter((part) => !(part >= 0 && part <= 1));
  assert.deepEqual(beyond, []);
  assert.deepEqual(problems, []);
  await context.close();
});

test("where no pointer can be captured, a button released beside the canvas ends the stroke", async () => {
  const prepare = (page) => page.addInitScript(() => {
    Element.prototype.setPointerCapture = () => { throw new DOMException("no such pointer", "NotFoundError"); };
  });
  const { page, context, problems } = await openReady(browser, "", { prepare });
  await mouseTo(page, [0.5, 0.5]);
  await page.mouse.down();
  for (const at of [[0.2, 0.5], [-0.05, 0.5]]) await mouseTo(page, at);
  await page.mouse.up();
  for (const at of [[0.2, 0.8], [0.8, 0.8]]) await mouseTo(page, at);
  await draw(page, [LAST]);
  const strokes = await drawnUpTo(page, LAST[1]);
  assert.equal(strokes.length, 2);
  assert.deepEqual(strokes[0].filter(([, y]) => Math.abs(y - 0.5) > NEAR), [], "it went on after the release");
  assert.deepEqual(problems, []);
  await context.close();
});

/** A bright bar on black: a one. */
const BAR = greyPng(28, 28, new Uint8Array(784).map((_, at) => (at % 28 > 12 && at % 28 < 16 && at > 112 && at < 672 ? 255 : 0)));

/** Drags a file over the page beside the canvas and lets it go: whether the browser was kept from opening it itself. */
function dropBeside(page, name, bytes) {
  return page.evaluate(([name, bytes]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
    return ["dragover", "drop"].map((type) => {
      const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
      return event.defaultPrevented;
    });
  }, [name, [...bytes]]);
}

test("a picture dropped beside the canvas is opened, and the page stays", async () => {
  const { page, context, problems } = await openReady(browser);
  const address = page.url();
  assert.deepEqual(await dropBeside(page, "bar.png", BAR), [true, true]);
  await page.locator(id("draw-opened")).waitFor({ timeout: SOON });
  assert.match(await page.locator(id("draw-opened")).innerText(), /^bar\.png/);
  assert.equal((await answered(page)).digit, 1);
  assert.equal(page.url(), address);
  assert.deepEqual(problems, []);
  await context.close();
});

for (const [name, address] of [["opened by its link", "?room=train"], ["after the Draw room", ""]]) {
  test(`a picture dropped in the Train room, ${name}, is ignored, and the page stays`, async () => {
    const { page, context, problems } = await openReady(browser, address);
    await page.locator(id("to-train")).click();
    await page.locator('main[data-room="train"]').waitFor({ timeout: SOON });
    assert.deepEqual(await dropBeside(page, "bar.png", BAR), [true, true]);
    await page.locator(id("to-draw")).click();
    await draw(page, [LAST]);
    // A picture of the visitor's would keep a drawing out of the address.
    assert.deepEqual(ends(await drawnUpTo(page, LAST[1])), [LAST]);
    assert.equal(await page.locator(id("draw-opened")).count(), 0);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test("Control and the key in the place of Z undo on a Cyrillic keyboard, and the letter counts on a German one", async () => {
  const { page, context, problems } = await openReady(browser);
  const press = (key, code, more = {}) => page.evaluate((press) => {
    const event = new KeyboardEvent("keydown", { ...press, ctrlKey: true, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
    return event.defaultPrevented;
  }, { key, code, ...more });
  await draw(page, [LAST]);
  const { version } = await answered(page);
  assert.equal(await press("я", "KeyZ"), true);
  await emptied(page);
  assert.equal(await press("Я", "KeyZ", { shiftKey: true }), true);
  await answered(page, version);
  assert.equal(await press("z", "KeyY"), true);
  await emptied(page);
  assert.equal(await press("y", "KeyZ"), true);
  await answered(page, version + 2);
  assert.equal(await press("ф", "KeyA"), false);
  assert.deepEqual(problems, []);
  await context.close();
});
