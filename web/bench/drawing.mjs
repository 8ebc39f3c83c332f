// From the movement of a pointer to the answer on the page, and to the ten similarities, as the page itself measures it.
import { GPU, launch } from "../tests/browser.mjs";
import { reason } from "./statistics.mjs";

export const MODELS = ["taylornet-28", "taylornet-7"];
const LIMIT_MS = 120_000;
/** Positions per stroke; a mouse sends one about every 8 to 16 ms. */
const POSITIONS = 40;
const BETWEEN_MS = 8;

/** Strokes as curves: share of the way from 0 to 1 to a place on the canvas, both from 0 to 1. */
const STROKES = [
  { digit: 0, at: (t) => [0.5 + 0.2 * Math.sin(2 * Math.PI * t), 0.5 - 0.3 * Math.cos(2 * Math.PI * t)] },
  { digit: 1, at: (t) => [0.52 - 0.04 * t, 0.2 + 0.6 * t] },
  { digit: 7, at: (t) => (t < 0.4 ? [0.3 + t, 0.25] : [0.7 - (t - 0.4) * 0.45, 0.25 + (t - 0.4) * 0.95]) },
  { digit: 6, at: (t) => [0.5 - 0.16 * Math.cos(9 * t - 0.9) - 0.05 * t, 0.2 + 0.6 * Math.min(1, 1.6 * t) - 0.13 * Math.max(0, 3 * t - 1.5)] },
];

async function stroke(page, canvas, at) {
  const box = await canvas.boundingBox();
  const place = (t) => { const [x, y] = at(t); return [box.x + x * box.width, box.y + y * box.height]; };
  await page.mouse.move(...place(0));
  await page.mouse.down();
  for (let index = 1; index <= POSITIONS; index++) {
    await page.mouse.move(...place(index / POSITIONS));
    await page.waitForTimeout(BETWEEN_MS);
  }
  await page.mouse.up();
}

/** Counts how often the picture of the walk to the score changes while the pen is down, and for how long it is down. */
function watchWalk() {
  const canvas = document.querySelector('[data-testid="draw-canvas"]');
  const seen = { pictures: 0, down_ms: 0, since: undefined };
  globalThis.walk = seen;
  canvas.addEventListener("pointerdown", () => { seen.since = performance.now(); });
  canvas.addEventListener("pointerup", () => { seen.down_ms += performance.now() - seen.since; seen.since = undefined; });
  const isWalk = ({ target }) => target.matches?.("path.own") && target.closest('[data-testid="why-walk"]');
  // The picture may be made anew where there was none: then its first way is no change of an attribute.
  const watch = (changes) => { if (seen.since !== undefined && changes.some(isWalk)) seen.pictures += 1; };
  new MutationObserver(watch).observe(document.body, { attributes: true, attributeFilter: ["d"], subtree: true });
}

async function draw(browser, baseUrl, model, strokes) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(new URL(`?model=${model}&device=cpu&v=2`, baseUrl).href);
    const on = (id) => page.getByTestId(id);
    await page.waitForSelector('[data-testid="worker-state"][data-status="ready"]', { timeout: LIMIT_MS });
    await page.waitForSelector('[data-testid="why-walk"] path.own', { state: "attached", timeout: LIMIT_MS });
    await page.evaluate(watchWalk);
    const answers = [];
    for (let index = 0; index < strokes; index++) {
      const { digit, at } = STROKES[index % STROKES.length];
      await stroke(page, on("draw-canvas"), at);
      await page.waitForSelector('[data-testid="draw-answer"][data-answer]', { timeout: LIMIT_MS });
      await page.waitForSelector('[data-testid="similarity"][data-state="current"]', { timeout: LIMIT_MS });
      answers.push({ drawn: digit, answer: Number(await on("draw-answer").getAttribute("data-answer")) });
      await on("draw-clear").click();
    }
    const delays = async (name) => {
      const read = async (what) => Number(await on(name).getAttribute(`data-latency-${what}`));
      return { p50_ms: await read("p50"), p95_ms: await read("p95"), count: await read("count") };
    };
    const walk = await page.evaluate(() => globalThis.walk);
    const walks_per_second = Math.round((1e4 * walk.pictures) / Math.max(1, walk.down_ms)) / 10;
    return { model, walks_per_second, ...await delays("draw-latency"), similarities: await delays("similarity-latency"), answers };
  } finally {
    await context.close();
  }
}

/** One entry per network. */
export async function drawing(baseUrl, strokes, say) {
  const browser = await launch(GPU.NONE);
  const results = [];
  try {
    for (const model of MODELS) {
      say(`drawing ${strokes} strokes for ${model}`);
      results.push(await draw(browser, baseUrl, model, strokes).catch((error) => ({ model, error: reason(error) })));
    }
  } finally {
    await browser.close();
  }
  return results;
}
