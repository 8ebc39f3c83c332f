// Who is measured: our engine in the browser and natively, and the backends of TensorFlow.js.
//
// A contender opens itself for a network and a list of batches, and then makes training steps when it is told to.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { GPU, launch } from "../tests/browser.mjs";
import { reason } from "./statistics.mjs";
import { startWorker } from "./worker-client.mjs";

const run = promisify(execFile);

/** The same switches for everybody: every adapter is there, in software. */
const SWITCHES = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
/** The settings of the optimiser, the same for all; ours also follows a cycle and clips the gradient. */
const TRAINING = { learningRate: 1e-3, weightDecay: 1e-2 };

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

/** Our shipped worker on one of its devices. The batches are runs of their own, so there are at most two. */
function ours(device) {
  return async ({ network, batches, baseUrl }) => {
    const opened = await openPage(new URL("blank.html", baseUrl).href);
    const { page } = opened;
    try {
      await page.evaluate(startWorker, baseUrl);
      const ask = (request) => page.evaluate((asked) => globalThis.ours.ask(asked), request);
      const { device: report } = (await ask({ type: "start", base_url: baseUrl, device })).at(-1);
      if (report.active !== device) throw new Error(`the worker chose ${report.active}: ${report.reason}`);
      const training = { batch: 0, epochs: 1, learning_rate: TRAINING.learningRate, weight_decay: TRAINING.weightDecay, shift: 0 };
      let parameters;
      for (const [index, batch] of batches.entries()) {
        const asked = { type: "create_run", run: index, network, training: { ...training, batch } };
        parameters = (await ask(asked)).at(-1).summary.parameters;
      }
      const name = report.devices.find(({ kind }) => kind === report.active).name;
      const steps = async (batch, count) => page.evaluate(async ([which, times]) => {
        const done = [];
        for (let index = 0; index < times; index++) done.push(await globalThis.ours.step(which));
        return done;
      }, [batches.indexOf(batch), count]);
      return { info: { device: name, parameters }, steps, close: opened.close };
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
function native(threads) {
  return async ({ name, program }) => {
    if (!program) throw new Error("the command line was not built (variable TAYLORNET)");
    const env = { ...process.env, ...(threads && { RAYON_NUM_THREADS: String(threads) }) };
    const info = {};
    const steps = async (batch, count) => {
      const asked = ["bench", "--json", "--model", name, "--batch", String(batch), "--steps", String(count)];
      const { stdout } = await run(program, asked, { env });
      const measured = JSON.parse(stdout);
      Object.assign(info, { device: measured.device, parameters: measured.parameters });
      return measured.steps_ms.map((ms) => ({ ms, loss: measured.loss }));
    };
    return { info, steps, close: async () => {} };
  };
}

/** In the order of the table. */
export const CONTENDERS = [
  { name: "ours, CPU (wasm)", open: ours("cpu") },
  { name: "TensorFlow.js, WASM, convolution as patches", open: tensorflow("wasm") },
  { name: "TensorFlow.js, plain CPU", open: tensorflow("cpu") },
  { name: "ours, WebGPU", open: ours("webgpu") },
  { name: "TensorFlow.js, WebGPU", open: tensorflow("webgpu") },
  { name: "TensorFlow.js, WebGL", open: tensorflow("webgl") },
  { name: "ours, native, one thread", open: native(1) },
  { name: "ours, native, all cores", open: native(undefined) },
];
