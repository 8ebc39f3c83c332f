// Real digits go through the canvas as picture files and are classified as well as natively; and drawing is answered fast.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE_URL, GPU, launch } from "./browser.mjs";
import { answered, draw, id, openReady } from "./explorer.mjs";
import { taylornet } from "./native.mjs";
import { greyPng } from "./png.mjs";

const IMAGES = 500;
const SIDE = 28;
const POINTS = 0.005;

let browser;
before(async () => { browser = await launch(GPU.NONE); });
after(() => browser?.close());

async function testDigits() {
  const answer = await fetch(new URL("assets/data/mnist/test-digits.bin", BASE_URL));
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const area = SIDE * SIDE;
  assert.equal(bytes.length, IMAGES * (area + 1));
  return Array.from({ length: IMAGES }, (_, index) => ({
    png: greyPng(SIDE, SIDE, bytes.subarray(index * area, (index + 1) * area)), label: bytes[IMAGES * area + index],
  }));
}

const percentile = (sorted, share) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];

for (const model of ["taylornet-28", "taylornet-7"]) {
  test(`${IMAGES} real digits through the canvas: ${model} is as good as natively`, async (t) => {
    const digits = await testDigits();
    const { page, context, problems } = await openReady(browser, `?model=${model}`);
    const file = page.locator(id("draw-file"));
    let right = 0;
    let version = -1;
    const durations = [];
    for (const [index, { png, label }] of digits.entries()) {
      const started = performance.now();
      await file.setInputFiles({ name: `${index}.png`, mimeType: "image/png", buffer: png });
      const answer = await answered(page, version);
      durations.push(performance.now() - started);
      version = answer.version;
      assert.equal(answer.model, model);
      right += answer.digit === label ? 1 : 0;
    }
    const [native] = taylornet("evaluate", "--images", String(IMAGES), `assets/models/${model}.safetensors`);
    durations.sort((a, b) => a - b);
    t.diagnostic(`${model}: ${right / IMAGES} through the canvas, ${native.accuracy} natively, ` +
      `file to answer ${percentile(durations, 0.5).toFixed(0)} ms (median, with the test driver)`);
    assert.ok(Math.abs(right / IMAGES - native.accuracy) <= POINTS, `${right / IMAGES} against ${native.accuracy}`);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test("the delay from drawing to answer is measured with the 28x28 network on the CPU", async (t) => {
  const { page, context } = await openReady(browser, "?device=cpu&model=taylornet-28");
  const turn = Array.from({ length: 40 }, (_, i) => [0.5 + 0.3 * Math.sin(i / 6), 0.5 - 0.35 * Math.cos(i / 6)]);
  for (let drawings = 0; drawings < 5; drawings += 1) {
    await draw(page, [turn]);
    await answered(page);
    await page.locator(id("draw-clear")).click();
  }
  const { latencyP50, latencyP95, latencyCount } = await page.locator(id("draw-latency")).evaluate((element) => ({ ...element.dataset }));
  t.diagnostic(`drawing to answer: median ${latencyP50} ms, 95 % within ${latencyP95} ms, of ${latencyCount} (bar: 50 ms)`);
  assert.ok(Number(latencyCount) >= 50, `${latencyCount} delays were measured`);
  assert.ok(Number(latencyP95) > 0);
  await context.close();
});
