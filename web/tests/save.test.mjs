// Every chart and picture has the same small control, and what it saves is the picture.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { GPU, launch } from "./browser.mjs";
import { LONG, answered, downloaded, evaluated, id, openReady, saved, trainTo } from "./explorer.mjs";

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

/** Reads a file in the page: errors of the SVG, how much is in it, and how many different colours the picture has. */
const looked = (page, { name, bytes }) => page.evaluate(async ([name, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0));
  const isSvg = name.endsWith(".svg");
  let parts = {};
  if (isSvg) {
    const parsed = new DOMParser().parseFromString(new TextDecoder().decode(bytes), "image/svg+xml");
    parts = {
      error: parsed.querySelector("parsererror")?.textContent ?? null,
      shapes: parsed.querySelectorAll("path, rect, line, circle, ellipse, polygon, image").length,
      words: [...parsed.querySelectorAll("text")].map((text) => text.textContent).join(" "),
      outside: [...parsed.querySelectorAll("[href], [src]")].map((part) => part.getAttribute("href") ?? "").filter((href) => !href.startsWith("data:")),
    };
  }
  const image = new Image();
  image.src = `data:${isSvg ? "image/svg+xml" : "image/png"};base64,${base64}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Set();
  for (let at = 0; at < data.length; at += 4) colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
  return { ...parts, size: [canvas.width, canvas.height], colours: colours.size };
}, [name, bytes.toString("base64")]);

/** Saves a picture both ways and looks at the files. */
async function both(page, name) {
  const [svg, png] = [await saved(page, name, "svg"), await saved(page, name, "png")];
  assert.equal(png.bytes.subarray(1, 4).toString(), "PNG", name);
  const [drawing, picture] = [await looked(page, svg), await looked(page, png)];
  assert.equal(drawing.error, null, name);
  assert.deepEqual(drawing.outside, [], `${name} needs nothing from elsewhere`);
  assert.ok(drawing.shapes > 1, `${name}: ${drawing.shapes} shapes`);
  assert.ok(drawing.colours > 3 && picture.colours > 3, `${name}: ${drawing.colours} and ${picture.colours} colours`);
  assert.ok(drawing.size.every((side) => side > 40), `${name}: ${drawing.size}`);
  // Three pixels for each unit.
  for (const axis of [0, 1]) assert.ok(Math.abs(picture.size[axis] - 3 * drawing.size[axis]) < 4, `${name}: ${picture.size}`);
  return drawing;
}

/** Pictures on show that no control belongs to. */
const without = (page) => page.evaluate(() => {
  const pictures = document.querySelectorAll("main svg, main canvas, main .signed-track, main .track, main .trained-heat, main .confusion");
  const shown = [...pictures].filter((picture) => picture.checkVisibility() && picture.getBoundingClientRect().width > 0);
  const bare = shown.filter((picture) => {
    for (let figure = picture.parentElement; figure; figure = figure.parentElement) {
      if (figure.matches("[data-picture], figure") && figure.querySelector(".save")) return false;
    }
    return true;
  });
  return bare.map((picture) => picture.closest("[data-testid]")?.dataset.testid ?? picture.outerHTML.slice(0, 80));
});

const ROOMS = {
  draw: async () => {
    const opened = await openReady(browser, "?model=taylornet-7&drawing=t000");
    await answered(opened.page);
    await opened.page.locator(`${id("why-pairs")}[data-count="8"]`).waitFor({ timeout: LONG });
    await opened.page.locator(`${id("similarity")}[data-state="current"]`).waitFor({ timeout: LONG });
    // The canvas itself is kept by its link.
    return { ...opened, pictures: ["input", "probabilities", "similarity", "why-map", "why-orders", "why-pairs", "why-walk"], bare: ["draw-canvas"] };
  },
  trained: async () => {
    const opened = await openReady(browser, "?room=polynomial&view=trained&pixel=24&class=3");
    await opened.page.locator(`${id("trained-products")}[data-count="49"]`).waitFor({ timeout: LONG });
    await opened.page.locator(`${id("trained-eigen-for")} canvas`).first().waitFor({ timeout: LONG });
    return { ...opened, pictures: ["trained-maps", "products", "spectrum", "orders-by-level", "eigen-digits", "eigen-curve", "trained-curve", "strongest-terms"], bare: [] };
  },
  direct: async () => ({ ...await openReady(browser, "?room=polynomial&view=direct"), pictures: ["direct-accuracy", "direct-pruning"], bare: [] }),
  stack: async () => ({ ...await openReady(browser, "?room=polynomial"), pictures: ["stack", "stack-counts", "stack-growth"], bare: [] }),
  distil: async () => {
    const opened = await openReady(browser, "?room=distil&groups=random&shown=4&image=4.7.2");
    await opened.page.locator(`${id("distil-cells")}[data-complete="true"]`).waitFor({ timeout: LONG });
    return { ...opened, pictures: ["distilled-level", "distilled-image", "distilled-tree", "distilled-live", "distil-accuracy", "distil-similarity"], bare: [] };
  },
  photos: async () => {
    const opened = await openReady(browser, "?room=photos");
    // Photographs as they are: the data set has them.
    const bare = ["photo-stage", ...Array.from({ length: 40 }, (_, index) => `photo-tile-${index}`)];
    await opened.page.locator(`${id("photo-why-check")}[data-holds="true"]`).waitFor({ timeout: LONG });
    return { ...opened, pictures: ["photo-input", "photo-probabilities", "photo-why-map", "photo-why-orders"], bare };
  },
  idea: async () => {
    const opened = await openReady(browser, "?room=idea&merged=2");
    await opened.page.locator(`${id("idea-images")} svg[data-complete="true"]`).waitFor({ timeout: LONG });
    return { ...opened, pictures: ["idea-operator", "idea-stack", "idea-images"], bare: [] };
  },
  train: async () => {
    const opened = await openReady(browser, "?room=train&net=taylornet-7&width=8&batch=32&lr=0.02");
    await trainTo(opened.page, 20);
    await evaluated(opened.page, 200);
    await opened.page.locator(id("maps-show")).click();
    await opened.page.locator(`${id("feature-maps")} canvas`).first().waitFor();
    return { ...opened, pictures: ["network", "confusion", "feature-maps", "mistakes", "chart-loss", "chart-accuracy"], bare: [] };
  },
};

for (const [room, enter] of Object.entries(ROOMS)) {
  test(`the pictures of the ${room} room are saved as SVG and PNG`, async () => {
    const { page, context, problems, pictures, bare } = await enter();
    const found = await without(page);
    assert.deepEqual([...new Set(found)].filter((name) => !bare.includes(name)), [], "pictures without a control");
    for (const name of pictures) await both(page, name);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test("a picture has the words of its figure and none of its controls, in both themes", async () => {
  const { page, context } = await ROOMS.idea();
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
    const { words } = await both(page, "idea-stack");
    assert.match(words, /TaylorNet.*Fig\. 4\(c\).*54 terms/s);
    assert.doesNotMatch(words, /Save|SVG|PNG/);
  }
  await context.close();
});

test("the control opens and closes by keyboard and lets go when the focus leaves", async () => {
  const { page, context } = await ROOMS.direct();
  const control = page.locator("details.save").first();
  const isOpen = () => control.evaluate((details) => details.open);
  await control.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.equal(await isOpen(), true);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  assert.equal(await isOpen(), false);
  await control.locator("summary").focus();
  await page.keyboard.press("Enter");
  for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press("Tab");
  assert.equal(await isOpen(), false);
  await context.close();
});

test("the chosen network and score name the file of its maps", async () => {
  const { page, context } = await ROOMS.trained();
  const { name } = await saved(page, "trained-maps", "svg");
  assert.equal(name, "taylornet-7-score-3-about-mean-maps.svg");
  await context.close();
});

test("the table of results is saved too", async () => {
  const { page, context } = await openReady(browser, "?room=results");
  const { bytes } = await downloaded(page, "results-csv");
  assert.ok(bytes.length > 1000);
  await context.close();
});
