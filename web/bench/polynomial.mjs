// Exact polynomials in the browser on the CPU: orders and shares of one drawing, pairs, coefficients, and the memory they need.
import { GPU, launch } from "../tests/browser.mjs";
import { reason, summary } from "./statistics.mjs";
import { startWorker, workerMemory } from "./worker-client.mjs";

const REPETITIONS = 5;

/** What is measured: name, and the request for a 28x28 image and the repetition. */
const explain = (model, pairs) => (drawing) => ({ type: "explain", model, drawing, normalize: false, about: "mean", pairs });
const TASKS = [
  ["orders and pixels of one image, taylornet-7", explain("taylornet-7", false)],
  ["orders and pixels of one image, taylornet-28", explain("taylornet-28", false)],
  ["the same with pairs, taylornet-7", explain("taylornet-7", true)],
  ["the same with pairs, taylornet-28", explain("taylornet-28", true)],
  ["all coefficients of second order, taylornet-7", () => ({ type: "expand_network", model: "taylornet-7", about: { point: "mean" }, order: 2 })],
  // Each time about another point: the worker keeps what it has found.
  ["eigen-digits of ten classes, taylornet-7", (image, index) => ({ type: "eigen_digits", model: "taylornet-7", about: { point: { class_mean: { class: index % 10 } } }, image })],
];

/** One entry per task. */
export async function polynomial(baseUrl, repetitions = REPETITIONS, say = () => {}) {
  const browser = await launch(GPU.NONE);
  try {
    const page = await (await browser.newContext()).newPage();
    await page.route("**/blank.html", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
    await page.goto(new URL("blank.html", baseUrl).href);
    await page.evaluate(startWorker, baseUrl);
    const ask = (request) => page.evaluate((asked) => globalThis.ours.ask(asked), request).then((events) => events.at(-1));
    await ask({ type: "start", base_url: baseUrl, device: "cpu" });
    const { images: [{ image }] } = await ask({ type: "test_images", first: 0, count: 1 });
    // What comes as a byte buffer is no longer one after its way through the test driver.
    const drawing = { ...image, pixels: Object.values(image.pixels) };
    const results = [];
    for (const [name, request] of TASKS) {
      say(name);
      const times = [];
      for (let index = 0; index < repetitions + 1; index++) {
        const { explanation, coefficients, images } = await ask(request(drawing, index));
        // The first time loads the weights.
        if (index > 0) times.push((explanation ?? coefficients ?? images).compute_ms);
      }
      results.push({ name, ms: summary(times), memory_bytes: await workerMemory(page, baseUrl) });
    }
    return results;
  } catch (error) {
    return [{ name: "polynomials", error: reason(error) }];
  } finally {
    await browser.close();
  }
}
