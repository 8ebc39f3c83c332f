// The page of a TensorFlow.js contender. `run.mjs` calls `contender.prepare` once and `contender.step` for every step.
import { TaylorNet } from "./tfjs-network.mjs";

const { tf } = globalThis;

const MODULES = "../node_modules/@tensorflow";
const CLASSES = 10;
/** Backends that are not part of the main file. */
const SCRIPTS = {
  wasm: `${MODULES}/tfjs-backend-wasm/dist/tf-backend-wasm.es2017.min.js`,
  webgpu: `${MODULES}/tfjs-backend-webgpu/dist/tf-backend-webgpu.es2017.min.js`,
};

let network;
let batches;

function load(script) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = script;
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${script} could not be loaded`));
    document.head.append(element);
  });
}

/** What the backend computes on, in words. */
function device(backend) {
  const gl = document.createElement("canvas").getContext("webgl2");
  const names = gl?.getExtension("WEBGL_debug_renderer_info");
  const flags = ["WASM_HAS_SIMD_SUPPORT", "WASM_HAS_MULTITHREAD_SUPPORT"];
  if (backend === "webgl") return names ? gl.getParameter(names.UNMASKED_RENDERER_WEBGL) : "WebGL";
  if (backend === "wasm") return flags.map((flag) => `${flag}=${tf.env().getBool(flag)}`).join(", ");
  if (backend === "webgpu") {
    const { vendor, architecture, description } = tf.backend().adapterInfo ?? {};
    return [vendor, architecture, description].filter(Boolean).join(" ") || "WebGPU";
  }
  return "JavaScript";
}

/** @param {{backend: string, network: object, images: number[][], labels: number[], training: object}} settings */
async function prepare({ backend, network: config, images, labels, training }) {
  if (SCRIPTS[backend]) await load(SCRIPTS[backend]);
  if (backend === "wasm") tf.wasm.setWasmPaths(new URL(`${MODULES}/tfjs-backend-wasm/dist/`, location.href).href);
  if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} cannot be used in this browser`);
  await tf.ready();
  if (tf.getBackend() !== backend) throw new Error(`the backend became ${tf.getBackend()}`);
  network = new TaylorNet(config, { patches: backend === "wasm", ...training });
  batches = { images, labels, side: config.input.height };
  return { parameters: network.parameters, device: device(backend), version: tf.version.tfjs };
}

/** One step on the next images, from the pixels to the loss. */
async function step({ batch, number }) {
  const started = performance.now();
  const { images, labels, side } = batches;
  const at = (index) => (number * batch + index) % images.length;
  const values = new Float32Array(batch * side * side);
  const chosen = new Int32Array(batch);
  for (let index = 0; index < batch; index++) {
    values.set(images[at(index)], index * side * side);
    chosen[index] = labels[at(index)];
  }
  const x = tf.tensor4d(values, [batch, side, side, 1]);
  const targets = tf.tidy(() => tf.oneHot(tf.tensor1d(chosen, "int32"), CLASSES).toFloat());
  const cost = network.step(x, targets);
  // Reading the loss waits for everything that was given to the device before, the update too.
  const [loss] = await cost.data();
  tf.dispose([x, targets, cost]);
  return { ms: performance.now() - started, loss, tensors: tf.memory().numTensors };
}

globalThis.contender = { prepare, step };
