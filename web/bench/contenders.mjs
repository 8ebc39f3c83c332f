// Who is measured: our engine in the browser and natively, the backends of TensorFlow.js, and JAX.
//
// A contender opens itself for a network, and then makes training steps of a batch size when it is told to.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { GPU, launch } from "../tests/browser.mjs";
import { serveFewImages } from "./few-images.mjs";
import { jax } from "./jax.mjs";
import { reason } from "./statistics.mjs";
import { startWorker, workerMemory } from "./worker-client.mjs";

const run = promisify(execFile);

/** The same switches for everybody: every adapter is there, in software. */
const SWITCHES = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
/** The settings of the optimiser, the same for all; ours also follows a cycle and clips the gradient. */
const TRAINING = { learningRate: 1e-3, weightDecay: 1e-2 };
/** Steps after which a native process needs no more memory. */
const MEMORY_STEPS = 5;
/** Of few images: more steps than are made. */
const EPOCHS = 1000;
/** How the cluster operations are computed. */
const [FUSED, PLAIN] = ["fused", "plain"];

async function openPage(address) {
  const browser = await launch(GPU.SOFTWARE, SWITCHES);
  const page = await (await browser.newContext()).newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(reason(error)));
  page.on("crash", () => problems.push("the page crashed"));
  await page.route("**/blank.html", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  await page.goto(address);
  return { page, problems, close: () => browser.close() };
}

/** Our shipped worker on one of its devices. */
function ours(device, formulation = FUSED) {
  return async ({ network, parameters, baseUrl }) => {
    const opened = await openPage(new URL("blank.html", baseUrl).href);
    const { page } = opened;
    try {
      await serveFewImages(page);
      await page.evaluate(startWorker, baseUrl);
      const ask = (request) => page.evaluate((asked) => globalThis.ours.ask(asked), request);
      const { device: report } = (await ask({ type: "start", base_url: baseUrl, device })).at(-1);
      if (report.active !== device) throw new Error(`the worker chose ${report.active}: ${report.reason}`);
      const name = report.devices.find(({ kind }) => kind === report.active).name;
      const info = { device: name, parameters };
      const training = {
        epochs: EPOCHS, learning_rate: TRAINING.learningRate, weight_decay: TRAINING.weightDecay, shift: 0, formulation,
      };
      let current;
      const before = await workerMemory(page, baseUrl);
      // One run at a time, so that the memory is that of its steps.
      const prepare = async (batch) => {
        if (batch === current) return;
        const asked = { type: "create_run", run: 0, network, training: { ...training, batch } };
        info.parameters = (await ask(asked)).at(-1).summary.parameters;
        current = batch;
      };
      const steps = async (batch, count) => {
        await prepare(batch);
        return page.evaluate(async (times) => {
          const done = [];
          for (let index = 0; index < times; index++) done.push(await globalThis.ours.step(0));
          return done;
        }, count);
      };
      // WebAssembly memory never shrinks, and the batches grow: it is as large as the last one needed. That of a GPU is
      // elsewhere.
      const memory = async () => (device === "cpu" ? (await workerMemory(page, baseUrl)) - before : undefined);
      return { info, steps, memory, close: opened.close };
    } catch (error) {
      await opened.close();
      throw new Error([reason(error), ...opened.problems].join("; "));
    }
  };
}

/** A backend of TensorFlow.js, on the main thread of a page. */
function tensorflow(backend) {
  return async ({ network, webUrl, images, labels }) => {
    const opened = await openPage(new URL("bench/tfjs.html", webUrl).href);
    const { page } = opened;
    try {
      await page.waitForFunction(() => globalThis.contender);
      const settings = { backend, network, images, labels, training: TRAINING };
      const { parameters, device, version } = await page.evaluate((asked) => globalThis.contender.prepare(asked), settings);
      let number = 0;
      const steps = async (batch, count) => {
        const first = number;
        number += count;
        return page.evaluate(async ([size, from, times]) => {
          const done = [];
          for (let index = 0; index < times; index++) {
            done.push(await globalThis.contender.step({ batch: size, number: from + index }));
          }
          return done;
        }, [batch, first, count]);
      };
      return { info: { device, parameters, library: `TensorFlow.js ${version}` }, steps, close: opened.close };
    } catch (error) {
      await opened.close();
      throw new Error([reason(error), ...opened.problems].join("; "));
    }
  };
}

/** The command line; every call is a process of its own, which warms up before it measures. */
function native(threads, formulation = FUSED) {
  return async ({ name, program }) => {
    if (!program) throw new Error("the command line was not built (variable TAYLORNET)");
    const ask = async (batch, count, variables) => {
      const asked = ["bench", "--json", "--model", name, "--formulation", formulation];
      const env = { ...process.env, ...(threads && { RAYON_NUM_THREADS: String(threads) }), ...variables };
      const { stdout } = await run(program, [...asked, "--batch", String(batch), "--steps", String(count)], { env });
      return JSON.parse(stdout);
    };
    const info = {};
    const steps = async (batch, count) => {
      const measured = await ask(batch, count);
      Object.assign(info, { device: measured.device, parameters: measured.parameters });
      return measured.steps_ms.map((ms) => ({ ms, loss: measured.loss }));
    };
    // In small pages, which are a little slower: a huge page counts as a whole, however little of it is used.
    const memory = async (batch) => (await ask(batch, MEMORY_STEPS, { MIMALLOC_ALLOW_THP: "0" })).peak_memory_bytes ?? NaN;
    return { info, steps, memory, close: async () => {} };
  };
}

/** A software GPU needs minutes for more, and the other library on the CPU half a minute. */
const SMALL = [8, 32];
const ALL = [8, 32, 128];

/** In the order of the table. */
export const CONTENDERS = [
  { name: "ours, CPU (wasm)", open: ours("cpu"), batches: ALL },
  { name: "ours, plain formulation, CPU (wasm)", open: ours("cpu", PLAIN), batches: ALL },
  { name: "TensorFlow.js, WASM, convolution as patches", open: tensorflow("wasm"), batches: SMALL },
  { name: "TensorFlow.js, plain CPU", open: tensorflow("cpu"), batches: SMALL },
  { name: "ours, WebGPU", open: ours("webgpu"), batches: SMALL },
  { name: "ours, plain formulation, WebGPU", open: ours("webgpu", PLAIN), batches: SMALL },
  { name: "TensorFlow.js, WebGPU", open: tensorflow("webgpu"), batches: SMALL },
  { name: "TensorFlow.js, WebGL", open: tensorflow("webgl"), batches: SMALL },
  { name: "ours, native, one thread", open: native(1), batches: ALL },
  { name: "ours, plain formulation, native, one thread", open: native(1, PLAIN), batches: ALL },
  { name: "ours, native, all cores", open: native(undefined), batches: ALL },
  { name: "ours, plain formulation, native, all cores", open: native(undefined, PLAIN), batches: ALL },
  { name: "JAX, CPU, all cores", open: jax, batches: [32, 128] },
];

/** What is set against what: the second took so many times as long as the first. */
export const COMPARISONS = [
  ...["CPU (wasm)", "WebGPU", "native, one thread", "native, all cores"].map((where) =>
    ({ name: `plain formulation / fused, ${where}`, ours: `ours, ${where}`, other: `ours, plain formulation, ${where}` })),
  { name: "TensorFlow.js WASM / ours, CPU (wasm)", ours: "ours, CPU (wasm)", other: "TensorFlow.js, WASM, convolution as patches" },
  { name: "TensorFlow.js WebGPU / ours, WebGPU", ours: "ours, WebGPU", other: "TensorFlow.js, WebGPU" },
  { name: "TensorFlow.js WebGL / ours, WebGPU", ours: "ours, WebGPU", other: "TensorFlow.js, WebGL" },
  { name: "JAX / ours, native, all cores", ours: "ours, native, all cores", other: "JAX, CPU, all cores" },
];
