// Distillation: gradient steps of one subset per second in the browser, and natively alone and in a batch.
import { execFileSync } from "node:child_process";
import { GPU, launch } from "../tests/browser.mjs";
import { reason } from "./statistics.mjs";
import { startWorker } from "./worker-client.mjs";

/** A subset of level 3 (five images of each class) and the widths of its embedder; the software GPU takes only the narrow one. */
const LEVEL = 3;
const WIDE = { width: 128, draws: 4, steps: 5 };
const NARROW = { width: 16, draws: 1, steps: 3 };
const CONTENDERS = [
  ["CPU in the browser, one subset", "cpu", GPU.NONE, WIDE],
  ["CPU in the browser, one subset", "cpu", GPU.NONE, NARROW],
  ["WebGPU in the browser, one subset", "webgpu", GPU.SOFTWARE, NARROW],
];

async function inBrowser(baseUrl, device, gpu, { width, draws, steps }) {
  const browser = await launch(gpu);
  try {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(0);
    await page.route("**/blank.html", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
    await page.goto(new URL("blank.html", baseUrl).href);
    await page.evaluate(startWorker, baseUrl);
    const ask = (request) => page.evaluate(async (asked) => {
      const started = performance.now();
      await globalThis.ours.ask(asked);
      return performance.now() - started;
    }, request);
    await ask({ type: "start", base_url: baseUrl, device });
    const { config } = await (await fetch(new URL("assets/distilled/mnist/index.json", baseUrl))).json();
    const run = (ofDraws) => {
      const optimization = config.optimization.map((level) => ({ ...level, draws: ofDraws, steps_per_draw: steps }));
      const settings = { ...config, embedder: { ...config.embedder, width }, optimization };
      return ask({ type: "start_distillation", config: settings, level: LEVEL, subset: 0 });
    };
    // The first time loads the images and compiles the kernels.
    await run(1);
    return { width, subset_steps_per_sec: (draws * steps * 1e3) / (await run(draws)) };
  } finally {
    await browser.close();
  }
}

/** One entry per contender. */
export async function distillation(baseUrl, program, say = () => {}) {
  const results = [];
  for (const [name, device, gpu, effort] of CONTENDERS) {
    say(`distillation, ${name}, width ${effort.width}`);
    try {
      results.push({ name, ...(await inBrowser(baseUrl, device, gpu, effort)) });
    } catch (error) {
      results.push({ name, width: effort.width, error: reason(error) });
    }
  }
  if (program) {
    say("distillation, native");
    const lines = execFileSync(program, ["bench", "--distillation", "--json"], { encoding: "utf8" }).trim().split("\n");
    for (const { subsets, device, subset_steps_per_sec } of lines.map((line) => JSON.parse(line))) {
      results.push({ name: `native, ${device}, ${subsets === 1 ? "one subset" : `${subsets} subsets as one batch`} of level 1`, width: 128, subset_steps_per_sec });
    }
  }
  return results;
}
